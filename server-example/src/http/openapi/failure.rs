//! The ways in which an operation can fail, each with the very problem that it answers with.

use sekisho::password::Rejection;
use sekisho::{Error, ErrorCode, Requirement};
use serde_json::{Value, json};

use super::schema;
use crate::http::body::Fields;
use crate::http::my_account::permission_denied;
use crate::http::{Problem, Refusal};

/// A way in which an operation can fail.
#[derive(Clone, Copy)]
pub(crate) enum Failure {
    InvalidInput,
    Refused(Refusal),
    Core(ErrorCode),
    /// The operation is not approved, for this reason.
    Approval(ErrorCode),
    Unavailable,
    Unexpected,
}

/// What every path of the contract can answer.
pub(crate) const EVERY_PATH: &[Failure] = &[
    Failure::Refused(Refusal::AuthorizationHeaderMissing),
    Failure::Refused(Refusal::TokenTypeNotSupported),
    Failure::Refused(Refusal::Unauthorized),
    Failure::Refused(Refusal::Forbidden),
    Failure::Refused(Refusal::AccountApiNotEnabled),
    Failure::Refused(Refusal::UserNotFound),
    Failure::Refused(Refusal::MethodNotAllowed),
    Failure::Unexpected,
    Failure::Unavailable,
];

/// What a path without an access token can answer.
pub(crate) const OPEN_PATH: &[Failure] =
    &[Failure::Refused(Refusal::MethodNotAllowed), Failure::Unexpected, Failure::Unavailable];

/// What an operation with a body can answer.
pub(crate) const BODY: &[Failure] =
    &[Failure::InvalidInput, Failure::Refused(Refusal::BodyTooLarge)];

/// What an operation that is not for every client nor every user can answer.
pub(crate) const FIRST_PARTY: &[Failure] =
    &[Failure::Refused(Refusal::ThirdPartyForbidden), Failure::Refused(Refusal::UserSuspended)];

/// Seconds to wait in the examples: a block that has begun a minute ago, a few messages ago.
const EXAMPLE_BLOCK: u64 = 3540;
const EXAMPLE_WAIT: u64 = 420;

impl Failure {
    /// The problem that a client sees. `required` are the names of the body's required fields.
    pub(super) fn example(self, required: &[String]) -> Problem {
        use ErrorCode as E;
        match self {
            Self::InvalidInput => Fields::none_of(required).problem(),
            Self::Refused(refusal @ Refusal::EnrolmentRequired) => {
                Problem::from(refusal).with_data(enrolment())
            }
            Self::Refused(refusal) => refusal.into(),
            Self::Approval(code) => {
                let challenge = Requirement::permission().to_challenge();
                Problem::approval_required(code, challenge, (schema::APPROVAL.example)())
            }
            Self::Core(E::PermissionDenied) => permission_denied(),
            Self::Core(E::PasswordRejected) => {
                Problem::password_rejected(&[Rejection::TooShort, Rejection::Guessable])
            }
            Self::Core(code @ E::VerificationBlocked) => {
                Error::with_retry_after(code, EXAMPLE_BLOCK).into()
            }
            Self::Core(code @ E::MessageRateLimited) => {
                Error::with_retry_after(code, EXAMPLE_WAIT).into()
            }
            Self::Core(code) => Error::from(code).into(),
            Self::Unavailable => Problem::unavailable(),
            Self::Unexpected => Problem::unexpected(),
        }
    }

    /// What the message does not say to a client's developer.
    pub(super) const fn advice(self) -> Option<&'static str> {
        use ErrorCode as E;
        use Refusal as R;
        Some(match self {
            Self::InvalidInput => "`details` names each field.",
            Self::Refused(R::Unauthorized) => {
                "It is unknown, expired, revoked, of another issuer or for another audience."
            }
            Self::Refused(R::ScopeMissing(_)) => "`details` names it.",
            Self::Refused(R::ConnectorNotFound) => "Offer another way to verify.",
            Self::Refused(R::ConnectorFailed) => "It did not count: the user may try again.",
            Self::Core(E::PermissionDenied) => {
                "The record is missing, expired, of another user or not one that gives permission. \
                 Verify the user, then repeat the request with the new record; `WWW-Authenticate` \
                 says how (RFC 9470)."
            }
            Self::Refused(R::OperationUnknown) => "Its `type` is not one of the operator's.",
            Self::Refused(R::EnrolmentRequired) => "`data` says what to set up.",
            Self::Refused(R::SessionRequired) => {
                "No verification helps: the issuer has to put `sid` into its access tokens, or the \
                 operator to set `sameSession` to false."
            }
            Self::Approval(_) => {
                "`data` has what is demanded, the operation as it is to be approved, and a handle to go \
                 on with."
            }
            Self::Core(E::RecordUsed) => {
                "Under the `Idempotency-Key` of its use it would have been accepted again."
            }
            Self::Core(E::VerificationBlocked) => {
                "Passwords and codes count together, and until then right ones are refused too. \
                 `Retry-After` tells when."
            }
            Self::Core(E::MessageRateLimited) => "`Retry-After` tells how long.",
            Self::Core(E::PasswordRejected) => "`data` lists every reason.",
            Self::Unavailable => "`Retry-After` tells when.",
            Self::Unexpected => "It has no `code`; what happened is in the server's log.",
            _ => return None,
        })
    }
}

fn enrolment() -> Value {
    json!({ "methods": ["phone_code"], "enrol": ["phone"] })
}
