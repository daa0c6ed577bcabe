//! A new password.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use sekisho::password::{Rejection, StoredHash};
use sekisho::{Error, Password, PasswordPolicy};
use zeroize::Zeroizing;

use super::permission::{permission_denied, require_permission};
use crate::app::{App, hash};
use crate::http::answer::{Answer, no_content};
use crate::http::authentication::{Caller, require_editable};
use crate::http::body::Fields;
use crate::http::{Problem, Refusal};
use crate::store::{Changed, User};

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
    if user.can_verify() {
        require_permission(&app, &caller, &headers).await?;
    }
    require_editable(caller.rules.policy.fields.password)?;
    let hash = new_hash(&app, &user, typed).await?;
    let now = app.clock.now_milliseconds();
    if user.can_verify() {
        return match app.store.set_password_hash(&user.id, &hash, now).await? {
            Changed::Yes => Ok(no_content()),
            Changed::No => Err(Refusal::UserNotFound.into()),
        };
    }
    match app.store.set_first_password_hash(&user.id, &hash, now).await? {
        Changed::Yes => Ok(no_content()),
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
    user: &User,
    typed: Zeroizing<String>,
) -> Result<Zeroizing<String>, Problem> {
    if typed.len() > Password::MAX_BYTES {
        return Err(rejected(&[Rejection::TooLong]));
    }
    let seat = app.passwords.seat(&user.id).await?;
    let (policy, user) = (Arc::clone(&app.password_policy), user.clone());
    match seat.run(move || judge(&policy, &user, &typed)).await?? {
        Judgement::Rejected(rejections) => Err(rejected(&rejections)),
        Judgement::Same => Err(Refusal::SamePassword.into()),
        Judgement::New(hash) => Ok(hash),
    }
}

/// Tens of milliseconds of work: two hashes, and how guessable it is.
fn judge(policy: &PasswordPolicy, user: &User, typed: &str) -> Result<Judgement, Error> {
    let password = Password::parse(typed)?;
    if let Err(rejections) = password.accept(&own_data(user)) {
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

fn rejected(rejections: &[Rejection]) -> Problem {
    let codes: Vec<_> = rejections.iter().map(|rejection| rejection.as_str()).collect();
    Problem::password_rejected(&codes)
}
