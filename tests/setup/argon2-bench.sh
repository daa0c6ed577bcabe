#!/bin/sh
# What our Argon2 is measured against: npm packages and the runtimes they run in, argon2-cffi, and the C
# libraries of the system. And what building the npm package needs.
set -eu

here=$(dirname "$0")
. "$here/npm.sh"
sh "$here/wasm-std.sh"
sh "$here/python-package.sh"
install_in_place "$here/../../bindings-wasm" "the tools that build the npm package"
install_in_place "$here/../bench/argon2" "the packages that Argon2 is measured against"

has_libraries() {
  python3 -c 'import ctypes; ctypes.CDLL("libargon2.so.1"); ctypes.CDLL("libsodium.so.23")' 2>/dev/null
}
if ! has_libraries; then
  command -v apt-get >/dev/null || die "libargon2.so.1 or libsodium.so.23 is missing. Install both."
  [ "$(id -u)" = 0 ] || die "C libraries are missing. Install them: apt-get install libargon2-1 libsodium23"
  echo "setup: installing Debian's libargon2 and libsodium"
  apt-get -qq update
  apt-get -qq install --no-install-recommends libargon2-1 libsodium23 >/dev/null
  has_libraries || die "apt-get installed libargon2-1 and libsodium23, but they do not load."
fi
echo "setup: libargon2 and libsodium are ready"
