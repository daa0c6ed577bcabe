//! E-mail over SMTP.

use std::error::Error as _;
use std::time::Duration;

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message as Mail};
use lettre::transport::smtp::PoolConfig;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use zeroize::Zeroizing;

use super::{DeliveryError, Message};

/// The longest a single step of the conversation may take.
const TIMEOUT: Duration = Duration::from_secs(10);
const MAX_CONNECTIONS: u32 = 4;

/// Words by which mail servers name a limit of their own in a refusal that is not for good
/// (4xx, RFC 5321 §4.2.1). There is no reply code for it.
const LIMIT_WORDS: [&str; 7] =
    ["rate", "limit", "throttl", "too many", "too quickly", "quota", "exceeded"];

/// Where mail goes and whom it is from.
pub(crate) struct SmtpSettings {
    /// `smtp://`, `smtp://…?tls=required` (STARTTLS) or `smtps://`, with user and password in it.
    pub(crate) url: Zeroizing<String>,
    /// `Name <address>` or an address.
    pub(crate) from: String,
}

/// Why mail cannot be sent with these settings. Never holds the URL, which may hold a password.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SmtpSettingsError {
    #[error(
        "--smtp-url must be smtps://USER:PASSWORD@HOST, smtp://USER:PASSWORD@HOST?tls=required or \
         smtp://HOST:PORT"
    )]
    Url,
    #[error(
        "--mail-from must be an e-mail address, or a name with one: Example <no-reply@example.com>"
    )]
    From,
}

/// Sends mail over a few kept connections.
pub(crate) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Smtp {
    /// Connects when the first message is sent, not here.
    pub(crate) fn new(settings: &SmtpSettings) -> Result<Self, SmtpSettingsError> {
        let from = settings.from.parse().map_err(|_| SmtpSettingsError::From)?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&settings.url)
            .map_err(|_| SmtpSettingsError::Url)?
            .timeout(Some(TIMEOUT))
            .pool_config(PoolConfig::new().max_size(MAX_CONNECTIONS))
            .build();
        Ok(Self { transport, from })
    }

    /// Answers when the server has accepted the message.
    pub(super) async fn send(&self, message: &Message<'_>) -> Result<(), DeliveryError> {
        let mail = self.write(message)?;
        match self.transport.send(mail).await {
            Ok(_) => Ok(()),
            Err(error) => Err(judge(&error)),
        }
    }

    fn write(&self, message: &Message<'_>) -> Result<Mail, DeliveryError> {
        let address = message.to.value().parse();
        let address = address.map_err(|_| refused("the address is none that SMTP can carry"))?;
        Mail::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address))
            .subject(message.subject())
            // Keeps vacation notices and the like from answering (RFC 3834 §5).
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".into(),
            ))
            .header(ContentType::TEXT_PLAIN)
            .body(message.text())
            .map_err(|_| refused("the message cannot be written"))
    }
}

/// Which of the contract's failures it is. The server's words go to the log alone, without the
/// recipient: only the reply code and the kind of error are kept.
fn judge(error: &lettre::transport::smtp::Error) -> DeliveryError {
    let said = error.source().map(|source| source.to_string().to_lowercase()).unwrap_or_default();
    let names_limit = LIMIT_WORDS.iter().any(|word| said.contains(word));
    let what = match error.status() {
        Some(code) => format!("SMTP reply {code}"),
        None if error.is_timeout() => "timeout".to_owned(),
        None if error.is_tls() => "TLS could not be set up".to_owned(),
        None if error.is_response() => "unintelligible SMTP reply".to_owned(),
        None => "no connection to the SMTP server".to_owned(),
    };
    if error.is_transient() && names_limit {
        return DeliveryError::RateLimited(what);
    }
    DeliveryError::Failed(what)
}

fn refused(why: &str) -> DeliveryError {
    DeliveryError::Failed(why.to_owned())
}
