//! What a call answers to JavaScript.
//!
//! One sequence of bytes: zero, and values with their lengths before them, as arguments have; or,
//! for a failure, one more than the place of its code in the registry, and the seconds to wait. The
//! package's TypeScript has the words and throws. A flow's calls answer with where it stands: what
//! it came to is as above, additions it asks for follow a byte of their own, and so does the failure
//! that it came to, which is not the call's.

use alloc::vec::Vec;

use sekisho::{Error, ErrorCode};

/// What a call answers, as it grows.
pub(crate) struct Answer(Vec<u8>);

impl Answer {
    /// An answer without values.
    pub(crate) fn new() -> Self {
        Self([0].into())
    }

    /// An answer of one text.
    pub(crate) fn of(text: &str) -> Self {
        let mut answer = Self::new();
        answer.text(text);
        answer
    }

    /// Begins the additions that a flow asks for.
    pub(crate) fn additions() -> Self {
        Self([u8::MAX].into())
    }

    /// Why a flow refused.
    pub(crate) fn refusal(error: Error) -> Self {
        let mut answer = Self([u8::MAX - 1].into());
        answer.0.append(&mut Self::failure(error).0);
        answer
    }

    /// Why a call failed.
    pub(crate) fn failure(error: Error) -> Self {
        let places = (1..).zip(ErrorCode::ALL);
        let place = places.into_iter().find(|(_, code)| **code == error.code());
        let mut answer = Self([place.map_or(u8::MAX - 2, |(place, _)| place)].into());
        answer.number(error.retry_after().unwrap_or_default());
        answer
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.value(text.as_bytes());
    }

    pub(crate) fn flag(&mut self, flag: bool) {
        self.value(&[flag.into()]);
    }

    /// A number of the rules, which are below 2^53.
    #[expect(clippy::cast_precision_loss, reason = "no such number is as large")]
    pub(crate) fn number(&mut self, number: u64) {
        self.float(number as f64);
    }

    pub(crate) fn float(&mut self, number: f64) {
        self.value(&number.to_le_bytes());
    }

    /// A number, or none.
    pub(crate) fn number_if_any(&mut self, number: Option<u64>) {
        match number {
            Some(number) => self.number(number),
            None => self.0.extend_from_slice(&u32::MAX.to_le_bytes()),
        }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    fn value(&mut self, bytes: &[u8]) {
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.0.extend_from_slice(&length.to_le_bytes());
        self.0.extend_from_slice(bytes);
    }
}
