#!/usr/bin/env bash
# Breaks the promises on purpose, one patch of tests/mutants at a time, in a copy of the sources, and demands that the
# test which each patch names fails. With names: only those.
set -euo pipefail

readonly copy=$PWD/build/mutants
readonly log=$copy/log
export CCACHE_BASEDIR=$copy CCACHE_NOHASHDIR=1

field() { sed -n "s/^$2: //p" "$1"; }

prepare() {
  mkdir -p "$copy"
  # With the time of now: what an earlier, interrupted run compiled from a patched file is not taken for this one's.
  git ls-files -co --exclude-standard -z | tar --null --files-from=- -c | tar -xm -C "$copy"
  # The same folders below as in a clone, so that ccache knows what has not changed.
  (cd "$copy" && cmake --preset release >"$log")
}

build() { ninja -C "$copy/build/release" -j 2 "$@" >"$log" 2>&1; }

# The test of a patch; its output is in the log.
fails() {
  local program=$1 filter=$2
  ! "$copy/build/release/$program" --gtest_filter="$filter" >"$log" 2>&1
}

# try PATCH: 0 when the test noticed
try() {
  local patch=$1 program filter targets result=0
  read -r program filter < <(field "$patch" Test)
  read -ra targets < <(field "$patch" Build)
  patch -d "$copy" -p1 --quiet <"$patch"
  build "${targets[@]}" || { tail -20 "$log" >&2; result=2; }
  if [ "$result" = 0 ] && ! fails "$program" "$filter"; then result=1; fi
  patch -d "$copy" -p1 --quiet --reverse <"$patch"
  return "$result"
}

prepare
names=("$@")
[ ${#names[@]} -gt 0 ] || mapfile -t names < <(basename -s .patch tests/mutants/*.patch)
unnoticed=0
for name in "${names[@]}"; do
  patch=tests/mutants/$name.patch
  outcome=0
  try "$patch" || outcome=$?
  case $outcome in
    0) verdict="noticed by $(field "$patch" Test)" ;;
    1) verdict="NOT NOTICED by $(field "$patch" Test)" ;;
    *) verdict="DOES NOT BUILD" ;;
  esac
  [ "$outcome" = 0 ] || unnoticed=$((unnoticed + 1))
  printf '%-11s %-48s %s\n' "$(field "$patch" Promise)" "$name" "$verdict"
done
exit "$unnoticed"
