//! What a store of counters does, whichever it is.

use async_trait::async_trait;
use sekisho::{CounterOp, Timestamp};

use super::StoreError;

/// Where counters are kept. An addition is all that flows need: see [`CounterOp`] for what it must
/// do.
///
/// *Now* is the time of the server that asks, never the store's own: tokens and counters must expire
/// by one clock, or a used code would work again where the store's is ahead.
#[async_trait]
pub(crate) trait CounterStore: Send + Sync {
    /// Does all additions or none, in order, and answers with the new values in the same order.
    /// A value is exact up to 2^53 and never wraps.
    ///
    /// # Errors
    /// [`StoreError`] where it is not certain that all was added: the caller then refuses what was
    /// asked for.
    async fn add(&self, ops: &[CounterOp], now: Timestamp) -> Result<Vec<u64>, StoreError>;

    /// The same, where the store remembers all that was counted since then; `None`, and nothing
    /// added, where it began later. One that came back empty would call a used code unused.
    async fn add_remembering(
        &self,
        ops: &[CounterOp],
        now: Timestamp,
        _since: Timestamp,
    ) -> Result<Option<Vec<u64>>, StoreError> {
        self.add(ops, now).await.map(Some)
    }

    /// Removes counters that ended [`KEPT_AFTER_END`] ago, a few at a time, so that nobody waits long
    /// for it. Answers how many there were; none where the store does so by itself.
    async fn sweep(&self, now: Timestamp) -> Result<u64, StoreError>;

    /// Forgets every counter, for dev mode's reset.
    async fn clear(&self) -> Result<(), StoreError>;

    /// Whether a write is taken now.
    async fn probe(&self, now: Timestamp) -> Result<(), StoreError>;

    /// Waits for what is being done and closes all connections.
    async fn close(&self);
}

/// Seconds that a counter is kept after its end. A server's clock that was ahead and steps back by no
/// more than this brings no used code back to life.
pub(super) const KEPT_AFTER_END: u64 = 2 * 3600;

/// The counters that ended by then, in Unix seconds, are removed now.
pub(super) const fn kept_since(now: Timestamp) -> u64 {
    now.unix_seconds().saturating_sub(KEPT_AFTER_END)
}

/// When a counter ends that is made now, in Unix seconds.
pub(super) fn end(now: Timestamp, ttl: u64) -> u64 {
    now.unix_seconds().saturating_add(ttl).min(LATEST_END)
}

/// Exact as a double, which is what Lua calculates with.
const LATEST_END: u64 = 1 << 53;
