#!/bin/sh
# The Python package: its wheel built and installed into an empty environment, and tested there.
set -eu
cd "$(dirname "$0")/.."
. tests/setup/cache.sh
tools=$cache/python-package
package=bindings-uniffi/python
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sh "$package/build.sh"
"$tools/bin/python" -m venv "$work/venv"
python=$work/venv/bin/python
"$python" -m pip install --quiet --disable-pip-version-check --no-index "$package"/dist/*.whl
# In the empty environment, with nothing beside it.
"$python" -c 'import sekisho; sekisho.KeyRing.generate("development")'

# From here on with the tools of the cache beside it.
site() { "$1" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'; }
site "$tools/bin/python" >"$(site "$python")/tools.pth"
export PYRIGHT_PYTHON_CACHE_DIR="$tools/pyright" PYRIGHT_PYTHON_IGNORE_WARNINGS=1
"$python" -m mypy --config-file "$package/pyproject.toml" --cache-dir "$work/mypy" -p sekisho
"$python" -m mypy --strict --cache-dir "$work/mypy" "$package/tests/typed_program.py"
"$python" -m pyright --pythonpath "$python" "$package/tests/typed_program.py"
# It looks for the package where the shell's `python` does.
PATH=$work/venv/bin:$PATH "$python" -m pyright --verifytypes sekisho --ignoreexternal
"$python" -m pytest -q -p no:cacheprovider -c "$package/pyproject.toml" "$package/tests" "$@"
