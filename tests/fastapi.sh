#!/bin/sh
# The FastAPI example on the Python package: its types, and the HTTP contract, black box. Needs
# bindings-uniffi/python/dist, which bindings-uniffi/python/build.sh makes.
set -eu
cd "$(dirname "$0")/.."
. tests/setup/cache.sh
. tests/setup/venv.sh
package=$PWD/bindings-uniffi/python
work=$(mktemp -d)
stop() { kill $(cat "$work"/*.pid 2>/dev/null) 2>/dev/null || true; wait; rm -rf "$work"; }
trap stop EXIT
trap 'exit 1' INT TERM

install_wheel "$work/venv" fastapi
python=$work/venv/bin/python

(cd "$package/examples/fastapi" && "$cache/python-package/bin/mypy" --strict \
  --python-executable "$python" --cache-dir "$work/mypy" -p account_api)

# Starts the example as $1, with the options that follow, and waits for its address.
start() {
  name=$1
  shift
  (cd "$package/examples/fastapi" && exec "$python" -B -m account_api --listen 127.0.0.1:0 "$@") \
    >"$work/$name.log" 2>&1 &
  echo $! >"$work/$name.pid"
  for _ in $(seq 600); do
    address=$(sed -n 's,^\(http://[0-9.:]*\)$,\1,p' "$work/$name.log")
    [ -z "$address" ] || return 0
    kill -0 "$(cat "$work/$name.pid")" 2>/dev/null || break
    sleep 0.1
  done
  cat "$work/$name.log" >&2
  echo "fastapi: the example did not start" >&2
  exit 1
}

SEKISHO_KEYS=$("$python" -c 'from sekisho import KeyRing; print(KeyRing.generate("production").to_text())')
export SEKISHO_KEYS
export SEKISHO_DATABASE="$work/users.db" SEKISHO_ACCESS_TOKEN_ISSUER=https://id.example.com \
  SEKISHO_ACCESS_TOKEN_AUDIENCE=https://account.example.com \
  SEKISHO_ACCESS_TOKEN_JWKS_URL=https://id.example.com/jwks \
  SEKISHO_SMTP_URL=smtp://127.0.0.1:9 SEKISHO_MAIL_FROM=no-reply@example.com
start production
SEKISHO_PRODUCTION_URL=$address
start dev --dev
SEKISHO_BASE_URL=$address
export SEKISHO_BASE_URL SEKISHO_PRODUCTION_URL
cargo run --locked --quiet -p sekisho-conformance -- "$@"
