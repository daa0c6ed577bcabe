#!/bin/sh
# Builds the wheel into dist: the library, UniFFI's Python generated from it, and the package around
# them. The tests call it.
set -eu
cd "$(dirname "$0")"
. ../../tests/setup/cache.sh
tools=$cache/python-package/bin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$tools/maturin" build --locked --quiet --out "$work"
# Only now: UniFFI reads the symbols of the library that it generates from.
"$tools/wheel" unpack --dest "$work" "$work"/*.whl >/dev/null
strip "$work"/sekisho-*/sekisho/_rust/*.so
"$tools/python" -B check_crossing.py "$work"/sekisho-*/
rm -rf dist
mkdir dist
"$tools/wheel" pack --dest-dir dist "$work"/sekisho-*/ >/dev/null
"$tools/python" check_size.py dist/*.whl
