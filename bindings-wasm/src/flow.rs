//! Flows under way.

use alloc::vec::Vec;

use sekisho::{CodeSent, Error, ErrorCode, Step};

use crate::answer::Answer;
use crate::argument::Arguments;
use crate::held::Value;

/// A flow: it asks for counters to be added until it ends.
pub(crate) type Flow = Step<Outcome>;

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

/// The additions to make, in this order, as key, delta, ttl, key, …; none where the flow has ended.
#[expect(clippy::cast_precision_loss, reason = "no delta is as large as 2^53")]
pub(crate) fn ops(flow: &Value) -> Answer {
    let mut answer = Answer::new();
    if let Value::Flow(Step::Count(counting)) = flow {
        for op in counting.ops() {
            answer.text(&op.key.to_text());
            answer.float(op.delta as f64);
            answer.number(op.ttl);
        }
    }
    answer
}

/// Goes on with the counters' new values.
pub(crate) fn resume(flow: Value, arguments: &mut Arguments<'_>) -> Value {
    match flow {
        // None of them ends the flow, as no store would answer so.
        Value::Flow(Step::Count(counting)) => {
            let counts: Vec<u64> = arguments.numbers().unwrap_or_default();
            Value::Flow(counting.resume(&counts))
        }
        other => other,
    }
}

/// What the flow ended with, once. A send takes its place.
pub(crate) fn outcome(flow: &mut Value) -> Result<Answer, Error> {
    match core::mem::take(flow) {
        Value::Flow(Step::Done(outcome)) => {
            let Outcome { answer, sent } = outcome?;
            *flow = sent.map_or(Value::Nothing, Value::CodeSent);
            Ok(answer)
        }
        // It was left in the middle, or has told its outcome before.
        _ => Err(ErrorCode::CounterStoreFailed.into()),
    }
}

/// Gives a send back to the recipient's budget, once.
pub(crate) fn cancel(sent: Value) -> Value {
    match sent {
        Value::CodeSent(sent) => Value::Flow(sent.cancel().map(|()| Answer::new().into())),
        other => other,
    }
}
