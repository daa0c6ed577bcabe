//! The verifier: keys, policy, and whether counters are kept.

use alloc::sync::Arc;
use core::fmt;

use super::{Issued, Limits, Step};
use crate::challenge::Challenge;
use crate::counter::{Counted, CounterKey, CounterOp};
use crate::flow::failures::Failures;
use crate::mac::leftmost;
use crate::resume_handle::ResumeHandle;
use crate::token::CHALLENGE_PREFIX;
use crate::{
    Binding, Entropy, Error, KeyRing, Method, Policy, RecordId, Requirement, Subject, Timestamp,
    VerificationRecord, token,
};

/// Starts every flow. Cheap to clone; holds the key ring.
#[derive(Clone)]
pub struct Verifier {
    pub(super) rules: Arc<Rules>,
}

/// What every flow of a verifier goes by.
pub(super) struct Rules {
    pub(super) keys: Arc<KeyRing>,
    pub(super) policy: Policy,
    pub(super) limits: Limits,
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Rules { keys, policy, limits } = &*self.rules;
        let mut shown = f.debug_struct("Verifier");
        shown.field("keys", keys).field("policy", policy).field("limits", limits).finish()
    }
}

impl Verifier {
    /// A verifier whose host keeps counters.
    ///
    /// # Errors
    /// [`ErrorCode::PolicyInvalid`](crate::ErrorCode::PolicyInvalid) where a value of the policy is
    /// outside its bounds.
    pub fn new(keys: impl Into<Arc<KeyRing>>, policy: Policy) -> Result<Self, Error> {
        Self::with_limits(keys.into(), policy, Limits::Counted)
    }

    /// A verifier for a host that has no counter store. Its flows end at once, and every outcome
    /// says [`Limits::NotCounted`]: attempts are not limited, codes and records are not used up.
    /// Only for what an attacker gains nothing by trying a million times.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn without_counters(keys: impl Into<Arc<KeyRing>>, policy: Policy) -> Result<Self, Error> {
        Self::with_limits(keys.into(), policy, Limits::NotCounted)
    }

    fn with_limits(keys: Arc<KeyRing>, policy: Policy, limits: Limits) -> Result<Self, Error> {
        policy.check()?;
        Ok(Self { rules: Arc::new(Rules { keys, policy, limits }) })
    }

    /// The key ring.
    pub fn keys(&self) -> &KeyRing {
        &self.rules.keys
    }

    /// The policy in force.
    pub fn policy(&self) -> &Policy {
        &self.rules.policy
    }

    /// What a client needs to go on with an operation that was refused for want of a verification:
    /// it goes with the request for one, and [`check_resume_handle`](Self::check_resume_handle) holds
    /// that against it. It lives as long as a record, and allows nothing.
    ///
    /// # Errors
    /// [`ErrorCode::RequirementInvalid`](crate::ErrorCode::RequirementInvalid) for a requirement that
    /// no verification meets: of no method, or of the same session where the request has none;
    /// [`ErrorCode::KeyNoneSeals`](crate::ErrorCode::KeyNoneSeals).
    pub fn issue_resume_handle(
        &self,
        requirement: &Requirement,
        binding: &Binding,
        now: Timestamp,
    ) -> Result<Issued, Error> {
        let lifetime = self.rules.policy.record_lifetime;
        ResumeHandle::issue(requirement, binding, &self.rules.keys, now, lifetime)
    }

    /// Whether a verification by this method is what the handle's operation was refused for. The
    /// handle may come from an attacker.
    ///
    /// # Errors
    /// [`ErrorCode::RecordNotFound`](crate::ErrorCode::RecordNotFound) for a text that is no handle of this user or has expired,
    /// [`ErrorCode::RecordSessionMismatch`](crate::ErrorCode::RecordSessionMismatch), [`ErrorCode::RecordOperationMismatch`](crate::ErrorCode::RecordOperationMismatch),
    /// [`ErrorCode::RecordMethodNotAllowed`](crate::ErrorCode::RecordMethodNotAllowed).
    pub fn check_resume_handle(
        &self,
        handle: &str,
        binding: &Binding,
        method: Method,
        now: Timestamp,
    ) -> Result<(), Error> {
        let keys = &self.rules.keys;
        token::open_resume_handle(handle, keys, now)?.check(binding, method, keys)
    }

    /// When a challenge or record was made, for hosts whose store of counters may come back empty:
    /// such a store would call a used code unused, so a token that is older than all that the store
    /// remembers is refused.
    ///
    /// # Errors
    /// [`ErrorCode::RecordNotFound`](crate::ErrorCode::RecordNotFound) for any other text.
    pub fn issued_at(&self, token: &str, now: Timestamp) -> Result<Timestamp, Error> {
        Ok(self.open_either(token, now)?.0.issued_at())
    }

    /// The record of the token, or the one that its challenge becomes once its code is right.
    pub(super) fn open_either(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<(VerificationRecord, Kind), Error> {
        let keys = &self.rules.keys;
        Ok(if token.starts_with(CHALLENGE_PREFIX) {
            (Challenge::open(token, keys, now)?.record, Kind::Challenge)
        } else {
            (VerificationRecord::open(token, keys, now)?, Kind::Record)
        })
    }

    /// Ends a user's block and forgets their failures: an operator's act.
    pub fn unblock(&self, subject: &Subject) -> Step<()> {
        let failures = Failures::of(self, subject, Timestamp::MAX);
        self.run(Step::count_and_end(failures.clear_ops(), Ok(())))
    }

    /// The flow as it is, or, for a host without a counter store, driven to its end.
    pub(super) fn run<T>(&self, step: Step<T>) -> Step<T> {
        match self.rules.limits {
            Limits::Counted => step,
            Limits::NotCounted => step.forget_counters(),
        }
    }

    pub(super) fn issue(
        &self,
        record: &VerificationRecord,
        now: Timestamp,
    ) -> Result<Issued, Error> {
        let token = record.seal(&self.rules.keys, now)?;
        Ok(Issued { token, expires_at: record.expires_at() })
    }

    pub(super) fn record_counter(&self, counted: Counted, id: RecordId) -> CounterKey {
        self.rules.keys.counter(counted, &[id.as_bytes()])
    }

    /// What a use adds to its counter: that of a right code, which has no key, or that of a record by
    /// an idempotency key, which is never empty.
    pub(super) fn mark(&self, id: RecordId, key: &str) -> i64 {
        self.rules.keys.counter_mark(Counted::UsedBy, &[id.as_bytes(), key.as_bytes()])
    }
}

/// Which of the two tokens that stand for a record.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Record,
    Challenge,
}

/// The end of a window or block, kept in a counter whose value is that Unix time: the first
/// addition in a window sets it.
pub(super) fn set_end(key: CounterKey, now: Timestamp, seconds: u64) -> CounterOp {
    let end = now.after(seconds).unix_seconds();
    CounterOp { key, delta: i64::try_from(end).unwrap_or(i64::MAX), ttl: seconds }
}

/// Seconds from `now` to that end, where the counter tells one that is at most `longest` away.
pub(super) fn seconds_to_end(end: u64, now: Timestamp, longest: u64) -> Option<u64> {
    let seconds = end.checked_sub(now.unix_seconds())?;
    (1..=longest).contains(&seconds).then_some(seconds)
}

pub(super) fn record_id(entropy: &Entropy) -> RecordId {
    RecordId::from_bytes(leftmost(&entropy.derive("record id", 0)))
}
