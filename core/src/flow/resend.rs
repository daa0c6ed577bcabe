//! Sending a challenge's code again: for whoever has not got the message.

use alloc::string::String;
use core::fmt;

use super::verifier::set_end;
use super::{CodeSent, Issued, Step, Verifier};
use crate::challenge::Challenge;
use crate::counter::{Counted, CounterOp};
use crate::{Binding, Error, ErrorCode, Identifier, Timestamp};

/// Seconds between two messages of one challenge.
pub const RESEND_COOLDOWN_SECONDS: u64 = 30;

/// What sending a code again needs. The challenge may come from an attacker.
pub struct CodeResend {
    /// The signed-in user, their session, and the operation that the message tells of.
    pub binding: Binding,
    /// Where the first message went.
    pub to: Identifier,
    /// The challenge's token.
    pub challenge: String,
}

impl fmt::Debug for CodeResend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodeResend")
            .field("binding", &self.binding)
            .field("to", &self.to)
            .finish_non_exhaustive()
    }
}

impl Verifier {
    /// The challenge's code once more, under the same token, the same end and the same budgets, so
    /// that it does not matter which message is read. The recipient's budget counts it as any
    /// message.
    ///
    /// # Errors
    /// In the flow's end, in this order: [`ErrorCode::RecordNotFound`] for a token that is no valid
    /// challenge of this user and session, or whose code cannot be made again since the policy of
    /// codes has changed; [`ErrorCode::CodeEmailMismatch`] or [`ErrorCode::CodePhoneMismatch`] for
    /// another recipient, [`ErrorCode::RecordOperationMismatch`], [`ErrorCode::CodeExpired`],
    /// [`ErrorCode::CodeNotFound`] for one that was used or revoked, [`ErrorCode::CodeTriesUsedUp`]
    /// for one that nobody can try any more, and [`ErrorCode::MessageRateLimited`] within [`RESEND_COOLDOWN_SECONDS`] of the message before, or
    /// where the recipient has had their messages.
    #[expect(clippy::needless_pass_by_value, reason = "as the other flows take theirs")]
    pub fn resend_code(&self, resend: CodeResend, now: Timestamp) -> Step<CodeSent> {
        match self.reopen(&resend, now) {
            Ok((challenge, sent)) => {
                self.run(self.after_cooldown(&challenge, now, self.count_send(sent, now)))
            }
            Err(error) => Step::fail(error),
        }
    }

    fn reopen(&self, resend: &CodeResend, now: Timestamp) -> Result<(Challenge, CodeSent), Error> {
        let CodeResend { binding, to, challenge: token } = resend;
        let keys = &self.rules.keys;
        let challenge = self.open_challenge_of(token, binding, to, now)?;
        let record = &challenge.record;
        if !record.is_of_identifier(keys, to) {
            return Err(to.mismatch().into());
        }
        if !record.is_of_operation(keys, binding) {
            return Err(ErrorCode::RecordOperationMismatch.into());
        }
        let age = now.seconds_since(record.issued_at());
        if age >= self.rules.policy.code.lifetime {
            return Err(ErrorCode::CodeExpired.into());
        }
        let code = challenge.draw_code(&self.rules.policy.code, keys, now)?;
        let issued = Issued { token: token.clone(), expires_at: record.expires_at() };
        let sent = self.sent(issued, code, record, to, now)?;
        match RESEND_COOLDOWN_SECONDS.checked_sub(age) {
            Some(left @ 1..) => Err(Error::with_retry_after(ErrorCode::MessageRateLimited, left)),
            _ => Ok((challenge, sent)),
        }
    }

    /// Goes on where no message of the challenge was sent just before. Of several at once one does.
    fn after_cooldown(
        &self,
        challenge: &Challenge,
        now: Timestamp,
        then: Step<CodeSent>,
    ) -> Step<CodeSent> {
        let id = challenge.record.id();
        let end =
            set_end(self.record_counter(Counted::ResendEnd, id), now, RESEND_COOLDOWN_SECONDS);
        let used = CounterOp::read(self.record_counter(Counted::CodeUsed, id));
        let tries = CounterOp::read(self.record_counter(Counted::Tries, id));
        let max_tries = u64::from(self.rules.policy.code.max_tries);
        Step::count([end, used, tries], move |[ends, used, tries]| {
            if used > 0 {
                return Step::fail(ErrorCode::CodeNotFound);
            }
            if tries >= max_tries {
                return Step::fail(ErrorCode::CodeTriesUsedUp);
            }
            // Nobody takes back what they have added: in the counter's next life that would make
            // room for another. So it tells when the wait ends to the second who asks, and to all
            // others no more than that it does.
            match ends - end.delta.unsigned_abs() {
                0 => then,
                earlier => {
                    let left = earlier.saturating_sub(now.unix_seconds());
                    let left = left.min(RESEND_COOLDOWN_SECONDS);
                    Step::fail(Error::with_retry_after(ErrorCode::MessageRateLimited, left))
                }
            }
        })
    }
}
