//! Group commit: all additions that wait at one moment go into one transaction, because what takes
//! the time is the disk's answer that a transaction is safe.

use std::sync::Arc;

use rusqlite::{Connection, Result, TransactionBehavior};
use sekisho::CounterOp;
use tokio::sync::oneshot;

use super::StoreError;
use super::counter_changes::CounterChanges;

/// What one flow adds at once: all or nothing.
pub(super) struct Addition {
    pub(super) ops: Vec<CounterOp>,
    /// Unix seconds.
    pub(super) now: i64,
    pub(super) answer: oneshot::Sender<Result<Vec<u64>, StoreError>>,
}

/// Answers each with its new values once all are safe on the disk; where that is not certain, each
/// is refused. One that is given up before the transaction began adds nothing.
pub(super) fn commit(connection: &mut Connection, group: &mut Vec<Addition>) {
    if group.is_empty() {
        return;
    }
    match add_all(connection, group) {
        Ok(counts) => {
            for (addition, counts) in group.drain(..).zip(counts) {
                let _ = addition.answer.send(Ok(counts));
            }
        }
        Err(error) => {
            let error = Arc::new(error);
            for addition in group.drain(..) {
                let _ = addition.answer.send(Err(StoreError::Additions(Arc::clone(&error))));
            }
        }
    }
}

fn add_all(connection: &mut Connection, group: &mut Vec<Addition>) -> Result<Vec<Vec<u64>>> {
    // A power cut that undoes what was given back leaves somebody a try less, and nobody one more.
    // The next transaction that waits for the disk takes it along.
    let takes = group.iter().flat_map(|addition| &addition.ops).any(|op| op.delta > 0);
    if takes {
        return add_in_transaction(connection, group);
    }
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    let counts = add_in_transaction(connection, group);
    connection.pragma_update(None, "synchronous", "FULL")?;
    counts
}

fn add_in_transaction(
    connection: &mut Connection,
    group: &mut Vec<Addition>,
) -> Result<Vec<Vec<u64>>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    group.retain(|addition| !addition.answer.is_closed());
    let mut changes = CounterChanges::default();
    let counts = group
        .iter()
        .map(|Addition { ops, now, .. }| {
            ops.iter().map(|op| changes.add(&transaction, op, *now)).collect()
        })
        .collect::<Result<_>>()?;
    changes.write(&transaction)?;
    transaction.commit()?;
    Ok(counts)
}
