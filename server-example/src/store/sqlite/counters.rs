//! Counters: a flow's additions in one transaction, which others share.

use async_trait::async_trait;
use rusqlite::Connection;
use sekisho::{CounterOp, Timestamp};

use super::SqliteStore;
use super::counter_changes::signed;
use crate::store::counter_store::kept_since;
use crate::store::{CounterStore, StoreError};

#[async_trait]
impl CounterStore for SqliteStore {
    async fn add(&self, ops: &[CounterOp], now: Timestamp) -> Result<Vec<u64>, StoreError> {
        self.writer.add(ops, signed(now.unix_seconds())).await
    }

    async fn sweep(&self, now: Timestamp) -> Result<u64, StoreError> {
        let ended = signed(kept_since(now));
        let (mut swept, mut after) = (0, String::new());
        loop {
            let part = self.write(move |connection| sweep_part(connection, &after, ended)).await?;
            let Some((removed, last)) = part else { return Ok(swept) };
            swept += removed as u64;
            after = last;
        }
    }

    async fn clear(&self) -> Result<(), StoreError> {
        self.write(|connection| connection.execute("DELETE FROM counters", ())).await?;
        Ok(())
    }

    async fn probe(&self, now: Timestamp) -> Result<(), StoreError> {
        let expires_at = signed(now.after(PROBE_KEPT_FOR).unix_seconds());
        self.write(move |connection| connection.execute(PROBE, [expires_at])).await?;
        Ok(())
    }

    async fn close(&self) {
        Self::close(self).await;
    }
}

/// Looks at the counters that come after this key. Answers how many it removed, and the last key.
fn sweep_part(
    connection: &mut Connection,
    after: &str,
    ended: i64,
) -> rusqlite::Result<Option<(usize, String)>> {
    let query = (after, SWEEP_PART);
    let last: Option<String> =
        connection.prepare_cached(LAST)?.query_row(query, |row| row.get(0))?;
    let Some(last) = last else { return Ok(None) };
    let removed = connection.prepare_cached(SWEEP)?.execute((after, &last, ended))?;
    Ok(Some((removed, last)))
}

const LAST: &str = "
    SELECT max(key) FROM (SELECT key FROM counters WHERE key > ?1 ORDER BY key LIMIT ?2)";

const SWEEP: &str = "DELETE FROM counters WHERE key > ?1 AND key <= ?2 AND expires_at <= ?3";

const SWEEP_PART: i64 = 500;

/// No counter has this name: theirs have 22 characters.
const PROBE: &str = "
    INSERT INTO counters (key, count, expires_at) VALUES ('probe', 1, ?1)
    ON CONFLICT (key) DO UPDATE SET expires_at = ?1";

