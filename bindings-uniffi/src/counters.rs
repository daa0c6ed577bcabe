//! Counters: all the state there is.

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

impl From<&sekisho::CounterOp> for CounterOp {
    fn from(op: &sekisho::CounterOp) -> Self {
        Self { key: op.key.to_text(), delta: op.delta, ttl: signed(op.ttl) }
    }
}
