#!/bin/sh
# Format, lints, documentation, the JavaScript, and the Python of the tests. `make lint` calls it.
set -eu
cd "$(dirname "$0")/.."
sh tests/setup/python.sh
sh tests/setup/biome.sh
. tests/setup/cache.sh

set -x
cargo fmt --all --check
cargo fmt --manifest-path tests/fuzz/Cargo.toml --check
cargo clippy --locked --workspace --all-targets -- -D warnings
cargo clippy --locked -p sekisho --no-default-features -- -D warnings
RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --document-private-items --quiet
"$cache/python/bin/ruff" check --quiet tests bindings-uniffi/python
"$cache/python/bin/ruff" format --quiet --check tests bindings-uniffi/python
"$cache/biome/node_modules/.bin/biome" ci --error-on-warnings
