#!/bin/sh
# The library from Ruby, by the code that UniFFI generates for it. There is no package: this shows only
# that it works. Without a Ruby that has the gem ffi it is left out.
set -eu
cd "$(dirname "$0")/.."
if ! ruby -e 'require "ffi"' 2>/dev/null; then
  echo "ruby: left out: there is no ruby with the gem ffi (on Debian: apt-get install ruby ruby-ffi)"
  exit
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
targets=$(cargo metadata --locked --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')

cargo build --locked --quiet --profile uniffi -p sekisho-uniffi
cargo run --locked --quiet --bin uniffi-bindgen generate "$targets/uniffi/libsekisho_uniffi.so" \
  --language ruby --no-format --out-dir "$work"
LD_LIBRARY_PATH=$targets/uniffi${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} ruby -I "$work" tests/ruby.rb
