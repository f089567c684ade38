#!/usr/bin/env bash
# ./dev test-container: builds the image with buildah over a Debian of this machine's own making, and runs it against
# the simulated cloud, by .dev/container.sh. What was built is kept in build/container/. Needs root.
set -euo pipefail
cd "$(dirname "$0")/.."

kept=$PWD/build/container
base=docker.io/library/debian:bookworm-slim
scratch=$(mktemp -d "${TMPDIR:-/tmp}/reeld-container-XXXXXX")
version=$(sed -n 's/^project(reeld VERSION \([^ ]*\) .*/\1/p' CMakeLists.txt)
mounted=()

# The driver vfs works everywhere, but copies all for each layer.
driver=vfs
if grep -qw overlay /proc/filesystems; then driver=overlay; fi

storage() {
  buildah --storage-driver "${STORAGE_DRIVER:-$driver}" --root "$kept/storage" --runroot "$kept/run" "$@"
}

finish() {
  local status=$? name pid
  # Process 1 takes its container along; it does not die with the unshare that started it once it has another user.
  # The number of what was waited for may be another's by now, so only what still runs is ended.
  for pid in $(jobs -pr); do
    pkill -KILL -P "$pid" || true
    kill -KILL "$pid" 2>/dev/null || true
  done
  wait
  for name in "${mounted[@]}"; do storage rm "$name" >/dev/null; done
  if [ $status = 0 ]; then
    rm -rf "$scratch"
  else
    echo "test-container: failed; logs and films are in $scratch" >&2
  fi
}
trap finish EXIT

ok() { printf 'test-container: %s\n' "$*" >&2; }

fail() {
  printf 'test-container: FAILED: %s\n' "$*" >&2
  exit 1
}

wait_for() { # wait_for SECONDS COMMAND...: until the command succeeds
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $end ] || fail "waited in vain for: $*"
    sleep 0.1
  done
}

# --- the image

