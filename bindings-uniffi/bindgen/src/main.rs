//! `uniffi-bindgen generate LIBRARY --language LANGUAGE --out-dir FOLDER`. Under this name maturin
//! looks for it.

fn main() {
    uniffi::uniffi_bindgen_main();
}
