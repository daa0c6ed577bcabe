//! Group commit: all additions that wait at one moment go into one transaction, because what takes
//! the time is the disk's answer that a transaction is safe.

use std::sync::Arc;

use sekisho::CounterOp;
use sqlx::pool::PoolConnection;
use sqlx::{Error, Sqlite, SqliteConnection, SqlitePool};
use tokio::sync::{mpsc, oneshot};

use super::counter_changes::{CounterChanges, Durability};

/// How many additions wait at most; whoever comes then waits for a place.
const WAITING: usize = 1024;

/// How many additions one transaction takes at most, so that a user's change soon has its turn.
const GROUP: usize = 256;

/// Additions wait here, in the order of their coming, for the next transaction.
#[derive(Clone, Debug)]
pub(super) struct AdditionQueue(mpsc::Sender<Addition>);

/// What one flow adds at once: all or nothing.
struct Addition {
    ops: Vec<CounterOp>,
    /// Unix seconds.
    now: i64,
    answer: oneshot::Sender<Result<Vec<u64>, Arc<Error>>>,
}

impl AdditionQueue {
    /// A queue into the database behind `writer`, until the queue's last clone is gone.
    pub(super) fn new(writer: SqlitePool) -> Self {
        let (queue, additions) = mpsc::channel(WAITING);
        tokio::spawn(commit_groups(writer, additions));
        Self(queue)
    }

    /// Answers with the new values once they are safe on the disk. One that is given up before its
    /// transaction began adds nothing.
    pub(super) async fn add(&self, ops: &[CounterOp], now: i64) -> Result<Vec<u64>, Arc<Error>> {
        let (answer, counts) = oneshot::channel();
        let addition = Addition { ops: ops.to_vec(), now, answer };
        // Neither fails while the task below runs.
        self.0.send(addition).await.map_err(|_| Error::WorkerCrashed)?;
        counts.await.map_err(|_| Error::WorkerCrashed)?
    }
}

async fn commit_groups(writer: SqlitePool, mut additions: mpsc::Receiver<Addition>) {
    let mut group = Vec::with_capacity(GROUP);
    while additions.recv_many(&mut group, GROUP).await > 0 {
        let committed = commit(&writer, &mut group).await.map_err(Arc::new);
        answer(&mut group, committed);
    }
}

async fn commit(writer: &SqlitePool, group: &mut Vec<Addition>) -> Result<Vec<Vec<u64>>, Error> {
    let mut turn = Turn { connection: writer.acquire().await?, is_over: false };
    let counts = add_all(&mut turn.connection, group).await;
    turn.is_over = match &counts {
        Ok(_) => true,
        Err(_) => CounterChanges::roll_back(&mut turn.connection).await.is_ok(),
    };
    counts
}

async fn add_all(
    connection: &mut SqliteConnection,
    group: &mut Vec<Addition>,
) -> Result<Vec<Vec<u64>>, Error> {
    let ops = || group.iter().flat_map(|addition| &addition.ops);
    // A power cut that undoes what was given back leaves somebody a try less, and nobody one more.
    let takes = ops().any(|op| op.delta > 0);
    let durability = if takes { Durability::PowerCut } else { Durability::Process };
    let mut changes = CounterChanges::begin(connection, ops(), durability).await?;
    group.retain(|addition| !addition.answer.is_closed());
    let counts = group
        .iter()
        .map(|Addition { ops, now, .. }| ops.iter().map(|op| changes.add(op, *now)).collect())
        .collect();
    changes.commit(connection).await?;
    Ok(counts)
}

/// A turn at writing. A connection whose transaction may not have ended is closed, so that nobody
/// goes on in it: sqlx does not know of transactions that it has not begun itself.
struct Turn {
    connection: PoolConnection<Sqlite>,
    is_over: bool,
}

impl Drop for Turn {
    fn drop(&mut self) {
        if !self.is_over {
            self.connection.close_on_drop();
        }
    }
}

/// All of the group are answered alike: where it is not certain that all was committed, each of them
/// is refused.
fn answer(group: &mut Vec<Addition>, committed: Result<Vec<Vec<u64>>, Arc<Error>>) {
    match committed {
        Ok(counts) => {
            for (addition, counts) in group.drain(..).zip(counts) {
                let _ = addition.answer.send(Ok(counts));
            }
        }
        Err(error) => {
            for addition in group.drain(..) {
                let _ = addition.answer.send(Err(Arc::clone(&error)));
            }
        }
    }
}
