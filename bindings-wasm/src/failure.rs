//! Errors on their way to JavaScript, where they become a `SekishoError`.

use js_sys::Array;
use sekisho::{Error, ErrorCode};
use wasm_bindgen::JsValue;

use crate::argument::to_number;

/// Why a call failed.
#[derive(Debug)]
pub(crate) struct Failure(Error);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<ErrorCode> for Failure {
    fn from(code: ErrorCode) -> Self {
        Self(code.into())
    }
}

/// Thrown as `[code, message, retryAfter?]`.
impl From<Failure> for JsValue {
    fn from(Failure(error): Failure) -> Self {
        let code = error.code();
        let thrown = Array::of2(&code.as_str().into(), &code.message().into());
        if let Some(seconds) = error.retry_after() {
            thrown.push(&to_number(seconds).into());
        }
        thrown.into()
    }
}
