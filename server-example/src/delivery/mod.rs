//! Delivery: a code on its way to the user.

mod language;
mod message;
mod origin;
mod outbox;
mod public_url;
mod segment;
mod settings;
mod sms;
mod smtp;
mod template;

use std::io::{self, IsTerminal};

use sekisho::Identifier;

use crate::policy::Providers;
use crate::store::StoreError;
use crate::terminal;

pub(crate) use language::{AcceptLanguage, Locale};
pub(crate) use message::Message;
pub(crate) use outbox::Outbox;
pub(crate) use public_url::PublicUrl;
pub(crate) use settings::{DeliveryArgs, DeliverySettingsError};
use sms::Sms;
use smtp::Smtp;
use template::Templates;

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
    /// What the user is to approve makes the text message too long to be sent.
    #[error("with the operation it would be {0}")]
    TooLong(segment::Size),
    /// The outbox does not.
    #[error("the outbox failed: {0}")]
    Outbox(#[from] StoreError),
}

/// The templates and providers there are.
pub(crate) struct Delivery {
    templates: Templates,
    smtp: Option<Smtp>,
    sms: Option<Sms>,
    /// Dev mode: everything is kept to be looked at, and what has no provider is shown on the
    /// terminal.
    outbox: Option<Outbox>,
}

impl Delivery {
    /// Hands the message to its provider. When this answers, the provider has taken it.
    pub(crate) async fn send(
        &self,
        message: &Message<'_>,
        switched_on: &Providers,
    ) -> Result<(), DeliveryError> {
        match message.to {
            Identifier::Email(_) if switched_on.email => self.send_email(message).await,
            Identifier::Phone(_) if switched_on.sms => self.send_text_message(message).await,
            Identifier::Email(_) | Identifier::Phone(_) => Err(DeliveryError::NotConfigured),
        }
    }

    /// Whether there is a provider for any kind of recipient.
    pub(crate) const fn has_provider(&self) -> bool {
        self.smtp.is_some() || self.sms.is_some()
    }

    /// Dev mode's outbox.
    pub(crate) const fn outbox(&self) -> Option<&Outbox> {
        self.outbox.as_ref()
    }

    /// Tells the operator where codes can be read on their way.
    pub(crate) fn warn_of_clear_text(&self) {
        if let Some(smtp) = &self.smtp {
            smtp.warn_of_clear_text();
        }
        if let Some(sms) = &self.sms {
            sms.warn_of_clear_text();
        }
    }

    async fn send_email(&self, message: &Message<'_>) -> Result<(), DeliveryError> {
        let email = self.templates.email(message)?;
        match (&self.smtp, &self.outbox) {
            (Some(smtp), _) => smtp.send(message.to, &email).await?,
            (None, Some(_)) => show(message),
            (None, None) => return Err(DeliveryError::NotConfigured),
        }
        if let Some(outbox) = &self.outbox {
            outbox.keep_email(message, email).await?;
        }
        Ok(())
    }

    async fn send_text_message(&self, message: &Message<'_>) -> Result<(), DeliveryError> {
        let text_message = self.templates.text_message(message)?;
        match (&self.sms, &self.outbox) {
            (Some(sms), _) => sms.send(message, &text_message).await?,
            (None, Some(_)) => show(message),
            (None, None) => return Err(DeliveryError::NotConfigured),
        }
        if let Some(outbox) = &self.outbox {
            outbox.keep_text_message(message, text_message).await?;
        }
        Ok(())
    }
}

/// Shows the code to the developer who looks at the terminal. A pipe that nobody reads would stop
/// the server.
fn show(message: &Message<'_>) {
    if io::stdout().is_terminal() {
        terminal::line(message.for_terminal());
    }
}
