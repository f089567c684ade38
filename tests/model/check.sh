#!/usr/bin/env bash
# check.sh sound|broken: explores every state of protocol.pml with spin.
#
# "sound" is the protocol: each property holds, and no step of it is idle. "broken" are variants of it that leave one
# rule out: of each, the named property must fail, or else the model would not notice that rule.
set -euo pipefail
model=$(dirname "$(readlink -f "$0")")/protocol.pml
compiler=${CC:-clang-19}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# variant NAME OPTIMISATION FLAG...: makes ./NAME, the program that explores this variant.
variant() {
  local name=$1 optimisation=$2
  shift 2
  spin -a "$@" "$model" >spin.log || { cat spin.log; exit 1; }
  "$compiler" "$optimisation" -w -o "$name" pan.c
}

# figure PATTERN FILE: the number behind a pattern in pan's report.
figure() { sed -n "s/$1/\1/p" "$2" | head -n 1; }

# explore NAME PROPERTY: runs it to its end or its first error, and prints a line of the table.
explore() {
  local name=$1 property=$2 report=$1.$2 begun=$EPOCHREALTIME errors ended
  "./$name" -a -m10000 -w20 -N "$property" >"$report" 2>&1 || true
  ended=$EPOCHREALTIME
  errors=$(figure '.*errors: \([0-9]*\)$' "$report")
  printf '%-28s %-12s %9s %6s %5.1f s  %s\n' "$name" "$property" "$(figure '^ *\([0-9]*\) states, stored.*' "$report")" \
    "$(figure '.*depth reached \([0-9]*\),.*' "$report")" "$(((10#${ended/./} - 10#${begun/./}) / 100000))e-1" \
    "$([ "$errors" = 0 ] && echo holds || echo fails)"
  if [ -z "$errors" ] || grep -qE 'max search depth too small|out of memory' "$report"; then
    cat "$report"
    exit 1
  fi
  [ "$errors" = 0 ]
}

# unreached REPORT: the steps that no behaviour takes, but for the ends of processes that never end.
unreached() { sed -n '/^unreached in proctype/,$p' "$1" | grep -E 'proctype|pml:' | grep -v -- '"-end-"' || true; }

failed=0
# holds NAME PROPERTY...
holds() {
  local name=$1 property
  shift
  for property in "$@"; do
    explore "$name" "$property" || failed=1
  done
}

# fails NAME PROPERTY FLAG: without the rule that FLAG takes away the property must not hold.
fails() {
  local name=$1 property=$2
  shift 2
  variant "$name" -O0 "$@"
  if explore "$name" "$property"; then
    echo "$name: $property should fail, and holds" >&2
    failed=1
  fi
}

printf '%-28s %-12s %9s %6s %7s  %s\n' variant property states depth time result
case ${1:-} in
  sound)
    variant park -O1 -DPARK
    holds park paid_once right_owner never_lost ends
    # Every step of the model is taken by some behaviour: nothing holds because it cannot happen.
    idle=$(unreached park.paid_once | grep 'pml:' || true)
    [ -z "$idle" ] || { printf 'never taken:\n%s\n' "$idle" >&2; failed=1; }
    variant resend -O1
    holds resend paid_once right_owner never_lost ends
    variant park-and-nobody-there -O1 -DPARK -DNOBODY_RESOLVES
    holds park-and-nobody-there ends
    ;;
  broken)
    fails resend-without-reconciling paid_once -DRESEND_WITHOUT_RECONCILING
    fails intent-after-sending paid_once -DINTENT_AFTER_SENDING
    fails without-settle-time paid_once -DWITHOUT_SETTLING
    fails absent-after-one-walk paid_once -DABSENT_AFTER_ONE_WALK
    fails without-proof-of-life paid_once -DWITHOUT_PROOF_OF_LIFE
    fails life-proved-once paid_once -DLIFE_PROVED_ONCE
    fails younger-than-intent paid_once -DYOUNGER_THAN_INTENT
    fails twins-together right_owner -DTWINS_TOGETHER
    fails candidates-on-record right_owner -DCANDIDATES_ON_RECORD
    fails cancel-closes-intent never_lost -DCANCEL_CLOSES_INTENT
    ;;
  *)
    echo "usage: check.sh sound|broken" >&2
    exit 2
    ;;
esac
exit $failed
