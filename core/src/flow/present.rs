//! Using a record: showing it where an operation demands a verification.

use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

use super::revoke::is_revoked;
use super::verifier::{Kind, Rules};
use super::{Limits, MAX_FLOW_SECONDS, Step, Verifier};
use crate::context::check_context;
use crate::counter::{Counted, CounterOp, MARK_TOP};
use crate::{Binding, Error, ErrorCode, Requirement, Timestamp, VerificationRecord};

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
    /// Holds a record against a requirement and, for single use, uses it up. One that was
    /// [revoked](Self::revoke) is not accepted.
    ///
    /// # Errors
    /// In the flow's end: [`ErrorCode::RecordNotFound`] for a token that is no valid record of this
    /// user, or was revoked, or a challenge whose code was not used; then what of the requirement is not met:
    /// [`ErrorCode::RecordSessionMismatch`], [`ErrorCode::RecordOperationMismatch`],
    /// [`ErrorCode::RequirementInvalid`] for one of the same session where there is none,
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
        let (record, kind) = match self.examine(&presentation, requirement, now) {
            Ok(examined) => examined,
            Err(error) => return Step::fail(error),
        };
        let used = Use {
            verifier: self.clone(),
            record,
            single: requirement.single_use,
            idempotency_key: presentation.idempotency_key,
            now,
        };
        self.run(Box::new(used).start(kind))
    }

    fn examine(
        &self,
        presentation: &Presentation,
        requirement: &Requirement,
        now: Timestamp,
    ) -> Result<(VerificationRecord, Kind), Error> {
        let Rules { keys, limits, .. } = &*self.rules;
        if requirement.single_use && *limits == Limits::NotCounted {
            return Err(ErrorCode::CountersRequired.into());
        }
        if let Some(key) = &presentation.idempotency_key {
            check_context(key)?;
        }
        let (record, kind) = self.open_either(&presentation.token, now)?;
        requirement.check(&record, &presentation.binding, keys, now)?;
        Ok((record, kind))
    }
}

/// One use of a record that meets its requirement.
struct Use {
    verifier: Verifier,
    record: VerificationRecord,
    /// The record is used up.
    single: bool,
    idempotency_key: Option<String>,
    now: Timestamp,
}

impl Use {
    /// A challenge is the record it was to become, if its code was used.
    fn start(self: Box<Self>, kind: Kind) -> Step<Accepted> {
        match kind {
            Kind::Record => self.count(),
            Kind::Challenge => {
                let id = self.record.id();
                let used = CounterOp::read(self.verifier.record_counter(Counted::CodeUsed, id));
                let mark = self.verifier.mark(id, "");
                // Whoever keeps the counters can write into this one, but knows no mark before a code
                // was right.
                Step::count([used], move |[marks]| {
                    if are_of(mark, marks) {
                        return self.count();
                    }
                    Step::fail(ErrorCode::RecordNotFound)
                })
            }
        }
    }

    fn count(self: Box<Self>) -> Step<Accepted> {
        let key = self.verifier.record_counter(Counted::RecordUsed, self.record.id());
        if !self.single {
            return Step::count([CounterOp::read(key)], move |[marks]| {
                if is_revoked(marks) {
                    return Step::fail(ErrorCode::RecordNotFound);
                }
                self.accept(false)
            });
        }
        let ttl = self.record.expires_at().seconds_since(self.now) + MAX_FLOW_SECONDS;
        let mark = self.mark();
        Step::count([CounterOp { key, delta: mark, ttl }], move |[marks]| {
            if marks == mark.unsigned_abs() {
                return self.accept(false);
            }
            let give_back = CounterOp { key, delta: -mark, ttl: 0 };
            Step::count([give_back], move |[left]| {
                if is_revoked(left) {
                    return Step::fail(ErrorCode::RecordNotFound);
                }
                let before = marks - mark.unsigned_abs();
                if self.idempotency_key.is_some() && (are_of(mark, before) || are_of(mark, left)) {
                    return self.accept(true);
                }
                Step::fail(ErrorCode::RecordUsed)
            })
        })
    }

    fn accept(&self, repeated: bool) -> Step<Accepted> {
        let limits = self.verifier.rules.limits;
        Step::done(Accepted { record: self.record.clone(), repeated, limits })
    }

    /// What one use adds to the record's counter: a number of 40 bits that tells whose it was. The
    /// first use stays in the counter; the uses of others add theirs, see that the counter is not
    /// theirs alone, and take it off again. With an idempotency key it is an odd number drawn from
    /// the key, so that the counter stands at a multiple of it only where that key used the record;
    /// without one it is 2^39, which no repetition claims.
    fn mark(&self) -> i64 {
        let key = self.idempotency_key.as_ref();
        key.map_or(MARK_TOP, |key| self.verifier.mark(self.record.id(), key))
    }
}

/// Whether a counter stands at one or more of the same mark.
const fn are_of(mark: i64, marks: u64) -> bool {
    marks > 0 && marks.is_multiple_of(mark.unsigned_abs())
}
