//! An open loop: requests leave at a fixed rate, whatever became of those before. Each one's time counts
//! from the moment it was due, so that what it waited for in the driver, or behind a server that stood
//! still, is in the figure and not left out (coordinated omission).

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::error::Error;
use std::net::SocketAddr;
use std::rc::Rc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::task::{JoinSet, LocalSet};
use tokio::time::interval;

use crate::load::{Connection, Request, connect, exchange, kind};

/// How long a connection may have been idle to be used again: the server closes one after 15 seconds.
const FRESH: Duration = Duration::from_secs(10);

/// Over which time a figure of the plot goes.
pub(crate) const PART: Duration = Duration::from_secs(5);

/// The longest time that is told from a longer one, in microseconds.
const LONGEST: u64 = 60_000_000;

/// Makes the request of this number, and says what its answer must be.
pub(crate) type Next = Box<dyn FnMut(usize) -> Result<(Request, &'static str), String> + Send>;

/// Requests of one kind.
pub(crate) struct Stream {
    pub(crate) name: &'static str,
    pub(crate) per_second: usize,
    pub(crate) next: Next,
}

/// What came of a stream.
pub(crate) struct Outcome {
    pub(crate) name: &'static str,
    pub(crate) per_second: usize,
    /// Microseconds from when a request was due to its answer.
    pub(crate) whole: Histogram<u64>,
    /// The same by parts of the time.
    pub(crate) parts: Vec<Histogram<u64>>,
    /// How many answers there were that were not the expected ones.
    pub(crate) unexpected: BTreeMap<String, usize>,
    /// From the start to the last answer.
    pub(crate) took: Duration,
}

/// Sends the streams for so long; `sample` is called once a second.
pub(crate) fn run<T>(
    address: SocketAddr,
    streams: Vec<Stream>,
    duration: Duration,
    sample: impl FnMut() -> T,
) -> Result<(Vec<Outcome>, Vec<T>), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, run_all(address, streams, duration, sample))
}

async fn run_all<T>(
    address: SocketAddr,
    streams: Vec<Stream>,
    duration: Duration,
    mut sample: impl FnMut() -> T,
) -> Result<(Vec<Outcome>, Vec<T>), Box<dyn Error>> {
    let outcomes = streams.iter().map(|stream| Outcome::new(stream, duration));
    let driver = Rc::new(Driver {
        address,
        start: Instant::now() + Duration::from_millis(100),
        idle: RefCell::default(),
        outcomes: RefCell::new(outcomes.collect::<Result<_, _>>()?),
    });
    let (sender, receiver) = mpsc::unbounded_channel();
    let threads: Vec<_> = streams
        .into_iter()
        .enumerate()
        .map(|(place, stream)| schedule(place, stream, driver.start, duration, sender.clone()))
        .collect();
    drop(sender);
    let mut samples = Vec::new();
    let mut seconds = interval(Duration::from_secs(1));
    let mut sent = std::pin::pin!(send_all(&driver, receiver));
    loop {
        tokio::select! {
            () = &mut sent => break,
            _ = seconds.tick() => samples.push(sample()),
        }
    }
    for thread in threads {
        thread.join().map_err(|_| "a schedule ended before its time")??;
    }
    Ok((driver.outcomes.take(), samples))
}

impl Outcome {
    fn new(stream: &Stream, duration: Duration) -> Result<Self, Box<dyn Error>> {
        let parts = duration.as_secs().div_ceil(PART.as_secs());
        let empty = Histogram::new_with_bounds(1, LONGEST, 3)?;
        Ok(Self {
            name: stream.name,
            per_second: stream.per_second,
            parts: (0..parts).map(|_| empty.clone()).collect(),
            whole: empty,
            unexpected: BTreeMap::new(),
            took: Duration::ZERO,
        })
    }
}

/// A request, when it was due, and of which stream it is.
struct Due {
    at: Instant,
    stream: usize,
    request: Request,
    expected: &'static str,
}

/// A thread that hands each request over when it is due, and makes the next one meanwhile. The system's
/// timers are exact to some dozen microseconds, those of the event loop to a millisecond.
fn schedule(
    place: usize,
    mut stream: Stream,
    start: Instant,
    duration: Duration,
    due: UnboundedSender<Due>,
) -> JoinHandle<Result<(), String>> {
    thread::spawn(move || {
        let between = Duration::from_secs(1) / u32::try_from(stream.per_second).unwrap_or(u32::MAX);
        let mut at = start;
        for number in 0.. {
            if at >= start + duration {
                break;
            }
            let (request, expected) = (stream.next)(number)?;
            thread::sleep(at.saturating_duration_since(Instant::now()));
            if due.send(Due { at, stream: place, request, expected }).is_err() {
                break;
            }
            at += between;
        }
        Ok(())
    })
}

async fn send_all(driver: &Rc<Driver>, mut receiver: UnboundedReceiver<Due>) {
    let mut tasks = JoinSet::new();
    while let Some(due) = receiver.recv().await {
        tasks.spawn_local(Rc::clone(driver).answer(due));
        while tasks.try_join_next().is_some() {}
    }
    tasks.join_all().await;
}

struct Driver {
    address: SocketAddr,
    start: Instant,
    /// Connections that wait for a request, since when.
    idle: RefCell<Vec<(Instant, Connection)>>,
    outcomes: RefCell<Vec<Outcome>>,
}

impl Driver {
    async fn answer(self: Rc<Self>, due: Due) {
        let kind = self.exchange(due.request).await.unwrap_or_else(|error| error.to_string());
        let took = u64::try_from(due.at.elapsed().as_micros()).unwrap_or(u64::MAX);
        let mut outcomes = self.outcomes.borrow_mut();
        let Some(outcome) = outcomes.get_mut(due.stream) else { return };
        outcome.whole.saturating_record(took);
        let part = (due.at - self.start).as_secs() / PART.as_secs();
        if let Some(part) = usize::try_from(part).ok().and_then(|at| outcome.parts.get_mut(at)) {
            part.saturating_record(took);
        }
        if kind != due.expected {
            *outcome.unexpected.entry(kind).or_default() += 1;
        }
        outcome.took = self.start.elapsed();
    }

    /// Sends a request over a connection that nothing else waits for, a new one if there is none.
    async fn exchange(&self, request: Request) -> Result<String, Box<dyn Error>> {
        let mut connection = match self.idle_connection() {
            Some(connection) => connection,
            None => connect(self.address).await?,
        };
        let (status, body) = exchange(&mut connection, request).await?;
        self.idle.borrow_mut().push((Instant::now(), connection));
        Ok(kind(status, &body))
    }

    /// The one that was used last, so that others than are needed come to rest and are closed.
    fn idle_connection(&self) -> Option<Connection> {
        let (since, connection) = self.idle.borrow_mut().pop()?;
        (since.elapsed() < FRESH && !connection.is_closed()).then_some(connection)
    }
}
