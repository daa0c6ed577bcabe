#!/bin/sh
# Argon2 side by side, in WebAssembly and natively; table and plot go to target/bench/argon2.md and .svg.
# Arguments are the names of the groups to measure; without any, all are.
set -eu
cd "$(dirname "$0")/../.."
. tests/setup/cache.sh

sh tests/setup/argon2-bench.sh
sh bindings-wasm/build.sh
cargo build --locked --release -p sekisho-bench --bin argon2_host
node tests/bench/argon2/main.mjs "${CARGO_TARGET_DIR:-$PWD/target}/release/argon2_host" \
  "$cache/python-package/bin/python" "$@"
