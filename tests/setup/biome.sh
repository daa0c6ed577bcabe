#!/bin/sh
# The formatter and linter of the JavaScript and TypeScript.
set -eu

here=$(dirname "$0")
. "$here/cache.sh"
. "$here/npm.sh"
install "$here/../biome" biome "the linter of the JavaScript"
