#!/bin/sh
# libfaketime, by which tests step the clock of a server that runs, and of nothing else.
set -eu

die() { echo "setup: $*" >&2; exit 1; }
has_faketime() { ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1; }

if ! has_faketime; then
  command -v apt-get >/dev/null || die "libfaketime is missing, or not where Debian's package libfaketime has it."
  [ "$(id -u)" = 0 ] || die "libfaketime is missing. Install it: apt-get install libfaketime"
  echo "setup: installing Debian's libfaketime"
  apt-get -qq update
  DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends libfaketime >/dev/null
  has_faketime || die "apt-get installed libfaketime, but there is no libfaketime.so.1 in /usr/lib/*/faketime."
fi
echo "setup: libfaketime is ready"
