//! Counters: a flow's additions in one transaction, which others share.

use rusqlite::Connection;
use sekisho::{CounterOp, Timestamp};

use super::counter_changes::signed;
use super::{Store, StoreError};

/// Where counters are kept. An addition is all there is: see [`CounterOp`] for what it must do.
pub(crate) trait CounterStore {
    /// Does all additions or none, in order, and answers with the new values in the same order.
    ///
    /// # Errors
    /// [`StoreError`] where it is not certain that all was added: the caller then refuses what was
    /// asked for.
    fn add(
        &self,
        ops: &[CounterOp],
        now: Timestamp,
    ) -> impl Future<Output = Result<Vec<u64>, StoreError>> + Send;
}

impl CounterStore for Store {
    async fn add(&self, ops: &[CounterOp], now: Timestamp) -> Result<Vec<u64>, StoreError> {
        self.writer.add(ops, signed(now.unix_seconds())).await
    }
}

impl Store {
    /// Removes counters that have expired. Looks at a few at a time, so that nobody waits long for
    /// it. Answers how many there were.
    pub(crate) async fn sweep_counters(&self, now: Timestamp) -> Result<usize, StoreError> {
        let now = signed(now.unix_seconds());
        let (mut swept, mut after) = (0, String::new());
        loop {
            let part = self.write(move |connection| sweep_part(connection, &after, now)).await?;
            let Some((removed, last)) = part else { return Ok(swept) };
            swept += removed;
            after = last;
        }
    }

    /// Forgets every counter, for dev mode's reset.
    pub(crate) async fn clear_counters(&self) -> Result<(), StoreError> {
        self.write(|connection| connection.execute("DELETE FROM counters", ())).await?;
        Ok(())
    }
}

/// Looks at the counters that come after this key. Answers how many it removed, and the last key.
fn sweep_part(
    connection: &mut Connection,
    after: &str,
    now: i64,
) -> rusqlite::Result<Option<(usize, String)>> {
    let query = (after, SWEEP_PART);
    let last: Option<String> =
        connection.prepare_cached(LAST)?.query_row(query, |row| row.get(0))?;
    let Some(last) = last else { return Ok(None) };
    let removed = connection.prepare_cached(SWEEP)?.execute((after, &last, now))?;
    Ok(Some((removed, last)))
}

const LAST: &str = "
    SELECT max(key) FROM (SELECT key FROM counters WHERE key > ?1 ORDER BY key LIMIT ?2)";

const SWEEP: &str = "DELETE FROM counters WHERE key > ?1 AND key <= ?2 AND expires_at <= ?3";

