#!/bin/sh
# Builds what is released twice, from the last commit, in folders of different names, and says whether both
# came out the same: `sh tests/reproducible.sh [server] [wasm]`, by default both. The machine's paths are
# written as /source, /target and /cargo, so that whoever builds a release like this gets these very bytes.
# It needs what `make setup` fetches, and takes as long as two release builds.
set -eu
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- server wasm
cargo_home=${CARGO_HOME:-$HOME/.cargo}
modules=$PWD/bindings-wasm/node_modules
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

# build WHAT FOLDER: from the last commit; the file is FOLDER/WHAT.
build() {
  source=$2/source target=$2/target
  mkdir -p "$source/.cargo"
  git archive HEAD | tar -x -C "$source"
  cat >"$source/.cargo/config.toml" <<CONF
[target.'cfg(all())']
rustflags = [
  "--remap-path-prefix=$source=/source",
  "--remap-path-prefix=$target=/target",
  "--remap-path-prefix=$cargo_home=/cargo",
]
CONF
  maps="-ffile-prefix-map=$source=/source -ffile-prefix-map=$target=/target -ffile-prefix-map=$cargo_home=/cargo"
  export CARGO_TARGET_DIR="$target" CFLAGS="$maps" CXXFLAGS="$maps"
  case $1 in
    server)
      (cd "$source" && cargo build --locked --quiet --release -p sekisho-server)
      mv "$target/release/sekisho-server" "$2/server"
      ;;
    wasm)
      ln -s "$modules" "$source/bindings-wasm/node_modules"
      sh "$source/bindings-wasm/build.sh"
      mv "$source/bindings-wasm/dist/glue/sekisho_bg.wasm" "$2/wasm"
      ;;
    *) echo "reproducible: $1 is neither server nor wasm" >&2; exit 1 ;;
  esac
  rm -rf "$source" "$target"
}

differ=
for what; do
  for folder in one another-one; do
    echo "== $what: building it in a folder called $folder"
    build "$what" "$work/$folder"
  done
  (cd "$work" && sha256sum "one/$what" "another-one/$what")
  ! grep -F -q -e "$cargo_home" -e "$work" "$work/one/$what" || { echo "reproducible: $what names this machine's folders" >&2; differ=yes; }
  cmp "$work/one/$what" "$work/another-one/$what" || differ=yes
done
[ -z "$differ" ] || { echo "reproducible: the builds differ" >&2; exit 1; }
