#!/bin/sh
# rust-std.sh TARGET FOLDER: makes std for the target available to this toolchain, with what cargo must
# know in FOLDER/env of the cache.
#
# By default with rustup. With SEKISHO_WASM_STD=source, whichever the target, for machines on which
# rustup cannot download, it is built from Debian's rust-src of exactly this rustc's version, by this
# rustc, and kept in the cache folder (1 to 4 minutes the first time, 65 MiB).
# `. FOLDER/env` then makes cargo find it.
set -eu

target=$1
. "$(dirname "$0")/cache.sh"
folder=$cache/$2
mkdir -p "$folder"

say() { echo "setup: $*"; }
die() { echo "setup: $*" >&2; exit 1; }

if [ "${SEKISHO_WASM_STD:-rustup}" != source ]; then
  installed=$(rustc --print target-libdir --target "$target")
  if ! [ -d "$installed" ]; then
    say "installing $target with rustup"
    rustup target add "$target" ||
      die "rustup could not install $target. On Debian, SEKISHO_WASM_STD=source builds it instead."
  fi
  : >"$folder/env"
  say "$target is ready"
  exit 0
fi

version=$(rustc -vV | sed -n 's/^release: //p')
host=$(rustc -vV | sed -n 's/^host: //p')
sysroot=$(rustc --print sysroot)
built=$folder/$version

build() {
  command -v apt-get >/dev/null ||
    die "SEKISHO_WASM_STD=source needs Debian's apt-get. Unset it to use rustup."
  work=$(mktemp -d "$folder/build.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  apt=$work/apt
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$work/deb"
  : >"$apt/status"
  mirror=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources | head -n 1)
  for suite in trixie-backports trixie testing sid experimental; do
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main"
  done >"$apt/sources.list"
  # A private apt state: nothing of the host's apt or dpkg changes.
  cat >"$apt/conf" <<CONF
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::State::status "$apt/status";
Dir::State::lists "$apt/lists";
Dir::Cache "$apt/cache";
Acquire::Languages "none";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
CONF
  say "looking for Debian's rust-src $version"
  APT_CONFIG=$apt/conf apt-get -qq update
  package=$(APT_CONFIG=$apt/conf apt-cache madison rust-src |
    awk -v v="$version+" 'index($3, v) == 1 { print $3; exit }')
  [ -n "$package" ] || die "Debian has no rust-src $version. Unset SEKISHO_WASM_STD to use rustup."
  say "downloading rust-src $package"
  (cd "$work/deb" && APT_CONFIG=$apt/conf apt-get -qq download "rust-src=$package")
  dpkg-deb --fsys-tarfile "$work"/deb/*.deb |
    tar x -C "$work" --strip-components=4 "./usr/src/rustc-$version/library"
  say "building std for $target, 1 to 4 minutes"
  # Outside the checkout rustup would choose its default toolchain; the sysroot's name is ours.
  (cd "$work/library/sysroot" &&
    env -u CARGO_TARGET_DIR RUSTUP_TOOLCHAIN="${sysroot##*/}" RUSTC_BOOTSTRAP=1 __CARGO_DEFAULT_LIB_METADATA=std \
      RUSTFLAGS="-Zforce-unstable-if-unmarked -Cembed-bitcode=yes" \
      cargo build --locked --release --target "$target" --target-dir "$work/out")
  lib=$work/sysroot/lib/rustlib
  mkdir -p "$lib/$target/lib"
  ln -s "$sysroot/lib/rustlib/$host" "$lib/$host"
  cp "$work/out/$target"/release/deps/*.rlib "$lib/$target/lib/"
  # Put in place in one step, so that an interrupted build leaves nothing half done.
  rm -rf "$built"
  mv "$work/sysroot" "$built"
}

[ -d "$built" ] || build
variable=CARGO_TARGET_$(echo "$target" | tr a-z- A-Z_)_RUSTFLAGS
echo "export $variable='--sysroot=$built'" >"$folder/env"
say "$target is ready, built from source"
