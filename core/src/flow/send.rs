//! Sending a code: the first half of proving oneself by one.

use super::verifier::{Rules, record_id, seconds_to_end, set_end};
use super::{Issued, Limits, Step, Verifier};
use crate::challenge::Challenge;
use crate::code::Code;
use crate::counter::{Counted, CounterKey, CounterOp};
use crate::revocation::Revocation;
use crate::{
    Binding, Entropy, Error, ErrorCode, Identifier, Purpose, RecordFields, Timestamp,
    VerificationRecord,
};

/// What sending a code needs.
#[derive(Debug)]
pub struct CodeSend {
    /// The signed-in user, and what the record shall be bound to.
    pub binding: Binding,
    /// Where the code goes.
    pub to: Identifier,
    /// What the record will be good for; see [`Purpose::of_code`].
    pub purpose: Purpose,
}

/// A code to hand to the e-mail or SMS provider now.
#[derive(Debug)]
pub struct CodeSent {
    /// The challenge's token, for the client; it comes back with the code.
    pub challenge: Issued,
    /// The code, for the message and for nothing else.
    pub code: Code,
    /// For the link "this was not me" in the message: [`Verifier::revoke_by_link`] takes it, and it
    /// is good for nothing else.
    pub revocation: Issued,
    /// What the record will be good for, as the challenge says; it names the message's template.
    pub purpose: Purpose,
    /// Whether sends were counted.
    pub limits: Limits,
    verifier: Verifier,
    counted: CounterKey,
    end_key: CounterKey,
}

impl CodeSent {
    /// Gives the send back to the recipient's budget, where the provider did not take the message.
    pub fn cancel(self) -> Step<()> {
        let end = CounterOp::clear(self.end_key);
        self.verifier.run(Step::count([CounterOp::give_back(self.counted)], move |[sends]| {
            match sends {
                // The window is empty: the next send begins another, with an end of its own.
                0 => Step::count_and_end([end], Ok(())),
                _ => Step::done(()),
            }
        }))
    }
}

impl Verifier {
    /// Draws a code for a recipient. The host sends it, then answers with the challenge.
    ///
    /// The code is drawn from the challenge's random id under a key of the ring, so that
    /// [`resend_code`](Self::resend_code) can send the same one again though nobody has kept it.
    ///
    /// # Errors
    /// In the flow's end: [`ErrorCode::KeyNoneSeals`]; [`ErrorCode::MessageRateLimited`] where the
    /// recipient has had their messages.
    #[expect(clippy::needless_pass_by_value, reason = "nobody shall use it again")]
    pub fn send_code(&self, send: CodeSend, now: Timestamp, entropy: Entropy) -> Step<CodeSent> {
        match self.new_challenge(&send, now, &entropy) {
            Ok(sent) => self.run(self.count_send(sent, now)),
            Err(error) => Step::fail(error),
        }
    }

    /// Counts a message to its recipient.
    pub(super) fn count_send(&self, sent: CodeSent, now: Timestamp) -> Step<CodeSent> {
        let policy = self.rules.policy.sends;
        let (counted, end_key) = (sent.counted, sent.end_key);
        Step::count([CounterOp::add_one(counted, policy.window)], move |[sends]| {
            if sends > u64::from(policy.limit) {
                let ops = [CounterOp::give_back(counted), CounterOp::read(end_key)];
                return Step::count(ops, move |[_, end]| {
                    let seconds = seconds_to_end(end, now, policy.window).unwrap_or(policy.window);
                    Step::fail(Error::with_retry_after(ErrorCode::MessageRateLimited, seconds))
                });
            }
            if sends > 1 {
                return Step::done(sent);
            }
            // The first in a window notes when it ends, for whoever is refused later.
            Step::count_and_end([set_end(end_key, now, policy.window)], Ok(sent))
        })
    }

    fn new_challenge(
        &self,
        send: &CodeSend,
        now: Timestamp,
        entropy: &Entropy,
    ) -> Result<CodeSent, Error> {
        let Rules { keys, policy, .. } = &*self.rules;
        let fields = RecordFields {
            id: record_id(entropy),
            method: send.to.method(),
            purpose: send.purpose,
            identifier: Some(&send.to),
            binding: &send.binding,
        };
        let expires_at = now.after(policy.record_lifetime);
        let record = VerificationRecord::new(keys, &fields, now, expires_at);
        let (challenge, code) = Challenge::new(record, &policy.code, keys, now)?;
        let issued = Issued { token: challenge.seal(keys, now)?, expires_at };
        self.sent(issued, code, &challenge.record, &send.to, now)
    }

    pub(super) fn sent(
        &self,
        challenge: Issued,
        code: Code,
        record: &VerificationRecord,
        to: &Identifier,
        now: Timestamp,
    ) -> Result<CodeSent, Error> {
        let keys = &self.rules.keys;
        let recipient = to.canonical();
        let of: [&[u8]; 3] = [to.kind().as_bytes(), &[0], recipient.as_bytes()];
        Ok(CodeSent {
            challenge,
            code,
            revocation: Revocation::of(record).issue(keys, now)?,
            purpose: record.purpose(),
            limits: self.rules.limits,
            verifier: self.clone(),
            counted: keys.counter(Counted::Sends, &of),
            end_key: keys.counter(Counted::SendsEnd, &of),
        })
    }
}
