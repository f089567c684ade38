#!/bin/sh
# Sends a push message through ntfy (https://ntfy.sh, or a server of your own). Needs jq and curl.
#
# In reeld.toml:
#   [hooks]
#   command = ["/etc/reeld/hook-ntfy.sh"]
#   events = ["job.failed", "job.parked", "batch.finished", "batch.held", "account.held", "disk.low"]
#
# In the environment of the service (systemctl edit reeld):
#   [Service]
#   Environment=NTFY_TOPIC=a-name-that-nobody-guesses
#
# NTFY_SERVER may name another server. Whoever knows the topic can read along: it stands in no command line here.
set -eu

topic=${NTFY_TOPIC:?set NTFY_TOPIC to the topic that your phone listens to}

message=$(jq -c --arg topic "$topic" '{
  topic: $topic,
  title: "reeld: \(.event) \(.job.name // .batch.name // "")",
  message: (.text + (if .job.error then "\n\(.job.error)" else "" end) | .[0:2000]),
  priority: (if .event | test("failed|parked|unknown|held|low") then 4 else 3 end)
}')

printf '%s' "$message" |
  curl --fail --silent --show-error --max-time 20 --output /dev/null \
    --header 'Content-Type: application/json' --data-binary @- "${NTFY_SERVER:-https://ntfy.sh}"
