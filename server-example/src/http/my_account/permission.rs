//! Using a verification record: as permission, or as proof of a new identifier.

use axum::http::HeaderMap;
use sekisho::{ErrorCode, Identifier, Presentation, Requirement};

use crate::app::App;
use crate::driver::FlowError;
use crate::http::Problem;
use crate::http::authentication::Caller;

/// The header a record travels in.
pub(in crate::http) const RECORD_HEADER: &str = "logto-verification-id";

/// Demands a record that gives permission. What is wrong with it is not told; the challenge says
/// what to do.
pub(super) async fn require_permission(
    app: &App,
    caller: &Caller,
    headers: &HeaderMap,
) -> Result<(), Problem> {
    let header = headers.get(RECORD_HEADER).and_then(|value| value.to_str().ok());
    let token = header.ok_or_else(permission_denied)?.to_owned();
    match present(app, caller, token, &Requirement::permission()).await {
        Err(FlowError::Refused(error)) if is_about_the_record(error.code()) => {
            Err(permission_denied())
        }
        other => Ok(other?),
    }
}

/// The answer to who has no record that gives permission.
pub(in crate::http) fn permission_denied() -> Problem {
    Problem::permission_denied(Requirement::permission().to_challenge())
}

/// Demands a record of a code that was sent to this new identifier.
pub(super) async fn require_proof(
    app: &App,
    caller: &Caller,
    token: String,
    identifier: &Identifier,
) -> Result<(), Problem> {
    let requirement = Requirement::new_identifier(identifier.clone());
    match present(app, caller, token, &requirement).await {
        Err(FlowError::Refused(error)) if is_about_the_record(error.code()) => {
            Err(sekisho::Error::from(ErrorCode::RecordNotFound).into())
        }
        other => Ok(other?),
    }
}

async fn present(
    app: &App,
    caller: &Caller,
    token: String,
    requirement: &Requirement,
) -> Result<(), FlowError> {
    let shown = Presentation { token, binding: caller.binding(), idempotency_key: None };
    let step = caller.rules.verifier.present(shown, requirement, app.now());
    app.drive(step).await.map(|_| ())
}

const fn is_about_the_record(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::RecordNotFound
            | ErrorCode::RecordSessionMismatch
            | ErrorCode::RecordOperationMismatch
            | ErrorCode::RecordMethodNotAllowed
            | ErrorCode::RecordTooOld
            | ErrorCode::RecordUsed
    )
}
