//! Problems: answers that are no success, and how every error becomes one.

use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use sekisho::ErrorCode;
use serde::Serialize;
use serde_json::{Value, json};

use super::answer::json_response;
use super::refusal::Refusal;
use crate::access_token::TokenError;
use crate::delivery::DeliveryError;
use crate::driver::FlowError;
use crate::password_pool::PoolError;
use crate::policy::AddressRefusal;
use crate::store::{StoreError, Unique};
use crate::tasks::BrokenOff;

/// Seconds after which to come back where the server is busy or its store does not answer.
const RETRY_SOON: u64 = 1;

/// An answer that is not a success.
#[derive(Debug)]
pub(crate) struct Problem(Box<Parts>);

/// The error body as the contract shapes it, and what goes into status and headers.
#[derive(Debug, Serialize)]
struct Parts {
    /// Stable; `None` for an unexpected failure, which has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    message: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<String>,
    #[serde(skip)]
    status: StatusCode,
    #[serde(skip)]
    retry_after: Option<u64>,
    #[serde(skip)]
    challenge: Option<String>,
}

impl Problem {
    /// Input that cannot be understood; `details` names each field.
    pub(crate) fn invalid_input(details: impl Into<String>) -> Self {
        let details = details.into();
        Self::new(400, "guard.invalid_input", "The request is not valid.")
            .with(|parts| parts.details = Some(details))
    }

    /// The service cannot decide now, so it refuses.
    pub(crate) fn unavailable() -> Self {
        let message = "The service is not available now. Try again soon.";
        Self::new(503, "service.unavailable", message)
            .with(|parts| parts.retry_after = Some(RETRY_SOON))
    }

    /// The operation needs a record; the challenge tells the client how to get one (RFC 9470).
    pub(crate) fn permission_denied(challenge: String) -> Self {
        Self::from(sekisho::Error::from(ErrorCode::PermissionDenied))
            .with(|parts| parts.challenge = Some(challenge))
    }

    /// A new password that is not acceptable, with every reason.
    pub(crate) fn password_rejected(reasons: &[&'static str]) -> Self {
        let reasons = reasons.iter().map(|code| json!({ "code": code })).collect();
        Self::from(sekisho::Error::from(ErrorCode::PasswordRejected))
            .with(|parts| parts.data = Some(Value::Array(reasons)))
    }

    /// A failure of ours. The cause is for the log.
    pub(crate) fn unexpected() -> Self {
        Self(Box::new(Parts {
            code: None,
            message: "Internal server error.",
            data: None,
            details: None,
            status: StatusCode::INTERNAL_SERVER_ERROR,
            retry_after: None,
            challenge: None,
        }))
    }

    fn new(status: u16, code: &'static str, message: &'static str) -> Self {
        Self::unexpected().with(|parts| {
            parts.status = StatusCode::from_u16(status).unwrap_or(parts.status);
            parts.code = Some(code);
            parts.message = message;
        })
    }

    fn with(mut self, change: impl FnOnce(&mut Parts)) -> Self {
        change(&mut self.0);
        self
    }
}

impl Parts {
    /// Every 401 says what to authenticate with (RFC 9110 §15.5.2).
    fn challenge(&self) -> Option<HeaderValue> {
        if let Some(challenge) = &self.challenge {
            return HeaderValue::from_str(challenge).ok();
        }
        let bearer = match self.code {
            Some("auth.unauthorized") => "Bearer error=\"invalid_token\"",
            _ => "Bearer",
        };
        (self.status == StatusCode::UNAUTHORIZED).then(|| HeaderValue::from_static(bearer))
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Self(parts) = self;
        let mut response = json_response(parts.status, &parts);
        let headers = response.headers_mut();
        if let Some(seconds) = parts.retry_after {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        if let Some(challenge) = parts.challenge() {
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let (status, code, message) = refusal.parts();
        let problem = Self::new(status, code, message);
        match refusal {
            Refusal::TokenTypeNotSupported => {
                problem.with(|parts| parts.data = Some(json!({ "supportedTypes": ["Bearer"] })))
            }
            _ => problem,
        }
    }
}

impl From<sekisho::Error> for Problem {
    fn from(error: sekisho::Error) -> Self {
        let code = error.code();
        match status_of(code) {
            Some(400) if is_about_input(code) => Self::invalid_input(code.message()),
            Some(status) => Self::new(status, code.as_str(), code.message())
                .with(|parts| parts.retry_after = error.retry_after()),
            None if matches!(code, ErrorCode::CounterStoreFailed | ErrorCode::OutOfMemory) => {
                tracing::error!(%code, "{error}");
                Self::unavailable()
            }
            None => {
                tracing::error!(%code, "{error}");
                Self::unexpected()
            }
        }
    }
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Invalid(error) => {
                tracing::info!(%error, "an access token is not valid");
                Refusal::Unauthorized.into()
            }
            TokenError::Unavailable => {
                tracing::warn!(%error, "an access token could not be judged");
                Self::unavailable()
            }
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Taken(Unique::Email) => Refusal::EmailInUse.into(),
            StoreError::Taken(Unique::Phone) => Refusal::PhoneInUse.into(),
            StoreError::Taken(Unique::Username) => Refusal::UsernameInUse.into(),
            StoreError::Taken(Unique::Id) => Refusal::IdInUse.into(),
            StoreError::Database(_) | StoreError::Additions(_) | StoreError::Migration(_) => {
                tracing::error!(%error, "the store does not answer, so the request is refused");
                Self::unavailable()
            }
        }
    }
}

impl From<PoolError> for Problem {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Busy(queue) => {
                tracing::warn!("{error}");
                Self::unavailable().with(|parts| parts.retry_after = Some(queue.as_secs()))
            }
            PoolError::Panicked => {
                tracing::error!("{error}");
                Self::unexpected()
            }
        }
    }
}

