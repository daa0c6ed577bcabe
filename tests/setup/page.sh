#!/bin/sh
# What the tests of the server's page need: a browser, and packages of npm that drive it and look at
# what it shows. The TypeScript compiler that reads the page's JavaScript is the npm package's.
set -eu

here=$(dirname "$0")
. "$here/npm.sh"
install_in_place "$here/../page" "the tests of the server's page"
install_in_place "$here/../../bindings-wasm" "the tools that build the npm package"
sh "$here/chromium.sh"
