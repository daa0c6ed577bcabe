#!/bin/sh
# What the edge worker needs: its packages, workerd among them, installed into its folder and anew
# only when its lock file changes.
set -eu

folder=$(dirname "$0")/../../bindings-wasm/worker

die() { echo "setup: $*" >&2; exit 1; }
command -v npm >/dev/null || die "npm is missing. Install Node.js 20 or later."

if ! cmp -s "$folder/package-lock.json" "$folder/node_modules/installed.json"; then
  echo "setup: installing the edge worker's packages"
  npm ci --prefix "$folder" --no-audit --no-fund --loglevel error
  cp "$folder/package-lock.json" "$folder/node_modules/installed.json"
fi
echo "setup: the edge worker's packages are ready"
