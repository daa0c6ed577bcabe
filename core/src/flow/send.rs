//! Sending a code: the first half of proving oneself by one.

use super::verifier::{record_id, seconds_to_end, set_end};
use super::{Issued, Limits, Step, Verifier};
use crate::challenge::Challenge;
use crate::code::Code;
use crate::counter::{Counted, CounterKey, CounterOp};
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
                0 => Step::count([end], |[_]| Step::done(())),
                _ => Step::done(()),
            }
        }))
    }
}

impl Verifier {
    /// Draws a code for a recipient. The host sends it, then answers with the challenge.
    ///
    /// # Errors
    /// In the flow's end: [`ErrorCode::MessageRateLimited`] where the recipient has had their
    /// messages, [`ErrorCode::KeyNoneSeals`].
    pub fn send_code(&self, send: CodeSend, now: Timestamp, entropy: Entropy) -> Step<CodeSent> {
        let recipient = send.to.canonical();
        let of: [&[u8]; 3] = [send.to.kind().as_bytes(), &[0], recipient.as_bytes()];
        let end_key = self.rules.keys.counter(Counted::SendsEnd, &of);
        let policy = self.rules.policy.sends;
        let count = CounterOp::add_one(self.rules.keys.counter(Counted::Sends, &of), policy.window);
        let verifier = self.clone();
        self.run(Step::count([count], move |[sends]| {
            if sends > u64::from(policy.limit) {
                let ops = [CounterOp::give_back(count.key), CounterOp::read(end_key)];
                return Step::count(ops, move |[_, end]| {
                    let seconds = seconds_to_end(end, now, policy.window).unwrap_or(policy.window);
                    Step::fail(Error::with_retry_after(ErrorCode::MessageRateLimited, seconds))
                });
            }
            let drawn = verifier.draw_code(&send, [count.key, end_key], now, &entropy);
            if sends > 1 {
                return Step::Done(drawn);
            }
            // The first in a window notes when it ends, for whoever is refused later.
            Step::count([set_end(end_key, now, policy.window)], |[_]| Step::Done(drawn))
        }))
    }

    fn draw_code(
        &self,
        send: &CodeSend,
        [counted, end_key]: [CounterKey; 2],
        now: Timestamp,
        entropy: &Entropy,
    ) -> Result<CodeSent, Error> {
        let fields = RecordFields {
            id: record_id(entropy),
            method: send.to.method(),
            purpose: send.purpose,
            identifier: Some(&send.to),
            binding: &send.binding,
        };
        let expires_at = now.after(self.rules.policy.record_lifetime);
        let record = VerificationRecord::new(&self.rules.keys, &fields, now, expires_at);
        let code = Code::draw(&self.rules.policy.code, entropy);
        let token =
            Challenge::new(record, &code, &self.rules.keys, now)?.seal(&self.rules.keys, now)?;
        let challenge = Issued { token, expires_at };
        Ok(CodeSent {
            challenge,
            code,
            limits: self.rules.limits,
            verifier: self.clone(),
            counted,
            end_key,
        })
    }
}
