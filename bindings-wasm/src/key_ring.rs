//! The key ring.

use js_sys::Array;
use sekisho::{Environment, KeyId};
use wasm_bindgen::prelude::*;

use crate::argument::{entropy, time, to_number};
use crate::failure::Failure;

/// The key ring.
#[wasm_bindgen]
pub struct KeyRing(pub(crate) sekisho::KeyRing);

#[wasm_bindgen]
impl KeyRing {
    /// Reads the ring's text.
    pub fn parse(text: &str) -> Result<Self, JsValue> {
        Ok(Self(sekisho::KeyRing::parse(text).map_err(Failure::from)?))
    }

    /// Draws a ring of one key.
    pub fn generate(
        is_production: bool,
        now: f64,
        random: Option<Vec<u8>>,
    ) -> Result<Self, JsValue> {
        let environment =
            if is_production { Environment::Production } else { Environment::Development };
        let ring = sekisho::KeyRing::generate(environment, time(now)?, &entropy(random)?);
        Ok(Self(ring.map_err(Failure::from)?))
    }

    /// The ring with one more key.
    pub fn rotate(
        &self,
        seals_from: f64,
        now: f64,
        random: Option<Vec<u8>>,
    ) -> Result<Self, JsValue> {
        let ring = self.0.rotate(time(seals_from)?, time(now)?, &entropy(random)?);
        Ok(Self(ring.map_err(Failure::from)?))
    }

    /// The ring in which the key opens nothing from then on.
    pub fn retire(&self, kid: &str, at: f64) -> Result<Self, JsValue> {
        let id = KeyId::parse(kid).map_err(Failure::from)?;
        Ok(Self(self.0.retire(id, time(at)?).map_err(Failure::from)?))
    }

    /// The ring's text, which is the secret itself.
    #[wasm_bindgen(js_name = toText)]
    pub fn to_text(&self) -> String {
        self.0.to_text().as_str().to_owned()
    }

    /// Where the ring is for.
    pub fn environment(&self) -> String {
        self.0.environment().as_str().to_owned()
    }

    /// Its keys, as kid, `sealsFrom`, `opensUntil`, kid, …
    pub fn keys(&self) -> Array {
        let array = Array::new();
        for key in self.0.keys() {
            let until = key.opens_until.map(|until| to_number(until.unix_seconds()));
            array.push(&key.id.to_string().into());
            array.push(&to_number(key.seals_from.unix_seconds()).into());
            array.push(&until.map_or(JsValue::UNDEFINED, JsValue::from));
        }
        array
    }

    /// The id of the key that seals at a time.
    #[wasm_bindgen(js_name = sealsWith)]
    pub fn seals_with(&self, now: f64) -> Result<String, JsValue> {
        Ok(self.0.seals_with(time(now)?).map_err(Failure::from)?.to_string())
    }
}
