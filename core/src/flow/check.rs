//! Checking a code: the second half of proving oneself by one.

use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

use zeroize::Zeroizing;

use super::failures::{Admitted, Failures};
use super::{Issued, Limits, MAX_FLOW_SECONDS, Step, Verifier};
use crate::challenge::Challenge;
use crate::counter::{Counted, CounterKey, CounterOp};
use crate::{Binding, Error, ErrorCode, Identifier, Timestamp, VerificationRecord};

/// What checking a code needs. All of it may come from an attacker but the binding.
pub struct CodeCheck {
    /// The signed-in user and their session. An operation is not looked at: the challenge carries
    /// the one it was sent for, and so will the record.
    pub binding: Binding,
    /// Where the client says the code was sent.
    pub to: Identifier,
    /// The challenge's token.
    pub challenge: String,
    /// The code as typed.
    pub code: Zeroizing<String>,
}

impl fmt::Debug for CodeCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodeCheck")
            .field("binding", &self.binding)
            .field("to", &self.to)
            .finish_non_exhaustive()
    }
}

/// The code was right, and it was used for the first time.
#[derive(Debug)]
pub struct CodeVerified {
    /// The verification record. It ends when the challenge would have.
    pub record: Issued,
    /// Whether attempts and uses were counted.
    pub limits: Limits,
}

impl Verifier {
    /// Checks a code against its challenge.
    ///
    /// # Errors
    /// In the flow's end, in this order: [`ErrorCode::RecordNotFound`] for a token that is no
    /// valid challenge of this user and session, which is not counted;
    /// [`ErrorCode::VerificationBlocked`] while the user is blocked; then, each counted as a
    /// failure, [`ErrorCode::CodeNotFound`] for no code or a used one,
    /// [`ErrorCode::CodeEmailMismatch`] or [`ErrorCode::CodePhoneMismatch`] for another recipient,
    /// [`ErrorCode::CodeExpired`], [`ErrorCode::CodeTriesUsedUp`] even for the right code, and
    /// [`ErrorCode::CodeMismatch`], which alone uses up a try.
    pub fn check_code(&self, check: CodeCheck, now: Timestamp) -> Step<CodeVerified> {
        match self.open_challenge_of(&check.challenge, &check.binding, &check.to, now) {
            Ok(challenge) => {
                let binding = check.binding.clone();
                let attempt = Attempt::new(self, check, challenge, now).start();
                self.run(self.within_session(&binding, attempt))
            }
            Err(error) => Step::fail(error),
        }
    }

    /// A challenge of this user, session and kind of recipient.
    pub(super) fn open_challenge_of(
        &self,
        token: &str,
        binding: &Binding,
        to: &Identifier,
        now: Timestamp,
    ) -> Result<Challenge, Error> {
        let challenge = Challenge::open(token, &self.rules.keys, now)?;
        let record = &challenge.record;
        let is_theirs = record.is_of_subject(&self.rules.keys, &binding.subject)
            && record.fits_session(&self.rules.keys, binding)
            && record.method() == to.method();
        if is_theirs { Ok(challenge) } else { Err(ErrorCode::RecordNotFound.into()) }
    }
}

/// One code held against one challenge.
struct Attempt {
    verifier: Verifier,
    failures: Failures,
    check: CodeCheck,
    challenge: Challenge,
    now: Timestamp,
}

impl Attempt {
    fn new(
        verifier: &Verifier,
        check: CodeCheck,
        challenge: Challenge,
        now: Timestamp,
    ) -> Box<Self> {
        let failures = Failures::of(verifier, &check.binding.subject, now);
        Box::new(Self { verifier: verifier.clone(), failures, check, challenge, now })
    }

    fn start(self: Box<Self>) -> Step<CodeVerified> {
        let [failure, block] = self.failures.reserve_ops();
        let used = CounterOp::read(self.counter(Counted::CodeUsed));
        if let Some(refusal) = self.refusal() {
            return Step::count([failure, block, used], move |[failure, block, used]| {
                self.refuse(refusal, [failure, block], used)
            });
        }
        let ops = [failure, block, used, self.try_op()];
        Step::count(ops, move |[failure, block, used, tries]| {
            self.compare([failure, block], used, tries)
        })
    }

    /// Why the code need not be compared at all.
    fn refusal(&self) -> Option<ErrorCode> {
        let record = &self.challenge.record;
        if self.check.code.is_empty() {
            Some(ErrorCode::CodeNotFound)
        } else if !record.is_of_identifier(&self.verifier.rules.keys, &self.check.to) {
            Some(self.check.to.mismatch())
        } else if self.now.seconds_since(record.issued_at())
            >= self.verifier.rules.policy.code.lifetime
        {
            Some(ErrorCode::CodeExpired)
        } else {
            None
        }
    }

    fn refuse(
        self: Box<Self>,
        refusal: ErrorCode,
        budget: [u64; 2],
        used: u64,
    ) -> Step<CodeVerified> {
        match self.failures.admit(budget) {
            Err(refused) => refused.refuse(None),
            Ok(admitted) if used > 0 => admitted.fail(ErrorCode::CodeNotFound),
            Ok(admitted) => admitted.fail(refusal),
        }
    }

    fn compare(self: Box<Self>, budget: [u64; 2], used: u64, tries: u64) -> Step<CodeVerified> {
        let admitted = match self.failures.admit(budget) {
            Ok(admitted) => admitted,
            Err(refused) => {
                return refused.refuse(Some(CounterOp::give_back(self.try_op().key)));
            }
        };
        if used > 0 {
            return admitted.fail(ErrorCode::CodeNotFound);
        }
        if tries > u64::from(self.verifier.rules.policy.code.max_tries) {
            return admitted.fail(ErrorCode::CodeTriesUsedUp);
        }
        if !self.challenge.is_code(&self.check.code, &self.verifier.rules.keys, self.now) {
            return admitted.fail(ErrorCode::CodeMismatch);
        }
        self.use_up(admitted)
    }

    /// Of several right answers at once only the one that finds the code unused has verified it.
    fn use_up(self: Box<Self>, admitted: Admitted) -> Step<CodeVerified> {
        let used = self.used_op();
        Step::count([used, admitted.give_back_op()], move |[marks, _]| {
            if marks == used.delta.unsigned_abs() {
                return Step::Done(self.verified());
            }
            self.count_repetition()
        })
    }

    fn count_repetition(self: Box<Self>) -> Step<CodeVerified> {
        let failures = self.failures;
        Step::count(failures.reserve_ops(), move |counts| match failures.admit(counts) {
            Ok(admitted) => admitted.fail(ErrorCode::CodeNotFound),
            Err(refused) => refused.refuse(None),
        })
    }

    fn verified(&self) -> Result<CodeVerified, Error> {
        let challenge = &self.challenge.record;
        let record = VerificationRecord { issued_at: self.now, ..challenge.clone() };
        let record = self.verifier.issue(&record, self.now)?;
        Ok(CodeVerified { record, limits: self.verifier.rules.limits })
    }

    fn try_op(&self) -> CounterOp {
        CounterOp::add_one(self.counter(Counted::Tries), self.ttl())
    }

    fn used_op(&self) -> CounterOp {
        let delta = self.verifier.mark(self.challenge.record.id(), "");
        CounterOp { key: self.counter(Counted::CodeUsed), delta, ttl: self.ttl() }
    }

    fn counter(&self, counted: Counted) -> CounterKey {
        self.verifier.record_counter(counted, self.challenge.record.id())
    }

    fn ttl(&self) -> u64 {
        self.challenge.record.expires_at().seconds_since(self.now) + MAX_FLOW_SECONDS
    }
}
