//! A counter store whose additions are timed.

use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use sekisho::{CounterOp, Timestamp};

use super::{CounterStore, StoreError};
use crate::telemetry::Metrics;

/// A counter store whose additions are timed.
pub(crate) struct Timed {
    store: Arc<dyn CounterStore>,
    metrics: Arc<Metrics>,
}

impl Timed {
    pub(crate) fn new(store: Arc<dyn CounterStore>, metrics: Arc<Metrics>) -> Self {
        Self { store, metrics }
    }

    async fn timed<T>(
        &self,
        adding: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        let started = Instant::now();
        let added = adding.await;
        self.metrics.addition(started.elapsed(), added.is_err());
        added
    }
}

#[async_trait]
impl CounterStore for Timed {
    async fn add(&self, ops: &[CounterOp], now: Timestamp) -> Result<Vec<u64>, StoreError> {
        self.timed(self.store.add(ops, now)).await
    }

    async fn add_remembering(
        &self,
        ops: &[CounterOp],
        now: Timestamp,
        since: Timestamp,
    ) -> Result<Option<Vec<u64>>, StoreError> {
        self.timed(self.store.add_remembering(ops, now, since)).await
    }

    async fn sweep(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.store.sweep(now).await
    }

    async fn clear(&self) -> Result<(), StoreError> {
        self.store.clear().await
    }

    async fn probe(&self, now: Timestamp) -> Result<(), StoreError> {
        self.store.probe(now).await
    }

    async fn close(&self) {
        self.store.close().await;
    }
}
