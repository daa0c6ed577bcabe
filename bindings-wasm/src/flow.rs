//! Flows under way.

use alloc::vec::Vec;

use sekisho::{
    Accepted, CodeSent, CodeVerified, CounterOp, Counting, Issued, PasswordVerified, Step,
};

use crate::answer::Answer;
use crate::argument::Arguments;
use crate::held::Value;

/// A flow that asks for counters to be added, by what it comes to.
pub(crate) enum Flow {
    Password(Counting<PasswordVerified>),
    Send(Counting<CodeSent>),
    Code(Counting<CodeVerified>),
    Present(Counting<Accepted>),
    Plain(Counting<()>),
}

/// What a flow comes to. Each is told from the others here, not by a closure around the flow: those
/// take several times the code.
pub(crate) trait Outcome: Sized {
    /// Keeps a flow that comes to this.
    const KEPT: fn(Counting<Self>) -> Flow;

    /// What is told of it, and what is held of it then.
    fn tell(self) -> (Value, Answer);
}

/// Where a flow stands: what is held of it now, and the additions to make or what it came to.
pub(crate) fn stands<T: Outcome>(step: Step<T>) -> (Value, Answer) {
    match step {
        Step::Count(counting) => {
            let answer = additions(counting.ops());
            (Value::Flow(T::KEPT(counting)), answer)
        }
        Step::Done(Ok(outcome)) => outcome.tell(),
        Step::Done(Err(error)) => (Value::Nothing, Answer::refusal(error)),
    }
}

/// Goes on with the counters' new values. None of them ends the flow, as no store would answer so.
pub(crate) fn resume(flow: Flow, arguments: &mut Arguments<'_>) -> (Value, Answer) {
    let counts: Vec<u64> = arguments.numbers().unwrap_or_default();
    match flow {
        Flow::Password(counting) => stands(counting.resume(&counts)),
        Flow::Send(counting) => stands(counting.resume(&counts)),
        Flow::Code(counting) => stands(counting.resume(&counts)),
        Flow::Present(counting) => stands(counting.resume(&counts)),
        Flow::Plain(counting) => stands(counting.resume(&counts)),
    }
}

/// In this order, as key, delta, ttl, key, …
#[expect(clippy::cast_precision_loss, reason = "no delta is as large as 2^53")]
fn additions(ops: &[CounterOp]) -> Answer {
    let mut answer = Answer::additions();
    for op in ops {
        answer.text(&op.key.to_text());
        answer.float(op.delta as f64);
        answer.number(op.ttl);
    }
    answer
}

/// Record, `expiresAt`, `needsRehash`.
impl Outcome for PasswordVerified {
    const KEPT: fn(Counting<Self>) -> Flow = Flow::Password;

    fn tell(self) -> (Value, Answer) {
        let mut answer = issued(&self.record);
        answer.flag(self.needs_rehash);
        (Value::Nothing, answer)
    }
}

/// Challenge, `expiresAt`, code, revocation, purpose. The send can be given back.
impl Outcome for CodeSent {
    const KEPT: fn(Counting<Self>) -> Flow = Flow::Send;

    fn tell(self) -> (Value, Answer) {
        let mut answer = issued(&self.challenge);
        answer.text(self.code.as_str());
        answer.text(&self.revocation.token);
        answer.text(self.purpose.as_str());
        (Value::CodeSent(self), answer)
    }
}

/// Record, `expiresAt`.
impl Outcome for CodeVerified {
    const KEPT: fn(Counting<Self>) -> Flow = Flow::Code;

    fn tell(self) -> (Value, Answer) {
        (Value::Nothing, issued(&self.record))
    }
}

/// Id, method, purpose, `issuedAt`, `expiresAt`, repeated.
impl Outcome for Accepted {
    const KEPT: fn(Counting<Self>) -> Flow = Flow::Present;

    fn tell(self) -> (Value, Answer) {
        let Self { record, repeated, .. } = self;
        let mut answer = Answer::of(&record.id().to_text());
        answer.text(record.method().as_str());
        answer.text(record.purpose().as_str());
        answer.number(record.issued_at().unix_seconds());
        answer.number(record.expires_at().unix_seconds());
        answer.flag(repeated);
        (Value::Nothing, answer)
    }
}

/// Nothing.
impl Outcome for () {
    const KEPT: fn(Counting<Self>) -> Flow = Flow::Plain;

    fn tell(self) -> (Value, Answer) {
        (Value::Nothing, Answer::new())
    }
}

/// Token, `expiresAt`.
pub(crate) fn issued(Issued { token, expires_at }: &Issued) -> Answer {
    let mut answer = Answer::of(token);
    answer.number(expires_at.unix_seconds());
    answer
}
