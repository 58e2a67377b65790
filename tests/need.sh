#!/bin/sh
# need.sh PACKAGE ...: installs what is missing of some Debian packages; says which, where it may not.
set -eu
for package; do
    shift
    dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q ' installed$' || set -- "$@" "$package"
done
[ "$#" -gt 0 ] || exit 0
[ "$(id -u)" = 0 ] || { echo "error: the tests need Debian packages: apt-get install $*" >&2; exit 1; }
apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends "$@" >/dev/null
