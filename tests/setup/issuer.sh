#!/bin/sh
# The OpenID issuer that the tests of access tokens start.
set -eu

here=$(dirname "$0")
. "$here/cache.sh"
. "$here/npm.sh"
install "$here/../end_to_end/issuer" issuer "the issuer for the tests of access tokens"
