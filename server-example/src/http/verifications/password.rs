//! Verifying by the password.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use sekisho::password::StoredHash;
use sekisho::{ErrorCode, Method, Password, PasswordCheck, Pseudonym};
use zeroize::Zeroizing;

use super::issued;
use super::purpose::{Asked, DEMANDS, FOR_OPERATION};
use crate::app::{App, entropy};
use crate::http::answer::Answer;
use crate::http::authentication::Caller;
use crate::http::body::Fields;
use crate::http::openapi::{
    BODY, EVERY_PATH, FIRST_PARTY, Failure, Operation, Success, Tag, schema,
};
use crate::http::{Problem, Refusal};
use crate::telemetry::Decision;
use crate::users::{Change, User};

/// The operation of [`verify_password`].
pub(crate) const VERIFY_PASSWORD: Operation = Operation {
    id: "verifyPassword",
    tag: Tag::Verification,
    summary: "Verify the password",
    description: "Checks the password of the access token's own user and answers with a record \
                  that gives permission. With an `operation` the record is for that one alone.",
    scopes: &["openid"],
    headers: &[],
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
        FOR_OPERATION,
        DEMANDS,
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
    let (Some(typed), Some(asked)) = (body.password("password"), Asked::read(&mut body)) else {
        return Err(body.problem());
    };
    caller.require_first_party()?;
    let asked = asked.of_operation(&caller)?;
    asked.check_demands(&caller, Method::Password, app.now())?;
    let user = caller.user(&app).await?;
    let check = PasswordCheck {
        binding: asked.binding(&caller),
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
