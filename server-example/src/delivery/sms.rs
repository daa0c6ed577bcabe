//! Text messages: a webhook, signed by Standard Webhooks (<https://www.standardwebhooks.com>).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64ct::{Base64, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Response, StatusCode, redirect};
use sekisho::Timestamp;
use serde::Serialize;
use sha2::Sha256;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use url::Url;
use zeroize::Zeroizing;

use super::template::TextMessage;
use super::{DeliveryError, Message};
use crate::app::fill_random;
use crate::clock::iso8601;

/// The longest the whole way may take, waiting for others to be done included.
const TIME_LIMIT: Duration = Duration::from_secs(15);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Messages on their way at a time.
const MAX_UNDER_WAY: usize = 32;

/// Less than what servers keep an idle connection for: one that is closed as it is used is a
/// failure of which nobody knows how far it came.
const MAX_IDLE: Duration = Duration::from_secs(15);

/// The pause before a connection that failed is tried once more.
const RECONNECT_PAUSE: Duration = Duration::from_millis(250);

/// The type of the only event there is.
const EVENT: &str = "sms.verification_code";

/// Where text messages go.
pub(crate) struct SmsSettings {
    pub(crate) url: Zeroizing<String>,
    /// `whsec_` and 24 to 64 bytes in base64.
    pub(crate) secret: Zeroizing<String>,
    /// The setting that the secret comes from.
    pub(crate) secret_setting: &'static str,
}

/// Why text messages cannot be sent with these settings. Never holds the URL or the secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SmsSettingsError {
    #[error("--sms-url must be https://… or http://…, without user and password")]
    Url,
    #[error(
        "{0}: it must be whsec_ and then 24 to 64 bytes in base64, as Standard Webhooks has it"
    )]
    Secret(&'static str),
    #[error("--sms-url: TLS cannot be set up: {0}")]
    Tls(String),
}

/// Hands text messages to a webhook of the operator's, which knows their SMS provider.
pub(crate) struct Sms {
    client: Client,
    url: Url,
    key: SigningKey,
    under_way: Semaphore,
}

/// What the webhook gets.
#[derive(Serialize)]
struct Event<'a> {
    r#type: &'static str,
    /// ISO 8601 in UTC.
    timestamp: String,
    data: Data<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    /// E.164, with its plus sign.
    to: String,
    template_type: &'static str,
    locale: &'a str,
    code: &'a str,
    /// The whole text message.
    text: &'a str,
}

impl Sms {
    pub(crate) fn new(settings: &SmsSettings) -> Result<Self, SmsSettingsError> {
        let url = Url::parse(&settings.url).map_err(|_| SmsSettingsError::Url)?;
        let has_user = !url.username().is_empty() || url.password().is_some();
        if !["http", "https"].contains(&url.scheme()) || has_user {
            return Err(SmsSettingsError::Url);
        }
        let key = SigningKey::parse(&settings.secret);
        let key = key.ok_or(SmsSettingsError::Secret(settings.secret_setting))?;
        let client = Client::builder()
            .user_agent(concat!("sekisho-server/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(MAX_IDLE)
            // Following one would send the message again, or to another server.
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .build()
            .map_err(|error| SmsSettingsError::Tls(error.to_string()))?;
        Ok(Self { client, url, key, under_way: Semaphore::new(MAX_UNDER_WAY) })
    }

    pub(super) fn warn_of_clear_text(&self) {
        if self.url.scheme() == "http" {
            tracing::warn!("--sms-url has no TLS: codes go to the SMS webhook in clear text");
        }
    }

    /// Answers when the webhook has accepted the message.
    pub(super) async fn send(
        &self,
        message: &Message<'_>,
        sms: &TextMessage,
    ) -> Result<(), DeliveryError> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let body = write(message, sms, now)?;
        match timeout(TIME_LIMIT, self.post(&message_id()?, now, &body)).await {
            Ok(answer) => judge(answer?.status()),
            Err(_) => Err(failed("the SMS webhook took too long")),
        }
    }

    /// Posts the message, and again only if there was no connection: after that nobody can tell
    /// whether the first one was heard.
    async fn post(&self, id: &str, now: u64, body: &[u8]) -> Result<Response, DeliveryError> {
        // Only a closed semaphore gives none, and this one is never closed.
        let _seat = self.under_way.acquire().await;
        let signature = self.key.sign(id, now, body);
        let post = || {
            let request = self.client.post(self.url.clone()).header(CONTENT_TYPE, JSON);
            let request = request.header("webhook-id", id).header("webhook-timestamp", now);
            request.header("webhook-signature", &signature).body(body.to_vec()).send()
        };
        let mut answer = post().await;
        if answer.as_ref().is_err_and(reqwest::Error::is_connect) {
            sleep(RECONNECT_PAUSE).await;
            answer = post().await;
        }
        answer.map_err(|error| {
            if error.is_connect() {
                return failed("no connection to the SMS webhook");
            }
            failed("the connection to the SMS webhook broke off")
        })
    }
}

const JSON: &str = "application/json";

/// The key of HMAC-SHA-256.
struct SigningKey(Hmac<Sha256>);

impl SigningKey {
    /// Reads `whsec_BASE64`, 24 to 64 bytes.
    fn parse(secret: &str) -> Option<Self> {
        let base64 = secret.trim().strip_prefix("whsec_")?;
        let bytes = Zeroizing::new(Base64::decode_vec(base64).ok()?);
        if !(24..=64).contains(&bytes.len()) {
            return None;
        }
        Hmac::new_from_slice(&bytes).ok().map(Self)
    }

