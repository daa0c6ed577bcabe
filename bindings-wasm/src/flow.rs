//! Flows under way.

use alloc::vec::Vec;

use js_sys::Array;
use sekisho::{CodeSent, CounterOp, ErrorCode, Step};
use wasm_bindgen::prelude::*;

use crate::answer::failure;
use crate::argument::{to_number, whole};

/// A flow: it asks for counters to be added until it ends. Nothing once it has told its outcome.
#[wasm_bindgen]
pub struct Flow(Option<Step<JsValue>>);

#[wasm_bindgen]
impl Flow {
    /// The additions to make, in this order, as key, delta, ttl, key, …; undefined where the flow
    /// has ended.
    pub fn ops(&self) -> Option<Array> {
        let Some(Step::Count(counting)) = &self.0 else { return None };
        let array = Array::new();
        for op in counting.ops() {
            push_op(&array, op);
        }
        Some(array)
    }

    /// Goes on with the counters' new values.
    pub fn resume(&mut self, counts: &[f64]) {
        let counts: Option<Vec<u64>> = counts.iter().map(|count| whole(*count)).collect();
        self.0 = match self.0.take() {
            // None of them ends the flow, as no store would answer so.
            Some(Step::Count(counting)) => Some(counting.resume(&counts.unwrap_or_default())),
            other => other,
        };
    }

    /// What the flow ended with, once.
    pub fn outcome(&mut self) -> JsValue {
        match self.0.take() {
            Some(Step::Done(outcome)) => outcome.unwrap_or_else(failure),
            // It was left in the middle, or has told its outcome before.
            Some(Step::Count(_)) | None => failure(ErrorCode::CounterStoreFailed.into()),
        }
    }
}

impl Flow {
    pub(crate) fn new<T: 'static>(step: Step<T>, describe: fn(T) -> JsValue) -> Self {
        Self(Some(step.map(describe)))
    }
}

#[expect(clippy::cast_precision_loss, reason = "no delta is as large as 2^53")]
fn push_op(array: &Array, op: &CounterOp) {
    array.push(&op.key.to_text().into());
    array.push(&(op.delta as f64).into());
    array.push(&to_number(op.ttl).into());
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
