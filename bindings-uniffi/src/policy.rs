//! The rules' numbers.

use crate::argument::or_too_large;

/// How many attempts there are and how long what lives. What is not given is the default.
#[derive(Clone, Debug, Default, PartialEq, Eq, uniffi::Record)]
pub struct Policy {
    /// Seconds a record is good, 60 to 86400; 600 by default.
    #[uniffi(default = None)]
    pub record_lifetime: Option<i64>,
    /// One-time codes.
    #[uniffi(default = None)]
    pub code: Option<CodePolicy>,
    /// Failures of one user, passwords and codes together.
    #[uniffi(default = None)]
    pub failures: Option<FailurePolicy>,
    /// Messages to one recipient.
    #[uniffi(default = None)]
    pub sends: Option<SendPolicy>,
}

/// How codes are made and how long they live.
#[derive(Clone, Debug, Default, PartialEq, Eq, uniffi::Record)]
pub struct CodePolicy {
    /// Characters in a code, 4 to 10; 6 by default.
    #[uniffi(default = None)]
    pub length: Option<i32>,
    /// What they are drawn from; digits by default.
    #[uniffi(default = None)]
    pub alphabet: Option<Alphabet>,
    /// Seconds a code is good, 60 to 3600; 600 by default.
    #[uniffi(default = None)]
    pub lifetime: Option<i64>,
    /// Wrong codes for one challenge, 1 to 100; 10 by default.
    #[uniffi(default = None)]
    pub max_tries: Option<i32>,
}

/// The characters a code is drawn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Alphabet {
    /// `0` to `9`.
    Digits,
    /// 32 digits and capitals without I, L, O and U, of which none is mistaken for another
    /// (Crockford's).
    Base32,
}

/// When a user is blocked.
#[derive(Clone, Debug, Default, PartialEq, Eq, uniffi::Record)]
pub struct FailurePolicy {
    /// The failure that blocks, 1 to 10000; the 100th by default.
    #[uniffi(default = None)]
    pub limit: Option<i32>,
    /// Within how many seconds, 60 to 86400; 3600 by default.
    #[uniffi(default = None)]
    pub window: Option<i64>,
    /// Seconds a block lasts, 60 to 2592000; 3600 by default.
    #[uniffi(default = None)]
    pub block: Option<i64>,
    /// Failures after which a session verifies no more for a day, 1 to 10000; 0, the default, for no
    /// such limit.
    #[uniffi(default = None)]
    pub session_limit: Option<i32>,
}

/// How many messages one recipient gets.
#[derive(Clone, Debug, Default, PartialEq, Eq, uniffi::Record)]
pub struct SendPolicy {
    /// Messages in one window, 1 to 10000; 10 by default.
    #[uniffi(default = None)]
    pub limit: Option<i32>,
    /// Seconds from the first message, 1 to 86400; 600 by default.
    #[uniffi(default = None)]
    pub window: Option<i64>,
}

impl From<Policy> for sekisho::Policy {
    fn from(given: Policy) -> Self {
        let default = Self::default();
        Self {
            record_lifetime: given.record_lifetime.map_or(default.record_lifetime, or_too_large),
            code: given.code.unwrap_or_default().into(),
            failures: given.failures.unwrap_or_default().into(),
            sends: given.sends.unwrap_or_default().into(),
        }
    }
}

impl From<CodePolicy> for sekisho::CodePolicy {
    fn from(given: CodePolicy) -> Self {
        let default = Self::default();
        let alphabet = given.alphabet.map(|alphabet| match alphabet {
            Alphabet::Digits => sekisho::Alphabet::Digits,
            Alphabet::Base32 => sekisho::Alphabet::Base32,
        });
        Self {
            length: given.length.map_or(default.length, |it| u8::try_from(it).unwrap_or(u8::MAX)),
            alphabet: alphabet.unwrap_or(default.alphabet),
            lifetime: given.lifetime.map_or(default.lifetime, or_too_large),
            max_tries: given.max_tries.map_or(default.max_tries, or_too_many),
        }
    }
}

impl From<FailurePolicy> for sekisho::FailurePolicy {
    fn from(given: FailurePolicy) -> Self {
        let default = Self::default();
        Self {
            limit: given.limit.map_or(default.limit, or_too_many),
            window: given.window.map_or(default.window, or_too_large),
            block: given.block.map_or(default.block, or_too_large),
            session_limit: given.session_limit.map_or(default.session_limit, or_too_many),
        }
    }
}

impl From<SendPolicy> for sekisho::SendPolicy {
    fn from(given: SendPolicy) -> Self {
        let default = Self::default();
        Self {
            limit: given.limit.map_or(default.limit, or_too_many),
            window: given.window.map_or(default.window, or_too_large),
        }
    }
}

fn or_too_many(number: i32) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
