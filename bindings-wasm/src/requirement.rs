//! What an operation demands.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::argument::{identifier, method, or, purpose, to_number};
use crate::failure::Failure;

/// What an operation demands.
#[wasm_bindgen]
pub struct Requirement(pub(crate) sekisho::Requirement);

#[wasm_bindgen]
impl Requirement {
    /// What is missing is as for a permission by any method.
    #[wasm_bindgen(constructor)]
    pub fn new(
        methods: Option<Vec<String>>,
        purpose: Option<String>,
        max_age: Option<f64>,
        same_session: bool,
        single_use: bool,
        identifier_type: Option<String>,
        identifier_value: Option<String>,
    ) -> Result<Self, JsValue> {
        let any = sekisho::Requirement::permission();
        let methods = methods.map(|words| words.iter().map(|word| method(word)).collect());
        let identifier = identifier_type
            .map(|kind| identifier(&kind, &identifier_value.unwrap_or_default()))
            .transpose()?;
        Ok(Self(sekisho::Requirement {
            methods: methods.transpose()?.unwrap_or(any.methods),
            purpose: purpose.as_deref().map_or(Ok(any.purpose), crate::argument::purpose)?,
            max_age: max_age.map(|seconds| or(Some(seconds), 0)),
            same_session,
            identifier,
            single_use,
        }))
    }

    /// The value of `WWW-Authenticate` that tells a client what to do (RFC 9470).
    #[wasm_bindgen(js_name = toChallenge)]
    pub fn to_challenge(&self) -> String {
        self.0.to_challenge()
    }

    /// Reads such a value: the greatest age and the methods.
    #[wasm_bindgen(js_name = fromChallenge)]
    pub fn from_challenge(value: &str) -> Result<Array, JsValue> {
        let asked = sekisho::Requirement::from_challenge(value).map_err(Failure::from)?;
        let max_age = asked.max_age.map(to_number).map_or(JsValue::UNDEFINED, JsValue::from);
        let array = Array::of1(&max_age);
        for method in asked.methods {
            array.push(&method.as_str().into());
        }
        Ok(array)
    }

    /// What a code that goes to an address will be good for; `own` are the user's, as type, value,
    /// type, …
    #[wasm_bindgen(js_name = purposeOfCode)]
    pub fn purpose_of_code(
        kind: &str,
        value: &str,
        own: Vec<String>,
        asked: Option<String>,
    ) -> Result<String, JsValue> {
        let to = identifier(kind, value)?;
        let mut own = own.iter();
        let mut parsed = Vec::new();
        while let (Some(kind), Some(value)) = (own.next(), own.next()) {
            parsed.push(identifier(kind, value)?);
        }
        let asked = asked.as_deref().map(purpose).transpose()?;
        Ok(sekisho::Purpose::of_code(&to, &parsed, asked).as_str().to_owned())
    }
}
