#!/usr/bin/env bash
# Makes a folder a fresh Debian 12, for tests of what is installed: .dev/debian_root.sh DIR [PACKAGE...]
#
# The bare system is made once by debootstrap and kept in build/debian/. Packages come from where this machine gets its
# own. Needs root.
set -euo pipefail
cd "$(dirname "$0")/.."

root=$1
shift
kept=build/debian/bookworm.tar

# The first Debian mirror that apt knows here.
mirror() {
  apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' "Created-By: Packages" |
    awk '$2 == "bookworm" && $3 == "main" { print $1; exit }'
}

if [ ! -s "$kept" ]; then
  mkdir -p "$(dirname "$kept")"
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  debootstrap --variant=minbase --include=ca-certificates bookworm "$scratch" "$(mirror)" >"$scratch.log" 2>&1 ||
    { cat "$scratch.log" >&2; exit 1; }
  rm -rf "$scratch.log" "$scratch"/var/cache/apt/archives/*.deb
  tar -C "$scratch" -cf "$kept.part" .
  mv "$kept.part" "$kept"
fi

mkdir -p "$root"
tar -C "$root" -xpf "$kept"
# The folder it was made in was closed to others; a system's root is not.
chmod 755 "$root"
cp /etc/resolv.conf "$root/etc/resolv.conf"
# Apt reaches its mirrors as it does here, and what it installs starts no services.
apt-config dump | grep -E '^Acquire::(Check|http|https)' >"$root/etc/apt/apt.conf.d/00acquire" || true
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
if [ $# -gt 0 ]; then
  chroot "$root" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get install -y -qq --no-install-recommends "$@" >/dev/null
fi
