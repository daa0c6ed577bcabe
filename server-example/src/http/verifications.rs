//! Verifying who the user is: by password, or by a code.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::State;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use sekisho::password::StoredHash;
use sekisho::{
    CodeCheck, CodeSend, CodeSent, ErrorCode, Identifier, Issued, Password, PasswordCheck,
    Pseudonym, Purpose,
};
use serde_json::json;
use zeroize::Zeroizing;

use super::answer::{Answer, ok};
use super::authentication::Caller;
use super::body::Fields;
use super::openapi::{
    BODY, EVERY_PATH, FIRST_PARTY, Failure, Operation, RequestHeader, Success, Tag, schema,
};
use super::{Problem, Refusal};
use crate::app::{App, entropy};
use crate::clock::iso8601;
use crate::delivery::{AcceptLanguage, Message};
use crate::telemetry::Decision;
use crate::users::{Change, User};

/// The operation of [`verify_password`].
pub(crate) const VERIFY_PASSWORD: Operation = Operation {
    id: "verifyPassword",
    tag: Tag::Verification,
    summary: "Verify the password",
    description: "Checks the password of the access token's own user and answers with a record \
                  that gives permission.",
    scopes: &["openid"],
    header: None,
    body: Some(&schema::CURRENT_PASSWORD),
    success: Success {
        status: StatusCode::CREATED,
        description: "The password is right. The record can be used until it expires.",
        body: Some(&schema::ISSUED),
    },
    failures: &[
        EVERY_PATH,
        BODY,
        FIRST_PARTY,
        &[
            Failure::Core(ErrorCode::InvalidCredentials),
            Failure::Core(ErrorCode::VerificationBlocked),
        ],
    ],
};

/// The same at the path that Logto documents.
pub(crate) const VERIFY_PASSWORD_TOO: Operation = Operation {
    id: "verifyPasswordToo",
    summary: "Verify the password, at the path that Logto documents",
    ..VERIFY_PASSWORD
};

/// `POST /api/verifications/password`: the password of the token's own user.
pub(crate) async fn verify_password(
    State(app): State<Arc<App>>,
    caller: Caller,
    mut body: Fields,
) -> Answer {
    let Some(typed) = body.password("password") else { return Err(body.problem()) };
    caller.require_first_party()?;
    let user = caller.user(&app).await?;
    let check = PasswordCheck {
        binding: caller.binding(),
        password: Password::parse(&typed)?,
        stored: stored_hash(&app, &caller, &user)?,
        policy: Arc::clone(&app.password_policy),
    };
    // The seat comes first: a request that is turned away has counted nothing.
    let seat = app.passwords.seat(&user.id).await?;
    let decision = Decision::password_check(caller.keys(), &caller.token);
    let step = caller.rules.verifier.check_password(check, app.now(), entropy()?);
    let (driver, is_suspended) = (Arc::clone(&app), user.suspended);
    let checking = async move {
        let verified = driver.drive(step, Some(seat)).await?;
        // Only now: who does not know the password learns nothing about the account.
        if is_suspended { Err(Refusal::UserSuspended.into()) } else { Ok(verified) }
    };
    let verified = app.decide(decision, checking).await?;
    if verified.needs_rehash && app.users.allows(Change::RewritePassword) {
        let pseudonym = caller.pseudonym();
        app.tasks.begin(rewrite_hash(Arc::clone(&app), user, pseudonym, typed));
    }
    Ok(issued(&verified.record))
}

/// The operation of [`send_code`].
pub(crate) const SEND_CODE: Operation = Operation {
    id: "sendCode",
    tag: Tag::Verification,
    summary: "Send a code",
    description: "Sends a one-time code by e-mail or text message. Sent to the user's own current \
                  address or number, it leads to a record that gives permission; sent to any \
                  other, to one that proves that the user owns the new value. Whether another \
                  account has the value is not told. Each send is a verification of its own, and \
                  earlier codes stay valid. One recipient gets 10 messages in 10 minutes.",
    scopes: &["openid"],
    header: Some(RequestHeader::AcceptLanguage),
    body: Some(&schema::CODE_TO_SEND),
    success: Success {
        status: StatusCode::CREATED,
        description: "The provider has taken the message. The id goes into `verificationId` of \
                      the check.",
        body: Some(&schema::ISSUED),
    },
    failures: &[
        EVERY_PATH,
        BODY,
        FIRST_PARTY,
        &[
            Failure::Refused(Refusal::EmailNotAllowed),
            Failure::Refused(Refusal::SubaddressNotAllowed),
            Failure::Core(ErrorCode::MessageRateLimited),
            Failure::Refused(Refusal::ConnectorNotFound),
            Failure::Refused(Refusal::ConnectorRateLimited),
            Failure::Refused(Refusal::ConnectorFailed),
        ],
    ],
};

