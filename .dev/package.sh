#!/usr/bin/env bash
# ./dev package: the Debian package of what is here, and lintian's word on it. Prints the package's path.
set -euo pipefail
cd "$(dirname "$0")/.."

rm -f build/package/*.deb
# Neither the umask of whoever builds nor the time of building matters to what is in the package.
umask 022
SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -l build/package/debian/changelog -S Timestamp)
export SOURCE_DATE_EPOCH
(cd build/package && cpack --config CPackConfig.cmake >cpack.log 2>&1) || { cat build/package/cpack.log >&2; exit 1; }
package=$(ls build/package/*.deb)
lintian --fail-on error,warning "$package" >&2
echo "$package"
