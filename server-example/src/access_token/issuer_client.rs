//! HTTP to the issuer: a few seconds at most, a bounded answer, no redirects.

use std::error::Error;
use std::time::Duration;

use reqwest::header::ACCEPT;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

use super::issuer_url::IssuerUrl;

/// The longest that one exchange may take, from looking up the name to the end of the answer.
const EXCHANGE_TIMEOUT: Duration = Duration::from_secs(3);

/// Below the 5 seconds after which some servers (Node's among them) close a connection.
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);

/// The largest answer, in bytes. Large issuers publish some 20 KiB of keys.
const MAX_ANSWER_BYTES: usize = 256 * 1024;

/// Speaks to the issuer.
pub(super) struct IssuerClient {
    http: Client,
    url: IssuerUrl,
}

/// As whom introspection is asked for (RFC 7662 §2.1).
pub(crate) struct ClientCredentials {
    pub(crate) id: String,
    pub(crate) secret: Zeroizing<String>,
}

/// What the issuer says of itself (`OpenID` Connect Discovery 1.0 §3, RFC 8414 §2).
#[derive(Deserialize)]
pub(super) struct Metadata {
    issuer: String,
    pub(super) jwks_uri: Url,
    pub(super) introspection_endpoint: Option<Url>,
}

/// Why the issuer did not say what it was asked. Never holds a token or a secret.
#[derive(Debug, thiserror::Error)]
pub(super) enum IssuerError {
    #[error("{url} cannot be reached: {cause}")]
    Unreachable { url: Url, cause: String },
    #[error("{url} did not answer within {} seconds", EXCHANGE_TIMEOUT.as_secs())]
    TooSlow { url: Url },
    #[error(
        "{url} does not let this server ask about tokens (HTTP 401): check \
         --introspection-client-id and its secret"
    )]
    Credentials { url: Url },
    #[error("{url} answered with HTTP {status}")]
    Status { url: Url, status: StatusCode },
    #[error("{url} answered with more than {MAX_ANSWER_BYTES} bytes")]
    TooLarge { url: Url },
    #[error("{url} did not answer as it should: {cause}")]
    NotUnderstood { url: Url, cause: String },
    #[error("the document of {expected} says that it is of the issuer {found:?}")]
    OtherIssuer { expected: String, found: String },
    #[error("the issuer names an endpoint that is not https: {url}")]
    NotHttps { url: Url },
    #[error("the issuer names no introspection_endpoint, so opaque tokens cannot be checked")]
    NoIntrospection,
}

