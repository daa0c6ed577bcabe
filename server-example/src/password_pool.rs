//! Where passwords are hashed: off the event loop, never more at once than there are threads, and
//! nobody's before everybody else's.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use clap::{Args, value_parser};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::telemetry::{PoolMetrics, Taken};

/// The settings of the pool.
#[derive(Args, Clone, Copy)]
pub(crate) struct PasswordPoolArgs {
    /// How many passwords are checked at once, each by a thread with 19 MiB of memory of its own;
    /// a costlier hash that was made elsewhere takes up to 130 MiB more while it is checked. 1 to
    /// 256; by default as many as there are cores.
    #[arg(long, env = "SEKISHO_PASSWORD_THREADS", value_name = "NUMBER")]
    #[arg(value_parser = value_parser!(u16).range(1..=256))]
    pub(crate) password_threads: Option<u16>,

    /// How many seconds a password waits for its check before the request is answered with 503: less
    /// than a proxy in front waits for an answer. 1 to 25.
    #[arg(long, env = "SEKISHO_PASSWORD_QUEUE_SECONDS", value_name = "SECONDS")]
    #[arg(default_value_t = 10, value_parser = value_parser!(u8).range(1..=25))]
    pub(crate) password_queue_seconds: u8,
}

/// One seat's work is done while the attempts of others are being counted, so that no thread waits
/// for the disk, which may take as long as a check.
const SEATS_OF_A_THREAD: usize = 4;

/// How many seats one user has or waits for at once. Whatever more they ask for waits behind their
/// own and stands in nobody else's way.
const SHARE: usize = 2;

/// Seats for password work. One check takes about 19 MiB and tens of milliseconds of one core;
/// without a bound a burst of requests would take all memory and slow every check down.
#[derive(Debug)]
pub(crate) struct PasswordPool {
    seats: Arc<Semaphore>,
    threads: Threads,
    shares: Arc<Shares>,
    patience: Duration,
    metrics: PoolMetrics,
}

/// A seat in the pool, free again when dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    threads: Handle,
    _permit: OwnedSemaphorePermit,
    _place: OwnedSemaphorePermit,
    _share: Share,
    taken: Taken,
}

/// Why no password work was done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PoolError {
    /// Everybody who is served now takes too long.
    #[error("no seat became free in {} seconds: too many passwords are being checked", .0.as_secs())]
    Busy(Duration),
    /// The work itself broke down.
    #[error("the password work panicked")]
    Panicked,
}

impl PasswordPool {
    /// A pool of the settings' size.
    pub(crate) fn new(args: PasswordPoolArgs, metrics: PoolMetrics) -> io::Result<Self> {
        let patience = Duration::from_secs(args.password_queue_seconds.into());
        let seats = args.threads() * SEATS_OF_A_THREAD;
        Self::with_seats(args.threads(), seats, patience, metrics)
    }

    fn with_seats(
        threads: usize,
        seats: usize,
        patience: Duration,
        metrics: PoolMetrics,
    ) -> io::Result<Self> {
        metrics.open(seats);
        let threads = Threads::new(threads)?;
        let seats = Arc::new(Semaphore::new(seats));
        Ok(Self { seats, threads, shares: Arc::default(), patience, metrics })
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
            let (threads, taken) = (self.threads.handle(), self.metrics.take());
            return Ok(Seat { threads, _permit: permit, _place: place, _share: share, taken });
        }
        self.metrics.turn_away();
        // The queue was longer than that, and may be as long again.
        Err(PoolError::Busy(self.patience))
    }
}

impl Seat {
    /// Runs the work off the event loop, and leaves the seat at its end.
    ///
    /// The seat goes with it: where the request is given up meanwhile the work goes on to its end,
    /// and until then the seat is taken.
    pub(crate) async fn run<T: Send + 'static>(
        mut self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PoolError> {
        let threads = self.threads.clone();
        let in_seat = move || {
            let started = Instant::now();
            let done = work();
            self.taken.has_worked(started.elapsed());
            drop(self);
            done
        };
        threads.spawn_blocking(in_seat).await.map_err(|_| PoolError::Panicked)
    }
}

impl PasswordPoolArgs {
    /// How many passwords are checked at once.
    pub(crate) fn threads(self) -> usize {
        let cores = || thread::available_parallelism().map_or(1, usize::from);
        self.password_threads.map_or_else(cores, usize::from)
    }
}

