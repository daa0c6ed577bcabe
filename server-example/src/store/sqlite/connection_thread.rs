//! A thread that owns a connection to the database. A whole transaction takes one way there and one
//! back: between threads each way takes longer than what is done there.

use std::io;
use std::thread;

use rusqlite::Connection;
use sekisho::CounterOp;
use tokio::sync::{mpsc, oneshot};

use super::StoreError;
use super::group_commit::{Addition, commit};

/// How much waits at most; whoever comes then waits for a place.
const WAITING: usize = 1024;

/// How much is taken from the queue at once: as many additions share one transaction at most.
const GROUP: usize = 256;

/// The way to the thread, which ends with the last clone. What waits is done in the order of its
/// coming.
#[derive(Clone, Debug)]
pub(super) struct ConnectionThread(mpsc::Sender<Work>);

enum Work {
    Add(Addition),
    Run(Box<dyn FnOnce(&mut Connection) + Send>),
    Close(oneshot::Sender<()>),
}

impl ConnectionThread {
    pub(super) fn new(connection: Connection) -> io::Result<Self> {
        let (queue, works) = mpsc::channel(WAITING);
        thread::Builder::new().name("sqlite".into()).spawn(move || work(connection, works))?;
        Ok(Self(queue))
    }

    /// Answers with the new values once they are safe on the disk.
    pub(super) async fn add(&self, ops: &[CounterOp], now: i64) -> Result<Vec<u64>, StoreError> {
        let (answer, counts) = oneshot::channel();
        self.ask(Work::Add(Addition { ops: ops.to_vec(), now, answer })).await?;
        counts.await.map_err(|_| StoreError::Closed)?
    }

    /// What it answers, unless it is given up before its turn came: then it is not done.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        run: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, outcome) = oneshot::channel();
        let unless_given_up = move |connection: &mut Connection| {
            if !answer.is_closed() {
                let _ = answer.send(run(connection));
            }
        };
        self.ask(Work::Run(Box::new(unless_given_up))).await?;
        Ok(outcome.await.map_err(|_| StoreError::Closed)??)
    }

    /// Waits for what was asked for before and closes the connection. Whatever comes later is
    /// refused.
    pub(super) async fn close(&self) {
        let (answer, closed) = oneshot::channel();
        // Either fails where it is closed already.
        if self.ask(Work::Close(answer)).await.is_ok() {
            let _ = closed.await;
        }
    }

    async fn ask(&self, work: Work) -> Result<(), StoreError> {
        self.0.send(work).await.map_err(|_| StoreError::Closed)
    }
}

fn work(mut connection: Connection, mut works: mpsc::Receiver<Work>) {
    let (mut taken, mut group) = (Vec::with_capacity(GROUP), Vec::with_capacity(GROUP));
    while works.blocking_recv_many(&mut taken, GROUP) > 0 {
        for work in taken.drain(..) {
            match work {
                Work::Add(addition) => group.push(addition),
                Work::Run(run) => {
                    commit(&mut connection, &mut group);
                    run(&mut connection);
                }
                Work::Close(answer) => {
                    commit(&mut connection, &mut group);
                    drop(connection);
                    let _ = answer.send(());
                    return;
                }
            }
        }
        commit(&mut connection, &mut group);
    }
}
