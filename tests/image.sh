#!/bin/sh
# Builds the server as the image has it (minutes) and runs it as the image would, without an engine: in a
# root that has next to nothing else in it, read-only, as the image's user. Needs root, for a root and a
# network of its own.
set -eu
cd "$(dirname "$0")/.."

die() { echo "image: $*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || die "needs root, to give the program a root and a user of its own"

sh tests/setup/deploy.sh
. tests/setup/cache.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sh server-example/deploy/static.sh "$work/sekisho-server"
mkdir "$work/root"
unshare --mount --net "$cache/deploy/bin/python" tests/deploy/image.py "$work/sekisho-server" "$work/root"
