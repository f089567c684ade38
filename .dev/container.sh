#!/usr/bin/env bash
# Runs an image's program as a container engine would, where there is none:
#
#   unshare --mount --pid --fork --kill-child .dev/container.sh ROOT CONFIG [OPTION...] [-- ARGUMENT...]
#
# ROOT is the image's mounted file system, CONFIG its configuration as JSON. The program is process 1 of its own
# namespace, has the image's user and environment, no capabilities and a root that it cannot write; the network is the
# machine's. Options, as often as wanted: --user UID:GID, --env NAME=VALUE, --volume SOURCE:PATH[:ro]. Needs root.
set -euo pipefail

root=$1 config=$2
shift 2
user=$(jq -r .User "$config")
workdir=$(jq -r .WorkingDir "$config")
mapfile -t variables < <(jq -r '.Env[]' "$config")
mapfile -t entrypoint < <(jq -r '.Entrypoint[]' "$config")
mapfile -t arguments < <(jq -r '.Cmd[]' "$config")
variables=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "${variables[@]}")

mount_volume() { # mount_volume SOURCE PATH [ro]
  if [ -d "$1" ]; then
    mkdir -p "$root$2"
  elif [ ! -e "$root$2" ]; then
    install -D /dev/null "$root$2"
  fi
  mount --bind "$1" "$root$2"
  if [ "${3:-}" = ro ]; then mount -o remount,bind,ro "$root$2"; fi
}

mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount_volume /etc/hosts /etc/hosts ro
mount_volume /etc/resolv.conf /etc/resolv.conf ro
while [ $# -gt 0 ]; do
  case $1 in
    --user) user=$2 ;;
    --env) variables+=("$2") ;;
    --volume)
      IFS=: read -r source path mode <<<"$2"
      mount_volume "$source" "$path" "$mode"
      ;;
    --) arguments=("${@:2}"); break ;;
    *) echo "container.sh: unknown option $1" >&2; exit 2 ;;
  esac
  shift 2
done
mount -o remount,bind,ro "$root"

exec chroot "$root" \
  /usr/bin/setpriv --reuid "${user%:*}" --regid "${user#*:}" --clear-groups --no-new-privs --bounding-set=-all -- \
  /usr/bin/env -i -C "$workdir" "${variables[@]}" "${entrypoint[@]}" "${arguments[@]}"
