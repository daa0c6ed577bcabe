//! What a record is bound to: the user, the session, the very operation.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

use sha2::{Digest as _, Sha256};

use crate::{Error, ErrorCode, canonical_json};

/// The longest subject, session or idempotency key, in bytes.
pub const MAX_CONTEXT_BYTES: usize = 256;

/// The user, by the application's own stable id (OpenID Connect's `sub`): 1 to
/// [`MAX_CONTEXT_BYTES`] bytes without control characters. Compared byte for byte.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Subject(String);

/// The user's session, by its id (OpenID Connect's `sid`): same bounds as [`Subject`].
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Session(String);

impl Subject {
    /// Takes a user id.
    ///
    /// # Errors
    /// [`ErrorCode::ContextInvalid`] outside the bounds.
    pub fn parse(id: &str) -> Result<Self, Error> {
        check_context(id).map(|()| Self(id.to_owned()))
    }

    /// The id as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Session {
    /// Takes a session id.
    ///
    /// # Errors
    /// [`ErrorCode::ContextInvalid`] outside the bounds.
    pub fn parse(id: &str) -> Result<Self, Error> {
        check_context(id).map(|()| Self(id.to_owned()))
    }

    /// The id as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject(..)")
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session(..)")
    }
}

/// One operation the user approves, as the SHA-256 digest of its canonical JSON (RFC 8785): any
/// change of a field is another operation.
///
/// Numbers are compared as IEEE 754 doubles (RFC 8785 §3.2.2.3). Money is best given as a string
/// (`"120.00"`), whose every digit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Operation([u8; 32]);

impl Operation {
    /// Takes JSON text of any shape, in any member order and white space.
    ///
    /// # Errors
    /// [`ErrorCode::OperationInvalid`] where two readers could understand it differently
    /// (RFC 7493): a key that stands twice, an integer beyond 2^53 - 1, a number too large for a
    /// double, a lone surrogate, deeper than 64 levels, longer than 65536 bytes, or no JSON at all.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        canonical_json::from_text(text).map(|canonical| Self::of(&canonical))
    }

    /// Takes a JSON value that has been read already. Needs the feature `serde_json`.
    ///
    /// # Errors
    /// As [`from_json`](Self::from_json), but for keys that stand twice, which a value cannot hold.
    #[cfg(feature = "serde_json")]
    pub fn from_value(value: &serde_json::Value) -> Result<Self, Error> {
        canonical_json::from_value(value).map(|canonical| Self::of(&canonical))
    }

    /// The SHA-256 digest of the canonical JSON.
    pub const fn digest(&self) -> &[u8; 32] {
        &self.0
    }

    fn of(canonical: &str) -> Self {
        Self(Sha256::digest(canonical.as_bytes()).into())
    }
}

/// Who verifies, in which session, for which operation.
///
/// A record made with a session or an operation is accepted only with the same one. A record made
/// with an operation is never accepted where none is asked for: approving a payment does not allow
/// changing the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The signed-in user.
    pub subject: Subject,
    /// The session of the request, if records shall be bound to it.
    pub session: Option<Session>,
    /// The operation to be approved, if any.
    pub operation: Option<Operation>,
}

impl Binding {
    /// A binding to the user alone.
    pub const fn to_subject(subject: Subject) -> Self {
        Self { subject, session: None, operation: None }
    }
}

pub(crate) fn check_context(text: &str) -> Result<(), Error> {
    let length = (1..=MAX_CONTEXT_BYTES).contains(&text.len());
    if length && !text.chars().any(char::is_control) {
        return Ok(());
    }
    Err(ErrorCode::ContextInvalid.into())
}
