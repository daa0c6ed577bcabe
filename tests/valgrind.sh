#!/bin/sh
# The core's Argon2 under Valgrind: nothing is read that was not written, or that is not ours. Valgrind has
# no AVX-512, so what it sees are AVX2 and words.
set -eu
cd "$(dirname "$0")/.."
sh tests/setup/valgrind.sh
host=$(rustc -vV | sed -n 's/^host: //p' | tr a-z- A-Z_)
export "CARGO_TARGET_${host}_RUNNER=valgrind --quiet --error-exitcode=9"
PROPTEST_CASES=20 cargo test --locked -p sekisho --all-features --lib password::argon2
