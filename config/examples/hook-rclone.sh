#!/bin/sh
# Copies finished films to a cloud or another machine, in the same folders. Needs jq and rclone.
#
# In reeld.toml:
#   [hooks]
#   command = ["/etc/reeld/hook-rclone.sh", "/var/lib/reeld/results", "films:reeld"]
#   events = ["job.succeeded"]     # film by film; or ["batch.finished"]: all of a batch at its end
#   timeout = "1h"                 # a copy that takes longer is ended, and begun again
#   keep_trying = "7d"
#
# The second argument is results.dir, the third where to copy to. The service needs to find rclone's configuration and
# to write to it: Environment=RCLONE_CONFIG=/var/lib/reeld/rclone.conf. rclone skips what is there already, so that a
# message that comes twice does no harm. A batch.finished lists 1000 films at most: with larger batches take
# job.succeeded.
set -eu

results=${1:?usage: hook-rclone.sh RESULTS REMOTE:PATH}
remote=${2:?usage: hook-rclone.sh RESULTS REMOTE:PATH}

message=$(cat)
case $(printf '%s' "$message" | jq -r .event) in
  job.succeeded) films=$(printf '%s' "$message" | jq -r '.job.films // [] | .[]') ;;
  batch.finished) films=$(printf '%s' "$message" | jq -r '.batch.films // [] | .[]') ;;
  *) exit 0 ;;
esac
[ -n "$films" ] || exit 0

printf '%s\n' "$films" | rclone copy --quiet --files-from-raw - -- "$results" "$remote"

if printf '%s' "$message" | jq -e '.event == "batch.finished" and .batch.more_films == true' >/dev/null; then
  echo "only the first films of this batch were copied: let this hook be told of job.succeeded" >&2
fi
