#!/bin/sh
# Redis, in which tests keep counters. They start a server of their own in a folder of theirs; only the
# program is needed, and no service is started.
set -eu

die() { echo "setup: $*" >&2; exit 1; }

if ! command -v redis-server >/dev/null; then
  command -v apt-get >/dev/null || die "Redis is missing. Install it, with redis-server in PATH."
  [ "$(id -u)" = 0 ] || die "Redis is missing. Install it: apt-get install redis-server"
  echo "setup: installing Debian's Redis"
  apt-get -qq update
  # In run level 1 Debian's packages start no service.
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends redis-server >/dev/null
  command -v redis-server >/dev/null || die "apt-get installed Redis, but there is no redis-server in PATH."
fi
echo "setup: Redis is ready"
