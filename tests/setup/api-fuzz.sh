#!/bin/sh
# Schemathesis, which makes up requests from an API document.
set -eu

. "$(dirname "$0")/cache.sh"
. "$(dirname "$0")/venv.sh"

install_venv "$(dirname "$0")/../api_fuzz/requirements.txt" api-fuzz "Schemathesis"
