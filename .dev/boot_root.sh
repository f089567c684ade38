#!/usr/bin/env bash
# Boots the Debian system in a folder, with systemd as its pid 1: .dev/boot_root.sh DIR
#
# It has processes, mounts, a host name and control groups of its own, but this machine's network. DIR.pid names its pid 1
# as this machine knows it. SIGTERM ends it; nothing of it stays behind. Needs root.
set -euo pipefail

mount_devices() {
  local device
  mount -t tmpfs -o mode=755 tmpfs dev
  for device in null zero full random urandom tty; do
    touch "dev/$device"
    mount --bind "/dev/$device" "dev/$device"
  done
  mkdir dev/pts dev/shm
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
  mount -t tmpfs -o mode=1777 tmpfs dev/shm
  ln -s pts/ptmx dev/ptmx
  ln -s /proc/self/fd dev/fd
}

# Becomes systemd. Runs as pid 1 of the new namespaces.
boot() {
  mount --bind "$1" "$1"
  cd "$1"
  mount -t proc proc proc
  mount -t sysfs -o ro sysfs sys
  mount -t cgroup2 cgroup2 sys/fs/cgroup
  mount_devices
  mount -t tmpfs -o mode=755 tmpfs run
  mount -t tmpfs -o mode=1777 tmpfs tmp
  mkdir run/old
  pivot_root . run/old
  umount -l /run/old
  # As systemd does itself outside of containers: services get their credentials through shared mounts.
  mount --make-rshared /
  exec env -i container=reeld-test PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system --show-status=no
}

# What an ended system leaves: folders of control groups. Its last processes may take a moment to go.
remove_cgroup() {
  local tries
  for tries in {1..50}; do
    find "$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null && return
    sleep 0.1
  done
  echo "$cgroup could not be removed after $tries tries" >&2
}

if [ "${2:-}" = inside ]; then boot "$1"; fi

root=$1
hierarchy=$(findmnt --noheadings --first-only --types cgroup2 --output TARGET) ||
  { echo "cannot boot a system: no cgroup2 hierarchy is mounted, which systemd needs" >&2; exit 1; }
cgroup=$hierarchy$(sed -n 's/^0:://p' /proc/self/cgroup)/reeld-boot-$$
mkdir -p "$cgroup"
(
  echo $BASHPID >"$cgroup/cgroup.procs"
  exec unshare --fork --kill-child --pid --mount --uts --ipc --cgroup --propagation private "$0" "$root" inside
) </dev/null &
child=$!
trap 'kill -KILL $child' TERM INT
until grep -o '[0-9]*' "/proc/$child/task/$child/children" >"$root.pid" || ! kill -0 $child; do sleep 0.1; done 2>/dev/null
wait $child 2>/dev/null || true
remove_cgroup
rm -f "$root.pid"
