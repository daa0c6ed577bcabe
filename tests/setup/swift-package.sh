#!/bin/sh
# Swift 6, for the Swift package. One in PATH is taken; without one, Debian's is unpacked into a folder
# of the cache, and nothing of the machine's own packages changes. Half a gigabyte is downloaded.
set -eu

. "$(dirname "$0")/cache.sh"
. "$(dirname "$0")/swift.sh"
checkout=$PWD

# The first Debian that has Swift.
suite=trixie
packages="swiftlang libc6-dev libstdc++-14-dev"
# What neither compiles nor links nor tests: most of the size.
left_out="
  */swift/bin/lldb* */liblldb* */swift/bin/sourcekit-lsp */libsourcekitd* */swift/bin/clangd
  */swift/bin/docc */swift/share/docc/* */swift/bin/swift-build-sdk-interfaces
  */lib/swift/embedded/* */lib/swift_static/* */FrameworkABIBaseline/* */libLTO.so*
  */lib_InternalSwiftScan.so */libswiftGenericMetadataBuilder.so */swift/bin/llvm-*
  */lib/clang/*/lib/linux/*san* */lib/clang/*/lib/linux/*fuzzer* */lib/clang/*/lib/linux/*xray*
  */lib/clang/*/lib/linux/*memprof* */lib/clang/*/lib/linux/*orc*
  ./usr/libexec/gcc/* ./usr/bin/*-lto-dump-* ./usr/lib/*/lib?san.so* ./usr/lib/*/libhwasan.so*
  ./usr/lib/python3* ./usr/lib/*/libpython3* ./usr/lib/*/gconv/* ./usr/lib/*/perl*
  ./usr/share/doc/* ./usr/share/man/* ./usr/share/info/* ./usr/share/locale/* ./usr/share/perl*
"
set -f
state=$(echo $suite $packages $left_out)
set +f

unpack() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && command -v unshare >/dev/null ||
    die "there is no Swift 6 in PATH. Install one (https://swift.org/install); on Debian as root, set-up does."
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/swift.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  trap 'exit 1' INT TERM
  echo "setup: downloading Debian's Swift, half a gigabyte"
  download "$work/apt"
  echo "setup: unpacking Swift"
  root=$work/root
  mkdir "$root"
  set -f
  exclude=$(printf -- '--exclude=%s ' $left_out)
  for package in $(find "$work/apt/archives" -name '*.deb'); do
    dpkg-deb --fsys-tarfile "$package" | tar -x -C "$root" --keep-directory-symlink --wildcards $exclude
    rm "$package"
  done
  set +f
  for folder in bin lib lib64 sbin; do ln -sfn "usr/$folder" "$root/$folder"; done
  mkdir -p "$root/dev" "$root/proc" "$root/tmp" "$root/home"
  chmod 755 "$root"
  printf '%s\n' "$state" >"$root/state"
  # Put in place in one step, so that an interrupted set-up leaves nothing half done.
  rm -rf "${cache:?}/swift"
  mv "$root" "$cache/swift"
}

# download FOLDER: the packages and what they need, by an apt whose whole state is in the folder.
download() {
  mkdir -p "$1/lists/partial" "$1/archives/partial" "$1/none"
  : >"$1/status"
  mirror=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources | head -n 1)
  keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  [ -n "$mirror" ] || die "Debian's mirror is not named in /etc/apt/sources.list.d/debian.sources."
  echo "deb [signed-by=$keyring] $mirror $suite main" >"$1/sources.list"
  cat >"$1/conf" <<CONF
Dir::Etc::sourcelist "$1/sources.list";
Dir::Etc::sourceparts "$1/none";
Dir::Etc::preferencesparts "$1/none";
Dir::State::lists "$1/lists";
Dir::State::status "$1/status";
Dir::Cache::archives "$1/archives";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Acquire::Languages "none";
APT::Sandbox::User "root";
APT::Install-Recommends "false";
CONF
  APT_CONFIG=$1/conf apt-get -qq update
  APT_CONFIG=$1/conf apt-get -qq --yes --download-only install $packages >/dev/null
}

if has_swift; then
  echo "setup: Swift is ready, that of PATH"
  exit 0
fi
[ "$(cat "$cache/swift/state" 2>/dev/null)" = "$state" ] || unpack
reason=$(in_swift swiftc --version 2>&1 >/dev/null) ||
  die "the Swift in $cache/swift does not start: $reason. It needs the right to mount; or put Swift 6 into PATH."
echo "setup: Swift is ready, unpacked"
