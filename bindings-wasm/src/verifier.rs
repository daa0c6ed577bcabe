//! The verifier, which starts every flow.

use std::sync::Arc;

use js_sys::Array;
use sekisho::{
    Accepted, Alphabet, CodeCheck, CodePolicy, CodeSend, CodeSent, CodeVerified, FailurePolicy,
    Issued, Password, PasswordCheck, PasswordVerified, Policy, Presentation, SendPolicy, Subject,
};
use wasm_bindgen::prelude::*;

use crate::argument::{binding, entropy, identifier, or, purpose, time, to_number};
use crate::failure::Failure;
use crate::flow::{CancelableSend, Flow};
use crate::key_ring::KeyRing;
use crate::password_policy::PasswordPolicy;
use crate::requirement::Requirement;

/// Starts every flow.
#[wasm_bindgen]
pub struct Verifier(sekisho::Verifier);

#[wasm_bindgen]
impl Verifier {
    /// A verifier of these keys and this policy.
    #[wasm_bindgen(constructor)]
    #[expect(clippy::too_many_arguments, reason = "they cross one by one")]
    pub fn new(
        keys: &KeyRing,
        counts: bool,
        record_lifetime: Option<f64>,
        code_length: Option<f64>,
        code_is_base32: bool,
        code_lifetime: Option<f64>,
        code_max_tries: Option<f64>,
        failure_limit: Option<f64>,
        failure_window: Option<f64>,
        failure_block: Option<f64>,
        send_limit: Option<f64>,
        send_window: Option<f64>,
    ) -> Result<Self, JsValue> {
        let default = Policy::default();
        let policy = Policy {
            record_lifetime: or(record_lifetime, default.record_lifetime),
            code: CodePolicy {
                length: or(code_length, default.code.length),
                alphabet: if code_is_base32 { Alphabet::Base32 } else { Alphabet::Digits },
                lifetime: or(code_lifetime, default.code.lifetime),
                max_tries: or(code_max_tries, default.code.max_tries),
            },
            failures: FailurePolicy {
                limit: or(failure_limit, default.failures.limit),
                window: or(failure_window, default.failures.window),
                block: or(failure_block, default.failures.block),
            },
            sends: SendPolicy {
                limit: or(send_limit, default.sends.limit),
                window: or(send_window, default.sends.window),
            },
        };
        let make =
            if counts { sekisho::Verifier::new } else { sekisho::Verifier::without_counters };
        Ok(Self(make(keys.0.clone(), policy).map_err(Failure::from)?))
    }

    /// Checks the user's password: record, `expiresAt`, `needsRehash`.
    #[wasm_bindgen(js_name = checkPassword)]
    #[expect(clippy::too_many_arguments, reason = "they cross one by one")]
    pub fn check_password(
        &self,
        subject: &str,
        session: Option<String>,
        operation: Option<String>,
        password: &str,
        stored: Option<String>,
        policy: &PasswordPolicy,
        now: f64,
        random: Option<Vec<u8>>,
    ) -> Result<Flow, JsValue> {
        let check = PasswordCheck {
            binding: binding(subject, session, operation)?,
            password: Password::parse(password).map_err(Failure::from)?,
            stored: policy.stored(stored)?,
            policy: Arc::clone(&policy.0),
        };
        let step = self.0.check_password(check, time(now)?, entropy(random)?);
        Ok(Flow::new(step, |verified: PasswordVerified| {
            let array = issued(verified.record);
            array.push(&verified.needs_rehash.into());
            array.into()
        }))
    }

    /// Draws a code: challenge, `expiresAt`, code, the send.
    #[wasm_bindgen(js_name = sendCode)]
    #[expect(clippy::too_many_arguments, reason = "they cross one by one")]
    pub fn send_code(
        &self,
        subject: &str,
        session: Option<String>,
        operation: Option<String>,
        kind: &str,
        value: &str,
        good_for: &str,
        now: f64,
        random: Option<Vec<u8>>,
    ) -> Result<Flow, JsValue> {
        let send = CodeSend {
            binding: binding(subject, session, operation)?,
            to: identifier(kind, value)?,
            purpose: purpose(good_for)?,
        };
        let step = self.0.send_code(send, time(now)?, entropy(random)?);
        Ok(Flow::new(step, |sent: CodeSent| {
            let array = issued(sent.challenge.clone());
            array.push(&sent.code.as_str().into());
            array.push(&CancelableSend::new(sent).into());
            array.into()
        }))
    }

    /// Checks a code: record, `expiresAt`.
    #[wasm_bindgen(js_name = checkCode)]
    #[expect(clippy::too_many_arguments, reason = "they cross one by one")]
    pub fn check_code(
        &self,
        subject: &str,
        session: Option<String>,
        kind: &str,
        value: &str,
        challenge: String,
        code: String,
        now: f64,
    ) -> Result<Flow, JsValue> {
        let check = CodeCheck {
            binding: binding(subject, session, None)?,
            to: identifier(kind, value)?,
            challenge,
            code: code.into(),
        };
        let step = self.0.check_code(check, time(now)?);
        Ok(Flow::new(step, |verified: CodeVerified| issued(verified.record).into()))
    }

    /// Holds a record against a requirement: id, method, purpose, `issuedAt`, `expiresAt`,
    /// repeated.
    #[expect(clippy::too_many_arguments, reason = "they cross one by one")]
    pub fn present(
        &self,
        subject: &str,
        session: Option<String>,
        operation: Option<String>,
        record: String,
        idempotency_key: Option<String>,
        requirement: &Requirement,
        now: f64,
    ) -> Result<Flow, JsValue> {
        let binding = binding(subject, session, operation)?;
        let presentation = Presentation { token: record, binding, idempotency_key };
        Ok(Flow::new(self.0.present(presentation, &requirement.0, time(now)?), accepted))
    }

    /// Ends a user's block.
    pub fn unblock(&self, subject: &str) -> Result<Flow, JsValue> {
        let subject = Subject::parse(subject).map_err(Failure::from)?;
        Ok(Flow::new(self.0.unblock(&subject), |()| JsValue::UNDEFINED))
    }
}

fn issued(Issued { token, expires_at }: Issued) -> Array {
    Array::of2(&token.into(), &to_number(expires_at.unix_seconds()).into())
}

fn accepted(Accepted { record, repeated, .. }: Accepted) -> JsValue {
    let array = Array::of3(
        &record.id().to_string().into(),
        &record.method().as_str().into(),
        &record.purpose().as_str().into(),
    );
    array.push(&to_number(record.issued_at().unix_seconds()).into());
    array.push(&to_number(record.expires_at().unix_seconds()).into());
    array.push(&repeated.into());
    array.into()
}
