#!/bin/sh
# What the npm package and its tests need: its build tools, the runtimes that it is tested in, and a
# browser. Installed into their folders and anew only when a lock file changes.
set -eu

package=$(dirname "$0")/../../bindings-wasm
. "$(dirname "$0")/npm.sh"

install_in_place "$package" "the tools that build the npm package"
install_in_place "$package/tests" "the runtimes that the npm package is tested in"

sh "$(dirname "$0")/chromium.sh"
echo "setup: the runtimes and the browser are ready"
