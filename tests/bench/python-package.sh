#!/bin/sh
# The Python package beside PyJWT and argon2-cffi; the table goes to target/bench/python.md.
set -eu
cd "$(dirname "$0")/../.."
. tests/setup/cache.sh
. tests/setup/venv.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sh tests/setup/python-package.sh
sh bindings-uniffi/python/build.sh
install_wheel "$work/venv" python-package
report=${CARGO_TARGET_DIR:-target}/bench
mkdir -p "$report"
"$work/venv/bin/python" tests/bench/python_package.py "$report/python.md"