impl From<FlowError> for Problem {
    fn from(error: FlowError) -> Self {
        match error {
            FlowError::Refused(error) => error.into(),
            FlowError::Store(error) => error.into(),
            FlowError::Pool(error) => error.into(),
            FlowError::BrokenOff(error) => error.into(),
        }
    }
}

impl From<BrokenOff> for Problem {
    fn from(error: BrokenOff) -> Self {
        tracing::error!("{error}");
        Self::unexpected()
    }
}

impl From<DeliveryError> for Problem {
    fn from(error: DeliveryError) -> Self {
        match error {
            DeliveryError::NotConfigured => Refusal::ConnectorNotFound.into(),
            DeliveryError::RateLimited(_) => Refusal::ConnectorRateLimited.into(),
            DeliveryError::Failed(_) => Refusal::ConnectorFailed.into(),
        }
    }
}

impl From<AddressRefusal> for Problem {
    fn from(refusal: AddressRefusal) -> Self {
        match refusal {
            AddressRefusal::NotAllowed => Refusal::EmailNotAllowed.into(),
            AddressRefusal::Subaddress => Refusal::SubaddressNotAllowed.into(),
        }
    }
}

/// The status of a core error that is the client's to know; `None` for what is the operator's.
const fn status_of(code: ErrorCode) -> Option<u16> {
    use ErrorCode as E;
    Some(match code {
        E::InvalidCredentials | E::PasswordRejected => 422,
        E::PermissionDenied => 401,
        E::MessageRateLimited => 429,
        E::VerificationBlocked
        | E::RecordNotFound
        | E::CodeNotFound
        | E::CodeEmailMismatch
        | E::CodePhoneMismatch
        | E::CodeExpired
        | E::CodeTriesUsedUp
        | E::CodeMismatch
        | E::IdentifierInvalid
        | E::ContextInvalid
        | E::PasswordInvalid => 400,
        _ => return None,
    })
}

const fn is_about_input(code: ErrorCode) -> bool {
    use ErrorCode as E;
    matches!(code, E::IdentifierInvalid | E::ContextInvalid | E::PasswordInvalid)
}
