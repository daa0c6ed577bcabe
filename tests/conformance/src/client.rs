//! HTTP: one call, its reply, and what a reply is held against.

use std::collections::BTreeSet;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::Trial;
#[cfg(test)]
use reqwest::header::HeaderName;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Client, Method, Request, RequestBuilder, redirect};
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::document::{Asked, Document};

/// The header a verification record travels in.
pub(crate) const RECORD_HEADER: &str = "logto-verification-id";

/// Long enough for two hundred password hashes one after the other in a debug build.
const REPLY_TIMEOUT: Duration = Duration::from_mins(2);

/// The implementation under test.
pub(crate) struct Api {
    base_url: String,
    client: Client,
    runtime: Runtime,
    document: Option<Arc<Document>>,
}

impl Api {
    /// Without an address for `--list` alone, which asks for nothing.
    pub(crate) fn new(base_url: Option<&str>) -> Self {
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .timeout(REPLY_TIMEOUT)
            // A connection for each request. A busy server may close one that is used again before it
            // has read the request (workerd: 5 seconds after its last answer), which says nothing
            // of what is tested.
            .pool_max_idle_per_host(0)
            .build()
            .expect("a client without TLS needs nothing of the system");
        let mut api = Self {
            base_url: base_url.unwrap_or_default().trim_end_matches('/').to_owned(),
            client,
            runtime: Runtime::new().expect("the system has threads for the client"),
            document: None,
        };
        if base_url.is_some() {
            api.document = api.runtime.block_on(api.read_document()).map(Arc::new);
        }
        api
    }

    /// The implementation's API document; none where it serves none.
    async fn read_document(&self) -> Option<Document> {
        let reply = self.get("/openapi.json").await;
        if reply.status == 404 {
            return None;
        }
        Some(Document::new(reply.is(200).json()))
    }

    pub(crate) fn document(&self) -> Option<&Document> {
        self.document.as_deref()
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
        Call { request: self.client.request(method, url), document: self.document.clone() }
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
pub(crate) struct Call {
    request: RequestBuilder,
    document: Option<Arc<Document>>,
}

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
        self.with(|request| request.header(name, value))
    }

    pub(crate) fn query(self, name: &str, value: &str) -> Self {
        self.with(|request| request.query(&[(name, value)]))
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.with(|request| request.json(body))
    }

    pub(crate) fn form(self, fields: &[(&str, &str)]) -> Self {
        self.with(|request| request.form(fields))
    }

    pub(crate) fn body(self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.with(|request| request.header(CONTENT_TYPE, content_type).body(body.into()))
    }

    fn with(self, change: impl FnOnce(RequestBuilder) -> RequestBuilder) -> Self {
        Self { request: change(self.request), ..self }
    }

    async fn send(self) -> Reply {
        let (client, request) = self.request.build_split();
        let request = request.expect("a test sends valid requests");
        let (shown, asked) = (show(&request), asked(&request));
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
        let body = String::from_utf8_lossy(&body).into_owned();
        let reply = Reply { request: shown, status, headers, body };
        if let Some(document) = self.document {
            document.hold(&asked, &reply).unwrap_or_else(|cause| panic!("{cause}\n{reply}"));
        }
        reply
    }
}

impl IntoFuture for Call {
    type Output = Reply;
    type IntoFuture = Pin<Box<dyn Future<Output = Reply> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

fn asked(request: &Request) -> Asked {
    let content_type = request.headers().get(CONTENT_TYPE);
    let is_form = content_type.is_some_and(|value| value.as_bytes().ends_with(b"form-urlencoded"));
    let body = request.body().and_then(reqwest::Body::as_bytes).filter(|_| !is_form);
    Asked {
        method: request.method().clone(),
        path: request.url().path().to_owned(),
        body: body.and_then(|body| serde_json::from_slice(body).ok()),
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
    #[cfg(test)]
    pub(crate) fn of(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Self {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        Self { request: String::new(), status, headers: headers.collect(), body: body.to_owned() }
    }

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

    pub(crate) fn body(&self) -> &str {
        &self.body
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