/// The pool's own threads: what is being computed at once is bounded by their number. The names of
/// hosts are looked up on the server's: if that hangs, no password waits for it.
#[derive(Debug)]
struct Threads(Option<Runtime>, Handle);

impl Threads {
    fn new(count: usize) -> io::Result<Self> {
        let mut runtime = Builder::new_current_thread();
        let runtime = runtime.thread_name("password").max_blocking_threads(count).build()?;
        let handle = runtime.handle().clone();
        Ok(Self(Some(runtime), handle))
    }

    fn handle(&self) -> Handle {
        self.1.clone()
    }
}

impl Drop for Threads {
    /// Does not wait for work that was given up, as a runtime's own drop would.
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
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
    use std::sync::mpsc;

    use tokio::task::JoinSet;

    use super::*;
    use crate::telemetry::Metrics;

    const SOON: Duration = Duration::from_millis(20);
    const PATIENCE: Duration = Duration::from_secs(10);

    fn pool(threads: usize, seats: usize, patience: Duration) -> PasswordPool {
        PasswordPool::with_seats(threads, seats, patience, Metrics::new().pool).unwrap()
    }

    #[tokio::test]
    async fn turns_away_when_all_seats_are_taken_for_too_long() {
        let pool = pool(1, 1, SOON);
        let taken = pool.seat("ana").await.unwrap();
        for user in ["ana", "ben"] {
            assert!(matches!(pool.seat(user).await, Err(PoolError::Busy(SOON))));
        }
        assert_eq!(taken.run(|| 42).await.unwrap(), 42);
        assert!(pool.seat("ben").await.is_ok());
        assert!(pool.shares.lock().is_empty(), "nobody is remembered");
    }

    #[tokio::test]
    async fn work_that_was_given_up_keeps_its_seat() {
        let pool = pool(1, 1, SOON);
        let seat = pool.seat("ana").await.unwrap();
        let work = seat.run(|| thread::sleep(Duration::from_millis(200)));
        assert!(timeout(Duration::from_millis(10), work).await.is_err());
        assert!(matches!(pool.seat("ana").await, Err(PoolError::Busy(SOON))));
    }

    #[tokio::test]
    async fn a_flood_of_one_user_is_before_another_with_its_share_alone() {
        for seats in [1_usize, 2, 8] {
            let pool = Arc::new(pool(seats.div_ceil(2), seats, PATIENCE));
            let order = Arc::new(Mutex::new(Vec::new()));
            let mut requests = JoinSet::new();
            for user in std::iter::repeat_n("flood", 100).chain(["ben", "cy"]) {
                let (pool, order) = (Arc::clone(&pool), Arc::clone(&order));
                requests.spawn(async move {
                    let seat = pool.seat(user).await.unwrap();
                    order.lock().unwrap().push(user);
                    // Longer than any other request needs to come to the queue.
                    seat.run(|| thread::sleep(Duration::from_millis(10))).await.unwrap();
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

    #[test]
    fn passwords_wait_for_no_other_work_that_blocks() {
        let runtime = Builder::new_current_thread().enable_all().max_blocking_threads(1).build();
        runtime.unwrap().block_on(async {
            // The name of a host that nobody answers for is looked up like this.
            let (end, ended) = mpsc::channel::<()>();
            tokio::task::spawn_blocking(move || ended.recv());
            let pool = pool(1, 1, PATIENCE);
            let seat = pool.seat("ana").await.unwrap();
            let work = timeout(PATIENCE, seat.run(|| 42)).await.expect("it is not stuck");
            assert_eq!(work.unwrap(), 42);
            drop(end);
        });
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn there_is_never_more_work_at_once_than_threads() {
        for threads in [1, 3] {
            let pool = Arc::new(pool(threads, 3 * threads, PATIENCE));
            let now = Arc::new(Mutex::new((0_usize, 0_usize)));
            let mut requests = JoinSet::new();
            for user in 0..40 {
                let (pool, now) = (Arc::clone(&pool), Arc::clone(&now));
                requests.spawn(async move {
                    let seat = pool.seat(&user.to_string()).await.unwrap();
                    let work = move || {
                        {
                            let mut now = now.lock().unwrap();
                            *now = (now.0 + 1, now.1.max(now.0 + 1));
                        }
                        thread::sleep(Duration::from_millis(10));
                        now.lock().unwrap().0 -= 1;
                    };
                    seat.run(work).await.unwrap();
                });
            }
            requests.join_all().await;
            assert_eq!(*now.lock().unwrap(), (0, threads));
        }
    }
}
