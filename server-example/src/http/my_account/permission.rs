//! Using a verification record: as permission, or as proof of a new identifier.

use axum::http::HeaderMap;
use sekisho::{Accepted, ErrorCode, Identifier, Method, Presentation, Requirement};

use crate::app::App;
use crate::driver::FlowError;
use crate::http::Problem;
use crate::http::authentication::Caller;
use crate::telemetry::{Decision, Verdict};

/// The header a record travels in.
pub(in crate::http) const RECORD_HEADER: &str = "logto-verification-id";

/// Demands a record that gives permission. What is wrong with it is not told; the challenge says
/// what to do.
pub(super) async fn require_permission(
    app: &App,
    caller: &Caller,
    headers: &HeaderMap,
) -> Result<(), Problem> {
    let told = |method, verdict| {
        Decision::permission(caller.keys(), &caller.token, method).conclude(verdict, &app.metrics);
    };
    let header = headers.get(RECORD_HEADER).and_then(|value| value.to_str().ok());
    let Some(token) = header else {
        told(None, Verdict::failure("record_missing"));
        return Err(permission_denied());
    };
    let shown = present(app, caller, token.to_owned(), &Requirement::permission()).await;
    tell(shown, told)?.map_err(|_| permission_denied())
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
    let shown = present(app, caller, token, &requirement).await;
    let told = |method, verdict| {
        Decision::proof(caller.keys(), &caller.token, method, identifier)
            .conclude(verdict, &app.metrics);
    };
    tell(shown, told)?.map_err(|_| sekisho::Error::from(ErrorCode::RecordNotFound).into())
}

/// Tells what came of a record, with the true reason, which its bearer does not learn. What is not
/// about the record is a problem of its own.
fn tell(
    shown: Result<Accepted, FlowError>,
    told: impl FnOnce(Option<Method>, Verdict),
) -> Result<Result<(), NotAccepted>, Problem> {
    match shown {
        Ok(accepted) => {
            told(Some(accepted.record.method()), Verdict::SUCCESS);
            Ok(Ok(()))
        }
        Err(FlowError::Refused(error)) if is_about_the_record(error.code()) => {
            told(None, Verdict::failure(error.code().as_str()));
            Ok(Err(NotAccepted))
        }
        Err(error) => {
            let problem = Err(Problem::from(error));
            told(None, Verdict::of(&problem));
            problem
        }
    }
}

/// The record is not one that meets the requirement.
struct NotAccepted;

async fn present(
    app: &App,
    caller: &Caller,
    token: String,
    requirement: &Requirement,
) -> Result<Accepted, FlowError> {
    let issued_at = caller.rules.verifier.issued_at(&token, app.now()).ok();
    let shown = Presentation { token, binding: caller.binding(), idempotency_key: None };
    let step = caller.rules.verifier.present(shown, requirement, app.now());
    app.drive_of_token(step, issued_at).await
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
