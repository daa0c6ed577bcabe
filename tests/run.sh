#!/bin/sh
# All tests, the fast ones first. `make test` calls it after `make setup`.
set -eu
cd "$(dirname "$0")/.."
. tests/setup/cache.sh
. "$cache/wasm-std/env"

step() { echo; echo "== $*"; }

step "core: vectors, properties, budgets"
cargo test --locked -p sekisho --all-features

step "core: Argon2 under Valgrind"
sh tests/valgrind.sh

step "vectors are what the generator makes"
cargo run --locked --quiet -p sekisho-vectors -- --check

step "the token format read by its document alone"
python3 tests/vectors/independent_reader.py

step "core builds for wasm32-unknown-unknown"
cargo build --locked -p sekisho --target wasm32-unknown-unknown

step "server: units"
cargo build --locked -p sekisho-server
cargo test --locked -p sekisho-server

SEKISHO_SERVER_BIN=$(cargo metadata --locked --format-version 1 --no-deps |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')/debug/sekisho-server
export SEKISHO_SERVER_BIN

step "the API document, by a linter"
document=$(mktemp -d)
trap 'rm -rf "$document"' EXIT
"$SEKISHO_SERVER_BIN" openapi >"$document/openapi.json"
REDOCLY_SUPPRESS_UPDATE_NOTICE=true "$cache/openapi-linter/node_modules/.bin/redocly" lint \
  --config tests/openapi/redocly.yaml "$document/openapi.json"

step "the files that it is deployed with"
sh tests/deploy.sh

step "the HTTP contract, black box"
cargo test --locked --quiet -p sekisho-conformance
cargo run --locked --quiet -p sekisho-conformance

step "the same on PostgreSQL and Redis, and on three servers behind a balancer"
sh tests/scale-out.sh

step "measurements: their arithmetic"
cargo test --locked --quiet -p sekisho-bench --bin sekisho-bench

step "every test that documents name exists"
cargo run --locked --quiet -p sekisho-conformance -- --list | python3 tests/named_tests.py

step "stories, end to end"
# They wait more than they work: on servers, clocks and locks.
"$cache/python/bin/pytest" -q -n 4 --dist loadfile -p no:cacheprovider tests/end_to_end

step "requests made up from the API document"
sh tests/api-fuzz.sh

step "the npm package: built, packed, and tested in six runtimes"
sh bindings-wasm/build.sh
(cd bindings-wasm && npm test)

step "the server's page and <sekisho-verify>, in Chromium"
sh tests/page.sh

step "the edge worker: the HTTP contract in workerd"
sh tests/edge.sh

step "the crate behind Kotlin, Swift and Python: units"
cargo test --locked --quiet -p sekisho-uniffi

step "the same from Ruby, where there is one"
sh tests/ruby.sh

step "the Python package: built, installed, type-checked and tested"
sh tests/python-package.sh

step "the FastAPI example: the HTTP contract in Python"
sh tests/fastapi.sh

step "the Swift package: built, tested, its examples run"
sh tests/swift-package.sh

step "the Kotlin package: built, and its jar tested from Kotlin and Java"
sh tests/kotlin-package.sh

step "the Ktor example: the HTTP contract in Kotlin"
sh tests/ktor.sh

step "across languages: records of one key ring"
sh tests/across.sh
