#!/bin/sh
# The linter that reads the API document.
set -eu

here=$(dirname "$0")
. "$here/cache.sh"
. "$here/npm.sh"
install "$here/../openapi" openapi-linter "the linter of the API document"