impl IssuerClient {
    /// # Errors
    /// Where the machine's root certificates cannot be read.
    pub(super) fn new(url: IssuerUrl) -> Result<Self, reqwest::Error> {
        let mut http = Client::builder()
            .timeout(EXCHANGE_TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .redirect(Policy::none())
            .user_agent(concat!("sekisho-server/", env!("CARGO_PKG_VERSION")));
        if url.is_plain() {
            // What is not encrypted stays on this machine.
            http = http.no_proxy();
        }
        Ok(Self { http: http.build()?, url })
    }

    pub(super) async fn metadata(&self) -> Result<Metadata, IssuerError> {
        let metadata: Metadata = self.fetch(self.url.discovery()).await?;
        if metadata.issuer != self.url.as_str() {
            // One issuer could otherwise have its keys taken for another's (RFC 8414 §3.3).
            let expected = self.url.as_str().to_owned();
            return Err(IssuerError::OtherIssuer { expected, found: metadata.issuer });
        }
        Ok(metadata)
    }

    /// Gets a public document.
    pub(super) async fn fetch<T: DeserializeOwned>(&self, url: Url) -> Result<T, IssuerError> {
        let body = self.exchange(Method::GET, &url, |request| request).await?;
        serde_json::from_slice(&body)
            .map_err(|cause| IssuerError::NotUnderstood { url, cause: cause.to_string() })
    }

    /// Asks what a token says (RFC 7662 §2).
    pub(super) async fn introspect<T: DeserializeOwned>(
        &self,
        url: Url,
        client: &ClientCredentials,
        token: &str,
    ) -> Result<T, IssuerError> {
        let form = [("token", token), ("token_type_hint", "access_token")];
        // RFC 6749 §2.3.1: both are form-encoded before they become Basic's.
        let (id, secret) = (form_encoded(&client.id), form_encoded(&client.secret));
        let authenticate =
            |request: RequestBuilder| request.basic_auth(&*id, Some(&*secret)).form(&form);
        let body = match self.exchange(Method::POST, &url, authenticate).await {
            Err(IssuerError::Status { url, status: StatusCode::UNAUTHORIZED }) => {
                return Err(IssuerError::Credentials { url });
            }
            body => body?,
        };
        // The cause would quote what the answer says of a user.
        serde_json::from_slice(&body).map_err(|cause| IssuerError::NotUnderstood {
            url,
            cause: format!("{:?} at column {}", cause.classify(), cause.column()),
        })
    }

    async fn exchange(
        &self,
        method: Method,
        url: &Url,
        fill: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Result<Zeroizing<Vec<u8>>, IssuerError> {
        if !self.url.allows(url) {
            return Err(IssuerError::NotHttps { url: url.clone() });
        }
        let failed = |error| failure(url, error);
        let request = self.http.request(method, url.clone()).header(ACCEPT, "application/json");
        let mut response = fill(request).send().await.map_err(failed)?;
        let status = response.status();
        if status != StatusCode::OK {
            return Err(IssuerError::Status { url: url.clone(), status });
        }
        let mut body = Zeroizing::new(Vec::new());
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > MAX_ANSWER_BYTES {
                return Err(IssuerError::TooLarge { url: url.clone() });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

fn form_encoded(text: &str) -> Zeroizing<String> {
    Zeroizing::new(form_urlencoded::byte_serialize(text.as_bytes()).collect())
}

fn failure(url: &Url, error: reqwest::Error) -> IssuerError {
    let url = url.clone();
    if error.is_timeout() {
        return IssuerError::TooSlow { url };
    }
    IssuerError::Unreachable { url, cause: innermost(&error.without_url()) }
}

/// The outer errors only say that sending failed; the innermost says why.
fn innermost(error: &dyn Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use axum::Router;
    use axum::response::Redirect;
    use axum::routing::{any, get};
    use serde_json::Value;
    use tokio::net::TcpListener;

    use super::*;
    use crate::http::listener::serve;
    use crate::tasks::Tasks;

    async fn client() -> IssuerClient {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/json", get(async || "{}"))
            .route("/text", any(async || r#"{"active": "secret"}"#))
            .route("/large", get(async || " ".repeat(MAX_ANSWER_BYTES - 1) + "{}"))
            .route("/largest", get(async || " ".repeat(MAX_ANSWER_BYTES - 2) + "{}"))
            .route("/elsewhere", get(async || Redirect::temporary("/json")))
            .route("/silent", get(pending::<()>));
        tokio::spawn(async move {
            serve(listener, router, pending(), &Tasks::default()).await;
        });
        IssuerClient::new(url.parse().unwrap()).unwrap()
    }

    async fn fetch(client: &IssuerClient, path: &str) -> Result<Value, IssuerError> {
        client.fetch(client.url.discovery().join(path).unwrap()).await
    }

    #[tokio::test]
    async fn reads_answers_of_a_bounded_size() {
        let client = client().await;
        assert!(fetch(&client, "/json").await.is_ok());
        assert!(fetch(&client, "/largest").await.is_ok());
        assert!(matches!(fetch(&client, "/large").await, Err(IssuerError::TooLarge { .. })));
    }

    #[tokio::test]
    async fn goes_nowhere_else() {
        let client = client().await;
        let answer = fetch(&client, "/elsewhere").await;
        assert!(matches!(answer, Err(IssuerError::Status { status, .. }) if status == 307));
        let answer = fetch(&client, "http://id.example.com/json").await;
        assert!(matches!(answer, Err(IssuerError::NotHttps { .. })));
    }

    #[tokio::test]
    async fn waits_no_longer_than_an_exchange_may_take() {
        let answer = fetch(&client().await, "/silent").await;
        assert!(matches!(answer, Err(IssuerError::TooSlow { .. })));
    }

    #[tokio::test]
    async fn quotes_nothing_of_what_is_said_of_a_user() {
        #[derive(Debug, Deserialize)]
        struct Reply {
            #[expect(dead_code, reason = "it is not read, since it is none")]
            active: bool,
        }
        let client = client().await;
        let url = client.url.discovery().join("/text").unwrap();
        let secret = Zeroizing::new("hunter2".to_owned());
        let credentials = ClientCredentials { id: "id".into(), secret };
        let error = client.introspect::<Reply>(url, &credentials, "token").await.unwrap_err();
        let shown = error.to_string();
        assert!(shown.contains("/text") && !shown.contains("secret"), "{shown}");
    }
}
