#!/usr/bin/env bash
# ./dev bench: the release build's memory, intake and idle figures on this machine. Reports; asserts nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

bin=$PWD/build/release
scratch=$(mktemp -d "${TMPDIR:-/tmp}/reeld-bench-XXXXXX")
finish() {
  local pid
  # Only what still runs: the number of what was waited for may be another's by now.
  for pid in $(jobs -pr); do kill "$pid" 2>/dev/null || true; done
  wait
  rm -rf "$scratch"
}
trap finish EXIT

now() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.2f", b - a }'; }
resident() { awk '/^VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/$1/status"; }
cpu_ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }

mkdir -p "$scratch/cloud"
"$bin/reeld-sim" --dir "$scratch/cloud" --render-time 1h --no-limits >"$scratch/cloud.json" 2>/dev/null &
until [ -s "$scratch/cloud.json" ]; do sleep 0.1; done
LEONARDO_API_KEY=$(jq -r .api_key "$scratch/cloud.json")
export LEONARDO_API_KEY NO_PROXY=localhost

data=$scratch/data
settings=(--config /dev/null --data-dir "$data" --set "leonardo.base_url=$(jq -r .base_url "$scratch/cloud.json")"
  --set "leonardo.ca_file=$(jq -r .ca_file "$scratch/cloud.json")" --set leonardo.allowed_download_hosts=localhost
  --set http.listen= --set results.min_free_mib=0)
"$bin/reeld" "${settings[@]}" serve 2>"$scratch/log" &
daemon=$!
until [ -d "$data/spool/incoming" ]; do sleep 0.05; done
sleep 2

ticks=$(cpu_ticks "$daemon")
sleep 20
spent=$(($(cpu_ticks "$daemon") - ticks))
awk -v t="$spent" -v hz="$(getconf CLK_TCK)" \
  'BEGIN { printf "idle, empty queue:           %.3f %% of one core over 20 s\n", t / hz / 20 * 100 }'
echo "resident, empty queue:       $(resident "$daemon") MiB"

drop() { # drop COUNT NAME: writes a file beside the spool and moves it in
  local prompt='%s, shot %d: rain on a quiet street, slow push in, neon on wet asphalt'
  local line="{\"model\":\"ltxv-2.0-pro\",\"parameters\":{\"prompt\":\"$prompt\",\"duration\":8}}"
  awk -v n="$1" -v name="$2" -v line="$line" \
    'BEGIN { for (i = 1; i <= n; i++) printf line "\n", name, i }' >"$data/spool/.$2"
  mv "$data/spool/.$2" "$data/spool/incoming/$2.jsonl"
}
receipt() { [ -n "$(find "$data/spool/accepted" -name "$1.jsonl.receipt.json" 2>/dev/null)" ]; }

start=$(now)
drop 10000 ten-thousand
until receipt ten-thousand; do sleep 0.01; done
echo "10,000 lines to receipt:     $(since "$start") s"

start=$(now)
drop 90000 ninety-thousand
until receipt ninety-thousand; do sleep 0.05; done
echo "90,000 more to receipt:      $(since "$start") s"
sleep 3
queued=$("$bin/reeld" "${settings[@]}" list --json --state generating --limit 100 | wc -l)
echo "resident, 100,000 queued:    $(resident "$daemon") MiB with $queued in flight"
