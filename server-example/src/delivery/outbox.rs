//! Dev mode's outbox: what was sent, to be read by tests and people.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::{Value, json};

use super::Message;
use super::template::{Email, TextMessage};
use crate::store::{PostgresqlStore, StoreError};

/// The most messages kept; the oldest go first.
const MAX_MESSAGES: usize = 10_000;

/// Messages sent, oldest first.
pub(crate) enum Outbox {
    OfProcess(Mutex<VecDeque<Sent>>),
    /// Of several servers.
    Shared(PostgresqlStore),
}

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
    pub(super) async fn keep_email(
        &self,
        message: &Message<'_>,
        email: Email,
    ) -> Result<(), StoreError> {
        let subject = Some(email.subject);
        self.keep(Sent { subject, ..Sent::new("email", message, email.locale, email.text) }).await
    }

    pub(super) async fn keep_text_message(
        &self,
        message: &Message<'_>,
        sms: TextMessage,
    ) -> Result<(), StoreError> {
        self.keep(Sent::new("sms", message, sms.locale, sms.text)).await
    }

    /// The messages to this recipient, as it was written when they were sent; to all without one.
    pub(crate) async fn messages(&self, to: Option<&str>) -> Result<Vec<Value>, StoreError> {
        match self {
            Self::OfProcess(messages) => {
                let is_asked_for = |sent: &&Sent| to.is_none_or(|to| sent.to == to);
                Ok(lock(messages).iter().filter(is_asked_for).map(|sent| json!(sent)).collect())
            }
            Self::Shared(store) => {
                let query = sqlx::query_scalar(MESSAGES).bind(to);
                let texts: Vec<String> = store.within(query.fetch_all(store.pool())).await?;
                Ok(texts.iter().filter_map(|text| serde_json::from_str(text).ok()).collect())
            }
        }
    }

    pub(crate) async fn clear(&self) -> Result<(), StoreError> {
        match self {
            Self::OfProcess(messages) => lock(messages).clear(),
            Self::Shared(store) => {
                let clear = sqlx::query("DELETE FROM dev_outbox");
                store.within(clear.execute(store.pool())).await?;
            }
        }
        Ok(())
    }

    async fn keep(&self, sent: Sent) -> Result<(), StoreError> {
        match self {
            Self::OfProcess(messages) => {
                let mut messages = lock(messages);
                if messages.len() == MAX_MESSAGES {
                    messages.pop_front();
                }
                messages.push_back(sent);
            }
            Self::Shared(store) => {
                let keep = sqlx::query(KEEP).bind(json!(sent).to_string());
                store.within(keep.execute(store.pool())).await?;
            }
        }
        Ok(())
    }
}

impl Default for Outbox {
    fn default() -> Self {
        Self::OfProcess(Mutex::default())
    }
}

const KEEP: &str = "INSERT INTO dev_outbox (message) VALUES ($1)";

const MESSAGES: &str = "
    SELECT message FROM dev_outbox WHERE $1::text IS NULL OR message::json->>'to' = $1
    ORDER BY number";

fn lock(messages: &Mutex<VecDeque<Sent>>) -> MutexGuard<'_, VecDeque<Sent>> {
    messages.lock().unwrap_or_else(PoisonError::into_inner)
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
