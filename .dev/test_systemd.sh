#!/usr/bin/env bash
# ./dev test-systemd: reeld as a service, in a Debian of its own with systemd as pid 1, against the simulated cloud.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "$(id -u)" != 0 ]; then
  echo "this boots a system and so needs root" >&2
  exit 1
fi
bin=$PWD/build/release
scratch=$(mktemp -d /var/tmp/reeld-systemd-XXXXXX)
root=$scratch/root
lib=/var/lib/reeld

finish() {
  local pid
  # Only what still runs: the number of what was waited for may be another's by now.
  for pid in $(jobs -pr); do kill "$pid" 2>/dev/null || true; done
  wait
  rm -rf --one-file-system "$scratch"
}
trap finish EXIT

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

inside() { nsenter --target "$pid1" --all env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
as() { # as USER COMMAND...
  local user=$1
  shift
  inside runuser -u "$user" -- "$@"
}

# check WORDS COMMAND...: the command succeeds, if not at once then within two minutes.
check() {
  local words=$1 end=$((SECONDS + 120))
  shift
  until "$@" >"$scratch/said" 2>&1; do
    if [ $SECONDS -ge $end ]; then
      printf 'NOT  %s\n     %s\n' "$words" "$*"
      cat "$scratch/said" "$scratch/console.log"
      inside journalctl --no-pager -u reeld -n 60 || true
      exit 1
    fi
    sleep 0.3
  done
  printf 'ok   %s\n' "$words"
}

# What the checks ask.

property() { inside systemctl show reeld --property "$1" --value; }
is_property() { [ "$(property "$1")" = "$2" ]; } # NAME VALUE
status_says() { inside systemctl status --no-pager reeld | grep "Status: .*$1"; }
logged() { inside journalctl --no-pager -o cat -u reeld | grep -F -- "$1"; }
id_of() { as anna reeld list --json | jq -er "select(.name == \"$1\") | .id"; }
job() { as anna reeld show --json "$(id_of "$1")" | jq -e "$2"; } # NAME JQ
in_state() { job "$1" ".state == \"$2\""; }                     # NAME STATE
film_of() { find "$root$lib/results" -name "$1.mp4" | grep .; }
rejected_because() { as anna grep -r -F -- "$2" "$lib/spool/rejected/$1.json.error.txt"; } # NAME WORDS

# How often the cloud was made to render the job with that prompt.
renders_paid() { cloud ledger | jq "[.[] | select(.prompt == \"$1\")] | length"; }
cloud() { curl -sS --noproxy localhost --cacert "$scratch/cloud/ca.pem" "$origin/_sim/$1"; }
paid_once() { [ "$(renders_paid "$1")" = 1 ]; }
nothing_paid() { [ "$(renders_paid "$1")" = 0 ]; }

# What the checks do.

# body NAME [PARAMETER]: a job; its prompt is its name.
body() {
  cat <<JOB
{ "model": "ltxv-2.0-fast", "parameters": { "prompt": "$1", "duration": 6 ${2:+, $2} }, "reeld": { "name": "$1" } }
JOB
}

# drop NAME [PARAMETER]: anna writes a job file and moves it into the spool.
drop() {
  body "$@" | as anna sh -c "cat >/home/anna/$1.json && mv /home/anna/$1.json $lib/spool/incoming/"
}

# drop_in NAME LINE...: a drop-in of the unit, as `systemctl edit reeld` makes them; in force from the next start on.
drop_in() {
  local file=$root/etc/systemd/system/reeld.service.d/$1.conf
  shift
  mkdir -p "$(dirname "$file")"
  printf '%s\n' '[Service]' "$@" >"$file"
  inside systemctl daemon-reload
}

configure() { # configure KEY VALUE, as in TOML
  sed -i "/^$1 = /d" "$root/etc/reeld/reeld.toml"
  echo "$1 = $2" >>"$root/etc/reeld/reeld.toml"
}

# The stage.

start_cloud() {
  say "Starting the simulated cloud"
  mkdir "$scratch/cloud"
  "$bin/reeld-sim" --dir "$scratch/cloud" --render-time 8s --render-jitter 0 --no-limits >"$scratch/cloud.json" \
    2>"$scratch/cloud.log" &
  until [ -s "$scratch/cloud.json" ]; do
    kill -0 $! || { cat "$scratch/cloud.log" >&2; exit 1; }
    sleep 0.1
  done
  origin=$(jq -r '.base_url | rtrimstr("/api/rest")' "$scratch/cloud.json")
}

make_root() {
  say "Making a Debian"
  .dev/debian_root.sh "$root" systemd systemd-sysv dbus >"$scratch/root.log" 2>&1 ||
    { cat "$scratch/root.log" >&2; exit 1; }
  # Here, what is installed may start its services.
  rm "$root/usr/sbin/policy-rc.d"
  echo '127.0.0.1 localhost' >"$root/etc/hosts"
  mkdir "$root/etc/reeld"
  cp "$scratch/cloud/ca.pem" "$root/etc/reeld/cloud.pem"
  cat >"$root/etc/reeld/reeld.toml" <<CONFIG
leonardo.base_url = "$origin/api/rest"
leonardo.ca_file = "/etc/reeld/cloud.pem"
leonardo.allowed_download_hosts = ["localhost"]
poll.first = "2s"
poll.min_interval = "1s"
results.min_free_mib = 0
http.listen = []
CONFIG
}

boot() {
  say "Booting it"
  .dev/boot_root.sh "$root" >"$scratch/console.log" 2>&1 &
  until [ -s "$root.pid" ] || ! kill -0 $! 2>/dev/null; do sleep 0.1; done
  pid1=$(cat "$root.pid" 2>/dev/null || true)
  [ -n "$pid1" ] || { echo "no system can be booted here:" >&2; cat "$scratch/console.log" >&2; exit 1; }
  check "the system is up" inside systemctl is-active multi-user.target
}

# anna drops jobs.
install_reeld() {
  say "Installing the package"
  cp "$1" "$root/var/cache/reeld.deb"
  inside env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    -o Dpkg::Options::=--force-confold /var/cache/reeld.deb >"$scratch/install.log" 2>&1 ||
    { cat "$scratch/install.log" >&2; exit 1; }
  inside useradd --create-home --groups reeld anna
}

# The checks.

test_unit() {
  say "The unit"
  check "systemd-analyze verify finds nothing" unit_is_right
  check "its exposure is at most 1.5" \
    inside systemd-analyze security --offline=true --threshold=15 --no-pager /lib/systemd/system/reeld.service
  inside systemd-analyze security --offline=true --no-pager /lib/systemd/system/reeld.service | tail -n 1
}
# Manual pages cannot be looked for without man itself.
unit_is_right() {
  local words
  words=$(inside systemd-analyze verify --man=no reeld.service 2>&1)
  echo "$words"
  [ -z "$words" ]
}

test_without_key() {
  say "Without a key"
  check "the service has said that it is ready" is_property ActiveState active
  check "systemd waits for its word" is_property Type notify
  check "it starts with the system" inside systemctl is-enabled reeld
  check "the log says where to put the key" logged /etc/credstore/leonardo-api-key
  check "so does the status" status_says /etc/credstore/leonardo-api-key
  drop early
  check "a member of the group may drop a job" in_state early queued
  check "it is recorded as hers" job early '.submitter == "anna"'
  body handed | as anna reeld submit - >"$scratch/said"
  check "so is one that she hands to the daemon" job handed '.submitter == "anna"'
  check "nothing is sent" nothing_paid early
}

test_key() {
  say "With a key"
  install -D -m 0600 /dev/null "$root/etc/credstore/leonardo-api-key"
  jq -r .api_key "$scratch/cloud.json" >"$root/etc/credstore/leonardo-api-key"
  inside systemctl restart reeld
  check "the key is read from systemd's credentials" \
    logged "using the API key from /run/credentials/reeld.service/leonardo-api-key"
  check "the job that waited is rendered" in_state early succeeded
  check "paid once" paid_once early
  check "its film is the group's to read" film_is_readable early
  check "her receipt names her" as anna grep -r '"submitter":"anna"' "$lib/spool/accepted"
  check "she cannot read the queue itself" queue_is_closed
  check "root's doctor finds nothing wrong, and the key" doctor_finds_the_key
}
film_is_readable() { # and the group may not write it
  local film
  film=$(film_of "$1") || return 1
  [ "$(inside stat -c '%a %U %G' "${film#"$root"}")" = "640 reeld reeld" ] &&
    as anna head -c 12 "${film#"$root"}" | grep -q ftyp
}
queue_is_closed() { ! as anna cat "$lib/queue.db" 2>/dev/null && [ "$(stat -c %a "$root$lib/queue.db")" = 600 ]; }

doctor_finds_the_key() { inside reeld doctor >"$scratch/found" && grep /etc/credstore/leonardo-api-key "$scratch/found"; }

test_journal() {
  say "The journal"
  local id
  id=$(id_of early)
  check "a job's events have its id as a field" inside journalctl --no-pager -o cat REELD_JOB="$id" --grep . -u reeld
  check "and the level as their priority" has_information "$id"
  check "the status has counts" status_says "[0-9] succeeded"
}

has_information() { inside journalctl --no-pager -o json REELD_JOB="$1" | jq -e 'select(.PRIORITY == "6") | .MESSAGE'; }

# Its pause is longer than a file must rest before it is taken.
test_slow_writer() {
  say "A job that is written slowly"
  as anna sh -c "{ echo '{ \"model\": \"ltxv-2.0-fast\",'; sleep 4
    echo '\"parameters\": { \"prompt\": \"slow\", \"duration\": 6 } }'; } >$lib/spool/incoming/slow.json"
  check "is taken when it is whole" job slow '.submitter == "anna"'
}

test_home_frame() {
  say "A start frame in a home"
  local frame='"start_frame": { "file": "/home/anna/frames/street.png" }'
  as anna mkdir /home/anna/frames
  ffmpeg -v error -f lavfi -i color=gray:size=640x360 -frames:v 1 "$root/home/anna/frames/street.png"
  drop outside "$frame"
  check "is refused with the setting that allows it" rejected_because outside spool.asset_roots
  check "and the unit's" rejected_because outside ProtectHome=
  configure spool.asset_roots '["/home/anna/frames"]'
  inside systemctl restart reeld
  drop hidden "$frame"
  check "is still refused while the unit hides it" rejected_because hidden ProtectHome=
  drop_in frames ProtectHome=tmpfs BindReadOnlyPaths=/home/anna/frames
  inside systemctl restart reeld
  drop framed "$frame"
  check "is taken once both allow it" in_state framed succeeded
}

test_hook() {
  say "A hook"
  printf '#!/bin/sh\ncat >>%s/told\n' "$lib" >"$root/usr/local/bin/tell"
  chmod 755 "$root/usr/local/bin/tell"
  configure hooks.command '["/usr/local/bin/tell"]'
  inside systemctl restart reeld
  drop told
  check "a program is told of the job's end" grep -F '"job.succeeded"' "$root$lib/told"
}

test_other_folder() {
  say "Results on another disk"
  inside install -d -o reeld -g reeld /srv/films
  configure results.dir '"/srv/films"'
  inside systemctl restart reeld 2>"$scratch/said" || true
  check "are refused with what allows them" logged "ReadWritePaths=/srv/films"
  drop_in films ReadWritePaths=/srv/films
  inside systemctl restart reeld
  drop elsewhere
  check "are written where a drop-in allows it" in_state elsewhere succeeded
  check "the film is there" test -n "$(find "$root/srv/films" -name elsewhere.mp4)"
}

test_reload() {
  say "Reload"
  local pid
  pid=$(property MainPID)
  configure limits.max_generations 3
  inside systemctl reload reeld
  check "the new limit is in force" limit_is 3
  configure limits.max_generations '"many"'
  check "a mistake makes the reload fail" reload_fails
  check "and is told" logged "limits.max_generations"
  check "a mistake is refused by the daemon too" refused_by_the_daemon
  check "and the limit stays" limit_is 3
  configure limits.max_generations 3
  check "the daemon is the same" is_property MainPID "$pid"
}
reload_fails() { ! inside systemctl reload reeld; }
refused_by_the_daemon() {
  inside systemctl kill --kill-who=main --signal=HUP reeld
  sleep 1
  logged "the old one stays in force"
}
limit_is() { as anna reeld stats --json | jq -e ".limits.max_generations == $1"; }

test_restart() {
  say "Restart in the middle of a render"
  drop restarted
  check "a render is under way" in_state restarted generating
  inside systemctl restart reeld
  check "goes on" in_state restarted succeeded
  check "paid once" paid_once restarted
}

test_watchdog() {
  say "A frozen daemon"
  drop_in watchdog WatchdogSec=4s
  inside systemctl restart reeld
  drop frozen
  check "a render is under way" in_state frozen generating
  inside systemctl kill --kill-whom=main --signal=STOP reeld
  check "the watchdog ends it" logged "Watchdog timeout"
  check "systemd starts it again" was_restarted
  check "nothing is lost" in_state frozen succeeded
  check "paid once" paid_once frozen
}
was_restarted() { [ "$(property NRestarts)" -ge 1 ]; }

test_stop() {
  say "Stop"
  drop last
  check "a render is under way" in_state last generating
  inside systemctl stop reeld
  check "it ended by itself" is_property Result success
  check "with exit code 0" is_property ExecMainStatus 0
  configure limits.no_such_thing 3
  inside systemctl start reeld 2>/dev/null || true
  check "a wrong configuration ends a start with 78" is_property ExecMainStatus 78
  check "and is not tried again" is_property ActiveState failed
  check "the log says which line is wrong" logged limits.no_such_thing
}

start_cloud
make_root
boot
install_reeld "$1"
test_unit
test_without_key
test_key
test_journal
test_slow_writer
test_home_frame
test_hook
test_other_folder
test_reload
test_restart
test_watchdog
test_stop
say "The service does what it promises."
