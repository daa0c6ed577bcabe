#!/bin/sh
# What runs tests for AArch64 on another machine: std, a linker, and QEMU, which runs its programs.
set -eu

die() { echo "setup: $*" >&2; exit 1; }
has_tools() { command -v aarch64-linux-gnu-gcc >/dev/null && command -v qemu-aarch64 >/dev/null; }

if ! has_tools; then
  command -v apt-get >/dev/null || die "aarch64-linux-gnu-gcc or qemu-aarch64 is missing. Install both."
  [ "$(id -u)" = 0 ] || die "Tools are missing. Install them: apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user"
  echo "setup: installing Debian's C compiler for AArch64 and QEMU"
  apt-get -qq update
  apt-get -qq install --no-install-recommends gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user >/dev/null
  has_tools || die "apt-get installed them, but aarch64-linux-gnu-gcc or qemu-aarch64 is not in PATH."
fi
# To link std itself, where it is built.
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
sh "$(dirname "$0")/rust-std.sh" aarch64-unknown-linux-gnu aarch64-std
