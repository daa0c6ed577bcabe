#!/bin/sh
# Valgrind, under which the tests of Argon2 run.
set -eu

die() { echo "setup: $*" >&2; exit 1; }

if ! command -v valgrind >/dev/null; then
  command -v apt-get >/dev/null || die "Valgrind is missing. Install it, with valgrind in PATH."
  [ "$(id -u)" = 0 ] || die "Valgrind is missing. Install it: apt-get install valgrind"
  echo "setup: installing Debian's Valgrind"
  apt-get -qq update
  apt-get -qq install --no-install-recommends valgrind >/dev/null
  command -v valgrind >/dev/null || die "apt-get installed Valgrind, but there is no valgrind in PATH."
fi
echo "setup: Valgrind is ready"
