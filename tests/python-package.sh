#!/bin/sh
# The Python package: its wheel built and installed into an empty environment, and tested there.
set -eu
cd "$(dirname "$0")/.."
. tests/setup/cache.sh
. tests/setup/venv.sh
package=bindings-uniffi/python
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sh "$package/build.sh"
install_wheel "$work/venv" python-package
python=$work/venv/bin/python

export PYRIGHT_PYTHON_CACHE_DIR="$cache/python-package/pyright" PYRIGHT_PYTHON_IGNORE_WARNINGS=1
"$python" -m mypy --config-file "$package/pyproject.toml" --cache-dir "$work/mypy" -p sekisho
"$python" -m mypy --strict --cache-dir "$work/mypy" "$package/tests/typed_program.py"
"$python" -m pyright --pythonpath "$python" "$package/tests/typed_program.py"
# It looks for the package where the shell's `python` does.
PATH=$work/venv/bin:$PATH "$python" -m pyright --verifytypes sekisho --ignoreexternal
"$python" -m pytest -q -p no:cacheprovider -c "$package/pyproject.toml" "$package/tests" "$@"
