#!/bin/sh
# The server's page and the element in it, in headless Chromium: the types of their JavaScript, the
# stories, what axe-core says of each state. SEKISHO_SERVER_BIN names the server.
set -eu
cd "$(dirname "$0")/.."
bindings-wasm/node_modules/.bin/tsc --project server-example/web/tsconfig.json
node --test --test-reporter=spec tests/page/*.test.mjs
