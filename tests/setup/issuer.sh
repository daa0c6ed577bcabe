#!/bin/sh
# The OpenID issuer that the tests of access tokens start, kept in the cache folder and installed
# anew only when its lock file changes.
set -eu

. "$(dirname "$0")/cache.sh"
source=$(dirname "$0")/../end_to_end/issuer
folder=$cache/issuer

die() { echo "setup: $*" >&2; exit 1; }
command -v npm >/dev/null || die "npm is missing. Install Node.js 20 or later."

if ! cmp -s "$source/package-lock.json" "$folder/installed.json"; then
  echo "setup: installing the issuer for the tests of access tokens"
  rm -rf "$folder"
  mkdir -p "$folder"
  cp "$source/package.json" "$source/package-lock.json" "$folder"
  npm ci --prefix "$folder" --no-audit --no-fund --loglevel error
  cp "$source/package-lock.json" "$folder/installed.json"
fi
echo "setup: the issuer for the tests of access tokens is ready"
