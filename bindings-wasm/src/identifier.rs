//! E-mail addresses and phone numbers.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::answer::answer;
use crate::argument::Arguments;

/// The form under which different spellings of one recipient are the same: identifier.
#[wasm_bindgen]
pub fn canonical(arguments: &Array) -> JsValue {
    answer(|| Ok(Arguments::new(arguments).identifier()?.canonical()))
}
