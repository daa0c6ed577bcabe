//! Counters as they are to become: read in one statement, changed in memory, written in one.
//!
//! The transaction begins with the one and ends with the other, because each way to the database's
//! thread and back takes longer than what is done there.

use std::collections::BTreeMap;

use sekisho::CounterOp;
use sqlx::{Error, SqliteConnection};

/// The mode is that of a transaction; whoever writes next on the connection has FULL again.
///
/// CROSS JOIN fixes the order: each key is looked up, the table is never read through.
macro_rules! begin {
    ($synchronous:literal) => {
        concat!(
            "PRAGMA synchronous = ",
            $synchronous,
            "; BEGIN IMMEDIATE;
            SELECT counters.key, counters.count, counters.expires_at
            FROM json_each(?1) AS wanted CROSS JOIN counters ON counters.key = wanted.value"
        )
    };
}

/// What a transaction survives once it is answered.
#[derive(Clone, Copy, Debug)]
pub(super) enum Durability {
    /// The end of the process, however sudden. The next one that survives more takes it along.
    Process,
    /// A power cut too, which is an answer of the disk to wait for.
    PowerCut,
}

/// The counters that one transaction is about, by their keys.
pub(super) struct CounterChanges(BTreeMap<String, Counter>);

/// A counter; one that does not exist stands at zero.
#[derive(Clone, Copy, Default)]
struct Counter {
    count: i64,
    /// Unix seconds.
    expires_at: i64,
    is_changed: bool,
}

impl CounterChanges {
    /// Begins a transaction; where this fails it may have begun.
    pub(super) async fn begin(
        connection: &mut SqliteConnection,
        ops: impl Iterator<Item = &CounterOp>,
        durability: Durability,
    ) -> Result<Self, Error> {
        let mut counters: BTreeMap<_, _> =
            ops.map(|op| (op.key.to_string(), Counter::default())).collect();
        let keys = json(&counters.keys().collect::<Vec<_>>())?;
        let begin = match durability {
            Durability::Process => begin!("NORMAL"),
            Durability::PowerCut => begin!("FULL"),
        };
        let rows = sqlx::query_as(begin).bind(keys).fetch_all(connection).await?;
        for (key, count, expires_at) in rows {
            let key: String = key;
            counters.insert(key, Counter { count, expires_at, is_changed: false });
        }
        Ok(Self(counters))
    }

    /// Does what [`CounterOp`] says at this time and answers with the new value.
    pub(super) fn add(&mut self, op: &CounterOp, now: i64) -> u64 {
        let counter = self.0.entry(op.key.to_string()).or_default();
        let count = counter.add(op.delta, now, now.saturating_add(signed(op.ttl)));
        u64::try_from(count).unwrap_or(0)
    }

    /// Ends the transaction; where this fails it may not have ended.
    pub(super) async fn commit(self, connection: &mut SqliteConnection) -> Result<(), Error> {
        let changed = self.0.iter().filter(|(_, counter)| counter.is_changed);
        let rows: Vec<_> =
            changed.map(|(key, counter)| (key, counter.count, counter.expires_at)).collect();
        sqlx::query(COMMIT).bind(json(&rows)?).execute(connection).await?;
        Ok(())
    }

    /// Undoes what has begun; where this fails it may not have ended.
    pub(super) async fn roll_back(connection: &mut SqliteConnection) -> Result<(), Error> {
        sqlx::query(ROLL_BACK).execute(connection).await?;
        Ok(())
    }
}

impl Counter {
    fn add(&mut self, delta: i64, now: i64, expires_at: i64) -> i64 {
        let exists = self.count > 0 && self.expires_at > now;
        let next = match (delta, exists) {
            (1.., false) => Self { count: delta, expires_at, is_changed: true },
            (0, _) | (_, false) => *self,
            (_, true) => {
                let count = self.count.saturating_add(delta).max(0);
                Self { count, is_changed: true, ..*self }
            }
        };
        *self = next;
        if exists || delta > 0 { next.count } else { 0 }
    }
}

const COMMIT: &str = "
    INSERT INTO counters (key, count, expires_at)
    SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1) WHERE true
    ON CONFLICT (key) DO UPDATE SET count = excluded.count, expires_at = excluded.expires_at;
    COMMIT;
    PRAGMA synchronous = FULL";

const ROLL_BACK: &str = "ROLLBACK; PRAGMA synchronous = FULL";

/// Lists go into a statement as JSON, so that it is the same one however long they are.
pub(super) fn json(value: &impl serde::Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Encode(error.into()))
}

pub(super) fn signed(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX / 4)
}
