#!/bin/sh
# cargo-mutants, which changes the code and sees whether a test notices.
set -eu

. "$(dirname "$0")/cache.sh"

version=27.1.0
if [ "$(cat "$cache/cargo-mutants/version" 2>/dev/null)" != "$version" ]; then
  echo "setup: building cargo-mutants $version, a minute or two"
  cargo install --quiet --locked --version "$version" --root "$cache/cargo-mutants" cargo-mutants
  echo "$version" >"$cache/cargo-mutants/version"
fi
echo "setup: cargo-mutants is ready"