# make_slim ROOT: what Debian's image lacks goes, and apt keeps no caches. A layer that is not finished is thrown away, so
# nothing in it need be synced.
make_slim() {
  chroot "$1" dpkg --purge ca-certificates openssl libssl3 >"$scratch/base.log" 2>&1 ||
    { cat "$scratch/base.log" >&2; fail "Debian's packages cannot be removed"; }
  rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*.bin "$1"/usr/share/doc/* "$1"/usr/share/man/*
  printf '%s\n' force-unsafe-io 'path-exclude /usr/share/doc/*' 'path-exclude /usr/share/man/*' \
    >"$1/etc/dpkg/dpkg.cfg.d/slim"
  cat >"$1/etc/apt/apt.conf.d/01slim" <<'CONF'
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb"; };
CONF
}

make_base() {
  storage inspect --type image "$base" >/dev/null 2>&1 && return
  local container root
  container=$(storage from scratch)
  mounted=("$container") # until it is an image
  root=$(storage mount "$container")
  .dev/debian_root.sh "$root"
  make_slim "$root"
  storage commit --quiet --rm "$container" "$base" >/dev/null
  mounted=()
}

# What was compiled outside with the same compiler and packages need not be compiled again.
build_image() {
  local compiled
  compiled=$(ccache --get-config cache_dir)
  mkdir -p "$compiled"
  storage build --isolation chroot --format docker --pull=never --layers --force-rm \
    --volume "$compiled:/root/.cache/ccache" \
    --build-arg "VERSION=$version" --build-arg "REVISION=$(git rev-parse HEAD)" --tag reeld . \
    >"$scratch/build.log" 2>&1 ||
    { tail -n 40 "$scratch/build.log" >&2; fail "the image cannot be built"; }
}

# mount_image IMAGE: where its file system is, in $root.
mount_image() {
  mounted+=("$(storage from --pull=never "$1")")
  root=$(storage mount "${mounted[-1]}")
}

check_configuration() {
  storage inspect --type image reeld | jq .Docker.config >"$scratch/config.json"
  jq -e --arg version "$version" '
    .User == "10001:10001" and .StopSignal == "SIGTERM" and (.Volumes | has("/var/lib/reeld")) and
    .Cmd == ["serve"] and .Healthcheck.Test[0] == "CMD-SHELL" and
    .Labels["org.opencontainers.image.version"] == $version' "$scratch/config.json" >/dev/null ||
    fail "the image's configuration is another: $scratch/config.json"
  health=$(jq -r '.Healthcheck.Test[1]' "$scratch/config.json")
}

check_version() {
  run 0 "reeld --version" -- --version --verbose
  grep -q "^revision *$(git rev-parse HEAD)$" "$scratch/run.log" || fail "the program does not name its revision"
}

check_size() {
  local before after
  mount_image "$base"
  before=$(du -sx --apparent-size --block-size=1 "$root" | cut -f1)
  mount_image reeld
  after=$(du -sx --apparent-size --block-size=1 "$root" | cut -f1)
  local added=$(((after - before) / 100000))
  ok "the image adds $((added / 10)).$((added % 10)) MB to its base of $((before / 1000000)) MB"
  [ $added -lt 600 ] || fail "that is more than 60 MB"
}

# --- the cloud

start_cloud() {
  mkdir -p "$scratch/cloud"
  build/release/reeld-sim --dir "$scratch/cloud" --render-time 5s >"$scratch/cloud.json" 2>"$scratch/cloud.log" &
  wait_for 60 test -s "$scratch/cloud.json"
  api_key=$(jq -r .api_key "$scratch/cloud.json")
  base_url=$(jq -r .base_url "$scratch/cloud.json")
  settings=(--volume "$scratch/cloud/ca.pem:/etc/reeld/ca.pem:ro" --env REELD_LEONARDO__CA_FILE=/etc/reeld/ca.pem
    --env "REELD_LEONARDO__BASE_URL=$base_url" --env REELD_LEONARDO__ALLOWED_DOWNLOAD_HOSTS=localhost
    --env REELD_POLL__FIRST=1s --env REELD_POLL__MIN_INTERVAL=1s --env REELD_RESULTS__MIN_FREE_MIB=0
    # The network is the machine's here, and its port may be taken.
    --env REELD_HTTP__LISTEN=)
}

ledger() { curl -sf --noproxy '*' --cacert "$scratch/cloud/ca.pem" "${base_url%/api/rest}/_sim/ledger"; }
accepted() { ledger | jq length; }
accepted_at_least() { [ "$(accepted)" -ge "$1" ]; }

# same_films DIR WORD: the films below DIR are those that the cloud was paid for by prompts with WORD.
same_films() {
  diff <(find "$1" -name '*.mp4' -exec sha256sum {} + | cut -d' ' -f1 | sort) \
    <(ledger | jq -r --arg word "$2" '.[] | select(.prompt | contains($word)) | .sha256[]' | sort)
}

# --- containers

# start LOG OPTION...: a container of the image in the background; $last is its outer process.
start() {
  local log=$1
  shift
  unshare --mount --pid --fork .dev/container.sh "$root" "$scratch/config.json" "${settings[@]}" "$@" \
    >"$log" 2>&1 &
  last=$!
}

ended_with() { # ended_with CODE WHAT
  local status=0
  wait "$last" || status=$?
  [ $status = "$1" ] || fail "$2 ended with $status instead of $1"
}

run() { # run CODE WHAT OPTION...
  local code=$1 what=$2
  start "$scratch/run.log" "${@:3}"
  ended_with "$code" "$what"
}

init_of() { pgrep -P "$last"; }
begun() { [ "$(cat "/proc/$(init_of)/comm")" = tini ]; }

# inside COMMAND...: as a health check runs, by the image's user in the container's namespaces.
inside() {
  local user=${as:-10001:10001} variables
  mapfile -t variables < <(jq -r '.Env[]' "$scratch/config.json")
  nsenter --target "$(init_of)" --mount --pid --root \
    /usr/bin/setpriv --reuid "${user%:*}" --regid "${user#*:}" --clear-groups \
    /usr/bin/env -i -C / PATH=/usr/bin:/bin "${variables[@]}" "$@"
}

healthy() { inside timeout 5 /bin/sh -c "$health" >>"$scratch/health.log" 2>&1; }

# folder NAME: a volume of the image's user.
folder() {
  mkdir -p "$scratch/$1"
  chown 10001:10001 "$scratch/$1"
  echo "$scratch/$1"
}

job() { # job PROMPT
  jq -nc --arg prompt "$1" '{model: "ltxv-2.0-fast", parameters: {prompt: $prompt, duration: 6}}'
}

# --- a batch

# A folder of jobs as Kubernetes mounts a ConfigMap: links into a folder that can be exchanged.
make_jobs() {
  mkdir -p "$scratch/jobs/..1"
  for number in 1 2 3 4; do job "batch $number"; done >"$scratch/jobs/..1/shots.jsonl"
  ln -s ..1 "$scratch/jobs/..data"
  ln -s ..data/shots.jsonl "$scratch/jobs/shots.jsonl"
}

test_batch() {
  local films batch
  make_jobs
  films=$(folder films)
  batch=(--env "LEONARDO_API_KEY=$api_key" --env REELD_LIMITS__MAX_GENERATIONS=2 --volume "$scratch/jobs:/jobs:ro"
    --volume "$films:/films" -- render /jobs -o /films)
  start "$scratch/batch-1.log" "${batch[@]}"
  wait_for 60 accepted_at_least 1
  wait_for 60 healthy
  kill -KILL "$(init_of)"
  wait "$last" || true
  [ "$(accepted)" -lt 4 ] || fail "the batch was killed too late"
  ok "a batch was killed with $(accepted) of 4 renders paid for"
  start "$scratch/batch-2.log" "${batch[@]}"
  wait_for 60 accepted_at_least 3
  kill -TERM "$(init_of)"
  ended_with 75 "a batch that was told to stop"
  run 0 "the batch" "${batch[@]}"
  [ "$(accepted)" = 4 ] || fail "4 jobs were paid for $(accepted) times"
  same_films "$films" batch || fail "the films are not those that were paid for"
  run 0 "a batch that is done" "${batch[@]}"
  [ "$(accepted)" = 4 ] || fail "a batch that was done was paid for again"
  ok "the same command finished it: 4 films, 4 paid for"
}

test_exit_codes() {
  local films
  films=$(folder refused)
  job forbidden >"$scratch/refused.json"
  local options=(--volume "$scratch/refused.json:/jobs/refused.json:ro" --volume "$films:/films")
  run 1 "a batch whose job is refused" "${options[@]}" --env "LEONARDO_API_KEY=$api_key" -- render /jobs -o /films
  run 78 "a batch without a key" "${options[@]}" -- render /jobs -o /films
  grep -q 'no API key: .*/run/secrets/leonardo-api-key, or set LEONARDO_API_KEY' "$scratch/run.log" ||
    fail "a batch without a key does not say where it belongs: $(cat "$scratch/run.log")"
  run 66 "a batch of nothing" "${options[@]}" --env "LEONARDO_API_KEY=$api_key" -- render /none.json -o /films
  ok "a batch's exit code is the container's"
}

