//! Where passwords are hashed: off the event loop, and never more at once than there are cores.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task;
use tokio::time::timeout;

/// How long a request waits for a seat before it is told to come back later.
const PATIENCE: Duration = Duration::from_secs(10);

/// Seats for password work. One check takes about 19 MiB and tens of milliseconds of one core;
/// without a bound a burst of requests would take all memory and slow every check down.
#[derive(Debug)]
pub(crate) struct PasswordPool {
    seats: Arc<Semaphore>,
    patience: Duration,
}

/// A seat in the pool, free again when dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    _permit: OwnedSemaphorePermit,
}

/// Why no password work was done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PoolError {
    /// Everybody who is served now takes too long.
    #[error("no seat became free in time: too many passwords are being checked")]
    Busy,
    /// The work itself broke down.
    #[error("the password work panicked")]
    Panicked,
}

impl PasswordPool {
    /// A pool with a seat for each core.
    pub(crate) fn new() -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self { seats: Arc::new(Semaphore::new(cores)), patience: PATIENCE }
    }

    /// Waits for a seat, in the order of asking.
    ///
    /// Take it before anything is counted: a request that is turned away has cost nobody anything.
    pub(crate) async fn seat(&self) -> Result<Seat, PoolError> {
        let seat = timeout(self.patience, Arc::clone(&self.seats).acquire_owned()).await;
        let permit = seat.ok().and_then(Result::ok);
        permit.map(|permit| Seat { _permit: permit }).ok_or(PoolError::Busy)
    }
}

impl Seat {
    /// Runs the work off the event loop.
    ///
    /// The seat goes with it: where the request is given up meanwhile the work goes on to its end,
    /// and until then the seat is taken.
    pub(crate) async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<(T, Self), PoolError> {
        let done = task::spawn_blocking(move || (work(), self)).await;
        done.map_err(|_| PoolError::Panicked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn turns_away_when_all_seats_are_taken_for_too_long() {
        let pool = PasswordPool {
            seats: Arc::new(Semaphore::new(1)),
            patience: Duration::from_millis(20),
        };
        let taken = pool.seat().await.unwrap();
        assert!(matches!(pool.seat().await, Err(PoolError::Busy)));
        let (answer, taken) = taken.run(|| 42).await.unwrap();
        assert_eq!(answer, 42);
        drop(taken);
        assert!(pool.seat().await.is_ok());
    }

    #[tokio::test]
    async fn work_that_was_given_up_keeps_its_seat() {
        let pool = PasswordPool {
            seats: Arc::new(Semaphore::new(1)),
            patience: Duration::from_millis(20),
        };
        let seat = pool.seat().await.unwrap();
        let work = seat.run(|| thread::sleep(Duration::from_millis(200)));
        assert!(timeout(Duration::from_millis(10), work).await.is_err());
        assert!(matches!(pool.seat().await, Err(PoolError::Busy)));
    }
}
