//! A new password.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use sekisho::password::{Forbidden, Rejection, StoredHash};
use sekisho::{Error, ErrorCode, Password, PasswordPolicy};
use zeroize::Zeroizing;

use super::permission::{permission_denied, require_permission};
use crate::app::{App, hash};
use crate::http::answer::{Answer, no_content};
use crate::http::authentication::Caller;
use crate::http::body::Fields;
use crate::http::openapi::{
    BODY, EVERY_PATH, FIRST_PARTY, Failure, Operation, RequestHeader, Success, Tag, schema,
};
use crate::http::{Problem, Refusal};
use crate::telemetry::Decision;
use crate::users::{Change, Changed, User};

/// The operation of [`set_password`].
pub(crate) const SET_PASSWORD: Operation = Operation {
    id: "setPassword",
    tag: Tag::MyAccount,
    summary: "Set a new password",
    description: "Needs a record that gives permission, unless the user has neither password, \
                  e-mail address nor phone number. A password has 8 to 256 characters and is not \
                  easy to guess.",
    scopes: &["openid"],
    headers: &[RequestHeader::Record],
    body: Some(&schema::NEW_PASSWORD),
    success: Success {
        status: StatusCode::NO_CONTENT,
        description: "The password is the new one.",
        body: None,
    },
    failures: &[
        EVERY_PATH,
        BODY,
        FIRST_PARTY,
        &[
            Failure::Core(ErrorCode::PermissionDenied),
            Failure::Refused(Refusal::FieldNotEditable),
            Failure::Core(ErrorCode::PasswordRejected),
            Failure::Refused(Refusal::SamePassword),
        ],
    ],
};

/// `POST /api/my-account/password`.
///
/// A user who has nothing to verify with gets their first password without a record.
pub(crate) async fn set_password(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
    mut body: Fields,
) -> Answer {
    let Some(typed) = body.text("password") else { return Err(body.problem()) };
    caller.require_first_party()?;
    let user = caller.active_user(&app).await?;
    let change = if user.can_verify() {
        require_permission(&app, &caller, &headers).await?;
        Change::SetPassword
    } else {
        Change::SetFirstPassword
    };
    let decision = Decision::account_change(caller.keys(), &caller.token, change, None);
    app.decide(decision, change_password(Arc::clone(&app), caller, user, change, typed)).await?;
    Ok(no_content())
}

async fn change_password(
    app: Arc<App>,
    caller: Caller,
    user: User,
    change: Change,
    typed: Zeroizing<String>,
) -> Result<(), Problem> {
    caller.require_editable(&app, change)?;
    let hash = new_hash(&app, &caller, &user, typed).await?;
    let now = app.clock.now_milliseconds();
    if user.can_verify() {
        return match app.users.set_password_hash(&user.id, &hash, now).await? {
            Changed::Yes => Ok(()),
            Changed::No => Err(Refusal::UserNotFound.into()),
        };
    }
    match app.users.set_first_password_hash(&user.id, &hash, now).await? {
        Changed::Yes => Ok(()),
        Changed::No => Err(no_longer_first(&app, &caller).await),
    }
}

/// What another request, meanwhile, has made of a first password.
async fn no_longer_first(app: &App, caller: &Caller) -> Problem {
    match caller.user(app).await {
        Ok(_) => permission_denied(),
        Err(problem) => problem,
    }
}

/// What a new password comes to.
enum Judgement {
    Rejected(Vec<Rejection>),
    Same,
    New(Zeroizing<String>),
}

async fn new_hash(
    app: &App,
    caller: &Caller,
    user: &User,
    typed: Zeroizing<String>,
) -> Result<Zeroizing<String>, Problem> {
    if typed.len() > Password::MAX_BYTES {
        return Err(Problem::password_rejected(&[Rejection::TooLong]));
    }
    let seat = app.passwords.seat(&user.id).await?;
    let (policy, user) = (Arc::clone(&app.password_policy), user.clone());
    let (rules, leaked) = (Arc::clone(&caller.rules), Arc::clone(&app.leaked_passwords));
    let judge = move || {
        let words = &rules.policy.password_words;
        let forbidden = Forbidden { own_data: &own_data(&user), words, leaked: Some(&leaked) };
        judge(&policy, &user, &typed, forbidden)
    };
    match seat.run(judge).await?? {
        Judgement::Rejected(rejections) => Err(Problem::password_rejected(&rejections)),
        Judgement::Same => Err(Refusal::SamePassword.into()),
        Judgement::New(hash) => Ok(hash),
    }
}

/// Tens of milliseconds of work: two hashes, and how guessable it is.
fn judge(
    policy: &PasswordPolicy,
    user: &User,
    typed: &str,
    forbidden: Forbidden<'_>,
) -> Result<Judgement, Error> {
    let password = Password::parse(typed)?;
    if let Err(rejections) = password.accept(forbidden) {
        return Ok(Judgement::Rejected(rejections));
    }
    // A hash that cannot be used is no obstacle to a new one.
    let stored = user.password_hash.as_ref().and_then(|text| StoredHash::parse(text, policy).ok());
    if stored.is_some() && policy.verify(&password, stored.as_ref())?.matches {
        return Ok(Judgement::Same);
    }
    hash(policy, typed).map(Judgement::New)
}

fn own_data(user: &User) -> Vec<&str> {
    let fields = [&user.username, &user.name, &user.email, &user.phone];
    fields.into_iter().flatten().map(String::as_str).collect()
}
