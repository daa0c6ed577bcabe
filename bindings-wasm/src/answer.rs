//! What a call answers to JavaScript.
//!
//! A failure is a number, which no call answers otherwise: the code's place in the registry and, 256
//! times, the seconds to wait. The package's TypeScript has the words and throws. An answer of each
//! type and a `Result` of it take three times the code.

use sekisho::{Error, ErrorCode};
use wasm_bindgen::JsValue;

use crate::argument::to_number;

/// The answer of a call.
pub(crate) fn answer<T: Into<JsValue>>(call: impl FnOnce() -> Result<T, Error>) -> JsValue {
    call().map_or_else(failure, Into::into)
}

/// Why a call failed.
pub(crate) fn failure(error: Error) -> JsValue {
    let codes = (0_u64..).zip(ErrorCode::ALL);
    let place = codes.into_iter().find(|(_, code)| **code == error.code()).map(|(place, _)| place);
    to_number(place.unwrap_or_default() + (error.retry_after().unwrap_or_default() << 8)).into()
}
