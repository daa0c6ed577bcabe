//! The e-mail address and phone number: a new one, or none any more.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use sekisho::{ErrorCode, Identifier};

use super::permission::{require_permission, require_proof};
use crate::app::App;
use crate::http::answer::{Answer, no_content};
use crate::http::authentication::Caller;
use crate::http::body::Fields;
use crate::http::openapi::schema::{self, PROOF};
use crate::http::openapi::{
    BODY, EVERY_PATH, FIRST_PARTY, Failure, Operation, RequestHeader, Success, Tag,
};
use crate::http::{Problem, Refusal};
use crate::telemetry::Decision;
use crate::users::{Change, Changed, Field};

/// What stands before every change of either.
const PERMISSION: &[Failure] =
    &[Failure::Core(ErrorCode::PermissionDenied), Failure::Refused(Refusal::FieldNotEditable)];

/// The operation of [`set_email`].
pub(crate) const SET_EMAIL: Operation = Operation {
    id: "setEmail",
    tag: Tag::MyAccount,
    summary: "Set the e-mail address",
    description: "Needs two records: one that gives permission, in the header, and one of a code that was sent to this address, in the body.",
    scopes: &["openid", "email"],
    headers: &[RequestHeader::Record],
    body: Some(&schema::NEW_EMAIL),
    success: Success {
        status: StatusCode::NO_CONTENT,
        description: "The address is the new one.",
        body: None,
    },
    failures: &[
        EVERY_PATH,
        BODY,
        FIRST_PARTY,
        PERMISSION,
        &[
            Failure::Refused(Refusal::ScopeMissing(scope(Field::Email))),
            Failure::Refused(Refusal::EmailNotAllowed),
            Failure::Refused(Refusal::SubaddressNotAllowed),
            Failure::Core(ErrorCode::RecordNotFound),
            Failure::Refused(Refusal::EmailInUse),
        ],
    ],
};

/// `POST /api/my-account/primary-email`.
pub(crate) async fn set_email(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
    mut body: Fields,
) -> Answer {
    let (Some(email), Some(proof)) = (body.email("email"), body.id(PROOF)) else {
        return Err(body.problem());
    };
    permit(&app, &caller, &headers).await?;
    set(&app, caller, Change::SetEmail, email, proof).await
}

/// The operation of [`set_phone`].
pub(crate) const SET_PHONE: Operation = Operation {
    id: "setPhone",
    tag: Tag::MyAccount,
    summary: "Set the phone number",
    description: "Needs two records: one that gives permission, in the header, and one of a code that was sent to this number, in the body.",
    scopes: &["openid", "phone"],
    headers: &[RequestHeader::Record],
    body: Some(&schema::NEW_PHONE),
    success: Success {
        status: StatusCode::NO_CONTENT,
        description: "The number is the new one.",
        body: None,
    },
    failures: &[
        EVERY_PATH,
        BODY,
        FIRST_PARTY,
        PERMISSION,
        &[
            Failure::Refused(Refusal::ScopeMissing(scope(Field::Phone))),
            Failure::Core(ErrorCode::RecordNotFound),
            Failure::Refused(Refusal::PhoneInUse),
        ],
    ],
};

/// `POST /api/my-account/primary-phone`.
pub(crate) async fn set_phone(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
    mut body: Fields,
) -> Answer {
    let (Some(phone), Some(proof)) = (body.phone("phone"), body.id(PROOF)) else {
        return Err(body.problem());
    };
    permit(&app, &caller, &headers).await?;
    set(&app, caller, Change::SetPhone, phone, proof).await
}

/// The operation of [`remove_email`].
pub(crate) const REMOVE_EMAIL: Operation = Operation {
    id: "removeEmail",
    tag: Tag::MyAccount,
    summary: "Remove the e-mail address",
    description: "Needs a record that gives permission, and another way to sign in.",
    scopes: &["openid", "email"],
    headers: &[RequestHeader::Record],
    body: None,
    success: Success {
        status: StatusCode::NO_CONTENT,
        description: "The account has no e-mail address.",
        body: None,
    },
    failures: &[
        EVERY_PATH,
        FIRST_PARTY,
        PERMISSION,
        &[
            Failure::Refused(Refusal::ScopeMissing(scope(Field::Email))),
            Failure::Refused(Refusal::LastSignInMethod),
        ],
    ],
};

