#!/bin/sh
# The units of the core on AArch64, which QEMU has: its Argon2 with NEON makes the same blocks and tags as
# in words and as the crate argon2.
set -eu
cd "$(dirname "$0")/.."
sh tests/setup/aarch64.sh
. tests/setup/cache.sh
. "$cache/aarch64-std/env"
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER='qemu-aarch64 -L /usr/aarch64-linux-gnu'
cargo test --locked -p sekisho --lib --target aarch64-unknown-linux-gnu password::argon2
