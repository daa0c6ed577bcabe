//! Problems: answers that are no success, and how every error becomes one.

use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use sekisho::ErrorCode;
use sekisho::password::Rejection;
use serde::Serialize;
use serde_json::{Value, json};

use super::answer::json_response;
use super::refusal::Refusal;
use crate::access_token::TokenError;
use crate::delivery::DeliveryError;
use crate::driver::FlowError;
use crate::password_pool::PoolError;
use crate::policy::AddressRefusal;
use crate::store::StoreError;
use crate::tasks::BrokenOff;
use crate::users::{SqlUsersError, Unique, UsersError};

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
    #[serde(skip)]
    begins_block: bool,
}

/// The code of the problem that was answered, for the log.
#[derive(Clone, Copy)]
pub(super) struct ErrorType(pub(super) &'static str);

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

    /// The operation needs its user's approval; `data` has what a client goes on with.
    pub(crate) fn approval_required(code: ErrorCode, challenge: String, data: Value) -> Self {
        Self::from(sekisho::Error::from(code)).with(|parts| {
            parts.status = StatusCode::UNAUTHORIZED;
            parts.challenge = Some(challenge);
            parts.data = Some(data);
        })
    }

    pub(super) fn with_data(self, data: Value) -> Self {
        self.with(|parts| parts.data = Some(data))
    }

    /// A new password that is not acceptable, with every reason.
    pub(crate) fn password_rejected(reasons: &[Rejection]) -> Self {
        let reasons = reasons.iter().map(|reason| json!({ "code": reason.as_str() })).collect();
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
            begins_block: false,
        }))
    }

    pub(super) fn status(&self) -> StatusCode {
        self.0.status
    }

    /// Stable; `None` for an unexpected failure.
    pub(super) fn code(&self) -> Option<&'static str> {
        self.0.code
    }

    pub(super) fn message(&self) -> &'static str {
        self.0.message
    }

    /// The JSON that a client sees.
    pub(super) fn body(&self) -> Value {
        json!(self.0)
    }

    /// The headers that tell a client what to do.
    pub(super) fn headers(&self) -> HeaderMap {
        let retry_after = self.0.retry_after.map(|seconds| (RETRY_AFTER, seconds.into()));
        let challenge = self.0.challenge().map(|challenge| (WWW_AUTHENTICATE, challenge));
        retry_after.into_iter().chain(challenge).collect()
    }

    /// The code, or a word for what has none.
    pub(crate) fn error_type(&self) -> &'static str {
        self.0.code.unwrap_or("internal_error")
    }

    /// Whether it is neither the client's nor the user's doing: ours, or a provider's.
    pub(crate) fn is_a_failure_of_ours(&self) -> bool {
        self.0.status.is_server_error() || self.error_type().starts_with("connector.")
    }

    /// Whether the user is blocked by this.
    pub(crate) fn begins_block(&self) -> bool {
        self.0.begins_block
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
        let mut response = json_response(self.status(), &self.0);
        response.headers_mut().extend(self.headers());
        response.extensions_mut().insert(ErrorType(self.error_type()));
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
            Refusal::ScopeMissing(scope) => {
                let details = format!("It needs the scope {scope}, beside openid.");
                problem.with(|parts| parts.details = Some(details))
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
            Some(status) => Self::new(status, code.as_str(), code.message()).with(|parts| {
                parts.retry_after = error.retry_after();
                parts.begins_block = error.begins_block();
            }),
            None if matches!(code, ErrorCode::CounterStoreFailed | ErrorCode::OutOfMemory) => {
                tracing::error!(error.type = code.as_str(), "{error}");
                Self::unavailable()
            }
            None => {
                tracing::error!(error.type = code.as_str(), "{error}");
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
        tracing::error!(%error, "a store failed, so the request is refused");
        Self::unavailable()
    }
}

impl From<UsersError> for Problem {
    fn from(error: UsersError) -> Self {
        match error {
            UsersError::Taken(Unique::Email) => Refusal::EmailInUse.into(),
            UsersError::Taken(Unique::Phone) => Refusal::PhoneInUse.into(),
            UsersError::Taken(Unique::Username) => Refusal::UsernameInUse.into(),
            UsersError::Taken(Unique::Id) => Refusal::IdInUse.into(),
            UsersError::Store(error) => error.into(),
            UsersError::Sql(error) => error.into(),
        }
    }
}

impl From<SqlUsersError> for Problem {
    fn from(error: SqlUsersError) -> Self {
        match error {
            SqlUsersError::NotSet(_) => Refusal::FieldNotEditable.into(),
            SqlUsersError::Failed { .. } | SqlUsersError::TimedOut(_) => {
                tracing::error!(%error, "users cannot be reached, so the request is refused");
                Self::unavailable()
            }
            // Trying again would not help.
            SqlUsersError::Refused { .. }
            | SqlUsersError::Wrong { .. }
            | SqlUsersError::ManyFound(_)
            | SqlUsersError::ManyChanged { .. }
            | SqlUsersError::AnotherUser(_) => {
                tracing::error!(%error, "a statement is to be mended, or its table");
                Self::unexpected()
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
            DeliveryError::TooLong(_) => {
                sekisho::Error::from(ErrorCode::OperationNotDisplayable).into()
            }
            DeliveryError::Outbox(error) => error.into(),
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
        E::RecordUsed => 409,
        E::MessageRateLimited => 429,
        E::VerificationBlocked
        | E::RecordNotFound
        | E::CodeNotFound
        | E::CodeEmailMismatch
        | E::CodePhoneMismatch
        | E::CodeExpired
        | E::CodeTriesUsedUp
        | E::CodeMismatch
        | E::RecordSessionMismatch
        | E::RecordOperationMismatch
        | E::RecordMethodNotAllowed
        | E::RecordTooOld
        | E::OperationInvalid
        | E::OperationNotDisplayable
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
