#!/bin/sh
# The Swift package: built, its format checked, tested, and its examples run. Arguments go to `swift test`.
set -eu
cd "$(dirname "$0")/.."
. tests/setup/cache.sh
. tests/setup/swift.sh
checkout=$PWD
cd bindings-uniffi/swift
export PKG_CONFIG_PATH="$PWD/dist/lib/pkgconfig" LD_LIBRARY_PATH="$PWD/dist/lib"
built=$PWD/.build/debug
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { echo "swift: $*" >&2; exit 1; }

# Runs a command, and where it fails shows what it printed.
log() { "$@" >"$work/log" 2>&1 || { grep -v -e '^◇ ' -e '^✔ ' -e '^\[[0-9]' "$work/log" >&2; fail "$* failed"; }; }

# Swift Testing calls it a success, too, if there is no test.
run_tests() {
  log in_swift swift test --skip-build --disable-xctest "$@"
  grep -E '^(Argon2|10,000 flows):' "$work/log" || true
  grep -E 'Test run with [1-9][0-9]* tests? passed' "$work/log" || fail "no test was run: $*"
}

sh build.sh
in_swift swift format lint --strict --recursive Package.swift Sources/Sekisho Tests Examples
log in_swift swift build --build-tests -Xswiftc -warnings-as-errors
run_tests --skip AloneTests "$@"
run_tests --no-parallel --filter AloneTests

# run EXAMPLE: what it prints is what is expected on standard input.
run() {
  log in_swift "$built/$1"
  diff -u - "$work/log" || fail "the example $1 prints something else"
  echo "$1: as expected"
}

run QuickStart <<'PRINTED'
120.00 done
999.00 401 record_operation_mismatch
PRINTED
run Passwords <<'PRINTED'
false
PRINTED
run Story <Examples/Story/printed.txt

# A library of another signature ends the program before anything is called.
echo 'short uniffi_sekisho_uniffi_checksum_func_canonical(void) { return 0; }' |
  cc -x c -shared -fPIC -o "$built/another-signature.so" -
if (export LD_PRELOAD="$built/another-signature.so" && in_swift "$built/QuickStart") >"$work/log" 2>&1; then
  fail "a library of another signature is not noticed"
fi
grep -q 'UniFFI API checksum mismatch' "$work/log" || { cat "$work/log" >&2; fail "it ended for another reason"; }
echo "a library of another signature: noticed"
