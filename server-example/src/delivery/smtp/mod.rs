//! E-mail over SMTP.

mod pool;
mod relay;

use std::error::Error as _;
use std::path::PathBuf;
use std::time::Duration;

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message as Mail, MultiPart};
use lettre::transport::smtp::Error;
use sekisho::Identifier;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::DeliveryError;
use super::template::Email;
use crate::app::fill_random;
use pool::Pool;
pub(crate) use relay::Authorities;
use relay::Relay;

/// The longest the whole way may take, waiting for a connection included.
const TIME_LIMIT: Duration = Duration::from_secs(15);

/// Words by which mail servers name a limit of their own in a refusal that is not for good
/// (4xx, RFC 5321 §4.2.1). There is no reply code for it.
const LIMIT_WORDS: [&str; 7] =
    ["rate", "limit", "throttl", "too many", "too quickly", "quota", "exceeded"];

/// Where mail goes and whom it is from.
pub(crate) struct SmtpSettings {
    /// `smtps://`, `smtp://…?tls=required` (STARTTLS) or `smtp://`, with user and password in it.
    pub(crate) url: Zeroizing<String>,
    /// `Name <address>` or an address.
    pub(crate) from: String,
    pub(crate) authorities: Option<Authorities>,
}

/// Why mail cannot be sent with these settings. Never holds the URL, which may hold a password.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SmtpSettingsError {
    #[error(
        "--smtp-url: {0}. The forms are smtps://USER:PASSWORD@HOST, \
         smtp://USER:PASSWORD@HOST?tls=required (STARTTLS) and smtp://HOST:PORT"
    )]
    Url(UrlFault),
    #[error(
        "--mail-from must be an e-mail address, or a name with one: Example <no-reply@example.com>"
    )]
    From,
    #[error("--smtp-ca-file {0}: it must be certificates in PEM")]
    Ca(PathBuf),
    #[error(
        "--smtp-ca-file is of no use: --smtp-url has no TLS (smtps://…, or smtp://…?tls=required)"
    )]
    UselessCa,
    #[error("--smtp-url: TLS cannot be set up: {0}")]
    Tls(String),
}

/// What is wrong with a URL of a mail server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UrlFault {
    #[error("it is not a URL")]
    Malformed,
    #[error("its port is not a number from 0 to 65535")]
    Port,
    #[error("it must begin with smtps:// or smtp://")]
    Scheme,
    #[error("there is no host in it")]
    Host,
    #[error("smtps:// is TLS from the first byte on, and goes without ?tls=")]
    Tls,
    #[error("the only thing that may stand after ? is tls=required, for STARTTLS")]
    StartTls,
    #[error("it has a user and no password")]
    Password,
    #[error("it has a password and no user")]
    User,
    #[error("user and password must be UTF-8 where they are percent-encoded")]
    Encoding,
    #[error("what stands after # would be lost: in a password write %23 for it")]
    Fragment,
}

/// Sends mail over a few kept connections.
pub(crate) struct Smtp {
    pool: Pool,
    from: Mailbox,
}

impl Smtp {
    /// Connects when the first message is sent, not here.
    pub(crate) fn new(settings: &SmtpSettings) -> Result<Self, SmtpSettingsError> {
        let from = settings.from.parse().map_err(|_| SmtpSettingsError::From)?;
        let relay = Relay::parse(&settings.url, settings.authorities.as_ref())?;
        Ok(Self { pool: Pool::new(relay), from })
    }

    pub(super) fn warn_of_clear_text(&self) {
        if self.pool.relay().is_clear_text() {
            tracing::warn!("--smtp-url has no TLS: codes go to the mail server in clear text");
        }
    }

    /// Answers when the server has accepted the message.
    pub(super) async fn send(&self, to: &Identifier, email: &Email) -> Result<(), DeliveryError> {
        let mail = self.write(to, email)?;
        let (envelope, bytes) = (mail.envelope(), mail.formatted());
        match timeout(TIME_LIMIT, self.pool.send(envelope, &bytes)).await {
            Ok(sent) => sent.map_err(|error| judge(&error)),
            Err(_) => Err(refused("the mail server took too long")),
        }
    }

    fn write(&self, to: &Identifier, email: &Email) -> Result<Mail, DeliveryError> {
        let address = to.value().parse();
        let address = address.map_err(|_| refused("the address is none that SMTP can carry"))?;
        let texts = MultiPart::alternative_plain_html(email.text.clone(), email.html.clone());
        Mail::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address))
            .subject(email.subject.clone())
            .message_id(Some(self.message_id()?))
            // Keeps vacation notices and the like from answering (RFC 3834 §5).
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".into(),
            ))
            .multipart(texts)
            .map_err(|_| refused("the message cannot be written"))
    }

    /// Unique, and of the sender's domain (RFC 5322 §3.6.4).
    fn message_id(&self) -> Result<String, DeliveryError> {
        let mut bytes = [0; 16];
        fill_random(&mut bytes).map_err(|_| refused("there are no random bytes"))?;
        Ok(format!("<{:032x}@{}>", u128::from_be_bytes(bytes), self.from.email.domain()))
    }
}

/// Which of the contract's failures it is. The server's words may name the recipient: only the
/// reply code and the kind of error are kept.
fn judge(error: &Error) -> DeliveryError {
    let said = error.source().map(ToString::to_string).unwrap_or_default();
    let names_limit = LIMIT_WORDS.iter().any(|word| said.to_lowercase().contains(word));
    let what = match error.status() {
        Some(code) => format!("SMTP reply {code}"),
        None if error.is_response() => "unintelligible SMTP reply".to_owned(),
        // Words of lettre's, about what the server does not offer.
        None if error.is_client() => said,
        // Words of TLS and the system's.
        None => format!("no connection to the mail server: {said}"),
    };
    if error.is_transient() && names_limit {
        return DeliveryError::RateLimited(what);
    }
    DeliveryError::Failed(what)
}

fn refused(why: &str) -> DeliveryError {
    DeliveryError::Failed(why.to_owned())
}
