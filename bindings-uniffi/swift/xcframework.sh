#!/bin/sh
# On a Mac with Xcode and Rust: UniFFI's Swift into Sources, and dist/SekishoFFI.xcframework for macOS, iOS
# and its simulator. It needs once:
#   rustup target add aarch64-apple-darwin x86_64-apple-darwin aarch64-apple-ios \
#     aarch64-apple-ios-sim x86_64-apple-ios
set -eu
cd "$(dirname "$0")"
[ "$(uname)" = Darwin ] || { echo "xcframework.sh: this needs a Mac. On Linux, build.sh is all." >&2; exit 1; }
. ./generate.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export MACOSX_DEPLOYMENT_TARGET=13.0 IPHONEOS_DEPLOYMENT_TARGET=16.0

# archive NAME TARGET...: one library of all the targets, which are one platform's processors.
archive() {
  name=$1
  shift
  libraries=
  for target in "$@"; do
    cargo rustc --locked --profile uniffi -p sekisho-uniffi --lib --crate-type staticlib --target "$target"
    libraries="$libraries $(target_folder)/$target/uniffi/libsekisho_uniffi.a"
  done
  mkdir "$work/$name"
  lipo -create $libraries -output "$work/$name/libsekisho_uniffi.a"
}

archive macos aarch64-apple-darwin x86_64-apple-darwin
archive ios aarch64-apple-ios
archive simulator aarch64-apple-ios-sim x86_64-apple-ios

# In a folder of their own: Xcode puts the headers of every framework into one place.
headers=$work/headers/SekishoFFI
mkdir -p "$headers" dist
generate "$(target_folder)/aarch64-apple-darwin/uniffi/libsekisho_uniffi.a" "$headers"

rm -rf dist/SekishoFFI.xcframework
set --
for platform in macos ios simulator; do
  strip -S "$work/$platform/libsekisho_uniffi.a"
  set -- "$@" -library "$work/$platform/libsekisho_uniffi.a" -headers "$work/headers"
done
xcodebuild -create-xcframework "$@" -output dist/SekishoFFI.xcframework
