#!/bin/sh
# Builds the jar: the library, UniFFI's Kotlin generated from it, and the package around them. Without
# arguments it installs the jar, untested, into the local repository in the cache folder; with them, they
# are Maven's. The tests call it.
set -eu
cd "$(dirname "$0")"
. ../../tests/setup/cache.sh
. ../../tests/setup/maven.sh
targets=$(cargo metadata --locked --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
library=$targets/uniffi/libsekisho_uniffi.so
bindings=target/bindings/sekisho/internal
native=target/natives/linux-x86-64/libsekisho_uniffi.so

cargo build --locked --quiet --profile uniffi -p sekisho-uniffi
rm -rf target/bindings target/natives
mkdir -p target/bindings "${native%/*}"
cargo run --locked --quiet --manifest-path ../../Cargo.toml --bin uniffi-bindgen generate "$library" --language kotlin --no-format \
  --out-dir target/bindings
awk -f bindings.awk "$bindings/sekisho.kt" >"$bindings/Bindings.kt"
rm "$bindings/sekisho.kt"
# Only now: UniFFI reads the symbols of the library that it generates from.
strip -o "$native" "$library"
size=$(wc -c <"$native")
echo "library: $size of 1500000 bytes"
[ "$size" -le 1500000 ] || { echo "$native is larger than its budget" >&2; exit 1; }
if [ $# = 0 ]; then set -- -DskipTests install; fi
maven "$@"
