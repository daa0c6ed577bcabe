#!/bin/sh
# What reads the files that the server is deployed with: Kubernetes' own schemas, a linter of Dockerfiles
# and systemd's. No engine, cluster or service is started.
set -eu

. "$(dirname "$0")/cache.sh"
. "$(dirname "$0")/venv.sh"

install_venv "$(dirname "$0")/deploy.txt" deploy "Python packages for the files of deployments"

if ! command -v systemd-analyze >/dev/null; then
  command -v apt-get >/dev/null || die "systemd-analyze is missing. Install systemd."
  [ "$(id -u)" = 0 ] || die "systemd-analyze is missing. Install it: apt-get install systemd"
  echo "setup: installing Debian's systemd, of which nothing is started"
  apt-get -qq update
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends systemd >/dev/null
fi
echo "setup: systemd-analyze is ready"
