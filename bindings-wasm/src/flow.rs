//! Flows under way.

use js_sys::Array;
use sekisho::{CodeSent, CounterOp, ErrorCode, Step};
use wasm_bindgen::prelude::*;

use crate::argument::{to_number, whole};
use crate::failure::Failure;

/// A flow: it asks for counters to be added until it ends.
#[wasm_bindgen]
pub struct Flow(Box<dyn Machine>);

#[wasm_bindgen]
impl Flow {
    /// The additions to make, in this order, as key, delta, ttl, key, …; undefined where the flow
    /// has ended.
    pub fn ops(&self) -> Option<Array> {
        let array = Array::new();
        for op in self.0.ops()? {
            push_op(&array, op);
        }
        Some(array)
    }

    /// Goes on with the counters' new values.
    pub fn resume(&mut self, counts: &[f64]) {
        let counts: Option<Vec<u64>> = counts.iter().map(|count| whole(*count)).collect();
        // None of them ends the flow, as no store would answer so.
        self.0.resume(&counts.unwrap_or_default());
    }

    /// What the flow ended with, once.
    pub fn outcome(&mut self) -> Result<JsValue, JsValue> {
        Ok(self.0.outcome()?)
    }
}

#[expect(clippy::cast_precision_loss, reason = "no delta is as large as 2^53")]
fn push_op(array: &Array, op: &CounterOp) {
    array.push(&op.key.to_string().into());
    array.push(&(op.delta as f64).into());
    array.push(&to_number(op.ttl).into());
}

/// A flow of any kind.
trait Machine {
    fn ops(&self) -> Option<&[CounterOp]>;
    fn resume(&mut self, counts: &[u64]);
    fn outcome(&mut self) -> Result<JsValue, Failure>;
}

struct Running<T> {
    step: Option<Step<T>>,
    describe: fn(T) -> JsValue,
}

impl Flow {
    pub(crate) fn new<T: 'static>(step: Step<T>, describe: fn(T) -> JsValue) -> Self {
        Self(Box::new(Running { step: Some(step), describe }))
    }
}

impl<T> Machine for Running<T> {
    fn ops(&self) -> Option<&[CounterOp]> {
        match &self.step {
            Some(Step::Count(counting)) => Some(counting.ops()),
            Some(Step::Done(_)) | None => None,
        }
    }

    fn resume(&mut self, counts: &[u64]) {
        self.step = match self.step.take() {
            Some(Step::Count(counting)) => Some(counting.resume(counts)),
            other => other,
        };
    }

    fn outcome(&mut self) -> Result<JsValue, Failure> {
        match self.step.take() {
            Some(Step::Done(Ok(outcome))) => Ok((self.describe)(outcome)),
            Some(Step::Done(Err(error))) => Err(error.into()),
            // It was left in the middle, or has told its outcome before.
            Some(Step::Count(_)) | None => Err(ErrorCode::CounterStoreFailed.into()),
        }
    }
}

/// A send that can be given back.
#[wasm_bindgen]
pub struct CancelableSend(Option<CodeSent>);

#[wasm_bindgen]
impl CancelableSend {
    pub(crate) const fn new(sent: CodeSent) -> Self {
        Self(Some(sent))
    }

    /// Gives the send back to the recipient's budget; undefined where it was before.
    pub fn cancel(&mut self) -> Option<Flow> {
        let step = self.0.take()?.cancel();
        Some(Flow::new(step, |()| JsValue::UNDEFINED))
    }
}
