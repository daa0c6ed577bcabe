#!/bin/sh
# What builds the Python package, and what its tests need beside it.
set -eu

. "$(dirname "$0")/cache.sh"
. "$(dirname "$0")/venv.sh"

install_venv "$(dirname "$0")/../../bindings-uniffi/python/tests/requirements.txt" python-package \
  "the tools that build and test the Python package"
install_venv "$(dirname "$0")/../../bindings-uniffi/python/examples/fastapi/requirements.txt" fastapi \
  "the FastAPI example's packages"
# Pyright fetches itself when it is first called.
PYRIGHT_PYTHON_CACHE_DIR=$cache/python-package/pyright "$cache/python-package/bin/pyright" --version >/dev/null
