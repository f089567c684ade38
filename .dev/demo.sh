#!/usr/bin/env bash
# ./dev demo: three jobs from the spool to films on disk, with the simulated cloud or (--live) the real one.
set -euo pipefail
cd "$(dirname "$0")/.."

bin=$PWD/build/release
scratch=$(mktemp -d "${TMPDIR:-/tmp}/reeld-demo-XXXXXX")
data=$scratch/data
live=0
[ "${1:-}" = --live ] && live=1

finish() {
  local pid
  # Only what still runs: the number of what was waited for may be another's by now.
  for pid in $(jobs -pr); do kill "$pid" 2>/dev/null || true; done
  wait
}
trap finish EXIT

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
settings=(--config /dev/null --data-dir "$data" --set poll.min_interval=1s --set http.listen= --set results.min_free_mib=0)

wait_for() { # wait_for SECONDS COMMAND...: until the command succeeds
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    if [ $SECONDS -ge $end ]; then
      echo "gave up waiting for: $*; the log is $scratch/reeld.log" >&2
      return 1
    fi
    sleep 0.1
  done
}

if [ $live = 1 ]; then
  if [ -z "${LEONARDO_API_KEY:-}" ]; then
    echo "--live needs LEONARDO_API_KEY" >&2
    exit 2
  fi
  say "This renders two films, 8 s and 6 s at 1080p, with the real service and your key."
  echo "Leonardo states the price with its answer only; its calculator (API access, pricing) shows it beforehand."
  echo "As a guide: by the second of film, so 14 seconds in all, at LTX 2.0 pro and fast rates."
  read -r -p "Spend that? Type yes: " answer
  [ "$answer" = yes ] || exit 1
else
  say "Starting the simulated cloud"
  mkdir -p "$scratch/cloud"
  "$bin/reeld-sim" --dir "$scratch/cloud" --render-time 4s --render-jitter 0.3 >"$scratch/cloud.json" 2>"$scratch/cloud.log" &
  wait_for 10 test -s "$scratch/cloud.json"
  LEONARDO_API_KEY=$(jq -r .api_key "$scratch/cloud.json")
  export LEONARDO_API_KEY
  settings+=(--set "leonardo.base_url=$(jq -r .base_url "$scratch/cloud.json")"
    --set "leonardo.ca_file=$(jq -r .ca_file "$scratch/cloud.json")"
    --set leonardo.allowed_download_hosts=localhost --set poll.first=3s)
  export NO_PROXY=localhost
fi

say "Starting reeld serve on $data"
"$bin/reeld" "${settings[@]}" serve 2>"$scratch/reeld.log" &
wait_for 10 test -d "$data/spool/incoming"

say "Dropping the jobs in $data/spool/incoming"
mkdir -p "$scratch/jobs"
cat >"$scratch/jobs/street.json" <<'JOB'
{ "model": "ltxv-2.0-pro", "public": false,
  "parameters": { "prompt": "A cinematic shot of rain falling on a quiet city street at night",
                  "mode": "RESOLUTION_1080", "prompt_enhance": "OFF", "quantity": 1, "duration": 8,
                  "width": 1920, "height": 1080, "audio": true } }
JOB
cat >"$scratch/jobs/harbour.json" <<'JOB'
{ "model": "ltxv-2.0-fast",
  "parameters": { "prompt": "Fishing boats leave a small harbour at dawn", "duration": 6 },
  "reeld": { "tags": ["demo"] } }
JOB
if [ $live = 0 ]; then
  cat >"$scratch/jobs/portrait.json" <<'JOB'
{ "model": "ltxv-2.0-pro", "public": false,
  "parameters": { "prompt": "The portrait turns its head and smiles", "duration": 6, "mode": "RESOLUTION_1080",
                  "width": 1920, "height": 1080, "audio": false,
                  "start_frame": { "id": "11111111-2222-4333-8444-555555555555", "type": "UPLOADED" } } }
JOB
fi
mv "$scratch"/jobs/*.json "$data/spool/incoming/"
count=$([ $live = 1 ] && echo 2 || echo 3)

progress() { "$bin/reeld" "${settings[@]}" list --json 2>/dev/null; }
ended() { [ "$(progress | jq -s 'map(select(.state | IN("succeeded", "failed", "unknown"))) | length')" = "$count" ]; }
show() { progress | jq -r '"  \(.name): \(.state)"' | sort | paste -sd' '; }

say "Rendering"
end=$((SECONDS + (live ? 3600 : 90)))
last=
until ended; do
  [ $SECONDS -lt $end ] || { echo "this takes too long; the log is $scratch/reeld.log" >&2; exit 1; }
  now=$(show)
  [ "$now" = "$last" ] || echo "$now"
  last=$now
  sleep 0.3
done
show

say "Films"
find "$data/results" -name '*.mp4' -printf '%p  (%s bytes)\n' | sort
failed=$(progress | jq -s 'map(select(.state != "succeeded")) | length')
result=$(find "$data/results" -name '*.json' | sort | tail -n 1)
if [ -n "$result" ]; then
  say "$result"
  cat "$result"
fi
say "All of it stays in $scratch (queue, spool with receipts, results, logs); remove it when you have seen enough."
exit "$([ "$failed" = 0 ] && echo 0 || echo 1)"
