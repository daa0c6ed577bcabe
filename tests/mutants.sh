#!/bin/sh
# Changes the core in one place after the other and sees whether a test notices: `sh tests/mutants.sh [ARGS]`,
# such as `-f core/src/token.rs` for one file or `--list`. All of it takes hours. What survives is in
# target/mutants/mutants.out/missed.txt: write the test that is missing, or say in .cargo/mutants.toml why
# there can be none.
set -eu
cd "$(dirname "$0")/.."
sh tests/setup/mutants.sh
. tests/setup/cache.sh
PATH=$cache/cargo-mutants/bin:$PATH
output=${CARGO_TARGET_DIR:-$PWD/target}/mutants
mkdir -p "$output"
unset CARGO_TARGET_DIR
# Fewer than usual: there is a run of them for every change.
export PROPTEST_CASES=32
cargo mutants -p sekisho --no-shuffle --output "$output" "$@"
