# Sourced by the scripts that build: UniFFI's Swift, of the crate that is there now.

# put FILE PLACE: leaves an equal file there as it is, so that what was compiled from it stays.
put() { cmp -s "$1" "$2" || { mkdir -p "${2%/*}" && cp "$1" "$2"; }; }

target_folder() {
  cargo metadata --locked --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/'
}

# generate LIBRARY FOLDER: from a library that is not stripped, the Swift into Sources, and the header with
# its modulemap into the folder.
generate() {
  # As maturin calls it for Python, so that it is compiled once for both.
  cargo run --locked --quiet --manifest-path ../../Cargo.toml --bin uniffi-bindgen -- \
    generate "$1" --language swift --no-format --out-dir "$2"
  put "$2/SekishoRust.swift" Sources/SekishoRust/SekishoRust.swift
  rm "$2/SekishoRust.swift"
  mv "$2/SekishoFFI.modulemap" "$2/module.modulemap"
}
