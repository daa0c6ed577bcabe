#!/bin/sh
# On Linux: UniFFI's Swift and the header into Sources, and the library with its pkg-config file into
# dist/lib. The tests call it. For Apple's platforms there is xcframework.sh.
set -eu
cd "$(dirname "$0")"
. ./generate.sh
budget=1500000
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cargo build --locked --quiet --profile uniffi -p sekisho-uniffi
library=$(target_folder)/uniffi/libsekisho_uniffi.so
generate "$library" "$work"
put "$work/SekishoFFI.h" Sources/SekishoFFI/SekishoFFI.h
sed 's/^}/    link "sekisho_uniffi"\n}/' "$work/module.modulemap" >"$work/linked"
put "$work/linked" Sources/SekishoFFI/module.modulemap

# Only now: UniFFI reads the symbols of the library that it generates from.
strip -o "$work/stripped" "$library"
put "$work/stripped" dist/lib/libsekisho_uniffi.so
cat >"$work/sekisho.pc" <<CONFIGURATION
libdir=\${pcfiledir}/..

Name: sekisho
Description: Security verification
Version: $(cargo pkgid --locked -p sekisho-uniffi | sed 's/.*[#@]//')
Libs: -L\${libdir} -lsekisho_uniffi
CONFIGURATION
put "$work/sekisho.pc" dist/lib/pkgconfig/sekisho.pc

size=$(wc -c <dist/lib/libsekisho_uniffi.so)
echo "library: $size of $budget bytes"
[ "$size" -le "$budget" ] || { echo "swift: the library is larger than its budget" >&2; exit 1; }
