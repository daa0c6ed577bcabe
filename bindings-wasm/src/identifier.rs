//! E-mail addresses and phone numbers.

use wasm_bindgen::prelude::*;

use crate::argument::identifier;

/// The form under which different spellings of one recipient are the same.
#[wasm_bindgen]
pub fn canonical(kind: &str, value: &str) -> Result<String, JsValue> {
    Ok(identifier(kind, value)?.canonical())
}
