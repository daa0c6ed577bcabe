//! Counters: a flow's additions in one call of a function, which is one transaction.

use async_trait::async_trait;
use sekisho::{CounterOp, Timestamp};

use super::PostgresqlStore;
use crate::store::StoreError;
use crate::store::counter_store::{CounterStore, end, kept_since};

#[async_trait]
impl CounterStore for PostgresqlStore {
    async fn add(&self, ops: &[CounterOp], now: Timestamp) -> Result<Vec<u64>, StoreError> {
        let keys: Vec<String> = ops.iter().map(|op| op.key.to_text()).collect();
        let deltas: Vec<i64> = ops.iter().map(|op| op.delta).collect();
        let ends: Vec<i64> = ops.iter().map(|op| signed(end(now, op.ttl))).collect();
        let query = sqlx::query_scalar(ADD).bind(keys).bind(deltas).bind(ends).bind(at(now));
        let counts: Vec<i64> = self.within(query.fetch_one(self.pool())).await?;
        Ok(counts.into_iter().map(|count| u64::try_from(count).unwrap_or(0)).collect())
    }

    async fn sweep(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut swept = 0;
        loop {
            let part = sqlx::query(SWEEP).bind(signed(kept_since(now))).bind(SWEEP_PART);
            let part = self.within(part.execute(self.pool())).await?.rows_affected();
            swept += part;
            if part == 0 {
                return Ok(swept);
            }
        }
    }

    async fn clear(&self) -> Result<(), StoreError> {
        let clear = sqlx::query("DELETE FROM counters");
        self.within(clear.execute(self.pool())).await.map(|_| ())
    }

    async fn probe(&self, now: Timestamp) -> Result<(), StoreError> {
        let probe = sqlx::query(PROBE).bind(at(now.after(PROBE_KEPT_FOR)));
        self.within(probe.execute(self.pool())).await.map(|_| ())
    }

    async fn close(&self) {
        Self::close(self).await;
    }
}

fn at(time: Timestamp) -> i64 {
    signed(time.unix_seconds())
}

fn signed(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX)
}

const ADD: &str = "SELECT add_to_counters($1, $2, $3, $4)";

/// What another server sweeps, and what is being added to, is left alone.
const SWEEP: &str = "
    DELETE FROM counters WHERE key IN (
        SELECT key FROM counters WHERE expires_at <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED)";

const SWEEP_PART: i64 = 500;

/// No counter has this name: theirs have 22 characters.
const PROBE: &str = "
    INSERT INTO counters (key, count, expires_at) VALUES ('probe', 1, $1)
    ON CONFLICT (key) DO UPDATE SET expires_at = EXCLUDED.expires_at";

/// Seconds until what a probe writes is swept.
const PROBE_KEPT_FOR: u64 = 60;
