//! How passwords are hashed.

use std::sync::Arc;

use js_sys::{Array, Uint8Array};
use sekisho::Password;
use sekisho::password::{Argon2Cost, HashLimits, Pepper, StoredHash};
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

use crate::argument::{or, random};
use crate::failure::Failure;

/// How new passwords are hashed, and stored hashes checked.
#[wasm_bindgen]
pub struct PasswordPolicy(pub(crate) Arc<sekisho::PasswordPolicy>);

#[wasm_bindgen]
impl PasswordPolicy {
    /// A policy of this cost with these peppers, the first of which is the current one if there is
    /// one.
    #[wasm_bindgen(constructor)]
    pub fn new(
        memory_kib: Option<f64>,
        passes: Option<f64>,
        lanes: Option<f64>,
        pepper_ids: Vec<String>,
        pepper_keys: Vec<Uint8Array>,
        has_current: bool,
    ) -> Result<Self, JsValue> {
        let Argon2Cost { m_kib, t, p } = Argon2Cost::default();
        let cost = Argon2Cost { m_kib: or(memory_kib, m_kib), t: or(passes, t), p: or(lanes, p) };
        let policy = sekisho::PasswordPolicy::new(cost, HashLimits::default());
        let peppers = pepper_ids.iter().zip(pepper_keys);
        let peppers = peppers.map(|(id, key)| Pepper::new(id, &Zeroizing::new(key.to_vec())));
        let mut peppers = peppers.collect::<Result<Vec<_>, _>>().map_err(Failure::from)?;
        let older = peppers.split_off(usize::from(has_current).min(peppers.len()));
        let policy = policy.and_then(|policy| policy.with_peppers(peppers.pop(), older));
        Ok(Self(Arc::new(policy.map_err(Failure::from)?)))
    }

    /// Hashes a new password.
    pub fn hash(&self, password: &str, salt: Option<Vec<u8>>) -> Result<String, JsValue> {
        let password = Password::parse(password).map_err(Failure::from)?;
        Ok(self.0.hash(&password, random(salt)?).map_err(Failure::from)?)
    }

    /// Checks a password against a stored hash: whether it matches, whether to hash it anew.
    pub fn verify(&self, password: &str, stored: Option<String>) -> Result<Array, JsValue> {
        let password = Password::parse(password).map_err(Failure::from)?;
        let stored = self.stored(stored)?;
        let verified = self.0.verify(&password, stored.as_ref()).map_err(Failure::from)?;
        Ok(Array::of2(&verified.matches.into(), &verified.needs_rehash.into()))
    }

    pub(crate) fn stored(&self, text: Option<String>) -> Result<Option<StoredHash>, Failure> {
        Ok(text.map(|text| StoredHash::parse(&text, &self.0)).transpose()?)
    }
}
