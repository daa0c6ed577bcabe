//! Any bytes as what a client sends over a connection. Nothing panics, no answer is a failure of the server,
//! and none is one that the API document does not have. `{token}`, `{record}`, `{challenge}` and `{code}`
//! stand for valid ones, so that bytes come further than the access token.
#![no_main]

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};

use hyper::body::Incoming;
use hyper::header::CONTENT_TYPE;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex, split};
use tokio::runtime::{Builder, Runtime};

fuzz_target!(|bytes: &[u8]| {
    // What belongs to dev mode alone may be asked for what no client of the contract can do.
    if !holds(bytes, b"/dev/") {
        CLIENT.lock().unwrap().send(bytes);
    }
});

static CLIENT: LazyLock<Mutex<Client>> = LazyLock::new(|| Mutex::new(Client::new()));

/// Records live for twice as long.
const WORDS_LIVE: Duration = Duration::from_mins(5);

/// How many times one user is asked for, so that budgets do not stay used up.
const RUNS_OF_A_USER: usize = 50;

const DOCUMENT: &[u8] = b"GET /openapi.json HTTP/1.1\r\nhost: a\r\n\r\n";
const RESET: &[u8] = b"POST /dev/reset HTTP/1.1\r\nhost: a\r\n\r\n";
const IDENTIFIER: &str = r#""identifier":{"type":"email","value":"demo@example.com"}"#;

struct Client {
    runtime: Runtime,
    connect: Connect,
    words: Vec<(&'static [u8], String)>,
    drawn: Instant,
    runs: usize,
}

/// Sends bytes over a new connection and takes what comes back.
type Connect = Box<dyn Fn(&Runtime, &[u8]) -> Vec<u8> + Send>;

impl Client {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let router = runtime.block_on(sekisho_server::dev_router()).unwrap();
        let service = TowerToHyperService::new(router);
        let undocumented = |_: &Method, _: &str, _: u16| false;
        let first = connect(service.clone(), undocumented);
        let statuses = documented(&json(&first(&runtime, DOCUMENT)));
        let is_undocumented = move |method: &Method, path: &str, status: u16| {
            let method =
                if method == Method::HEAD { "get" } else { &method.as_str().to_lowercase() };
            let path = path.strip_suffix('/').unwrap_or(path).to_owned();
            statuses.get(&(path, method.to_owned())).is_some_and(|known| !known.contains(&status))
        };
        let connect = connect(service, is_undocumented);
        let mut client =
            Self { runtime, connect, words: Vec::new(), drawn: Instant::now(), runs: 0 };
        client.draw_words();
        client
    }

    fn send(&mut self, bytes: &[u8]) {
        self.runs += 1;
        if self.runs.is_multiple_of(RUNS_OF_A_USER) {
            (self.connect)(&self.runtime, RESET);
        }
        if self.drawn.elapsed() > WORDS_LIVE {
            self.draw_words();
        }
        let filled_in = self
            .words
            .iter()
            .fold(bytes.to_owned(), |bytes, (word, value)| replace(&bytes, word, value.as_bytes()));
        (self.connect)(&self.runtime, &filled_in);
    }

    /// Signs the demo user in, verifies their password and sends them a code.
    fn draw_words(&mut self) {
        (self.connect)(&self.runtime, RESET);
        let text = |value: &Value, field: &str| value[field].as_str().unwrap().to_owned();
        let minted = self.post("/dev/tokens", "", r#"{"sub":"demo-user","expiresIn":86400}"#);
        let token = text(&minted, "accessToken");
        let password = r#"{"password":"seven barriers on the road"}"#;
        let record = self.post("/api/verifications/password", &token, password);
        let body = format!("{{{IDENTIFIER}}}");
        let challenge = self.post("/api/verifications/verification-code", &token, &body);
        let outbox = b"GET /dev/outbox HTTP/1.1\r\nhost: a\r\n\r\n";
        let code = text(&json(&(self.connect)(&self.runtime, outbox))[0], "code");
        self.words = vec![
            (b"{token}", token),
            (b"{record}", text(&record, "verificationRecordId")),
            (b"{challenge}", text(&challenge, "verificationRecordId")),
            (b"{code}", code),
        ];
        self.drawn = Instant::now();
    }

    fn post(&self, path: &str, token: &str, body: &str) -> Value {
        let length = body.len();
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        json(&(self.connect)(&self.runtime, request.as_bytes()))
    }
}

fn connect<S, B>(
    service: S,
    is_undocumented: impl Fn(&Method, &str, u16) -> bool + Send + 'static,
) -> Connect
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Send + 'static,
    B: hyper::body::Body<Data: Send, Error: std::error::Error + Send + Sync> + 'static,
{
    Box::new(move |runtime, bytes| {
        let (near, far) = duplex(1 << 20);
        let watched = service_fn(|request: Request<Incoming>| {
            let (method, path) = (request.method().clone(), request.uri().path().to_owned());
            let answer = service.call(request);
            let is_undocumented = &is_undocumented;
            async move {
                let answer = answer.await?;
                judge(&method, &path, &answer);
                let status = answer.status().as_u16();
                assert!(!is_undocumented(&method, &path, status), "{method} {path}: {status}");
                Ok::<_, Infallible>(answer)
            }
        });
        // A client may be done with writing before it reads.
        let connection =
            http1::Builder::new().half_close(true).serve_connection(TokioIo::new(far), watched);
        let talk = async move {
            let (mut reader, mut writer) = split(near);
            // The server may hang up first.
            let _ = writer.write_all(bytes).await;
            let _ = writer.shutdown().await;
            let mut answers = Vec::new();
            let _ = reader.read_to_end(&mut answers).await;
            answers
        };
        // What HTTP does not allow ends the connection with an error.
        runtime.block_on(async { tokio::join!(connection, talk).1 })
    })
}

/// What holds for every answer.
fn judge<B>(method: &Method, path: &str, answer: &Response<B>) {
    let status = answer.status();
    assert!(!status.is_server_error() || status == 503, "{method} {path}: {status}");
    let content_type = answer.headers().get(CONTENT_TYPE).map(|value| value.as_bytes());
    let is_problem = content_type == Some(b"application/json; charset=utf-8");
    assert!(status.as_u16() < 400 || is_problem, "{method} {path}: {status} {content_type:?}");
}

/// The statuses of every path and method in the document.
fn documented(document: &Value) -> HashMap<(String, String), HashSet<u16>> {
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(move |(method, operation)| {
            let statuses = operation["responses"].as_object().unwrap().keys();
            let statuses = statuses.map(|status| status.parse().unwrap()).collect();
            ((path.clone(), method.clone()), statuses)
        })
    });
    operations.collect()
}

/// The body of a single answer.
fn json(answer: &[u8]) -> Value {
    let head = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    serde_json::from_slice(&answer[head + 4..]).unwrap()
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn replace(bytes: &[u8], word: &[u8], value: &[u8]) -> Vec<u8> {
    let mut replaced = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = rest.windows(word.len()).position(|window| window == word) {
        replaced.extend_from_slice(&rest[..at]);
        replaced.extend_from_slice(value);
        rest = &rest[at + word.len()..];
    }
    replaced.extend_from_slice(rest);
    replaced
}