# --- a daemon

# An engine fills a volume of its own with what the image holds in that place.
make_daemon_volumes() {
  cp -a "$root/var/lib/reeld" "$scratch/data"
  echo "$api_key" >"$scratch/key"
  chmod 444 "$scratch/key"
}

start_daemon() {
  start "$scratch/$1.log" --user "$as" --volume "$scratch/data:/var/lib/reeld" \
    --volume "$scratch/key:/run/secrets/leonardo-api-key:ro" \
    --env 'REELD_HOOKS__COMMAND=/bin/sh,-c,(sleep 0.1; echo >>/var/lib/reeld/told) &'
  wait_for 60 begun
  wait_for 60 healthy
}

check_confinement() {
  local status
  status=/proc/$(pgrep -P "$(init_of)" reeld)/status
  grep -q '^CapBnd:.0*$' "$status" || fail "the daemon may gain capabilities"
  grep -q "^Uid:.${as%:*}" "$status" || fail "the daemon runs as another user"
  as=0:0 inside sh -c 'cd /var/lib/reeld && touch written && rm written' || fail "root cannot write even a volume"
  if as=0:0 inside touch /usr/written 2>/dev/null; then fail "the root file system can be written"; fi
}

# What a hook left in the background is process 1's child, dead or alive, until it is reaped.
all_reaped() { [ "$(pgrep -c -P "$(init_of)")" = 1 ]; }

check_health() {
  local daemon began
  began=$(date +%s%N)
  healthy || fail "a daemon that is well counts as unhealthy"
  ok "a health check takes $((($(date +%s%N) - began) / 1000000)) ms"
  daemon=$(pgrep -P "$(init_of)" reeld)
  kill -STOP "$daemon"
  if healthy; then fail "a daemon that does not answer counts as healthy"; fi
  kill -CONT "$daemon"
  wait_for 60 healthy
}

test_daemon() {
  # Some user of group 0, as OpenShift chooses one.
  local as=1000650000:0
  make_daemon_volumes
  start_daemon daemon-1
  check_confinement
  job "daemon 1" >"$scratch/data/spool/incoming/rain.json"
  wait_for 60 test -s "$scratch/data/told"
  same_films "$scratch/data/results" daemon || fail "the film is not the one that was paid for"
  wait_for 60 all_reaped
  check_health
  kill -TERM "$(init_of)"
  ended_with 0 "a daemon that was told to stop"
  jq -es . "$scratch/daemon-1.log" >/dev/null || fail "the log is not JSON"
  run 1 "the health check of a daemon that is gone" --user "$as" --volume "$scratch/data:/var/lib/reeld" -- \
    doctor --quick
  ok "a daemon of any user rendered a job from its spool under a read-only root, and stopped with 0"
}

test_daemon_restart() {
  local as=1000650000:0 before
  start_daemon daemon-2
  before=$(accepted)
  job "daemon 2" >"$scratch/data/spool/incoming/snow.json"
  wait_for 60 accepted_at_least $((before + 1))
  kill -KILL "$(init_of)"
  wait "$last" || true
  start_daemon daemon-3
  wait_for 60 same_films "$scratch/data/results" daemon >/dev/null
  kill -TERM "$(init_of)"
  ended_with 0 "a daemon that was told to stop"
  ok "a daemon that was killed went on, and paid once"
}

ok "building the image; what can be kept of an earlier one is"
make_base
build_image
check_configuration
check_size
start_cloud
check_version
test_batch
test_exit_codes
test_daemon
test_daemon_restart
ok "all is well"
