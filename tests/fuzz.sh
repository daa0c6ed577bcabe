#!/bin/sh
# Runs every fuzz target for so many seconds: `sh tests/fuzz.sh SECONDS`. What the fuzzer finds worth
# keeping stays in the cache folder, and the next run goes on from there. An input that breaks a target
# is in tests/fuzz/artifacts; `cargo fuzz run TARGET FILE` repeats it. Make it a vector before the mend.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:?usage: sh tests/fuzz.sh SECONDS}
sh tests/setup/fuzz.sh
. tests/setup/cache.sh

PATH=$cache/cargo-fuzz/bin:$PATH
# Sanitizers are not stable yet; the compiler is.
export RUSTC_BOOTSTRAP=1
target_dir=${CARGO_TARGET_DIR:-target}/fuzz
seeds=$target_dir/seeds
logs=$target_dir/logs
mkdir -p "$logs"
python3 tests/fuzz/seeds.py "$seeds"
cargo fuzz build --fuzz-dir tests/fuzz --target-dir "$target_dir"

failed=
for target in $(cargo fuzz list --fuzz-dir tests/fuzz); do
  corpus=$cache/fuzz-corpus/$target
  mkdir -p "$corpus"
  echo "== $target: $seconds seconds"
  cargo fuzz run --fuzz-dir tests/fuzz --target-dir "$target_dir" "$target" "$corpus" "$seeds/$target" \
    -- -max_total_time="$seconds" -timeout=10 -print_final_stats=1 >"$logs/$target" 2>&1 ||
    { failed="$failed $target"; tail -n 40 "$logs/$target"; }
  sed -n 's/^stat::number_of_executed_units: */executions: /p; s/^stat::peak_rss_mb: */peak memory, MiB: /p' \
    "$logs/$target"
  echo "inputs kept: $(find "$corpus" -type f | wc -l)"
done
[ -z "$failed" ] || { echo "fuzz: broken:$failed" >&2; exit 1; }
