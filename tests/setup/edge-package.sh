#!/bin/sh
# What the npm package and its tests need: its build tools, the runtimes that it is tested in, and a
# browser. Installed into their folders and anew only when a lock file changes.
set -eu

package=$(dirname "$0")/../../bindings-wasm
. "$(dirname "$0")/npm.sh"

install_in_place "$package" "the tools that build the npm package"
install_in_place "$package/tests" "the runtimes that the npm package is tested in"

if ! command -v chromium >/dev/null && [ -z "${CHROMIUM:-}" ]; then
  command -v apt-get >/dev/null || die "there is no chromium. Install it, or name one in CHROMIUM."
  echo "setup: installing Debian's chromium"
  apt-get -qq update
  apt-get -qq install --no-install-recommends chromium >/dev/null
fi
echo "setup: the runtimes and the browser are ready"
