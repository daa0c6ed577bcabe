//! How a decision came out.

use crate::http::Problem;

/// How a decision came out, for audit events and metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    outcome: Outcome,
    /// The code of what stood against it.
    code: Option<&'static str>,
    begins_block: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Success,
    /// The rules said no.
    Failure,
    /// It could not be decided or done.
    Error,
}

impl Verdict {
    pub(crate) const SUCCESS: Self =
        Self { outcome: Outcome::Success, code: None, begins_block: false };

    /// The rules said no, with this code.
    pub(crate) const fn failure(code: &'static str) -> Self {
        Self { outcome: Outcome::Failure, code: Some(code), begins_block: false }
    }

    /// It could not be decided or done, with this code.
    pub(crate) const fn error(code: &'static str) -> Self {
        Self { outcome: Outcome::Error, code: Some(code), begins_block: false }
    }

    pub(crate) fn of<T>(outcome: &Result<T, Problem>) -> Self {
        match outcome {
            Ok(_) => Self::SUCCESS,
            Err(problem) if problem.is_a_failure_of_ours() => Self::error(problem.error_type()),
            Err(problem) => {
                let begins_block = problem.begins_block();
                Self { begins_block, ..Self::failure(problem.error_type()) }
            }
        }
    }

    /// The word of `event.outcome`.
    pub(super) const fn outcome(self) -> &'static str {
        match self.outcome {
            Outcome::Success => "success",
            Outcome::Failure => "failure",
            Outcome::Error => "error",
        }
    }

    /// The value of `error.type`.
    pub(super) const fn code(self) -> Option<&'static str> {
        self.code
    }

    /// The value of the label `outcome`.
    pub(super) const fn label(self) -> &'static str {
        match self.code {
            Some(code) => code,
            None => self.outcome(),
        }
    }

    /// Whether the user is blocked by this.
    pub(super) const fn begins_block(self) -> bool {
        self.begins_block
    }
}

#[cfg(test)]
mod tests {
    use sekisho::{Error, ErrorCode};

    use super::*;
    use crate::http::Refusal;

    fn words(problem: impl Into<Problem>) -> (&'static str, &'static str) {
        let verdict = Verdict::of::<()>(&Err(problem.into()));
        (verdict.outcome(), verdict.label())
    }

    #[test]
    fn what_we_could_not_do_is_no_refusal() {
        assert_eq!(Verdict::of(&Ok(())).label(), "success");
        let mismatch = Error::from(ErrorCode::CodeMismatch);
        assert_eq!(words(mismatch), ("failure", "verification_code.code_mismatch"));
        assert_eq!(words(Refusal::UserSuspended), ("failure", "user.suspended"));
        let refused = ("error", "connector.general");
        assert_eq!(words(Refusal::ConnectorFailed), refused);
        assert_eq!(words(Problem::unavailable()), ("error", "service.unavailable"));
        assert_eq!(words(Problem::unexpected()), ("error", "internal_error"));
        let blocked = Error::with_retry_after(ErrorCode::VerificationBlocked, 9);
        assert!(!Verdict::of::<()>(&Err(blocked.into())).begins_block());
    }
}
