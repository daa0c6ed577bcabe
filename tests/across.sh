#!/bin/sh
# The story across languages: the reference server, the FastAPI example, the Ktor example and the edge worker
# with one key ring. Needs bindings-uniffi/python/dist and bindings-wasm/dist, which their build.sh make, the
# Ktor example's jar, which tests/ktor.sh makes, and the server's program in SEKISHO_SERVER_BIN.
set -eu
cd "$(dirname "$0")/.."
. tests/setup/cache.sh
. tests/setup/venv.sh
: "${SEKISHO_SERVER_BIN:?across: name the server's program in it}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

install_wheel "$work/venv" fastapi
export SEKISHO_FASTAPI_PYTHON="$work/venv/bin/python"
"$cache/python/bin/pytest" -q -p no:cacheprovider -o pythonpath="tests/end_to_end tests/across" tests/across "$@"
