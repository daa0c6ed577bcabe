//! Whether a new password is good enough.

use sekisho::Password;
use sekisho::password::{Forbidden, LeakedPasswords};
use wasm_bindgen::prelude::*;

use crate::failure::Failure;

/// What new passwords are held against.
#[wasm_bindgen]
pub struct PasswordAcceptance(LeakedPasswords);

#[wasm_bindgen]
impl PasswordAcceptance {
    /// Rejects these passwords, one a line.
    #[wasm_bindgen(constructor)]
    pub fn new(leaked: &str) -> Self {
        Self(leaked.lines().collect())
    }

    /// Why a new password is not acceptable; empty where it is.
    pub fn judge(
        &self,
        password: &str,
        own_data: Vec<String>,
        words: Vec<String>,
    ) -> Result<Vec<String>, JsValue> {
        let password = Password::parse(password).map_err(Failure::from)?;
        let own_data: Vec<&str> = own_data.iter().map(String::as_str).collect();
        let forbidden = Forbidden { own_data: &own_data, words: &words, leaked: Some(&self.0) };
        let rejections = password.accept(forbidden).err().unwrap_or_default();
        Ok(rejections.iter().map(|rejection| rejection.as_str().to_owned()).collect())
    }
}
