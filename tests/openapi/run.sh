#!/usr/bin/env bash
# Runs check.mjs, and installs its packages first where they are missing or outdated.
#
#   tests/openapi/run.sh --self-test | REELD REELD-SIM
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"

major=$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
if [ "$major" -lt 18 ] || ! command -v npm >/dev/null; then
  echo "this check needs Node.js 18 or newer and npm (Debian: nodejs npm)" >&2
  exit 1
fi

# Tests run side by side: one of them installs, the others wait for it.
installed=node_modules/.installed-lock
exec 9<package-lock.json
flock 9
if ! cmp -s package-lock.json "$installed"; then
  if ! npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2; then
    echo "npm could not install the packages of tests/openapi/package-lock.json; what it said stands above" >&2
    exit 1
  fi
  cp package-lock.json "$installed"
fi
flock -u 9

exec node check.mjs "$@"
