#!/bin/sh
# What the Python tests need.
set -eu

. "$(dirname "$0")/cache.sh"
. "$(dirname "$0")/venv.sh"

install_venv "$(dirname "$0")/requirements.txt" python "Python packages for the tests"
