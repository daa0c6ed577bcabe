# Sourced, after cache.sh: Swift 6, that of PATH or the one that set-up unpacked.

die() { echo "setup: $*" >&2; exit 1; }

# Whether PATH has a Swift of version 6 or later.
has_swift() {
  major=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\).*/\1/p')
  [ "${major:-0}" -ge 6 ]
}

# in_swift COMMAND...: runs it where `swift` is found, in the working folder, which is in the folder
# $checkout. Of the environment it sees where libraries are, and which to load first.
in_swift() {
  if has_swift; then
    "$@"
    return
  fi
  [ -d "$cache/swift/usr" ] || die "Swift is missing. Run: make setup"
  # Debian's binaries look for the libraries of their own release: the unpacked folder is their root,
  # and the checkout is seen in it under its own path.
  unshare --mount --propagation private sh -c '
    set -eu
    root=$1 checkout=$2 folder=$3
    shift 3
    mount -t tmpfs tmpfs "$root/tmp"
    mount --rbind /proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mkdir -p "$root$checkout"
    mount --bind "$checkout" "$root$checkout"
    unshare=$(command -v unshare)
    exec env -i HOME=/home PATH=/usr/libexec/swift/bin:/usr/bin LANG=C.UTF-8 \
      PKG_CONFIG_PATH="${PKG_CONFIG_PATH:-}" LD_LIBRARY_PATH="${LD_LIBRARY_PATH:-}" \
      LD_PRELOAD="${LD_PRELOAD:-}" "$unshare" --root="$root" --wd="$folder" "$@"
  ' in_swift "$cache/swift" "$checkout" "$PWD" "$@"
}
