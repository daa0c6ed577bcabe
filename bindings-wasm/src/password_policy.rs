//! How passwords are hashed.

use alloc::sync::Arc;
use alloc::vec::Vec;

use js_sys::Array;
use sekisho::password::{Argon2Cost, HashLimits, Pepper};
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

use crate::answer::answer;
use crate::argument::Arguments;

/// How new passwords are hashed, and stored hashes checked.
#[wasm_bindgen]
pub struct PasswordPolicy(pub(crate) Arc<sekisho::PasswordPolicy>);

#[wasm_bindgen]
impl PasswordPolicy {
    /// A policy of memory in KiB, passes and lanes; then whether the first pepper is the current
    /// one, and the peppers, id and key of each.
    pub fn make(arguments: &Array) -> JsValue {
        answer(|| {
            let mut arguments = Arguments::new(arguments);
            let Argon2Cost { m_kib, t, p } = Argon2Cost::default();
            let cost = Argon2Cost {
                m_kib: arguments.number_or(m_kib),
                t: arguments.number_or(t),
                p: arguments.number_or(p),
            };
            let mut has_current = arguments.is_true();
            let (mut current, mut older) = (None, Vec::new());
            while !arguments.is_at_end() {
                let (id, key) = (arguments.text(), Zeroizing::new(arguments.bytes_if_any()));
                let pepper = Pepper::new(&id, key.as_deref().unwrap_or_default())?;
                if core::mem::take(&mut has_current) {
                    current = Some(pepper);
                } else {
                    older.push(pepper);
                }
            }
            let policy = sekisho::PasswordPolicy::new(cost, HashLimits::default())?;
            Ok(Self(Arc::new(policy.with_peppers(current, older)?)))
        })
    }

    /// Hashes a new password: password, its NFKC form, salt.
    pub fn hash(&self, arguments: &Array) -> JsValue {
        answer(|| {
            let mut arguments = Arguments::new(arguments);
            let password = arguments.password()?;
            self.0.hash(&password, arguments.random()?)
        })
    }

    /// Checks a password against a stored hash: password, its NFKC form, hash. Whether it matches,
    /// whether to hash it anew.
    pub fn verify(&self, arguments: &Array) -> JsValue {
        answer(|| {
            let mut arguments = Arguments::new(arguments);
            let password = arguments.password()?;
            let verified = self.0.verify(&password, arguments.stored_hash(&self.0)?.as_ref())?;
            Ok(Array::of2(&verified.matches.into(), &verified.needs_rehash.into()))
        })
    }
}
