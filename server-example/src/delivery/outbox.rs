//! Dev mode's outbox: what was sent, to be read by tests and people.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use super::Message;
use super::template::{Email, TextMessage};

/// The most messages kept; the oldest go first.
const MAX_MESSAGES: usize = 10_000;

/// Messages sent, oldest first.
#[derive(Default)]
pub(crate) struct Outbox(Mutex<VecDeque<Sent>>);

/// A message as the control surface shows it.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Sent {
    channel: &'static str,
    to: String,
    template_type: &'static str,
    code: String,
    locale: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    text: String,
}

impl Outbox {
    pub(super) fn keep_email(&self, message: &Message<'_>, email: Email) {
        let subject = Some(email.subject);
        self.keep(Sent { subject, ..Sent::new("email", message, email.locale, email.text) });
    }

    pub(super) fn keep_text_message(&self, message: &Message<'_>, sms: TextMessage) {
        self.keep(Sent::new("sms", message, sms.locale, sms.text));
    }

    /// The messages to this recipient, as it was written when they were sent; to all without one.
    pub(crate) fn messages(&self, to: Option<&str>) -> Vec<Sent> {
        let is_asked_for = |sent: &&Sent| to.is_none_or(|to| sent.to == to);
        self.lock().iter().filter(is_asked_for).cloned().collect()
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    fn keep(&self, sent: Sent) {
        let mut messages = self.lock();
        if messages.len() == MAX_MESSAGES {
            messages.pop_front();
        }
        messages.push_back(sent);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Sent>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sent {
    fn new(channel: &'static str, message: &Message<'_>, locale: String, text: String) -> Self {
        Self {
            channel,
            to: message.to.value().to_owned(),
            template_type: message.purpose.as_str(),
            code: message.code.as_str().to_owned(),
            locale,
            subject: None,
            text,
        }
    }
}
