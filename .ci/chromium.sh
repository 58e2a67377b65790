#!/bin/sh
# Brings Chromium for the tests of deep listings: what is there, else Debian's package where that may be installed.
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null; then
        echo "chromium: using $(command -v "$name")"
        exit 0
    fi
done
as_root=
[ "$(id -u)" = 0 ] || as_root="sudo -n"
if command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || [ -n "${CI:-}" ]; }; then
    echo "chromium: installing Debian's package"
    if $as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends chromium >/dev/null; then
        exit 0
    fi
    echo "chromium: apt-get could not install it"
fi
echo "chromium: there is none; tests of deep listings are skipped (in CI they fail). On Debian: apt-get install chromium; elsewhere: $1/playwright install chromium"
