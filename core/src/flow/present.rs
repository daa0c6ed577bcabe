//! Using a record: showing it where an operation demands a verification.

use alloc::string::String;
use core::fmt;

use super::{Limits, MAX_FLOW_SECONDS, Step, Verifier};
use crate::challenge::Challenge;
use crate::context::check_context;
use crate::counter::{Counted, CounterOp};
use crate::token::CHALLENGE_PREFIX;
use crate::{Binding, Error, ErrorCode, RecordId, Requirement, Timestamp, VerificationRecord};

/// A record shown for an operation. The token and the key may come from an attacker.
pub struct Presentation {
    /// The record's token, or a challenge's, which counts as the record once its code was used.
    pub token: String,
    /// The signed-in user, their session, and the operation to be done.
    pub binding: Binding,
    /// For single use: names this one request (1 to 256 bytes), so that repeating it is the same
    /// use.
    pub idempotency_key: Option<String>,
}

impl fmt::Debug for Presentation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presentation").field("binding", &self.binding).finish_non_exhaustive()
    }
}

/// The record meets the requirement.
#[derive(Debug)]
pub struct Accepted {
    /// What was proved, how and when.
    pub record: VerificationRecord,
    /// The same use as before, by its idempotency key: answer what was answered then.
    pub repeated: bool,
    /// Whether uses were counted.
    pub limits: Limits,
}

impl Verifier {
    /// Holds a record against a requirement and, for single use, uses it up.
    ///
    /// # Errors
    /// In the flow's end: [`ErrorCode::RecordNotFound`] for a token that is no valid record of this
    /// user, or a challenge whose code was not used; then what of the requirement is not met:
    /// [`ErrorCode::RecordSessionMismatch`], [`ErrorCode::RecordOperationMismatch`],
    /// [`ErrorCode::RecordMethodNotAllowed`], [`ErrorCode::RecordTooOld`], and last
    /// [`ErrorCode::RecordUsed`]. [`ErrorCode::CountersRequired`] where single use is asked of a
    /// verifier without counters, [`ErrorCode::ContextInvalid`] for an idempotency key outside its
    /// bounds.
    pub fn present(
        &self,
        presentation: Presentation,
        requirement: &Requirement,
        now: Timestamp,
    ) -> Step<Accepted> {
        match self.examine(&presentation, requirement, now) {
            Ok((record, Kind::Record)) => {
                self.run(self.use_record(record, &presentation, requirement, now))
            }
            Ok((record, Kind::Challenge)) => {
                self.run(self.use_challenge(record, presentation, requirement.clone(), now))
            }
            Err(error) => Step::fail(error),
        }
    }

    fn examine(
        &self,
        presentation: &Presentation,
        requirement: &Requirement,
        now: Timestamp,
    ) -> Result<(VerificationRecord, Kind), Error> {
        if requirement.single_use && self.limits == Limits::NotCounted {
            return Err(ErrorCode::CountersRequired.into());
        }
        if let Some(key) = &presentation.idempotency_key {
            check_context(key)?;
        }
        let (record, kind) = if presentation.token.starts_with(CHALLENGE_PREFIX) {
            let challenge = Challenge::open(&presentation.token, &self.keys, now)?;
            (challenge.record, Kind::Challenge)
        } else {
            (VerificationRecord::open(&presentation.token, &self.keys, now)?, Kind::Record)
        };
        requirement.check(&record, &presentation.binding, &self.keys, now)?;
        Ok((record, kind))
    }

    /// A challenge is the record it was to become, if its code was used.
    fn use_challenge(
        &self,
        record: VerificationRecord,
        presentation: Presentation,
        requirement: Requirement,
        now: Timestamp,
    ) -> Step<Accepted> {
        let used = CounterOp::read(self.record_counter(Counted::CodeUsed, record.id()));
        let verifier = self.clone();
        Step::count([used], move |[uses]| match uses {
            0 => Step::fail(ErrorCode::RecordNotFound),
            _ => verifier.use_record(record, &presentation, &requirement, now),
        })
    }

    fn use_record(
        &self,
        record: VerificationRecord,
        presentation: &Presentation,
        requirement: &Requirement,
        now: Timestamp,
    ) -> Step<Accepted> {
        let accepted = Accepted { record, repeated: false, limits: self.limits };
        if !requirement.single_use {
            return Step::done(accepted);
        }
        let id = accepted.record.id();
        let key = self.record_counter(Counted::RecordUsed, id);
        let ttl = accepted.record.expires_at().seconds_since(now) + MAX_FLOW_SECONDS;
        let repeatable = presentation.idempotency_key.is_some();
        let mark = self.use_mark(id, presentation.idempotency_key.as_deref());
        Step::count([CounterOp { key, delta: mark, ttl }], move |[marks]| {
            if marks == mark.unsigned_abs() {
                return Step::done(accepted);
            }
            let give_back = CounterOp { key, delta: -mark, ttl: 0 };
            Step::count([give_back], move |[left]| {
                let before = marks - mark.unsigned_abs();
                let is_ours = |marks: u64| marks > 0 && marks.is_multiple_of(mark.unsigned_abs());
                if repeatable && (is_ours(before) || is_ours(left)) {
                    return Step::done(Accepted { repeated: true, ..accepted });
                }
                Step::fail(ErrorCode::RecordUsed)
            })
        })
    }

    /// What one use adds to the record's counter: a number of 40 bits that tells whose it was. The
    /// first use stays in the counter; the uses of others add theirs, see that the counter is not
    /// theirs alone, and take it off again. With an idempotency key it is an odd number drawn from
    /// the key, so that the counter stands at a multiple of it only where that key used the record;
    /// without one it is 2^39, which no repetition claims.
    fn use_mark(&self, id: RecordId, idempotency_key: Option<&str>) -> i64 {
        const TOP: i64 = 1 << 39;
        let Some(key) = idempotency_key else { return TOP };
        let of: [&[u8]; 2] = [id.as_bytes(), key.as_bytes()];
        let digest: [u8; 5] = self.keys.counter_digest(Counted::RecordUsedBy, &of);
        digest.iter().fold(0, |mark, byte| mark << 8 | i64::from(*byte)) | TOP | 1
    }
}

enum Kind {
    Record,
    Challenge,
}
