//! Counters as they are to become: each is read once and written once, however often a transaction
//! changes it.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Result};
use sekisho::CounterOp;

/// The counters that one transaction is about, by their keys.
#[derive(Default)]
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
    /// Does what [`CounterOp`] says at this time and answers with the new value.
    pub(super) fn add(&mut self, connection: &Connection, op: &CounterOp, now: i64) -> Result<u64> {
        let key = op.key.to_text();
        let mut counter = match self.0.get(&key) {
            Some(counter) => *counter,
            None => read(connection, &key)?,
        };
        let count = counter.add(op.delta, now, now.saturating_add(signed(op.ttl)));
        self.0.insert(key, counter);
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Writes what has changed.
    pub(super) fn write(self, connection: &Connection) -> Result<()> {
        let mut write = connection.prepare_cached(WRITE)?;
        for (key, counter) in self.0.iter().filter(|(_, counter)| counter.is_changed) {
            write.execute((key, counter.count, counter.expires_at))?;
        }
        Ok(())
    }
}

fn read(connection: &Connection, key: &str) -> Result<Counter> {
    let row = connection.prepare_cached(READ)?.query_row([key], |row| {
        Ok(Counter { count: row.get(0)?, expires_at: row.get(1)?, is_changed: false })
    });
    Ok(row.optional()?.unwrap_or_default())
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

const READ: &str = "SELECT count, expires_at FROM counters WHERE key = ?1";

const WRITE: &str = "
    INSERT INTO counters (key, count, expires_at) VALUES (?1, ?2, ?3)
    ON CONFLICT (key) DO UPDATE SET count = excluded.count, expires_at = excluded.expires_at";

pub(super) fn signed(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX / 4)
}
