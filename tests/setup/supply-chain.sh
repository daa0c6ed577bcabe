#!/bin/sh
# cargo-deny and cargo-cyclonedx, which look at what is built in and write it down.
set -eu

. "$(dirname "$0")/cache.sh"

# install NAME VERSION: the cargo subcommand, built anew only for another version.
install() {
  if [ "$(cat "$cache/$1/version" 2>/dev/null)" != "$2" ]; then
    echo "setup: building $1 $2, a few minutes"
    cargo install --quiet --locked --version "$2" --root "$cache/$1" "$1"
    echo "$2" >"$cache/$1/version"
  fi
  echo "setup: $1 is ready"
}

install cargo-deny 0.20.2
install cargo-cyclonedx 0.5.9