/// `DELETE /api/my-account/primary-email`.
pub(crate) async fn remove_email(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
) -> Answer {
    permit(&app, &caller, &headers).await?;
    remove(&app, caller, Change::RemoveEmail).await
}

/// The operation of [`remove_phone`].
pub(crate) const REMOVE_PHONE: Operation = Operation {
    id: "removePhone",
    tag: Tag::MyAccount,
    summary: "Remove the phone number",
    description: "Needs a record that gives permission, and another way to sign in.",
    scopes: &["openid", "phone"],
    headers: &[RequestHeader::Record],
    body: None,
    success: Success {
        status: StatusCode::NO_CONTENT,
        description: "The account has no phone number.",
        body: None,
    },
    failures: &[
        EVERY_PATH,
        FIRST_PARTY,
        PERMISSION,
        &[
            Failure::Refused(Refusal::ScopeMissing(scope(Field::Phone))),
            Failure::Refused(Refusal::LastSignInMethod),
        ],
    ],
};

/// `DELETE /api/my-account/primary-phone`.
pub(crate) async fn remove_phone(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
) -> Answer {
    permit(&app, &caller, &headers).await?;
    remove(&app, caller, Change::RemovePhone).await
}

/// The first checks of every change, in the contract's order.
async fn permit(app: &App, caller: &Caller, headers: &HeaderMap) -> Result<(), Problem> {
    caller.active_user(app).await?;
    require_permission(app, caller, headers).await
}

/// Those that come after.
fn require_changeable(app: &App, caller: &Caller, change: Change) -> Result<(), Problem> {
    caller.require_editable(app, change)?;
    caller.require_scope(scope(change.field()))?;
    caller.require_first_party()
}

/// The scope that a token needs to change a field.
const fn scope(field: Field) -> &'static str {
    match field {
        Field::Password => "openid",
        Field::Email => "email",
        Field::Phone => "phone",
    }
}

async fn set(
    app: &Arc<App>,
    caller: Caller,
    change: Change,
    identifier: Identifier,
    proof: String,
) -> Answer {
    let to = Some(&identifier);
    let decision = Decision::account_change(caller.keys(), &caller.token, change, to);
    app.decide(decision, write(Arc::clone(app), caller, change, identifier, proof)).await?;
    Ok(no_content())
}

async fn write(
    app: Arc<App>,
    caller: Caller,
    change: Change,
    identifier: Identifier,
    proof: String,
) -> Result<(), Problem> {
    require_changeable(&app, &caller, change)?;
    caller.rules.policy.admit_new(&identifier)?;
    require_proof(&app, &caller, proof, &identifier).await?;
    let (id, now) = (caller.token.subject.as_str(), app.clock.now_milliseconds());
    match app.users.set_identifier(id, &identifier, now).await? {
        Changed::Yes => Ok(()),
        Changed::No => Err(Refusal::UserNotFound.into()),
    }
}

async fn remove(app: &Arc<App>, caller: Caller, change: Change) -> Answer {
    let decision = Decision::account_change(caller.keys(), &caller.token, change, None);
    app.decide(decision, erase(Arc::clone(app), caller, change)).await?;
    Ok(no_content())
}

async fn erase(app: Arc<App>, caller: Caller, change: Change) -> Result<(), Problem> {
    require_changeable(&app, &caller, change)?;
    let (id, now) = (caller.token.subject.as_str(), app.clock.now_milliseconds());
    let changed = match change.field() {
        Field::Phone => app.users.remove_phone(id, now).await?,
        Field::Email | Field::Password => app.users.remove_email(id, now).await?,
    };
    match changed {
        Changed::Yes => Ok(()),
        Changed::No => Err(Refusal::LastSignInMethod.into()),
    }
}