const SWEEP_PART: i64 = 500;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};
    use std::time::Duration;

    use sekisho::{
        Binding, CodeSend, Entropy, Environment, Identifier, KeyRing, Policy, Purpose, Step,
        Subject, Verifier,
    };
    use tokio::task::JoinSet;
    use tokio::time::timeout;

    use super::*;

    const TTL: u64 = 60;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_unix_seconds(1_764_000_000 + seconds).unwrap()
    }

    /// An addition to a counter of its own for each name.
    fn op(name: &str, delta: i64) -> CounterOp {
        let entropy = |byte: u8| {
            let mut bytes = [byte; 32];
            bytes[0] = 0;
            Entropy::from_bytes(bytes).unwrap()
        };
        let keys = KeyRing::generate(Environment::Development, at(0), &entropy(1)).unwrap();
        let verifier = Verifier::new(keys, Policy::default()).unwrap();
        let send = CodeSend {
            binding: Binding::to_subject(Subject::parse("user").unwrap()),
            to: Identifier::email(&format!("{name}@example.com")).unwrap(),
            purpose: Purpose::UserPermissionValidation,
        };
        match verifier.send_code(send, at(0), entropy(2)) {
            Step::Count(counting) => CounterOp { delta, ttl: TTL, ..counting.ops()[0] },
            Step::Done(_) => panic!("sending a code counts"),
        }
    }

    #[tokio::test]
    async fn an_addition_is_what_the_core_asks_for() {
        let store = Store::in_memory().unwrap();
        // The delta, the second at which it is added, the value afterwards.
        let rows: [(i64, u64, u64); 16] = [
            (0, 0, 0),
            (-1, 0, 0),
            (0, 0, 0),
            (2, 1, 2),
            (3, 30, 5),
            (0, 60, 5),
            (-1, 60, 4),
            // Created at 1 with a ttl of 60: it ends at 61, whatever was added meanwhile.
            (0, 61, 0),
            (-1, 61, 0),
            (1, 61, 1),
            (0, 120, 1),
            (0, 121, 0),
            (7, 200, 7),
            (-(1 << 52), 210, 0),
            // At zero it does not exist: the next addition starts afresh, with a ttl of its own.
            (1 << 40, 220, 1 << 40),
            (0, 279, 1 << 40),
        ];
        for (delta, second, expected) in rows {
            let counts = store.add(&[op("a", delta)], at(second)).await.unwrap();
            assert_eq!(counts, [expected], "{delta} at {second}");
        }
        assert_eq!(store.add(&[op("a", 0)], at(280)).await.unwrap(), [0]);
    }

    #[tokio::test]
    async fn a_batch_is_answered_in_its_order() {
        let store = Store::in_memory().unwrap();
        let ops = [op("a", 1), op("b", 2), op("a", 1), op("b", -1), op("c", 0)];
        assert_eq!(store.add(&ops, at(0)).await.unwrap(), [1, 2, 2, 1, 0]);
    }

    #[tokio::test]
    async fn sweeps_what_has_expired_and_nothing_else() {
        let store = Store::in_memory().unwrap();
        for number in 0..600 {
            store.add(&[op(&format!("old{number}"), 1)], at(0)).await.unwrap();
        }
        store.add(&[op("young", 1)], at(1)).await.unwrap();
        assert_eq!(store.sweep_counters(at(59)).await.unwrap(), 0);
        assert_eq!(store.sweep_counters(at(60)).await.unwrap(), 600);
        assert_eq!(store.sweep_counters(at(60)).await.unwrap(), 0);
        assert_eq!(store.add(&[op("young", 0)], at(60)).await.unwrap(), [1]);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn of_64_parallel_additions_each_gets_a_number_of_its_own() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("counters.db");
        // Two stores on one file: two processes.
        let stores = [Store::open(&file).await.unwrap(), Store::open(&file).await.unwrap()];
        let mut adders = JoinSet::new();
        for number in 0..64 {
            let store = stores[number % 2].clone();
            adders.spawn(async move { store.add(&[op("a", 1)], at(0)).await.unwrap()[0] });
        }
        let seen: BTreeSet<u64> = adders.join_all().await.into_iter().collect();
        assert_eq!(seen, (1..=64).collect());
    }

    #[tokio::test]
    async fn of_more_than_one_group_each_gets_a_number_of_its_own() {
        let store = Store::in_memory().unwrap();
        let mut adders = JoinSet::new();
        for _ in 0..1500 {
            let store = store.clone();
            adders.spawn(async move { store.add(&[op("a", 1)], at(0)).await.unwrap()[0] });
        }
        let seen: BTreeSet<u64> = adders.join_all().await.into_iter().collect();
        assert_eq!(seen, (1..=1500).collect());
    }

    /// Additions that are all in one transaction: they wait while somebody else writes.
    async fn add_together(store: &Store, ops: Vec<CounterOp>) -> Vec<Result<Vec<u64>, StoreError>> {
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
    async fn execute(store: &Store, sql: String) {
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
        let store = Store::open(&directory.path().join("counters.db")).await.unwrap();
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
        let store = Store::in_memory().unwrap();
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
        let store = Store::open(&file).await.unwrap();
        let other = Connection::open(&file).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let adding = [op("a", 1)];
        let given_up = timeout(Duration::from_millis(50), store.add(&adding, at(0))).await;
        assert!(given_up.is_err(), "it waits for the other's lock");
        other.execute_batch("COMMIT").unwrap();
        assert_eq!(store.add(&[op("a", 0)], at(0)).await.unwrap(), [0]);
    }

    #[tokio::test]
    async fn counters_survive_a_restart() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("counters.db");
        let store = Store::open(&file).await.unwrap();
        store.add(&[op("a", 3)], at(0)).await.unwrap();
        store.close().await;
        let store = Store::open(&file).await.unwrap();
        assert_eq!(store.add(&[op("a", 1)], at(1)).await.unwrap(), [4]);
    }

    #[tokio::test]
    async fn whoever_writes_after_additions_is_safe_from_a_power_cut() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&directory.path().join("counters.db")).await.unwrap();
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
        let store = Store::open(&directory.path().join("counters.db")).await.unwrap();
        let ended = "CREATE TRIGGER ended BEFORE INSERT ON counters WHEN NEW.count = 5
             BEGIN SELECT RAISE(ROLLBACK, 'the disk is full'); END";
        execute(&store, ended.into()).await;
        assert!(store.add(&[op("a", 5)], at(0)).await.is_err());
        assert_eq!(store.add(&[op("a", 1)], at(0)).await.unwrap(), [1]);
    }

    #[tokio::test]
    async fn an_addition_that_is_given_up_leaves_no_transaction_behind() {
        let directory = tempfile::tempdir().unwrap();
        let on_disk = Store::open(&directory.path().join("counters.db")).await.unwrap();
        for store in [on_disk, Store::in_memory().unwrap()] {
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
        let store = Store::in_memory().unwrap();
        store.close().await;
        let error = store.add(&[op("a", 1)], at(0)).await.unwrap_err();
        assert!(matches!(error, StoreError::Closed), "{error}");
    }
}
