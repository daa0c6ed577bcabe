#!/bin/sh
# static.sh FILE: builds the server as one program that needs no library and no file of the system it runs
# on, and puts it at FILE.
set -eu
file=$1
cd "$(dirname "$0")/../.."

die() { echo "static: $*" >&2; exit 1; }

host=$(rustc -vV | sed -n 's/^host: //p')
case $host in
  *-linux-gnu) ;;
  *) die "$host is not Linux with glibc. Build in the image: docker build -f server-example/deploy/Dockerfile ." ;;
esac
# With a target of its own the flag is not for macros and build scripts, which cannot be static.
export "CARGO_TARGET_$(echo "$host" | tr a-z- A-Z_)_RUSTFLAGS=-C target-feature=+crt-static"
cargo build --locked --release -p sekisho-server --target "$host"

built=${CARGO_TARGET_DIR:-target}/$host/release/sekisho-server
! readelf --wide --program-headers --dynamic "$built" | grep -E 'INTERP|NEEDED' >&2 ||
  die "$built is not static: the lines above name what it wants of the system"
install -D -m 755 "$built" "$file"
