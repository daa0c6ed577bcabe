//! Counters: all the state there is.

use std::fmt;

use uniffi::UnexpectedUniFFICallbackError;

use crate::argument::signed;

/// One addition to a counter.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct CounterOp {
    /// Names the counter: 22 characters of base64url, a keyed digest without personal data.
    pub key: String,
    /// What to add, between -2^52 and 2^52; 0 reads.
    pub delta: i64,
    /// Seconds that a counter lives which this addition creates.
    pub ttl: i64,
}

/// Where counters are kept. An addition is all there is:
///
/// - A counter that is missing, has expired or stands at zero does not exist. A positive delta
///   creates it with its ttl; no addition extends the ttl of one that exists.
/// - A negative delta creates no counter and takes none below zero.
/// - Each addition is atomic: of two at a time the second sees the first.
#[uniffi::export(foreign)]
#[async_trait::async_trait]
pub trait CounterStore: Send + Sync {
    /// Makes the additions in their order and answers with the new values in the same order.
    async fn add(&self, ops: Vec<CounterOp>) -> Result<Vec<i64>, CounterStoreError>;
}

/// Why a store could not add.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Error)]
pub enum CounterStoreError {
    /// It cannot be reached, or refused.
    Unavailable {
        /// For the operator; it reaches the caller in `CounterStoreFailed`.
        detail: Option<String>,
    },
}

impl From<UnexpectedUniFFICallbackError> for CounterStoreError {
    /// An exception of another type. Its text may hold a whole stack trace and is left where it is.
    fn from(_: UnexpectedUniFFICallbackError) -> Self {
        Self::Unavailable { detail: None }
    }
}

impl fmt::Display for CounterStoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("The counter store is not available.")
    }
}

impl std::error::Error for CounterStoreError {}

impl From<&sekisho::CounterOp> for CounterOp {
    fn from(op: &sekisho::CounterOp) -> Self {
        Self { key: op.key.to_text(), delta: op.delta, ttl: signed(op.ttl) }
    }
}
