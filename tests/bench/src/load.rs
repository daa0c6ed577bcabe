//! Load on a server: a closed loop over connections that are kept alive. One thread makes it, so
//! that the server, which shares the machine's cores with it, has the others.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::error::Error;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::task::LocalSet;

pub(crate) type Request = hyper::Request<Full<Bytes>>;

/// A connection that is kept alive.
pub(crate) type Connection = SendRequest<Full<Bytes>>;

/// What came of a load.
pub(crate) struct Answers {
    /// How many answers there were of each kind: the status, with the error's code if it has one.
    pub(crate) kinds: BTreeMap<String, usize>,
    pub(crate) took: Duration,
    latencies: Vec<Duration>,
}

impl Answers {
    /// # Errors
    /// Where an answer was of another kind than expected.
    pub(crate) fn all(self, expected: &str) -> Result<Self, Box<dyn Error>> {
        if self.kinds.keys().all(|kind| kind == expected) {
            return Ok(self);
        }
        Err(format!("not all answers are {expected}: {:?}", self.kinds).into())
    }

    #[expect(clippy::cast_precision_loss, reason = "so many requests nobody sends")]
    pub(crate) fn count(&self) -> f64 {
        self.latencies.len() as f64
    }

    pub(crate) fn per_second(&self) -> f64 {
        self.count() / self.took.as_secs_f64()
    }

    /// Milliseconds within which so many thousandths of the answers came.
    pub(crate) fn milliseconds(&self, thousandths: usize) -> f64 {
        let place = (self.latencies.len() * thousandths / 1000).min(self.latencies.len() - 1);
        self.latencies.get(place).map_or(f64::NAN, |latency| latency.as_secs_f64() * 1e3)
    }
}

/// Sends all requests over so many connections, each the next one as soon as it has its answer.
pub(crate) fn send(
    address: SocketAddr,
    connections: usize,
    requests: Vec<Request>,
) -> Result<Answers, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    LocalSet::new().block_on(&runtime, send_all(address, connections, requests))
}

pub(crate) fn get(path: &str, token: &str) -> Result<Request, Box<dyn Error>> {
    let request = hyper::Request::get(path)
        .header(HOST, "127.0.0.1")
        .header(AUTHORIZATION, format!("Bearer {token}"));
    Ok(request.body(Full::default())?)
}

pub(crate) fn post(path: &str, token: &str, body: &Value) -> Result<Request, Box<dyn Error>> {
    let request = hyper::Request::post(path)
        .header(HOST, "127.0.0.1")
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .header(CONTENT_TYPE, "application/json");
    Ok(request.body(Full::from(body.to_string()))?)
}

async fn send_all(
    address: SocketAddr,
    connections: usize,
    requests: Vec<Request>,
) -> Result<Answers, Box<dyn Error>> {
    let mut senders = Vec::with_capacity(connections);
    for _ in 0..connections {
        senders.push(connect(address).await?);
    }
    let log = Rc::new(RefCell::new(Vec::with_capacity(requests.len())));
    let requests = Rc::new(RefCell::new(requests.into_iter()));
    let started = Instant::now();
    let tasks: Vec<_> = senders
        .into_iter()
        .map(|sender| tokio::task::spawn_local(work(sender, Rc::clone(&requests), Rc::clone(&log))))
        .collect();
    for task in tasks {
        task.await?.map_err(|error| error.to_string())?;
    }
    let took = started.elapsed();
    Ok(summarise(&log.take(), took))
}

/// Connects, within a [`LocalSet`].
pub(crate) async fn connect(address: SocketAddr) -> Result<Connection, Box<dyn Error>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::task::spawn_local(connection);
    Ok(sender)
}

type Answer = (Duration, u16, Bytes);

async fn work(
    mut sender: Connection,
    requests: Rc<RefCell<std::vec::IntoIter<Request>>>,
    log: Rc<RefCell<Vec<Answer>>>,
) -> Result<(), hyper::Error> {
    while let Some(request) = next(&requests) {
        sender.ready().await?;
        let sent = Instant::now();
        let (status, body) = exchange(&mut sender, request).await?;
        log.borrow_mut().push((sent.elapsed(), status, body));
    }
    Ok(())
}

/// The status and the body that a request is answered with.
pub(crate) async fn exchange(
    connection: &mut Connection,
    request: Request,
) -> Result<(u16, Bytes), hyper::Error> {
    let response = connection.send_request(request).await?;
    let status = response.status().as_u16();
    Ok((status, response.into_body().collect().await?.to_bytes()))
}

fn next(requests: &RefCell<std::vec::IntoIter<Request>>) -> Option<Request> {
    requests.borrow_mut().next()
}

fn summarise(answers: &[Answer], took: Duration) -> Answers {
    let mut kinds = BTreeMap::new();
    for (_, status, body) in answers {
        *kinds.entry(kind(*status, body)).or_default() += 1;
    }
    let mut latencies: Vec<_> = answers.iter().map(|(latency, ..)| *latency).collect();
    latencies.sort_unstable();
    Answers { kinds, took, latencies }
}

/// What kind an answer is of: the status, with the error's code if it has one.
pub(crate) fn kind(status: u16, body: &[u8]) -> String {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    match body.get("code").and_then(Value::as_str) {
        Some(code) => format!("{status} {code}"),
        None => status.to_string(),
    }
}
