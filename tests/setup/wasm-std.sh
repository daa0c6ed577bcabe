#!/bin/sh
# Makes std for wasm32-unknown-unknown available to this toolchain: see rust-std.sh.
set -eu
exec sh "$(dirname "$0")/rust-std.sh" wasm32-unknown-unknown wasm-std
