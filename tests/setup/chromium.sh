#!/bin/sh
# The browser in which the npm package and the server's page are tested.
set -eu

die() { echo "setup: $*" >&2; exit 1; }

if ! command -v chromium >/dev/null && [ -z "${CHROMIUM:-}" ]; then
  command -v apt-get >/dev/null || die "there is no chromium. Install it, or name one in CHROMIUM."
  echo "setup: installing Debian's chromium"
  apt-get -qq update
  apt-get -qq install --no-install-recommends chromium >/dev/null
fi