/// `POST /api/verifications/verification-code`: sends a code.
pub(crate) async fn send_code(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
    mut body: Fields,
) -> Answer {
    let (Some(to), Some(asked)) = (body.identifier("identifier"), body.template("templateType"))
    else {
        return Err(body.problem());
    };
    caller.require_first_party()?;
    let user = caller.active_user(&app).await?;
    let purpose = Purpose::of_code(&to, &user.identifiers(), asked);
    let decision = Decision::code_send(caller.keys(), &caller.token, &to, purpose);
    let sending = count_and_deliver(Arc::clone(&app), caller, to, purpose, languages(&headers));
    Ok(issued(&app.decide(decision, sending).await?))
}

/// The operation of [`check_code`].
pub(crate) const CHECK_CODE: Operation = Operation {
    id: "checkCode",
    tag: Tag::Verification,
    summary: "Check a code",
    description: "Checks the code that the user typed and answers with the verified record. A \
                  right code is used up. By default a code lives for 10 minutes and may be wrong \
                  10 times.",
    scopes: &["openid"],
    header: None,
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
    let check = CodeCheck { binding: caller.binding(), to, challenge, code };
    let step = caller.rules.verifier.check_code(check, app.now());
    let driver = Arc::clone(&app);
    let checking = async move { Ok(driver.drive(step, None).await?) };
    let verified = app.decide(decision, checking).await?;
    Ok(ok(StatusCode::OK, &json!({ "verificationRecordId": verified.record.token })))
}

fn issued(issued: &Issued) -> Response {
    let expires_at = iso8601(issued.expires_at);
    let body = json!({ "verificationRecordId": issued.token, "expiresAt": expires_at });
    ok(StatusCode::CREATED, &body)
}

/// The user's hash, ready to be checked.
///
/// One that cannot be used is the operator's to mend, so it is answered as a failure of ours:
/// calling the right password wrong would lock an honest user out.
fn stored_hash(app: &App, caller: &Caller, user: &User) -> Result<Option<StoredHash>, Problem> {
    let Some(text) = &user.password_hash else { return Ok(None) };
    StoredHash::parse(text, &app.password_policy).map(Some).map_err(|error| {
        tracing::error!(
            user.hash = %caller.pseudonym(),
            error.type = error.code().as_str(),
            "a stored password hash is unusable"
        );
        Problem::unexpected()
    })
}

/// Replaces a hash of an older form by one of today's. What fails here is only logged: the user
/// has given the right password, and is not kept waiting for it.
async fn rewrite_hash(app: Arc<App>, user: User, pseudonym: Pseudonym, typed: Zeroizing<String>) {
    let Some(old) = &user.password_hash else { return };
    let new = match app.hash_password(&user.id, typed).await {
        Ok(new) => new,
        Err(error) => {
            return tracing::warn!(user.hash = %pseudonym, %error, "a hash was not rewritten");
        }
    };
    match app.users.rewrite_password_hash(&user.id, old, &new).await {
        Ok(_) => {
            tracing::info!(user.hash = %pseudonym, "a password hash of an older form was rewritten");
        }
        Err(error) => tracing::warn!(user.hash = %pseudonym, %error, "a hash was not rewritten"),
    }
}

/// All of it or nothing: a message that nobody took is not counted.
async fn count_and_deliver(
    app: Arc<App>,
    caller: Caller,
    to: Identifier,
    purpose: Purpose,
    languages: AcceptLanguage,
) -> Result<Issued, Problem> {
    let policy = &caller.rules.policy;
    if purpose == Purpose::BindNewIdentifier {
        policy.admit_new(&to)?;
    }
    let request = CodeSend { binding: caller.binding(), to: to.clone(), purpose };
    let step = caller.rules.verifier.send_code(request, app.now(), entropy()?);
    let sent = app.drive(step, None).await?;
    let lifetime = policy.code.expiration_duration;
    let message = Message { to: &to, purpose, code: &sent.code, lifetime, languages };
    let started = Instant::now();
    let delivered = app.delivery.send(&message, &policy.providers).await;
    app.metrics.delivery(&to, started.elapsed());
    match delivered {
        Ok(()) => Ok(sent.challenge),
        Err(error) => {
            tracing::warn!(sekisho.channel = to.kind(), %error, "a code was not delivered");
            give_back(&app, sent).await;
            Err(error.into())
        }
    }
}

fn languages(headers: &HeaderMap) -> AcceptLanguage {
    let values = headers.get_all(ACCEPT_LANGUAGE).iter();
    AcceptLanguage::parse(values.filter_map(|value| value.to_str().ok()))
}

/// A message that nobody took does not count against its recipient.
async fn give_back(app: &App, sent: CodeSent) {
    if let Err(error) = app.drive(sent.cancel(), None).await {
        tracing::warn!(%error, "a send that failed stays counted");
    }
}
