//! Checking a code.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use sekisho::{CodeCheck, ErrorCode};
use serde_json::json;

use crate::app::App;
use crate::http::answer::{Answer, ok};
use crate::http::authentication::Caller;
use crate::http::body::Fields;
use crate::http::openapi::{
    BODY, EVERY_PATH, FIRST_PARTY, Failure, Operation, Success, Tag, schema,
};
use crate::telemetry::Decision;

/// The operation of [`check_code`].
pub(crate) const CHECK_CODE: Operation = Operation {
    id: "checkCode",
    tag: Tag::Verification,
    summary: "Check a code",
    description: "Checks the code that the user typed and answers with the verified record. A \
                  right code is used up. By default a code lives for 10 minutes and may be wrong \
                  10 times.",
    scopes: &["openid"],
    headers: &[],
    body: Some(&schema::CODE_TO_CHECK),
    success: Success {
        status: StatusCode::OK,
        description: "The code is right.",
        body: Some(&schema::VERIFIED),
    },
    failures: &[
        EVERY_PATH,
        BODY,
        FIRST_PARTY,
        &[
            Failure::Core(ErrorCode::RecordNotFound),
            Failure::Core(ErrorCode::CodeNotFound),
            Failure::Core(ErrorCode::CodeEmailMismatch),
            Failure::Core(ErrorCode::CodePhoneMismatch),
            Failure::Core(ErrorCode::CodeExpired),
            Failure::Core(ErrorCode::CodeTriesUsedUp),
            Failure::Core(ErrorCode::CodeMismatch),
            Failure::Core(ErrorCode::VerificationBlocked),
        ],
    ],
};

/// `POST /api/verifications/verification-code/verify`: checks a code.
pub(crate) async fn check_code(
    State(app): State<Arc<App>>,
    caller: Caller,
    mut body: Fields,
) -> Answer {
    let fields =
        (body.identifier("identifier"), body.id("verificationId"), body.text_or_empty("code"));
    let (Some(to), Some(challenge), Some(code)) = fields else { return Err(body.problem()) };
    caller.require_first_party()?;
    caller.active_user(&app).await?;
    let decision = Decision::code_check(caller.keys(), &caller.token, &to);
    let issued_at = caller.rules.verifier.issued_at(&challenge, app.now()).ok();
    let check = CodeCheck { binding: caller.binding(), to, challenge, code };
    let step = caller.rules.verifier.check_code(check, app.now());
    let driver = Arc::clone(&app);
    let checking = async move { Ok(driver.drive_of_token(step, issued_at).await?) };
    let verified = app.decide(decision, checking).await?;
    Ok(ok(StatusCode::OK, &json!({ "verificationRecordId": verified.record.token })))
}
