#!/usr/bin/env bash
# check.sh EXPOSITION_PROGRAM SOURCE_DIR: what reeld says, the alerts, the dashboard and the documentation fit together.
set -euo pipefail
program=$1
source_dir=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$program" >"$folder/exposition"
promtool check metrics <"$folder/exposition"
promtool check rules "$source_dir/config/alerts.yml"
cp "$source_dir/config/alerts.yml" "$source_dir/tests/metrics/alerts_test.yml" "$folder"
promtool test rules "$folder/alerts_test.yml"
jq -e .panels "$source_dir/config/grafana-dashboard.json" >/dev/null

# Names of samples, such as reeld_submit_duration_seconds_bucket, and of whole metrics.
sed -n 's/^\([a-z_]*\)[{ ].*/\1/p' "$folder/exposition" | sort -u >"$folder/samples"
sed -n 's/^# TYPE \([a-z_]*\) .*/\1/p' "$folder/exposition" | sort -u >"$folder/metrics"

# lacks WHAT NAMES KNOWN: tells, and is true, when a name is not known.
lacks() {
  local unknown
  unknown=$(comm -23 "$2" "$3")
  [ -n "$unknown" ] && printf '%s: %s\n' "$1" "$unknown" >&2
}

failed=0
for file in config/alerts.yml config/grafana-dashboard.json; do
  grep -oE '\b(reeld|process)_[a-z_]+' "$source_dir/$file" | sort -u >"$folder/named"
  [ -s "$folder/named" ] || { echo "$file names no metric" >&2; failed=1; }
  lacks "$file names a metric that there is not" "$folder/named" "$folder/samples" && failed=1
done
grep -oE '^\| `(reeld|process)_[a-z_]+' "$source_dir/docs/metrics.md" | sed 's/.*`//' | sort -u >"$folder/documented"
lacks "docs/metrics.md does not explain" "$folder/metrics" "$folder/documented" && failed=1
lacks "docs/metrics.md explains what there is not" "$folder/documented" "$folder/metrics" && failed=1
exit $failed
