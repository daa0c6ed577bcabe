#!/bin/sh
# The edge worker in workerd: its types, its own tests, and the HTTP contract, black box. Needs
# bindings-wasm/dist, which bindings-wasm/build.sh makes.
set -eu
cd "$(dirname "$0")/.."
worker=bindings-wasm/worker
work=$(mktemp -d)
stop() { kill $(cat "$work"/*.pid 2>/dev/null) 2>/dev/null || true; wait; rm -rf "$work"; }
trap stop EXIT
trap 'exit 1' INT TERM

# Starts the worker as $1, with the options that follow, and waits for its address.
start() {
  name=$1
  shift
  : >"$work/$name.log"
  node "$worker/serve.mjs" --listen 127.0.0.1:0 "$@" >"$work/$name.log" 2>&1 &
  echo $! >"$work/$name.pid"
  for _ in $(seq 600); do
    address=$(sed -n 's,^\(http://[0-9.:]*\)$,\1,p' "$work/$name.log")
    [ -z "$address" ] || return 0
    kill -0 "$(cat "$work/$name.pid")" 2>/dev/null || break
    sleep 0.1
  done
  cat "$work/$name.log" >&2
  echo "edge: the worker did not start" >&2
  exit 1
}

(cd "$worker" && npx --no-install tsc && node --test --test-reporter=spec tests/*.test.mjs)

SEKISHO_KEYS=$(cd "$worker" && node keys.mjs)
export SEKISHO_KEYS
start production
SEKISHO_PRODUCTION_URL=$address
start dev --dev
SEKISHO_BASE_URL=$address
export SEKISHO_BASE_URL SEKISHO_PRODUCTION_URL
cargo run --locked --quiet -p sekisho-conformance -- --skipped-rows "$worker/skipped-rows.txt" "$@"
