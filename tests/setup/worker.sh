#!/bin/sh
# What the edge worker needs: its packages, workerd among them.
set -eu

. "$(dirname "$0")/npm.sh"
install_in_place "$(dirname "$0")/../../bindings-wasm/worker" "the edge worker's packages"
