//! Whether a new password is good enough.

use alloc::string::String;
use alloc::vec::Vec;

use js_sys::Array;
use sekisho::password::{Forbidden, LeakedPasswords};
use wasm_bindgen::prelude::*;

use crate::answer::answer;
use crate::argument::Arguments;

/// What new passwords are held against.
#[wasm_bindgen]
pub struct PasswordAcceptance(LeakedPasswords);

#[wasm_bindgen]
impl PasswordAcceptance {
    /// Rejects these passwords, one a line, in the lower case of their NFKC form.
    pub fn make(arguments: &Array) -> JsValue {
        answer(|| {
            let leaked = Arguments::new(arguments).text();
            Ok(Self(LeakedPasswords::from_forms(leaked.lines())))
        })
    }

    /// Why a new password is not acceptable; empty where it is. Password, its NFKC form, the lower
    /// case of that; how many of what follows are the user's own data, and that; the words. Both as
    /// they are sought.
    pub fn judge(&self, arguments: &Array) -> JsValue {
        answer(|| {
            let mut arguments = Arguments::new(arguments);
            let password = arguments.password()?;
            let lower_case = arguments.text();
            let own_count = arguments.number_or(0_u32);
            let own = (0..own_count).map_while(|_| arguments.text_if_any()).collect::<Vec<_>>();
            let own_data: Vec<&str> = own.iter().map(|entry| entry.as_str()).collect();
            let mut words: Vec<String> = Vec::new();
            while !arguments.is_at_end() {
                words.push(core::mem::take(&mut *arguments.text()));
            }
            let forbidden = Forbidden { own_data: &own_data, words: &words, leaked: Some(&self.0) };
            let rejected = password.accept_from_forms(&lower_case, forbidden);
            let array = Array::new();
            for rejection in rejected.err().unwrap_or_default() {
                array.push(&rejection.as_str().into());
            }
            Ok(array)
        })
    }
}
