#!/bin/sh
# PostgreSQL, in which tests keep users as an operator's own database would. They start a server of
# their own in a folder of theirs; only the programs are needed, and no cluster is made.
set -eu

die() { echo "setup: $*" >&2; exit 1; }
has_postgresql() { command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }

if ! has_postgresql; then
  command -v apt-get >/dev/null || die "PostgreSQL is missing. Install it, with initdb in PATH."
  [ "$(id -u)" = 0 ] || die "PostgreSQL is missing. Install it: apt-get install postgresql"
  echo "setup: installing Debian's PostgreSQL"
  no_cluster=/etc/postgresql-common/createcluster.d/sekisho-setup.conf
  mkdir -p "${no_cluster%/*}"
  trap 'rm -f "$no_cluster"' EXIT
  echo "create_main_cluster = false" >"$no_cluster"
  apt-get -qq update
  DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends postgresql >/dev/null
  has_postgresql || die "apt-get installed PostgreSQL, but there is no initdb in /usr/lib/postgresql."
fi
echo "setup: PostgreSQL is ready"
