//! HTTP: one call, its reply, and what a reply is held against.

use std::collections::BTreeSet;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::Trial;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Client, Method, Request, RequestBuilder, redirect};
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

/// The header a verification record travels in.
pub(crate) const RECORD_HEADER: &str = "logto-verification-id";

/// Long enough for two hundred password hashes one after the other in a debug build.
const REPLY_TIMEOUT: Duration = Duration::from_mins(2);

/// The implementation under test.
pub(crate) struct Api {
    base_url: String,
    client: Client,
    runtime: Runtime,
}

impl Api {
    pub(crate) fn new(base_url: &str) -> Self {
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .timeout(REPLY_TIMEOUT)
            .build()
            .expect("a client without TLS needs nothing of the system");
        Self {
            base_url: base_url.trim_end_matches('/').to_owned(),
            client,
            runtime: Runtime::new().expect("the system has threads for the client"),
        }
    }

    pub(crate) fn run(&self, test: impl AsyncFnOnce(&Self)) {
        self.runtime.block_on(test(self));
    }

    pub(crate) fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str) -> Call {
        self.call(Method::POST, path)
    }

    pub(crate) fn call(&self, method: Method, path: &str) -> Call {
        self.elsewhere(&self.base_url, method, path)
    }

    pub(crate) fn elsewhere(&self, base_url: &str, method: Method, path: &str) -> Call {
        let url = format!("{}{path}", base_url.trim_end_matches('/'));
        Call(self.client.request(method, url))
    }
}

/// Sends all calls in parallel; the replies come in no particular order.
pub(crate) async fn at_once(calls: impl IntoIterator<Item = Call>) -> Vec<Reply> {
    let running: JoinSet<Reply> = calls.into_iter().map(IntoFuture::into_future).collect();
    running.join_all().await
}

/// A test of one row: a reset, then what the row says.
pub(crate) fn trial<F>(api: &Arc<Api>, name: String, test: F) -> Trial
where
    F: AsyncFnOnce(&Api) + Send + 'static,
{
    let api = Arc::clone(api);
    Trial::test(name, move || {
        api.run(async |api| {
            api.begin().await;
            test(api).await;
        });
        Ok(())
    })
}

/// The trials of a section, named after the functions that hold them.
macro_rules! section {
    ($api:expr, $section:literal: $($test:ident),+ $(,)?) => {
        vec![$($crate::client::trial(
            $api,
            concat!($section, "::", stringify!($test)).to_owned(),
            $test,
        )),+]
    };
}
pub(crate) use section;

/// A request not yet sent. Awaiting it sends it.
pub(crate) struct Call(RequestBuilder);

impl Call {
    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header(AUTHORIZATION.as_str(), &format!("Bearer {token}"))
    }

    pub(crate) fn record(self, record: &str) -> Self {
        self.header(RECORD_HEADER, record)
    }

    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        // Bytes, because a header may carry more than ASCII.
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a test sends valid headers");
        Self(self.0.header(name, value))
    }

    pub(crate) fn query(self, name: &str, value: &str) -> Self {
        Self(self.0.query(&[(name, value)]))
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        Self(self.0.json(body))
    }

    pub(crate) fn form(self, fields: &[(&str, &str)]) -> Self {
        Self(self.0.form(fields))
    }

    pub(crate) fn body(self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self(self.0.header(CONTENT_TYPE, content_type).body(body.into()))
    }

    async fn send(self) -> Reply {
        let (client, request) = self.0.build_split();
        let request = request.expect("a test sends valid requests");
        let shown = show(&request);
        let response = client
            .execute(request)
            .await
            .unwrap_or_else(|cause| panic!("{shown}\n  no reply: {cause:?}"));
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = response
            .bytes()
            .await
            .unwrap_or_else(|cause| panic!("{shown}\n  {status}, then no body: {cause:?}"));
        Reply { request: shown, status, headers, body: String::from_utf8_lossy(&body).into_owned() }
    }
}

