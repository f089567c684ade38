#!/usr/bin/env bash
# Breaks the promises on purpose, one patch of tests/mutants at a time, in a copy of the sources, and demands that the
# test which each patch names fails, and passes where nothing is broken. With names: only those.
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

# passes PROGRAM FILTER: runs a test; its output is in the log.
passes() { "$copy/build/release/$1" --gtest_filter="$2" >"$log" 2>&1; }

# Nothing is asked, and a hunk fits where it was made or nowhere.
change() { patch -d "$copy" -p1 --quiet --batch --forward --fuzz=0 "$@"; }

declare -A verdicts # on the unbroken sources, by test

# is_sound PATCH: does its test pass before anything is broken? One that fails anyway notices nothing.
is_sound() {
  local test program filter targets
  test=$(field "$1" Test)
  read -r program filter <<<"$test"
  read -ra targets < <(field "$1" Build)
  if [ -z "${verdicts[$test]:-}" ]; then
    verdicts[$test]=fails
    if build "${targets[@]}" && passes "$program" "$filter"; then
      verdicts[$test]=passes
    else
      tail -20 "$log" >&2
    fi
  fi
  [ "${verdicts[$test]}" = passes ]
}

# judge PATCH: breaks the sources, runs its test, mends them, and prints what came of it; 0 when the test noticed
judge() {
  local patch=$1 program filter targets result=1
  read -r program filter < <(field "$patch" Test)
  read -ra targets < <(field "$patch" Build)
  if ! change --dry-run <"$patch" >"$log"; then
    echo "DOES NOT APPLY"
    return 1
  fi
  change <"$patch"
  if ! build "${targets[@]}"; then
    tail -20 "$log" >&2
    echo "DOES NOT BUILD"
  elif passes "$program" "$filter"; then
    echo "NOT NOTICED by $program $filter"
  else
    echo "noticed by $program $filter"
    result=0
  fi
  change --reverse <"$patch"
  return "$result"
}

prepare
names=("$@")
[ ${#names[@]} -gt 0 ] || mapfile -t names < <(basename -s .patch tests/mutants/*.patch)
failed=0
for name in "${names[@]}"; do
  patch=tests/mutants/$name.patch
  if ! is_sound "$patch"; then
    verdict="FAILS UNBROKEN: $(field "$patch" Test)"
    failed=$((failed + 1))
  else
    verdict=$(judge "$patch") || failed=$((failed + 1))
  fi
  printf '%-11s %-48s %s\n' "$(field "$patch" Promise)" "$name" "$verdict"
done
exit "$failed"
