//! Where passwords are hashed: off the event loop, never more at once than there are cores, and
//! nobody's before everybody else's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task;
use tokio::time::timeout;

use crate::telemetry::{PoolMetrics, Taken};

/// How long a request waits for a seat before it is told to come back later.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many seats one user has or waits for at once. Whatever more they ask for waits behind their
/// own and stands in nobody else's way.
const SHARE: usize = 2;

/// Seats for password work. One check takes about 19 MiB and tens of milliseconds of one core;
/// without a bound a burst of requests would take all memory and slow every check down.
#[derive(Debug)]
pub(crate) struct PasswordPool {
    seats: Arc<Semaphore>,
    shares: Arc<Shares>,
    patience: Duration,
    metrics: PoolMetrics,
}

/// A seat in the pool, free again when dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    _permit: OwnedSemaphorePermit,
    _place: OwnedSemaphorePermit,
    _share: Share,
    taken: Taken,
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
    pub(crate) fn new(metrics: PoolMetrics) -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self::with_seats(cores, PATIENCE, metrics)
    }

    fn with_seats(seats: usize, patience: Duration, metrics: PoolMetrics) -> Self {
        metrics.open(seats);
        Self { seats: Arc::new(Semaphore::new(seats)), shares: Arc::default(), patience, metrics }
    }

    /// Waits for a seat for the user, in the order of asking but within the user's share.
    ///
    /// Take it before anything is counted: a request that is turned away has cost nobody anything.
    pub(crate) async fn seat(&self, user: &str) -> Result<Seat, PoolError> {
        let _waiting = self.metrics.wait();
        let share = Shares::enter(&self.shares, user);
        let seated = async {
            let place = Arc::clone(&share.places).acquire_owned().await.ok()?;
            let permit = Arc::clone(&self.seats).acquire_owned().await.ok()?;
            Some((permit, place))
        };
        if let Ok(Some((permit, place))) = timeout(self.patience, seated).await {
            let taken = self.metrics.take();
            return Ok(Seat { _permit: permit, _place: place, _share: share, taken });
        }
        self.metrics.turn_away();
        Err(PoolError::Busy)
    }
}

impl Seat {
    /// Runs the work off the event loop.
    ///
    /// The seat goes with it: where the request is given up meanwhile the work goes on to its end,
    /// and until then the seat is taken.
    pub(crate) async fn run<T: Send + 'static>(
        mut self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<(T, Self), PoolError> {
        let timed = move || {
            let started = Instant::now();
            let done = work();
            self.taken.has_worked(started.elapsed());
            (done, self)
        };
        let done = task::spawn_blocking(timed).await;
        done.map_err(|_| PoolError::Panicked)
    }
}

/// The shares of the users who have or wait for a seat now, by their ids, with the number of their
/// requests.
#[derive(Debug, Default)]
struct Shares(Mutex<HashMap<String, (usize, Arc<Semaphore>)>>);

/// One request's part in its user's share.
#[derive(Debug)]
struct Share {
    places: Arc<Semaphore>,
    user: String,
    shares: Arc<Shares>,
}

impl Shares {
    fn enter(shares: &Arc<Self>, user: &str) -> Share {
        let mut all = shares.lock();
        let (requests, places) =
            all.entry(user.to_owned()).or_insert_with(|| (0, Arc::new(Semaphore::new(SHARE))));
        *requests += 1;
        let places = Arc::clone(places);
        Share { places, user: user.to_owned(), shares: Arc::clone(shares) }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, (usize, Arc<Semaphore>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut all = self.shares.lock();
        if let Some((requests, _)) = all.get_mut(&self.user) {
            *requests -= 1;
            if *requests == 0 {
                all.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::task::JoinSet;

    use super::*;
    use crate::telemetry::Metrics;

    const SOON: Duration = Duration::from_millis(20);

    fn pool(seats: usize, patience: Duration) -> PasswordPool {
        PasswordPool::with_seats(seats, patience, Metrics::new().pool)
    }

    #[tokio::test]
    async fn turns_away_when_all_seats_are_taken_for_too_long() {
        let pool = pool(1, SOON);
        let taken = pool.seat("ana").await.unwrap();
        for user in ["ana", "ben"] {
            assert!(matches!(pool.seat(user).await, Err(PoolError::Busy)));
        }
        let (answer, taken) = taken.run(|| 42).await.unwrap();
        assert_eq!(answer, 42);
        drop(taken);
        assert!(pool.seat("ben").await.is_ok());
        assert!(pool.shares.lock().is_empty(), "nobody is remembered");
    }

    #[tokio::test]
    async fn work_that_was_given_up_keeps_its_seat() {
        let pool = pool(1, SOON);
        let seat = pool.seat("ana").await.unwrap();
        let work = seat.run(|| thread::sleep(Duration::from_millis(200)));
        assert!(timeout(Duration::from_millis(10), work).await.is_err());
        assert!(matches!(pool.seat("ana").await, Err(PoolError::Busy)));
    }

    #[tokio::test]
    async fn a_flood_of_one_user_is_before_another_with_its_share_alone() {
        for seats in [1, 2, 8] {
            let pool = Arc::new(pool(seats, PATIENCE));
            let order = Arc::new(Mutex::new(Vec::new()));
            let mut requests = JoinSet::new();
            for user in std::iter::repeat_n("flood", 400).chain(["ben", "cy"]) {
                let (pool, order) = (Arc::clone(&pool), Arc::clone(&order));
                requests.spawn(async move {
                    let seat = pool.seat(user).await.unwrap();
                    order.lock().unwrap().push(user);
                    // Longer than any other request needs to come to the queue.
                    seat.run(|| thread::sleep(Duration::from_millis(2))).await.unwrap();
                });
            }
            requests.join_all().await;
            let order = order.lock().unwrap();
            for user in ["ben", "cy"] {
                let place = order.iter().position(|seated| *seated == user).unwrap();
                assert!(place <= 3, "{user} has place {place} of {seats} seats");
            }
            assert!(pool.shares.lock().is_empty(), "nobody is remembered");
        }
    }
}