impl IntoFuture for Call {
    type Output = Reply;
    type IntoFuture = Pin<Box<dyn Future<Output = Reply> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

fn show(request: &Request) -> String {
    let mut lines = vec![format!("{} {}", request.method(), request.url())];
    for (name, value) in request.headers() {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        lines.push(format!("  {name}: {}", cut(&value)));
    }
    if let Some(body) = request.body().and_then(reqwest::Body::as_bytes) {
        lines.push(format!("  {}", cut(&String::from_utf8_lossy(body))));
    }
    lines.join("\n")
}

fn cut(text: &str) -> String {
    const SHOWN: usize = 400;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
        None => text.to_owned(),
    }
}

/// What came back. Its checks fail with the request, the status and the body.
#[must_use]
pub(crate) struct Reply {
    request: String,
    pub(crate) status: u16,
    headers: HeaderMap,
    body: String,
}

impl Reply {
    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> &Self {
        self.holds(self.status == status, &format!("expected {status}"))
    }

    /// An error as the contract shapes every one of them.
    #[track_caller]
    pub(crate) fn is_error(&self, status: u16, code: &str) -> &Self {
        self.holds(
            self.status == status && self.code() == code,
            &format!("expected {status} {code}"),
        );
        self.has_error_shape()
    }

    #[track_caller]
    pub(crate) fn has_error_shape(&self) -> &Self {
        let content_type = self.header("content-type").to_ascii_lowercase();
        self.holds(
            content_type == "application/json; charset=utf-8",
            "expected application/json; charset=utf-8",
        );
        let body = self.json();
        let fields: BTreeSet<&str> = body
            .as_object()
            .map(|fields| fields.keys().map(String::as_str).collect())
            .unwrap_or_default();
        let known = BTreeSet::from(["code", "message", "data", "details"]);
        self.holds(
            fields.is_subset(&known),
            "expected no error fields but code, message, data and details",
        );
        self.holds(
            body["message"].as_str().is_some_and(|text| !text.is_empty()),
            "expected a message for people",
        )
    }

    #[track_caller]
    pub(crate) fn holds(&self, condition: bool, expected: &str) -> &Self {
        assert!(condition, "{expected}\n{self}");
        self
    }

    /// The error code, or an empty string.
    pub(crate) fn code(&self) -> String {
        let body: Value = serde_json::from_str(&self.body).unwrap_or_default();
        body["code"].as_str().unwrap_or_default().to_owned()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|cause| panic!("expected JSON ({cause})\n{self}"))
    }

    #[track_caller]
    pub(crate) fn text(&self, field: &str) -> String {
        let value = self.json()[field].as_str().map(str::to_owned);
        value.unwrap_or_else(|| panic!("expected a string in {field}\n{self}"))
    }

    /// All values of a header joined as RFC 9110 joins them, or an empty string.
    pub(crate) fn header(&self, name: &str) -> String {
        let values: Vec<_> = self
            .headers
            .get_all(name)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .collect();
        values.join(", ")
    }

    /// A header that is a list of names, without regard to their case.
    pub(crate) fn header_list(&self, name: &str) -> BTreeSet<String> {
        self.header(name)
            .split(',')
            .map(|item| item.trim().to_ascii_lowercase())
            .filter(|item| !item.is_empty())
            .collect()
    }

    /// `Retry-After` in seconds, which is positive.
    #[track_caller]
    pub(crate) fn retry_after(&self) -> u64 {
        let seconds = self.header("retry-after").parse().unwrap_or_default();
        self.holds(seconds > 0, "expected a Retry-After of whole seconds above 0");
        seconds
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n→ {}", self.request, self.status)?;
        for (name, value) in &self.headers {
            writeln!(f, "  {name}: {}", String::from_utf8_lossy(value.as_bytes()))?;
        }
        write!(f, "  {}", cut(&self.body))
    }
}
