#!/usr/bin/env bash
# ./dev test-package: a life of build/package/reeld_VERSION_ARCH.deb in a fresh Debian, with the simulated cloud: install,
# render a film, upgrade from an older package with an older queue, remove, purge, install again.
#
# Nothing is booted here: reeld runs in the root as its own user. ./dev test-systemd tests the service. Needs root.
set -euo pipefail
cd "$(dirname "$0")/.."

# The mounts below are seen, and kept, by nobody else.
[ -n "${REELD_OWN_MOUNTS:-}" ] || REELD_OWN_MOUNTS=1 exec unshare --mount "$0" "$@"

package=$(ls "$PWD"/build/package/reeld_*.deb)
version=$(dpkg-deb -f "$package" Version)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/reeld-package-XXXXXX")
root=$scratch/root
data=$root/var/lib/reeld

finish() {
  local pid
  # Only what still runs: the number of what was waited for may be another's by now.
  for pid in $(jobs -pr); do kill "$pid" 2>/dev/null || true; done
  wait
  umount "$root/proc" 2>/dev/null || true
  rm -rf --one-file-system "$scratch"
}
trap finish EXIT

step() { printf '\n\033[1m%s\033[0m\n' "$*"; }
ok() { printf '  ok: %s\n' "$*"; }
fail() {
  printf '  FAILED: %s\n' "$*" >&2
  [ ! -s "$scratch/reeld.log" ] || tail -n 20 "$scratch/reeld.log" >&2
  exit 1
}
# check WHAT COMMAND...: the command must succeed.
check() {
  local what=$1
  shift
  "$@" >"$scratch/said" || { cat "$scratch/said" >&2; fail "$what"; }
  ok "$what"
}
wait_for() { # wait_for SECONDS WHAT COMMAND...
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    [ $SECONDS -lt $end ] || { inside reeld list >&2 || true; fail "$what"; }
    sleep 0.2
  done
  ok "$what"
}

inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C DEBIAN_FRONTEND=noninteractive "$@"; }
apt() {
  inside apt-get -y -qq -o Dpkg::Options::=--force-confold "$@" >"$scratch/apt.log" 2>&1 ||
    fail "apt-get $* ($(cat "$scratch/apt.log"))"
}
install_package() {
  cp "$1" "$root/tmp/reeld.deb"
  apt install --no-install-recommends --allow-downgrades /tmp/reeld.deb
}

is_installed() { [ "$(inside dpkg-query -W -f='${db:Status-Status}' reeld)" = installed ]; }

# expect MODE OWNER:GROUP PATH
expect() {
  local found
  found=$(inside stat -c '%a %U:%G' "$3") || fail "$3 is missing"
  [ "$found" = "$1 $2" ] || fail "$3 is $found, not $1 $2"
}

# The environment that the service's unit gives.
as_service=(chroot --userspec=reeld:reeld "$root" /usr/bin/env -i PATH=/usr/bin:/bin STATE_DIRECTORY=/var/lib/reeld
  RUNTIME_DIRECTORY=/run/reeld CREDENTIALS_DIRECTORY=/run/credentials/reeld.service)

start_cloud() {
  mkdir -p "$scratch/cloud"
  build/release/reeld-sim --dir "$scratch/cloud" --render-time 1s >"$scratch/cloud.json" 2>"$scratch/cloud.log" &
  wait_for 10 "the simulated cloud runs" test -s "$scratch/cloud.json"
}

# How many renders of that prompt the cloud was made to do.
renders_of() {
  curl -sS --noproxy '*' --cacert "$(jq -r .ca_file "$scratch/cloud.json")" \
    "$(jq -r '.base_url | rtrimstr("/api/rest")' "$scratch/cloud.json")/_sim/ledger" |
    jq "[.[] | select(.prompt == \"$1\")] | length"
}

# set_key SECTION LINE: what an administrator would write into the configuration.
set_key() { sed -i "/^\[$1\]/a $2" "$root/etc/reeld/reeld.toml"; }

