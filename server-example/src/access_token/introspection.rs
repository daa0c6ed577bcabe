//! Opaque tokens: the issuer is asked what they say (RFC 7662), and its answer is kept for a while.

use std::sync::Arc;
use std::time::{Duration, Instant};

use moka::Expiry;
use moka::future::Cache;
use sekisho::Timestamp;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use super::claims::Claims;
use super::issuer::{Issuer, Unavailable};
use super::issuer_client::{ClientCredentials, IssuerClient, IssuerError};
use super::{InvalidToken, TokenError};

/// How long an answer is good at most: a token that is revoked is refused after this.
const ACTIVE_LIFETIME: Duration = Duration::from_mins(1);
/// The same for a token that is not active; a new one may not be known everywhere yet.
const INACTIVE_LIFETIME: Duration = Duration::from_secs(5);

/// Answers kept. When there are more, those go that are asked for least, so that made-up tokens do
/// not push out real ones.
const MAX_ANSWERS: u64 = 10_000;

/// Questions asked at once: made-up tokens are no way to flood the issuer.
const MAX_QUESTIONS: usize = 64;

/// The longest token asked about, in bytes.
const MAX_TOKEN_BYTES: usize = 4096;

/// Asks the issuer about opaque tokens.
pub(super) struct Introspection {
    client: Arc<IssuerClient>,
    credentials: ClientCredentials,
    answers: Cache<TokenDigest, Answer>,
    questions: Semaphore,
}

/// Tokens themselves are not kept.
type TokenDigest = [u8; 32];

#[derive(Clone)]
struct Answer {
    /// `None` for a token that is not active.
    active: Option<Arc<Active>>,
    lifetime: Duration,
}

struct Active {
    claims: Claims,
    token_type: Option<String>,
}

/// What the issuer answers (RFC 7662 §2.2).
#[derive(Deserialize)]
struct Reply {
    active: bool,
    token_type: Option<String>,
    #[serde(flatten)]
    claims: Claims,
}

impl Introspection {
    pub(super) fn new(client: Arc<IssuerClient>, credentials: ClientCredentials) -> Self {
        let answers =
            Cache::builder().max_capacity(MAX_ANSWERS).expire_after(ForItsLifetime).build();
        Self { client, credentials, answers, questions: Semaphore::new(MAX_QUESTIONS) }
    }

    /// What a token says, which may come from an attacker. Requests with one token share one
    /// question.
    pub(super) async fn claims(
        &self,
        token: &str,
        issuer: &Issuer,
        now: Timestamp,
    ) -> Result<Claims, TokenError> {
        if !is_token(token) {
            return Err(InvalidToken::Malformed.into());
        }
        let question = self.ask(token, issuer, now);
        let digest = Sha256::digest(token).into();
        let answer = self.answers.try_get_with(digest, question).await.map_err(|_| Unavailable)?;
        let active = answer.active.ok_or(InvalidToken::Inactive)?;
        if !active.is_access_token() {
            return Err(InvalidToken::Type.into());
        }
        Ok(active.claims.clone())
    }

    async fn ask(
        &self,
        token: &str,
        issuer: &Issuer,
        now: Timestamp,
    ) -> Result<Answer, Unavailable> {
        let reply = self.reply(token, issuer).await?.map_err(|error| {
            tracing::error!(%error, "the issuer does not say whether an access token is valid");
            Unavailable
        })?;
        Ok(Answer::new(reply, now))
    }

    async fn reply(
        &self,
        token: &str,
        issuer: &Issuer,
    ) -> Result<Result<Reply, IssuerError>, Unavailable> {
        let published = issuer.published(|_| true).await?;
        let Some(endpoint) = published.metadata.introspection_endpoint.clone() else {
            return Ok(Err(IssuerError::NoIntrospection));
        };
        let _seat = self.questions.acquire().await.map_err(|_| Unavailable)?;
        Ok(self.client.introspect(endpoint, &self.credentials, token).await)
    }
}

impl Answer {
    fn new(reply: Reply, now: Timestamp) -> Self {
        if !reply.active {
            return Self { active: None, lifetime: INACTIVE_LIFETIME };
        }
        let left = reply.claims.seconds_left(now).unwrap_or(f64::INFINITY);
        let left = left.clamp(0.0, ACTIVE_LIFETIME.as_secs_f64());
        let active = Active { claims: reply.claims, token_type: reply.token_type };
        Self { active: Some(Arc::new(active)), lifetime: Duration::from_secs_f64(left) }
    }
}

impl Active {
    /// Whether it is an access token for whoever bears it. Issuers also call refresh tokens active,
    /// which have no type; and a token bound to a key (`DPoP`) asks for a proof that is not checked
    /// here.
    fn is_access_token(&self) -> bool {
        self.token_type.as_ref().is_some_and(|of| of.eq_ignore_ascii_case("Bearer"))
    }
}

/// The characters that a token can have (RFC 6750 §2.1).
fn is_token(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    !text.is_empty() && text.len() <= MAX_TOKEN_BYTES && text.bytes().all(is_allowed)
}

/// Each answer has a lifetime of its own.
struct ForItsLifetime;

impl Expiry<TokenDigest, Answer> for ForItsLifetime {
    fn expire_after_create(
        &self,
        _token: &TokenDigest,
        answer: &Answer,
        _at: Instant,
    ) -> Option<Duration> {
        Some(answer.lifetime)
    }

    /// An answer that has expired but is still there counts as updated.
    fn expire_after_update(
        &self,
        _token: &TokenDigest,
        answer: &Answer,
        _at: Instant,
        _left: Option<Duration>,
    ) -> Option<Duration> {
        Some(answer.lifetime)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const NOW: u64 = 1_764_000_000;

    fn answer(reply: Value) -> Answer {
        let now = Timestamp::from_unix_seconds(NOW).unwrap();
        Answer::new(serde_json::from_value(reply).unwrap(), now)
    }

    #[test]
    fn an_answer_is_kept_no_longer_than_the_token_lives() {
        let seconds = |reply| answer(reply).lifetime.as_secs();
        assert_eq!(seconds(json!({ "active": true, "exp": NOW + 3600 })), 60);
        assert_eq!(seconds(json!({ "active": true })), 60);
        assert_eq!(seconds(json!({ "active": true, "exp": NOW + 7 })), 7);
        assert_eq!(seconds(json!({ "active": true, "exp": NOW })), 0);
        assert_eq!(seconds(json!({ "active": true, "exp": 0 })), 0);
        assert_eq!(seconds(json!({ "active": false, "exp": NOW + 3600 })), 5);
    }

    #[test]
    fn only_bearer_access_tokens_pass() {
        let passes = |reply| answer(reply).active.is_some_and(|active| active.is_access_token());
        assert!(passes(json!({ "active": true, "token_type": "bearer" })));
        // A refresh token, as RFC 7662 lets issuers answer.
        assert!(!passes(json!({ "active": true })));
        assert!(!passes(json!({ "active": true, "token_type": "DPoP" })));
        assert!(!passes(json!({ "active": false, "token_type": "Bearer" })));
    }

    #[test]
    fn what_no_token_can_be_is_not_asked_about() {
        assert!(is_token("aZ0-._~+/="));
        for text in ["", "a b", "a\u{0}", "ä", "a,b", &"x".repeat(MAX_TOKEN_BYTES + 1)] {
            assert!(!is_token(text), "{text:.20}");
        }
    }
}
