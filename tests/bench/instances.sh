#!/bin/sh
# One, two and three servers on one PostgreSQL and one Redis behind HAProxy, measured by turns; the table
# goes to target/bench/instances.md.
set -eu
cd "$(dirname "$0")/../.."
for program in postgresql redis haproxy; do sh "tests/setup/$program.sh"; done
cargo build --locked --release -p sekisho-server
. tests/stores.sh

start_postgresql
start_redis
BENCH_DATABASE=$(database bench)
BENCH_COUNTERS=$redis
export BENCH_DATABASE BENCH_COUNTERS
cargo run --locked --release --quiet -p sekisho-bench -- instances
