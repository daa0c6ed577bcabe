//! Flows under way.

use alloc::vec::Vec;

use sekisho::{CodeSent, Counting, Step};

use crate::answer::Answer;
use crate::argument::Arguments;
use crate::held::Value;

/// A flow that asks for counters to be added.
pub(crate) type Flow = Counting<Outcome>;

/// What a flow ended with, and a send that can be given back.
pub(crate) struct Outcome {
    pub(crate) answer: Answer,
    pub(crate) sent: Option<CodeSent>,
}

impl From<Answer> for Outcome {
    fn from(answer: Answer) -> Self {
        Self { answer, sent: None }
    }
}

/// Where a flow stands: what is held of it now, and the additions to make, in this order, as key,
/// delta, ttl, key, …, or what it came to.
#[expect(clippy::cast_precision_loss, reason = "no delta is as large as 2^53")]
pub(crate) fn stands(step: Step<Outcome>) -> (Value, Answer) {
    match step {
        Step::Count(counting) => {
            let mut answer = Answer::additions();
            for op in counting.ops() {
                answer.text(&op.key.to_text());
                answer.float(op.delta as f64);
                answer.number(op.ttl);
            }
            (Value::Flow(counting), answer)
        }
        Step::Done(Ok(Outcome { answer, sent })) => {
            (sent.map_or(Value::Nothing, Value::CodeSent), answer)
        }
        Step::Done(Err(error)) => (Value::Nothing, Answer::refusal(error)),
    }
}

/// Goes on with the counters' new values. None of them ends the flow, as no store would answer so.
pub(crate) fn resume(flow: Flow, arguments: &mut Arguments<'_>) -> Step<Outcome> {
    let counts: Vec<u64> = arguments.numbers().unwrap_or_default();
    flow.resume(&counts)
}

/// Gives a send back to the recipient's budget.
pub(crate) fn cancel(sent: CodeSent) -> Step<Outcome> {
    sent.cancel().map(|()| Answer::new().into())
}
