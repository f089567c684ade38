#!/usr/bin/env bash
# ./dev lint: every check that needs no running program, and two that only need the built one.
set -euo pipefail
cd "$(dirname "$0")/.."

failed=0
step() {
  local name=$1
  shift
  printf 'lint: %-12s ' "$name" >&2
  if output=$("$@" 2>&1); then
    echo ok >&2
  else
    failed=1
    printf 'FAILED\n%s\n' "$output" >&2
  fi
}

mapfile -t sources < <(git ls-files -co --exclude-standard '*.cpp' '*.hpp')
mapfile -t product < <(git ls-files -co --exclude-standard 'common/*.cpp' 'daemon/*.cpp')
mapfile -t scripts < <(git ls-files -co --exclude-standard \
  dev .ci/run '.dev/*.sh' '.dev/debian/p*' 'tests/*.sh' 'config/examples/*.sh')

check_config_keys() {
  local key missing=0
  while read -r key; do
    # A key stands, commented or not, under its section's heading.
    .dev/has_key.py config/reeld.toml "$key" || { echo "config/reeld.toml lacks $key"; missing=1; }
  done < <(build/release/reeld config show --json --config /dev/null | jq -r .key)
  return $missing
}

# The version stands in CMakeLists.txt; where prose and examples show one, it is the same.
check_version() {
  local version
  version=$(sed -n 's/^project(reeld VERSION \([^ ]*\) .*/\1/p' CMakeLists.txt)
  ! git grep -noE '(reeld[:_ ]|VERSION=|version"?: "?)[0-9]+\.[0-9]+\.[0-9]+' -- docs config README.md |
    grep -vF "$version"
}

# ./dev mutants runs seldom: what it needs must not rot unseen.
check_mutants() {
  local patch rotten=0
  for patch in tests/mutants/*.patch; do
    git apply --check "$patch" || { echo "$patch does not apply any more"; rotten=1; }
  done
  return $rotten
}

# The analysers read the compile commands of the release build; its generated headers must exist.
cmake --preset release >/dev/null
cmake --build --preset release --target reeld >/dev/null

step format clang-format-19 --dry-run -Werror "${sources[@]}"
step includes python3 .dev/check_includes.py
step sizes python3 .dev/check_sizes.py
step config check_config_keys
step mutants check_mutants
step version check_version
step shellcheck shellcheck -S warning "${scripts[@]}"
# Debian's cppcheck knows neither co_return (missingReturn, accessMoved; clang-tidy checks the latter) nor chrono
# literals (cppcheckError) nor GoogleTest's macros.
step cppcheck cppcheck --quiet --error-exitcode=1 --std=c++20 --language=c++ --inline-suppr \
  --enable=warning,portability --suppress=internalAstError --suppress=syntaxError --suppress=unknownMacro \
  --suppress=missingReturn --suppress=accessMoved --suppress=cppcheckError \
  -j 2 -I . "${product[@]}"
clang_tidy() { printf '%s\n' "${product[@]}" | xargs -P 2 -n 4 clang-tidy-19 --quiet -p build/release; }
step clang-tidy clang_tidy

exit $failed
