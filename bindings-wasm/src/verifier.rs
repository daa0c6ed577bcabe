//! The verifier, which starts every flow.

use alloc::sync::Arc;

use js_sys::Array;
use sekisho::{
    Accepted, CodeCheck, CodeSend, CodeSent, CodeVerified, Error, Issued, PasswordCheck,
    PasswordVerified, Presentation, Subject,
};
use wasm_bindgen::prelude::*;

use crate::answer::answer;
use crate::argument::{Arguments, to_number};
use crate::flow::{CancelableSend, Flow};
use crate::key_ring::KeyRing;
use crate::password_policy::PasswordPolicy;

/// Starts every flow.
#[wasm_bindgen]
pub struct Verifier {
    verifier: sekisho::Verifier,
    passwords: Arc<sekisho::PasswordPolicy>,
}

#[wasm_bindgen]
impl Verifier {
    /// A verifier of these keys, passwords and policy: whether it counts, record lifetime; code
    /// length, whether it is base32, lifetime, tries; failure limit, window, block; send limit,
    /// window.
    pub fn make(keys: &KeyRing, passwords: &PasswordPolicy, arguments: &Array) -> JsValue {
        answer(|| {
            let mut arguments = Arguments::new(arguments);
            let counts = arguments.is_true();
            let make =
                if counts { sekisho::Verifier::new } else { sekisho::Verifier::without_counters };
            let verifier = make(Arc::clone(&keys.0), arguments.policy())?;
            Ok(Self { verifier, passwords: Arc::clone(&passwords.0) })
        })
    }

    /// Starts a flow, named by the first argument.
    pub fn start(&self, arguments: &Array) -> JsValue {
        answer(|| {
            let mut arguments = Arguments::new(arguments);
            match arguments.number_if_any() {
                Some(0) => self.check_password(&mut arguments),
                Some(1) => self.send_code(&mut arguments),
                Some(2) => self.check_code(&mut arguments),
                Some(3) => self.present(&mut arguments),
                _ => self.unblock(&mut arguments),
            }
        })
    }
}

impl Verifier {
    /// Checks the user's password: binding, password, its NFKC form, stored hash, time, entropy.
    /// Record, `expiresAt`, `needsRehash`.
    fn check_password(&self, arguments: &mut Arguments<'_>) -> Result<Flow, Error> {
        let check = PasswordCheck {
            binding: arguments.binding()?,
            password: arguments.password()?,
            stored: arguments.stored_hash(&self.passwords)?,
            policy: Arc::clone(&self.passwords),
        };
        let step = self.verifier.check_password(check, arguments.time()?, arguments.entropy()?);
        Ok(Flow::new(step, |verified: PasswordVerified| {
            let array = issued(verified.record);
            array.push(&verified.needs_rehash.into());
            array.into()
        }))
    }

    /// Draws a code: binding, recipient, purpose, time, entropy. Challenge, `expiresAt`, code, the
    /// send.
    fn send_code(&self, arguments: &mut Arguments<'_>) -> Result<Flow, Error> {
        let send = CodeSend {
            binding: arguments.binding()?,
            to: arguments.identifier()?,
            purpose: arguments.purpose()?,
        };
        let step = self.verifier.send_code(send, arguments.time()?, arguments.entropy()?);
        Ok(Flow::new(step, |sent: CodeSent| {
            let array = issued(sent.challenge.clone());
            array.push(&sent.code.as_str().into());
            array.push(&CancelableSend::new(sent).into());
            array.into()
        }))
    }

    /// Checks a code: binding, recipient, challenge, code, time. Record, `expiresAt`.
    fn check_code(&self, arguments: &mut Arguments<'_>) -> Result<Flow, Error> {
        let check = CodeCheck {
            binding: arguments.binding()?,
            to: arguments.identifier()?,
            challenge: core::mem::take(&mut arguments.text()),
            code: arguments.text(),
        };
        let step = self.verifier.check_code(check, arguments.time()?);
        Ok(Flow::new(step, |verified: CodeVerified| issued(verified.record).into()))
    }

    /// Holds a record against a requirement: binding, record, idempotency key, time, requirement.
    /// Id, method, purpose, `issuedAt`, `expiresAt`, repeated.
    fn present(&self, arguments: &mut Arguments<'_>) -> Result<Flow, Error> {
        let presentation = Presentation {
            binding: arguments.binding()?,
            token: core::mem::take(&mut arguments.text()),
            idempotency_key: arguments.text_if_any().map(|mut key| core::mem::take(&mut *key)),
        };
        let now = arguments.time()?;
        let step = self.verifier.present(presentation, &arguments.requirement()?, now);
        Ok(Flow::new(step, accepted))
    }

    /// Ends a user's block.
    fn unblock(&self, arguments: &mut Arguments<'_>) -> Result<Flow, Error> {
        let subject = Subject::parse(&arguments.text())?;
        Ok(Flow::new(self.verifier.unblock(&subject), |()| JsValue::UNDEFINED))
    }
}

fn issued(Issued { token, expires_at }: Issued) -> Array {
    Array::of2(&token.into(), &to_number(expires_at.unix_seconds()).into())
}

fn accepted(Accepted { record, repeated, .. }: Accepted) -> JsValue {
    let array = Array::of3(
        &record.id().to_text().into(),
        &record.method().as_str().into(),
        &record.purpose().as_str().into(),
    );
    array.push(&to_number(record.issued_at().unix_seconds()).into());
    array.push(&to_number(record.expires_at().unix_seconds()).into());
    array.push(&repeated.into());
    array.into()
}