configure() {
  install -m 644 "$(jq -r .ca_file "$scratch/cloud.json")" "$root/usr/local/share/cloud.pem"
  set_key leonardo "base_url = \"$(jq -r .base_url "$scratch/cloud.json")\""
  set_key leonardo 'ca_file = "/usr/local/share/cloud.pem"'
  set_key leonardo 'allowed_download_hosts = ["localhost"]'
  set_key poll 'first = "1s"'
  set_key results 'min_free_mib = 0'
  set_key http 'listen = []'
  set_key reconcile 'settle_time = "1s"'
}

daemon=
start_daemon() {
  "${as_service[@]}" reeld serve 2>>"$scratch/reeld.log" &
  daemon=$!
  wait_for 20 "reeld serve is up" test -S "$root/run/reeld/reeld.sock"
}
stop_daemon() {
  kill "$daemon"
  wait "$daemon" || fail "reeld serve ended with $?"
  ok "reeld serve ended with 0"
}

# render NAME: the third of the three commands of docs/operations.md.
render() {
  printf '{"model":"ltxv-2.0-fast","parameters":{"prompt":"%s","duration":6}}' "$1" >"$scratch/$1.json"
  cp "$scratch/$1.json" "$data/spool/incoming/"
  wait_for 60 "$1.json became a film" sh -c "ls '$data'/results/*/'$1'/'$1'.mp4 >/dev/null 2>&1"
}

# The same package, older: another version, another conffile.
older_package() {
  dpkg-deb -R "$package" "$scratch/older"
  sed -i 's/^Version: .*/Version: 0.4.0/' "$scratch/older/DEBIAN/control"
  sed -i '1i # The configuration of an older reeld.' "$scratch/older/etc/reeld/reeld.toml"
  dpkg-deb --root-owner-group -b "$scratch/older" "$scratch/reeld_0.4.0.deb" >/dev/null
}