    /// The value of `webhook-signature`.
    fn sign(&self, id: &str, seconds: u64, body: &[u8]) -> String {
        let mut mac = self.0.clone();
        mac.update(format!("{id}.{seconds}.").as_bytes());
        mac.update(body);
        format!("v1,{}", Base64::encode_string(&mac.finalize().into_bytes()))
    }
}

fn write(message: &Message<'_>, sms: &TextMessage, now: u64) -> Result<Vec<u8>, DeliveryError> {
    let timestamp = Timestamp::from_unix_seconds(now).unwrap_or(Timestamp::MAX);
    let data = Data {
        to: format!("+{}", message.to.value()),
        template_type: message.purpose.as_str(),
        locale: &sms.locale,
        code: message.code.as_str(),
        text: &sms.text,
    };
    let event = Event { r#type: EVENT, timestamp: iso8601(timestamp), data };
    serde_json::to_vec(&event).map_err(|_| failed("the message cannot be written"))
}

/// Unique; the receiver knows by it that it has seen a message.
fn message_id() -> Result<String, DeliveryError> {
    let mut bytes = [0; 16];
    fill_random(&mut bytes).map_err(|_| failed("there are no random bytes"))?;
    Ok(format!("msg_{:032x}", u128::from_be_bytes(bytes)))
}

fn judge(status: StatusCode) -> Result<(), DeliveryError> {
    let what = || format!("HTTP status {} of the SMS webhook", status.as_u16());
    match status {
        _ if status.is_success() => Ok(()),
        StatusCode::TOO_MANY_REQUESTS => Err(DeliveryError::RateLimited(what())),
        _ => Err(DeliveryError::Failed(what())),
    }
}

fn failed(why: &str) -> DeliveryError {
    DeliveryError::Failed(why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_as_the_specification_shows() {
        // The example of the specification and of its libraries' tests.
        let key = SigningKey::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature =
            key.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b"{\"test\": 2432232314}");
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn secrets_are_read_strictly() {
        let secret = |bytes: usize| format!("whsec_{}", Base64::encode_string(&vec![7; bytes]));
        for (text, is_good) in [
            (secret(24), true),
            (secret(64), true),
            (format!("{}\n", secret(32)), true),
            (secret(23), false),
            (secret(65), false),
            (secret(32).replace("whsec_", ""), false),
            (secret(32).replace('=', ""), false),
            ("whsec_".to_owned(), false),
            (String::new(), false),
        ] {
            assert_eq!(SigningKey::parse(&text).is_some(), is_good, "{text}");
        }
    }
}
