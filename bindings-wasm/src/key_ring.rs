//! The key ring.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::sync::Arc;

use js_sys::Array;
use sekisho::{Environment, KeyId};
use wasm_bindgen::prelude::*;

use crate::answer::answer;
use crate::argument::{Arguments, to_number};

/// The key ring.
#[wasm_bindgen]
pub struct KeyRing(pub(crate) Arc<sekisho::KeyRing>);

#[wasm_bindgen]
impl KeyRing {
    /// Reads the ring's text.
    pub fn parse(arguments: &Array) -> JsValue {
        answer(|| Ok(Self::of(sekisho::KeyRing::parse(&Arguments::new(arguments).text())?)))
    }

    /// Draws a ring of one key: whether it is for production, time, entropy.
    pub fn generate(arguments: &Array) -> JsValue {
        answer(|| {
            let mut arguments = Arguments::new(arguments);
            let is_production = arguments.is_true();
            let environment =
                if is_production { Environment::Production } else { Environment::Development };
            let now = arguments.time()?;
            Ok(Self::of(sekisho::KeyRing::generate(environment, now, &arguments.entropy()?)?))
        })
    }

    /// The ring with one more key: `sealsFrom`, time, entropy.
    pub fn rotate(&self, arguments: &Array) -> JsValue {
        answer(|| {
            let mut arguments = Arguments::new(arguments);
            let (seals_from, now) = (arguments.time()?, arguments.time()?);
            Ok(Self::of(self.0.rotate(seals_from, now, &arguments.entropy()?)?))
        })
    }

    /// The ring in which a key opens nothing from a time on: kid, time.
    pub fn retire(&self, arguments: &Array) -> JsValue {
        answer(|| {
            let mut arguments = Arguments::new(arguments);
            let id = KeyId::parse(&arguments.text())?;
            Ok(Self::of(self.0.retire(id, arguments.time()?)?))
        })
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
            array.push(&key.id.to_text().into());
            array.push(&to_number(key.seals_from.unix_seconds()).into());
            array.push(&until.map_or(JsValue::UNDEFINED, JsValue::from));
        }
        array
    }

    /// The id of the key that seals at a time.
    #[wasm_bindgen(js_name = sealsWith)]
    pub fn seals_with(&self, arguments: &Array) -> JsValue {
        answer(|| {
            let now = Arguments::new(arguments).time()?;
            Ok(self.0.seals_with(now)?.to_text())
        })
    }
}

impl KeyRing {
    fn of(ring: sekisho::KeyRing) -> Self {
        Self(Arc::new(ring))
    }
}
