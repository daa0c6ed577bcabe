//! What flows come to.

use std::sync::{Arc, Mutex, PoisonError};

use sekisho::{Issued, Step};

use crate::argument::signed;
use crate::{EmptyFlow, Method, Purpose};

/// Whether attempts and uses were counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Limits {
    /// They were.
    Counted,
    /// There is no counter store: nobody limits the attempts, a code works until it expires, and a
    /// record can be used again and again until then.
    NotCounted,
}

/// The user has proved who they are by their password.
#[derive(Clone, uniffi::Record)]
pub struct PasswordVerified {
    /// The verification record's token.
    pub record: String,
    /// Unix seconds.
    pub expires_at: i64,
    /// The stored hash is of an older form: replace it by a new one of the same password.
    pub needs_rehash: bool,
    /// Whether attempts were counted.
    pub limits: Limits,
}

/// The user has proved who they are by a code.
#[derive(Clone, uniffi::Record)]
pub struct Verified {
    /// The verification record's token.
    pub record: String,
    /// Unix seconds.
    pub expires_at: i64,
    /// Whether attempts and uses were counted.
    pub limits: Limits,
}

/// A code to hand to the mail or SMS provider now.
#[derive(Clone, uniffi::Record)]
pub struct CodeSent {
    /// The challenge's token, for the client; it comes back with the code.
    pub challenge: String,
    /// Unix seconds.
    pub expires_at: i64,
    /// The code, for the message and for nothing else.
    pub code: String,
    /// For the link "this was not me" in the message: `revoke_by_link` takes it, and it is good for
    /// nothing else.
    pub revocation: String,
    /// What the record will be good for, as the challenge says; it names the message's template.
    pub purpose: Purpose,
    /// Whether sends were counted.
    pub limits: Limits,
    /// Gives the send back, where the provider did not take the message.
    pub cancellation: Arc<SendCancellation>,
}

/// The record meets the requirement.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Accepted {
    /// The record's id, 32 hexadecimal digits.
    pub id: String,
    /// How the user proved who they are.
    pub method: Method,
    /// What the record is good for.
    pub purpose: Purpose,
    /// Unix seconds.
    pub issued_at: i64,
    /// Unix seconds.
    pub expires_at: i64,
    /// The same use as before, by its idempotency key: answer what was answered then.
    pub repeated: bool,
    /// Whether uses were counted.
    pub limits: Limits,
}

/// Gives a send back to the recipient's budget, once; a second time there is nothing to give.
#[derive(uniffi::Object)]
pub struct SendCancellation(Mutex<Option<sekisho::CodeSent>>);

#[uniffi::export]
impl SendCancellation {
    /// Begins to give the send back.
    pub fn cancel(&self) -> EmptyFlow {
        let sent = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        EmptyFlow::of(sent.map_or(Step::Done(Ok(())), sekisho::CodeSent::cancel))
    }
}

impl From<sekisho::Limits> for Limits {
    fn from(limits: sekisho::Limits) -> Self {
        match limits {
            sekisho::Limits::Counted => Self::Counted,
            sekisho::Limits::NotCounted => Self::NotCounted,
        }
    }
}

impl From<sekisho::PasswordVerified> for PasswordVerified {
    fn from(verified: sekisho::PasswordVerified) -> Self {
        let Issued { token: record, expires_at } = verified.record;
        Self {
            record,
            expires_at: signed(expires_at.unix_seconds()),
            needs_rehash: verified.needs_rehash,
            limits: verified.limits.into(),
        }
    }
}

impl From<sekisho::CodeVerified> for Verified {
    fn from(verified: sekisho::CodeVerified) -> Self {
        let Issued { token: record, expires_at } = verified.record;
        let expires_at = signed(expires_at.unix_seconds());
        Self { record, expires_at, limits: verified.limits.into() }
    }
}

impl From<sekisho::CodeSent> for CodeSent {
    fn from(sent: sekisho::CodeSent) -> Self {
        Self {
            challenge: sent.challenge.token.clone(),
            expires_at: signed(sent.challenge.expires_at.unix_seconds()),
            code: sent.code.as_str().to_owned(),
            revocation: sent.revocation.token.clone(),
            purpose: sent.purpose.into(),
            limits: sent.limits.into(),
            cancellation: Arc::new(SendCancellation(Mutex::new(Some(sent)))),
        }
    }
}

impl From<sekisho::Accepted> for Accepted {
    fn from(accepted: sekisho::Accepted) -> Self {
        let sekisho::Accepted { record, repeated, limits } = accepted;
        Self {
            id: record.id().to_text(),
            method: record.method().into(),
            purpose: record.purpose().into(),
            issued_at: signed(record.issued_at().unix_seconds()),
            expires_at: signed(record.expires_at().unix_seconds()),
            repeated,
            limits: limits.into(),
        }
    }
}
