#!/bin/sh
# need.sh COMMAND[=DEBIAN_PACKAGE] ...: installs what is missing where it may (as root, in CI); else says what will be skipped.
missing=
for each; do
    command -v "${each%%=*}" >/dev/null || missing="$missing ${each#*=}"
done
[ -n "$missing" ] || exit 0
if command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || [ -n "${CI:-}" ]; }; then
    root=
    [ "$(id -u)" = 0 ] || root="sudo -n"
    echo "installing from Debian's packages:$missing"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086
    $root apt-get -qq update && $root apt-get -qq install --yes --no-install-recommends $missing >/dev/null && exit 0
fi
echo "not installed, so their tests are skipped (in CI they fail):$missing"
