//! The failures that one session may have: whoever has stolen it cannot spend all that its user has.

use alloc::boxed::Box;

use super::verifier::Verifier;
use super::{Counting, Step};
use crate::counter::{Counted, CounterOp};
use crate::{Binding, Error, ErrorCode, FailurePolicy};

impl Verifier {
    /// The attempt, within what its session may fail. A failure of the session is counted before
    /// anything is compared and given back where the attempt was none, as those of the user are.
    pub(super) fn within_session<T: Send + 'static>(
        &self,
        binding: &Binding,
        attempt: Step<T>,
    ) -> Step<T> {
        let limit = u64::from(self.rules.policy.failures.session_limit);
        let Some(session) = binding.session.as_ref().filter(|_| limit > 0) else { return attempt };
        let (subject, session) = (binding.subject.as_str(), session.as_str());
        // Control characters are in neither, so the two are told apart.
        let of: [&[u8]; 3] = [subject.as_bytes(), &[0], session.as_bytes()];
        let key = self.rules.keys.counter(Counted::SessionFailures, &of);
        let failure = CounterOp::add_one(key, FailurePolicy::SESSION_WINDOW);
        let give_back = CounterOp::give_back(key);
        // A round of its own: a session that is refused touches nothing of its user's, not even for
        // the moment until that is taken back.
        Step::count([failure], move |[failures]| {
            if failures > limit {
                return Step::count_and_end([give_back], Err(refusal()));
            }
            attempt.give_back_unless_failed(give_back)
        })
    }
}

fn refusal() -> Error {
    Error::with_retry_after(ErrorCode::VerificationBlocked, FailurePolicy::SESSION_WINDOW)
}

impl<T: Send + 'static> Step<T> {
    fn give_back_unless_failed(self, op: CounterOp) -> Self {
        match self {
            Self::Done(Err(error)) if is_failure(error) => Self::Done(Err(error)),
            Self::Done(outcome) => Self::count_and_end([op], outcome),
            Self::Count(Counting { ops, next, computes_password }) => Self::Count(Counting {
                ops,
                computes_password,
                next: Box::new(move |counts| next(counts).give_back_unless_failed(op)),
            }),
        }
    }
}

/// Whether something was compared, or would have been, and was wrong.
fn is_failure(error: Error) -> bool {
    use ErrorCode as E;
    let code = error.code();
    error.begins_block()
        || matches!(
            code,
            E::InvalidCredentials
                | E::CodeNotFound
                | E::CodeEmailMismatch
                | E::CodePhoneMismatch
                | E::CodeExpired
                | E::CodeTriesUsedUp
                | E::CodeMismatch
        )
}
