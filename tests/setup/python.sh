#!/bin/sh
# A virtual environment with what the Python tests need, kept in the cache folder and made anew only
# when the list of packages or the interpreter changes.
set -eu

. "$(dirname "$0")/cache.sh"
list=$(dirname "$0")/requirements.txt
folder=$cache/python

die() { echo "setup: $*" >&2; exit 1; }
command -v python3 >/dev/null || die "python3 is missing. Install Python 3.9 or later."

state=$(python3 -VV; cat "$list")
if [ "$(cat "$folder/state" 2>/dev/null)" != "$state" ]; then
  echo "setup: installing Python packages for the tests"
  rm -rf "$folder"
  python3 -m venv "$folder" || die "python3 has no venv module. On Debian: apt-get install python3-venv."
  "$folder/bin/pip" install --quiet --requirement "$list"
  printf '%s\n' "$state" >"$folder/state"
fi
echo "setup: Python packages are ready"
