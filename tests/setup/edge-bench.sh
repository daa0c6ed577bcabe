#!/bin/sh
# What the npm package is measured against, and what building and serving it needs.
set -eu

here=$(dirname "$0")
. "$here/npm.sh"
sh "$here/wasm-std.sh"
install_in_place "$here/../../bindings-wasm" "the tools that build the npm package"
install_in_place "$here/../../bindings-wasm/worker" "the edge worker's packages"
install_in_place "$here/../bench/edge" "what the npm package is measured against"
