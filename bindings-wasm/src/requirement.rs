//! What an operation demands.

use alloc::borrow::ToOwned;
use alloc::vec::Vec;

use js_sys::Array;
use sekisho::{Purpose, Requirement};
use wasm_bindgen::prelude::*;

use crate::answer::answer;
use crate::argument::{Arguments, to_number};

/// The value of `WWW-Authenticate` that tells a client what to do (RFC 9470).
#[wasm_bindgen(js_name = toChallenge)]
pub fn to_challenge(arguments: &Array) -> JsValue {
    answer(|| Ok(Arguments::new(arguments).requirement()?.to_challenge()))
}

/// Reads such a value: the greatest age and the methods.
#[wasm_bindgen(js_name = fromChallenge)]
pub fn from_challenge(arguments: &Array) -> JsValue {
    answer(|| {
        let asked = Requirement::from_challenge(&Arguments::new(arguments).text())?;
        let max_age = asked.max_age.map(to_number);
        let array = Array::of1(&max_age.into());
        for method in asked.methods {
            array.push(&method.as_str().into());
        }
        Ok(array)
    })
}

/// What a code that goes to an identifier will be good for: purpose asked for or undefined,
/// identifier, then those of the user.
#[wasm_bindgen(js_name = purposeOfCode)]
pub fn purpose_of_code(arguments: &Array) -> JsValue {
    answer(|| {
        let mut arguments = Arguments::new(arguments);
        let asked = arguments.purpose_if_any()?;
        let to = arguments.identifier()?;
        let mut own = Vec::new();
        while !arguments.is_at_end() {
            own.push(arguments.identifier()?);
        }
        Ok(Purpose::of_code(&to, &own, asked).as_str().to_owned())
    })
}