/// Seconds until what a probe writes is swept.
const PROBE_KEPT_FOR: u64 = 60;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};
    use std::time::Duration;

    use tokio::task::JoinSet;
    use tokio::time::timeout;

    use super::*;
    use crate::store::tests::{at, op};

    #[tokio::test]
    async fn of_more_than_one_group_each_gets_a_number_of_its_own() {
        let store = SqliteStore::in_memory().unwrap();
        let mut adders = JoinSet::new();
        for _ in 0..1500 {
            let store = store.clone();
            adders.spawn(async move { store.add(&[op("a", 1)], at(0)).await.unwrap()[0] });
        }
        let seen: BTreeSet<u64> = adders.join_all().await.into_iter().collect();
        assert_eq!(seen, (1..=1500).collect());
    }

    /// Additions that are all in one transaction: they wait while somebody else writes.
    async fn add_together(
        store: &SqliteStore,
        ops: Vec<CounterOp>,
    ) -> Vec<Result<Vec<u64>, StoreError>> {
        let held = store.hold_writer().await;
        let adders = ops.into_iter().map(|op| {
            let store = store.clone();
            let mut adder = Box::pin(async move { store.add(&[op], at(0)).await });
            assert!(poll_once(adder.as_mut()).is_none(), "it waits");
            adder
        });
        let adders: Vec<_> = adders.collect();
        drop(held);
        let mut answers = Vec::new();
        for adder in adders {
            answers.push(adder.await);
        }
        answers
    }

    /// Runs it where all writing is done.
    async fn execute(store: &SqliteStore, sql: String) {
        store.write(move |connection| connection.execute_batch(&sql)).await.unwrap();
    }

    fn poll_once<T>(future: Pin<&mut impl Future<Output = T>>) -> Option<T> {
        match future.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => Some(value),
            Poll::Pending => None,
        }
    }

    #[tokio::test]
    async fn what_fails_for_one_fails_for_all_of_the_transaction_and_counts_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&directory.path().join("counters.db")).await.unwrap();
        let refuse = format!(
            "CREATE TRIGGER refuse BEFORE INSERT ON counters WHEN NEW.key = '{}'
             BEGIN SELECT RAISE(ABORT, 'not this one'); END",
            op("refused", 1).key
        );
        execute(&store, refuse).await;
        let ops = vec![op("a", 1), op("refused", 1), op("b", 1)];
        for answer in add_together(&store, ops).await {
            let error = answer.unwrap_err();
            assert!(error.to_string().contains("not this one"), "{error}");
        }
        let read = [op("a", 0), op("refused", 0), op("b", 0)];
        assert_eq!(store.add(&read, at(0)).await.unwrap(), [0, 0, 0]);
        assert_eq!(store.add(&[op("a", 1)], at(0)).await.unwrap(), [1]);
    }

    #[tokio::test]
    async fn an_addition_that_is_given_up_while_it_waits_adds_nothing() {
        let store = SqliteStore::in_memory().unwrap();
        let held = store.hold_writer().await;
        for name in ["a", "b"] {
            let adding = [op(name, 1)];
            let mut given_up = Box::pin(store.add(&adding, at(0)));
            assert!(poll_once(given_up.as_mut()).is_none(), "it waits");
        }
        drop(held);
        assert_eq!(store.add(&[op("a", 0), op("b", 0)], at(0)).await.unwrap(), [0, 0]);
    }

    #[tokio::test]
    async fn an_addition_that_is_given_up_while_another_process_writes_adds_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("counters.db");
        let store = SqliteStore::open(&file).await.unwrap();
        let other = Connection::open(&file).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let adding = [op("a", 1)];
        let given_up = timeout(Duration::from_millis(50), store.add(&adding, at(0))).await;
        assert!(given_up.is_err(), "it waits for the other's lock");
        other.execute_batch("COMMIT").unwrap();
        assert_eq!(store.add(&[op("a", 0)], at(0)).await.unwrap(), [0]);
    }

    #[tokio::test]
    async fn whoever_writes_after_additions_is_safe_from_a_power_cut() {
        let directory = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&directory.path().join("counters.db")).await.unwrap();
        let refuse = "CREATE TRIGGER refuse BEFORE UPDATE ON counters WHEN NEW.count = 5
             BEGIN SELECT RAISE(ABORT, 'not five'); END";
        execute(&store, refuse.into()).await;
        for (delta, succeeds) in [(7, true), (-1, true), (-1, false), (-2, true)] {
            assert_eq!(store.add(&[op("a", delta)], at(0)).await.is_ok(), succeeds, "{delta}");
            let full = store.write(|connection| {
                connection.pragma_query_value(None, "synchronous", |row| row.get::<_, i64>(0))
            });
            assert_eq!(full.await.unwrap(), 2, "after {delta}");
        }
    }

    /// What SQLite does by itself where the disk is full or fails; the end-to-end tests fill one.
    #[tokio::test]
    async fn a_transaction_that_sqlite_ended_is_not_the_last_one() {
        let directory = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&directory.path().join("counters.db")).await.unwrap();
        let ended = "CREATE TRIGGER ended BEFORE INSERT ON counters WHEN NEW.count = 5
             BEGIN SELECT RAISE(ROLLBACK, 'the disk is full'); END";
        execute(&store, ended.into()).await;
        assert!(store.add(&[op("a", 5)], at(0)).await.is_err());
        assert_eq!(store.add(&[op("a", 1)], at(0)).await.unwrap(), [1]);
    }

    #[tokio::test]
    async fn an_addition_that_is_given_up_leaves_no_transaction_behind() {
        let directory = tempfile::tempdir().unwrap();
        let on_disk = SqliteStore::open(&directory.path().join("counters.db")).await.unwrap();
        for store in [on_disk, SqliteStore::in_memory().unwrap()] {
            for _ in 0..20 {
                let adding = [op("a", 1)];
                tokio::select! {
                    biased;
                    _ = store.add(&adding, at(0)) => {}
                    () = tokio::task::yield_now() => {}
                }
            }
            assert_eq!(store.add(&[op("b", 1)], at(0)).await.unwrap(), [1]);
        }
    }

    #[tokio::test]
    async fn a_store_that_is_gone_is_an_error_and_no_count() {
        let store = SqliteStore::in_memory().unwrap();
        store.close().await;
        let error = store.add(&[op("a", 1)], at(0)).await.unwrap_err();
        assert!(matches!(error, StoreError::Closed), "{error}");
    }
}
