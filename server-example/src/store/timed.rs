//! A counter store whose additions are timed.

use std::sync::Arc;
use std::time::Instant;

use sekisho::{CounterOp, Timestamp};

use super::{CounterStore, StoreError};
use crate::telemetry::Metrics;

/// A counter store whose additions are timed. Cheap to clone if the store is.
#[derive(Clone)]
pub(crate) struct Timed<S> {
    store: S,
    metrics: Arc<Metrics>,
}

impl<S> Timed<S> {
    pub(crate) const fn new(store: S, metrics: Arc<Metrics>) -> Self {
        Self { store, metrics }
    }
}

impl<S: CounterStore + Sync> CounterStore for Timed<S> {
    async fn add(&self, ops: &[CounterOp], now: Timestamp) -> Result<Vec<u64>, StoreError> {
        let started = Instant::now();
        let added = self.store.add(ops, now).await;
        self.metrics.addition(started.elapsed(), added.is_err());
        added
    }
}
