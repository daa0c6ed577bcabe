//! Expiring counters: all the state there is, and it lives with the host.

use alloc::string::String;
use alloc::vec;
use core::fmt;

use crate::mac::leftmost;
use crate::{KeyRing, base64};

/// Names a counter: a keyed digest, so that a counter store learns nothing about people. Displays
/// as 22 characters of base64url.
///
/// It depends on the ring's digest secret alone: rotating keys resets no counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CounterKey([u8; 16]);

impl CounterKey {
    /// The 22 characters.
    pub fn to_text(&self) -> String {
        base64::encode(&self.0)
    }
}

impl fmt::Display for CounterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

/// One addition to a counter: all a counter store has to do.
///
/// The store adds `delta` in one atomic step and answers with the new value:
/// - a positive delta makes a counter that does not exist, with that value, expiring `ttl` seconds
///   from now; later additions never move its expiry;
/// - a negative delta makes no counter and takes none below zero;
/// - a counter at zero or past its expiry does not exist;
/// - delta 0 reads: the value, or 0 where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CounterOp {
    /// Which counter.
    pub key: CounterKey,
    /// What to add, between -2^52 and 2^52, exact as a double in every language.
    pub delta: i64,
    /// Seconds the counter lives if this addition makes it.
    pub ttl: u64,
}

impl CounterOp {
    pub(crate) const fn add_one(key: CounterKey, ttl: u64) -> Self {
        Self { key, delta: 1, ttl }
    }

    pub(crate) const fn give_back(key: CounterKey) -> Self {
        Self { key, delta: -1, ttl: 0 }
    }

    pub(crate) const fn read(key: CounterKey) -> Self {
        Self { key, delta: 0, ttl: 0 }
    }

    pub(crate) const fn clear(key: CounterKey) -> Self {
        Self { key, delta: -(1 << 52), ttl: 0 }
    }
}

/// What a counter counts.
#[derive(Clone, Copy)]
pub(crate) enum Counted {
    /// Failures of a subject.
    Failures,
    /// 1 and more while a subject is blocked.
    Block,
    /// The Unix time at which a subject's block ends.
    BlockEnd,
    /// Codes sent to a recipient.
    Sends,
    /// The Unix time at which a recipient's window of sends ends.
    SendsEnd,
    /// Codes compared for a challenge.
    Tries,
    /// The Unix time from which on a challenge's code may be sent once more.
    ResendEnd,
    /// Failures of a session.
    SessionFailures,
    /// Right codes for a challenge, each by the challenge's mark.
    CodeUsed,
    /// The use of a record that is for single use, by its mark.
    RecordUsed,
    /// Not a counter but the mark itself, by which a right code or an idempotency key uses one of
    /// them.
    UsedBy,
}

impl Counted {
    const fn label(self) -> &'static str {
        match self {
            Self::Failures => "failures",
            Self::Block => "block",
            Self::BlockEnd => "block end",
            Self::Sends => "sends",
            Self::SendsEnd => "sends end",
            Self::Tries => "tries",
            Self::ResendEnd => "resend end",
            Self::SessionFailures => "session failures",
            Self::CodeUsed => "code used",
            Self::RecordUsed => "record used",
            Self::UsedBy => "record used by",
        }
    }
}

/// The highest bit of every mark.
pub(crate) const MARK_TOP: i64 = 1 << 39;

/// What a revocation adds to the counters of a record's uses: more than any number of uses at once.
pub(crate) const REVOKED: i64 = 1 << 50;

impl KeyRing {
    /// `of` names whose counter it is. No two lists of parts may give the same bytes: a part of
    /// variable length comes last.
    pub(crate) fn counter(&self, counted: Counted, of: &[&[u8]]) -> CounterKey {
        let mut parts = vec![counted.label().as_bytes(), &[0]];
        parts.extend_from_slice(of);
        CounterKey(leftmost(&self.counter_key().mac(&parts)))
    }

    /// What one use adds to a counter: an odd number of 40 bits, which nobody who keeps the counters
    /// knows before the use.
    pub(crate) fn counter_mark(&self, counted: Counted, of: &[&[u8]]) -> i64 {
        let CounterKey(digest) = self.counter(counted, of);
        let leftmost_40_bits = i64::try_from(u128::from_be_bytes(digest) >> 88).unwrap_or_default();
        leftmost_40_bits | MARK_TOP | 1
    }
}
