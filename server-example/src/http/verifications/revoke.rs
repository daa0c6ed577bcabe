//! Revoking a verification: by its user, or by whoever got a message that they had not asked for.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use sekisho::ErrorCode;

use crate::app::App;
use crate::http::Problem;
use crate::http::answer::{Answer, no_content};
use crate::http::authentication::Caller;
use crate::http::body::Fields;
use crate::http::openapi::{
    BODY, EVERY_PATH, FIRST_PARTY, Failure, OPEN_PATH, Operation, Success, Tag, schema,
};
use crate::telemetry::Decision;

/// The operation of [`revoke`].
pub(crate) const REVOKE: Operation = Operation {
    id: "revoke",
    tag: Tag::Verification,
    summary: "Revoke a verification",
    description: "Ends a verification of the user's own, in whichever session it was made: its code is \
                  no longer right, and its record is not accepted any more. Revoking it again changes \
                  nothing.",
    scopes: &["openid"],
    headers: &[],
    body: None,
    success: Success {
        status: StatusCode::NO_CONTENT,
        description: "The verification has ended.",
        body: None,
    },
    failures: &[EVERY_PATH, FIRST_PARTY, &[Failure::Core(ErrorCode::RecordNotFound)]],
};

/// `DELETE /api/verifications/{id}`.
pub(crate) async fn revoke(
    State(app): State<Arc<App>>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
) -> Answer {
    caller.require_first_party()?;
    caller.active_user(&app).await?;
    // What is no text is no token.
    let id = id.map_or_else(|_| String::new(), |Path(id)| id);
    let decision = Decision::revocation(caller.keys(), &caller.token);
    let step = caller.rules.verifier.revoke(&id, &caller.token.subject, app.now());
    finish(app, decision, step).await
}

/// The operation of [`revoke_by_link`].
pub(crate) const REVOKE_BY_LINK: Operation = Operation {
    id: "revokeByLink",
    tag: Tag::Verification,
    summary: "Revoke a verification that was not asked for",
    description: "For the page that the link of a message leads to: whoever got the message ends the \
                  verification that it belongs to. The link carries all that it takes, so there is no \
                  access token.",
    scopes: &[],
    headers: &[],
    body: Some(&schema::REVOCATION),
    success: Success {
        status: StatusCode::NO_CONTENT,
        description: "The verification has ended.",
        body: None,
    },
    failures: &[OPEN_PATH, BODY, &[Failure::Core(ErrorCode::RecordNotFound)]],
};

/// `POST /api/verifications/revoke`.
pub(crate) async fn revoke_by_link(State(app): State<Arc<App>>, mut body: Fields) -> Answer {
    let Some(revocation) = body.id("revocation") else { return Err(body.problem()) };
    let rules = app.rules.in_force();
    let step = rules.verifier.revoke_by_link(&revocation, app.now());
    finish(app, Decision::revocation_by_link(), step).await
}

async fn finish(app: Arc<App>, decision: Decision, step: sekisho::Step<()>) -> Answer {
    let driver = Arc::clone(&app);
    let revoking = async move { Ok::<_, Problem>(driver.drive(step, None).await?) };
    app.decide(decision, revoking).await?;
    Ok(no_content())
}
