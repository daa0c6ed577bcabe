#!/bin/sh
# cargo-fuzz, which builds and runs the fuzz targets. It needs a C++ compiler for libFuzzer.
set -eu

. "$(dirname "$0")/cache.sh"

die() { echo "setup: $*" >&2; exit 1; }

version=0.13.2
command -v c++ >/dev/null || die "a C++ compiler is missing. Install g++ or clang."
if [ "$(cat "$cache/cargo-fuzz/version" 2>/dev/null)" != "$version" ]; then
  echo "setup: building cargo-fuzz $version, a minute or two"
  cargo install --quiet --locked --version "$version" --root "$cache/cargo-fuzz" cargo-fuzz
  echo "$version" >"$cache/cargo-fuzz/version"
fi
echo "setup: cargo-fuzz is ready"
