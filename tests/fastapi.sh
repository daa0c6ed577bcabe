#!/bin/sh
# The FastAPI example on the Python package: its types, and the HTTP contract, black box. Needs
# bindings-uniffi/python/dist, which bindings-uniffi/python/build.sh makes.
set -eu
cd "$(dirname "$0")/.."
. tests/setup/cache.sh
. tests/setup/venv.sh
. tests/example.sh
example=bindings-uniffi/python/examples/fastapi

install_wheel "$work/venv" fastapi
python=$work/venv/bin/python

(cd "$example" && "$cache/python-package/bin/mypy" --strict \
  --python-executable "$python" --cache-dir "$work/mypy" -p account_api)

serve() { cd "$example" && exec "$python" -B -m account_api "$@"; }

keys=$("$python" -c 'from sekisho import KeyRing; print(KeyRing.generate("production").to_text())')
hold_to_contract "$keys" "$@"