# A queue as the steps 0001 and 0002 left it, with a job in it.
older_queue() {
  local file name
  {
    echo 'CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL,'
    echo '  sha256 TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT;'
    for file in migrations/sqlite/000[12]_*.sql; do
      name=${file##*/}
      cat "$file"
      echo "INSERT INTO schema_migrations VALUES (${name:3:1}, '$name', '$(sha256sum "$file" | cut -d' ' -f1)', 0);"
    done
    cat .dev/debian/test/old_queue.sql
  } | sqlite3 "$data/queue.db"
  inside chown reeld:reeld /var/lib/reeld/queue.db
  chmod 600 "$data/queue.db"
}

check_files() {
  expect 755 root:root /usr/bin/reeld
  expect 644 root:root /etc/reeld/reeld.toml
  expect 644 root:root /usr/lib/systemd/system/reeld.service
  expect 644 root:root /usr/share/doc/reeld/README.md
  expect 750 reeld:reeld /var/lib/reeld
  expect 2770 reeld:reeld /var/lib/reeld/spool/incoming
  ok "modes and owners"
  check "all files are those of the package" inside dpkg --verify reeld
  check "the user has no shell" inside sh -c 'getent passwd reeld | grep -q "/usr/sbin/nologin$"'
  check "the service is enabled" test -L "$root/etc/systemd/system/multi-user.target.wants/reeld.service"
  local page
  for page in man1/reeld.1 man5/reeld.toml.5 man5/reeld-job.5; do
    check "the manual has ${page##*/}" gzip -t "$root/usr/share/man/$page.gz"
  done
  check "bash can complete" \
    inside bash -c 'source /usr/share/bash-completion/completions/reeld && complete -p reeld >/dev/null'
}

step "Install $version"
.dev/debian_root.sh "$root"
mount -t proc proc "$root/proc"
cp /etc/hosts "$root/etc/hosts"
inside apt-get update -qq
install_package "$package"
check_files
check "reeld --version" test "$(inside reeld --version)" = "reeld $version"
check "the packaged configuration is right" inside reeld config check
check "the packaged configuration changes nothing" \
  test "$(inside reeld config show)" = "$(inside reeld config show --config /dev/null)"

step "The first film"
start_cloud
configure
check "the edited configuration is right" inside reeld config check
install -d -m 755 -o "$(inside id -u reeld)" -g "$(inside id -g reeld)" \
  "$root/run/reeld" "$root/run/credentials/reeld.service"
install -m 600 -o "$(inside id -u reeld)" /dev/stdin "$root/run/credentials/reeld.service/leonardo-api-key" \
  <<<"$(jq -r .api_key "$scratch/cloud.json")"
start_daemon
render first
check "the program sees the queue" inside sh -c 'reeld list --json | grep -q succeeded'
stop_daemon
cp "$root/etc/reeld/reeld.toml" "$scratch/edited.toml"

step "Purge: the configuration goes, films and queue stay"
apt purge reeld
check "films and queue stay, and it says so" grep -q 'stay in /var/lib/reeld' "$scratch/apt.log"
check "the configuration is gone" test ! -e "$root/etc/reeld"
check "the program is gone" test ! -e "$root/usr/bin/reeld"
check "no unit is left" test ! -e "$root/etc/systemd/system/multi-user.target.wants/reeld.service"
check "the film is there" ls "$data"/results/*/first/first.mp4
rm -rf "$data"

step "Upgrade from an older package, with an older queue and an edited configuration"
older_package
install_package "$scratch/reeld_0.4.0.deb"
cp "$scratch/edited.toml" "$root/etc/reeld/reeld.toml"
older_queue
check "four steps and more of the schema are missing" test "$("${as_service[@]}" reeld migrate status | grep -c ^missing)" -ge 4
install_package "$package"
check "the edited configuration survived" cmp "$scratch/edited.toml" "$root/etc/reeld/reeld.toml"
check "the new one lies beside it" test -s "$root/etc/reeld/reeld.toml.dpkg-dist"
rm -f "$root/run/reeld/reeld.sock"
start_daemon
wait_for 60 "the older queue's job became a film" test -s "$data/results/kept/old.mp4"
render second
stop_daemon
check "no step of the schema is missing" test "$("${as_service[@]}" reeld migrate status | grep -c ^missing || true)" = 0
copy=$(basename "$(ls "$data"/queue.db.before-0003-*)")
expect 600 reeld:reeld "/var/lib/reeld/$copy"
check "the queue was copied before its schema was changed" \
  test "$(sqlite3 "$data/$copy" 'SELECT max(version) FROM schema_migrations')" = 2

step "Downgrade, as docs/operations.md has it"
check "the service cannot be started meanwhile" inside systemctl mask reeld
cp "$scratch/reeld_0.4.0.deb" "$root/tmp/"
apt install --allow-downgrades /tmp/reeld_0.4.0.deb
check "not by an installation either" test "$(inside systemctl is-enabled reeld)" = masked
inside sh -ec "cd /var/lib/reeld && mkdir -m 700 newer && mv queue.db newer/
  rm -f queue.db-wal queue.db-shm
  install -m 600 -o reeld -g reeld $copy queue.db"
check "it can be started again" inside systemctl unmask reeld
check "the queue is the older one" test "$("${as_service[@]}" reeld migrate status | grep -c ^missing)" -ge 4
start_daemon
wait_for 60 "its job, which was rendered meanwhile, is held" \
  inside sh -c 'reeld list --json --state held | grep -q "\"name\":\"old\""'
stop_daemon
check "nothing was paid for twice" test "$(renders_of 'An old job')" = 1
install_package "$package"
rm -f "$data"/queue.db{,-wal,-shm}
mv "$data"/newer/* "$data"
rmdir "$data/newer"

step "Remove, and install again"
apt remove reeld
check "the program is gone" test ! -e "$root/usr/bin/reeld"
check "the configuration stays" cmp "$scratch/edited.toml" "$root/etc/reeld/reeld.toml"
install_package "$package"
check "the queue is as it was" test "$("${as_service[@]}" reeld list --json | grep -c '"succeeded"')" = 2
check "the service is enabled again" test -L "$root/etc/systemd/system/multi-user.target.wants/reeld.service"

step "Install where nothing can be made: without /proc, and with a spool that was moved elsewhere"
apt purge reeld
umount "$root/proc"
install_package "$package"
check "it is installed without /proc" is_installed
mount -t proc proc "$root/proc"
apt purge reeld
mv "$data/spool" "$root/srv/spool"
ln -s /srv/spool "$data/spool"
inside chown -h reeld:reeld /var/lib/reeld/spool
install_package "$package"
check "it is installed over a link" is_installed

step "All is well with $package"
