#!/bin/sh
# What is built in: licences, sources and advisories of all dependencies against deny.toml, and for each
# thing that is released a list of what is in it (CycloneDX 1.5, JSON) in target/sbom. For releases: the
# lists are those of the last commit, and the same for everybody who makes them.
set -eu
cd "$(dirname "$0")/.."
sh tests/setup/supply-chain.sh
. tests/setup/cache.sh
PATH=$cache/cargo-deny/bin:$cache/cargo-cyclonedx/bin:$PATH

echo "== licences, bans, sources"
cargo deny --locked --log-level error check licenses bans sources

# cargo-cyclonedx writes beside each Cargo.toml, so it gets a copy.
source=$(mktemp -d)
trap 'rm -rf "$source"' EXIT
git archive HEAD | tar -x -C "$source"
sboms=${CARGO_TARGET_DIR:-$PWD/target}/sbom
mkdir -p "$sboms"
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

# sbom PACKAGE MANIFEST TARGET FILE: the list of one thing that is released, held against cargo's own.
sbom() {
  echo "== sbom: $1 for $3"
  cargo cyclonedx --quiet --manifest-path "$source/$2/Cargo.toml" --format json --spec-version 1.5 \
    --describe binaries --target "$3"
  cargo tree --manifest-path "$source/Cargo.toml" --locked -p "$1" --target "$3" --edges normal,build \
    --prefix none --no-dedupe --format '{p}' |
    python3 tests/sbom.py "$source/$2/$4.cdx.json" "$source" "$sboms/$1.cdx.json"
}

sbom sekisho-server server-example x86_64-unknown-linux-gnu sekisho-server_bin
sbom sekisho-uniffi bindings-uniffi x86_64-unknown-linux-gnu sekisho_uniffi_cdylib-lib
sbom sekisho-wasm bindings-wasm wasm32-unknown-unknown sekisho_wasm_cdylib

echo "== advisories"
cargo deny --locked check advisories
