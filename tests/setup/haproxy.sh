#!/bin/sh
# HAProxy, behind which tests put several servers. They start one of their own in a folder of theirs; only
# the program is needed, and no service is started.
set -eu

die() { echo "setup: $*" >&2; exit 1; }
has_haproxy() { PATH=$PATH:/usr/sbin command -v haproxy >/dev/null; }

if ! has_haproxy; then
  command -v apt-get >/dev/null || die "HAProxy is missing. Install it, with haproxy in PATH."
  [ "$(id -u)" = 0 ] || die "HAProxy is missing. Install it: apt-get install haproxy"
  echo "setup: installing Debian's HAProxy"
  apt-get -qq update
  # In run level 1 Debian's packages start no service.
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends haproxy >/dev/null
  has_haproxy || die "apt-get installed HAProxy, but there is no haproxy in PATH."
fi
echo "setup: HAProxy is ready"
