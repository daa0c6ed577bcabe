//! Delivery: a code on its way to the user.

mod message;
mod outbox;
mod smtp;

use std::io::{self, IsTerminal};

use sekisho::Identifier;

use crate::policy::Providers;
use crate::terminal;

pub(crate) use message::Message;
pub(crate) use outbox::Outbox;
pub(crate) use smtp::{Smtp, SmtpSettings, SmtpSettingsError};

/// Why a message is not on its way.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeliveryError {
    /// There is no provider for this kind of recipient.
    #[error("no provider is configured for it")]
    NotConfigured,
    /// The provider refuses because of a limit of its own.
    #[error("the provider refused for its own limit: {0}")]
    RateLimited(String),
    /// The provider does not take the message.
    #[error("the provider failed: {0}")]
    Failed(String),
}

/// The providers there are.
pub(crate) enum Delivery {
    /// E-mail over SMTP; nobody sends text messages yet.
    Smtp(Smtp),
    /// Dev mode: everything is kept to be looked at. E-mail goes over SMTP as well where there is a
    /// server for it; what does not go out is shown on the terminal.
    Dev { outbox: Outbox, smtp: Option<Smtp> },
}

impl Delivery {
    /// Hands the message to its provider. When this answers, the provider has taken it.
    pub(crate) async fn send(
        &self,
        message: &Message<'_>,
        switched_on: &Providers,
    ) -> Result<(), DeliveryError> {
        let is_email = matches!(message.to, Identifier::Email(_));
        let is_on = if is_email { switched_on.email } else { switched_on.sms };
        match self {
            Self::Smtp(smtp) if is_on && is_email => smtp.send(message).await,
            Self::Dev { outbox, smtp } if is_on => {
                match smtp {
                    Some(smtp) if is_email => smtp.send(message).await?,
                    // A pipe that nobody reads would stop the server.
                    _ if io::stdout().is_terminal() => terminal::line(message.for_terminal()),
                    _ => {}
                }
                outbox.keep(message);
                Ok(())
            }
            Self::Smtp(_) | Self::Dev { .. } => Err(DeliveryError::NotConfigured),
        }
    }
}
