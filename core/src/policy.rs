//! The rules' numbers.

use core::ops::RangeInclusive;

use crate::code::CodePolicy;
use crate::{Error, ErrorCode};

/// How long records live and how many attempts there are. The defaults are the contract's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Seconds from a record's or challenge's making to its end: 60 to 86400, 600 by default.
    pub record_lifetime: u64,
    /// One-time codes.
    pub code: CodePolicy,
    /// Failures of one user, passwords and codes together.
    pub failures: FailurePolicy,
    /// Messages to one recipient.
    pub sends: SendPolicy,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            record_lifetime: 600,
            code: CodePolicy::default(),
            failures: FailurePolicy::default(),
            sends: SendPolicy::default(),
        }
    }
}

impl Policy {
    /// # Errors
    /// [`ErrorCode::PolicyInvalid`] where a value is outside its bounds.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.code.check()?;
        let FailurePolicy { limit, window, block, session_limit } = self.failures;
        let in_bounds = (60..=DAY).contains(&self.record_lifetime)
            && FailurePolicy::LIMIT_BOUNDS.contains(&limit)
            && (60..=DAY).contains(&window)
            && FailurePolicy::BLOCK_BOUNDS.contains(&block)
            && FailurePolicy::SESSION_LIMIT_BOUNDS.contains(&session_limit)
            && (1..=10_000).contains(&self.sends.limit)
            && (1..=DAY).contains(&self.sends.window);
        if in_bounds { Ok(()) } else { Err(ErrorCode::PolicyInvalid.into()) }
    }
}

const DAY: u64 = 86_400;

/// When a user is blocked (OWASP ASVS 5.0 §6.3.1; NIST SP 800-63B-4 §3.2.2 allows at most 100
/// failures).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailurePolicy {
    /// The failure that blocks: 1 to 10000, the 100th by default.
    pub limit: u32,
    /// Seconds from the first failure within which failures are counted: 60 to 86400, 3600 by
    /// default.
    pub window: u64,
    /// Seconds a block lasts: 60 to 2592000, 3600 by default.
    pub block: u64,
    /// Failures after which a session verifies no more for a day, whatever its user has left: 1 to
    /// 10000; 0, the default, for no such limit. Below [`limit`](Self::limit) it lets whoever has
    /// stolen a session spend no more than that of the user's failures, and the user go on in
    /// another session. Only for requests that name their session.
    pub session_limit: u32,
}

impl FailurePolicy {
    /// What [`limit`](Self::limit) may be.
    pub const LIMIT_BOUNDS: RangeInclusive<u32> = 1..=10_000;
    /// What [`block`](Self::block) may be.
    pub const BLOCK_BOUNDS: RangeInclusive<u64> = 60..=30 * DAY;
    /// What [`session_limit`](Self::session_limit) may be.
    pub const SESSION_LIMIT_BOUNDS: RangeInclusive<u32> = 0..=10_000;
    /// Seconds from a session's first failure within which its failures are counted.
    pub const SESSION_WINDOW: u64 = DAY;
}

impl Default for FailurePolicy {
    fn default() -> Self {
        Self { limit: 100, window: 3600, block: 3600, session_limit: 0 }
    }
}

/// How many messages one recipient gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendPolicy {
    /// Messages in one window: 1 to 10000, 10 by default.
    pub limit: u32,
    /// Seconds from the first message: 1 to 86400, 600 by default.
    pub window: u64,
}

impl Default for SendPolicy {
    fn default() -> Self {
        Self { limit: 10, window: 600 }
    }
}
