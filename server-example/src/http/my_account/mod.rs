//! The user's own account: shown, and changed where a verification record allows it.

mod identifier;
mod password;
mod permission;

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::answer::{Answer, ok};
use super::authentication::Caller;
use super::openapi::{EVERY_PATH, Operation, Success, Tag, schema};
use crate::app::App;
use crate::policy::{Access, Fields};
use crate::users::User;

pub(crate) use identifier::{
    REMOVE_EMAIL, REMOVE_PHONE, SET_EMAIL, SET_PHONE, remove_email, remove_phone, set_email,
    set_phone,
};
pub(crate) use password::{SET_PASSWORD, set_password};
pub(super) use permission::{RECORD_HEADER, permission_denied};

/// The operation of [`show`].
pub(crate) const SHOW: Operation = Operation {
    id: "showAccount",
    tag: Tag::MyAccount,
    summary: "Show the account",
    description: "What the token's scopes and the operator's settings let be seen: `profile` for \
                  names, times and `hasPassword`, `email` and `phone` for those.",
    scopes: &["openid"],
    headers: &[],
    body: None,
    success: Success {
        status: StatusCode::OK,
        description: "The account.",
        body: Some(&schema::ACCOUNT),
    },
    failures: &[EVERY_PATH],
};

/// `GET /api/my-account`: what the token's scopes and the field policy let be seen.
pub(crate) async fn show(State(app): State<Arc<App>>, caller: Caller) -> Answer {
    let user = caller.user(&app).await?;
    let fields = &caller.rules.policy.fields;
    let has_scope = |scope: &str| caller.token.has_scope(scope);
    Ok(ok(StatusCode::OK, &profile(&user, fields, has_scope)))
}

fn profile(user: &User, fields: &Fields, has_scope: impl Fn(&str) -> bool) -> Map<String, Value> {
    let always = true;
    let of_profile = has_scope("profile");
    [
        ("id", always, json!(user.id)),
        ("username", of_profile, json!(user.username)),
        ("name", of_profile, json!(user.name)),
        ("primaryEmail", has_scope("email") && is_shown(fields.email), json!(user.email)),
        ("primaryPhone", has_scope("phone") && is_shown(fields.phone), json!(user.phone)),
        (
            "hasPassword",
            of_profile && is_shown(fields.password),
            json!(user.password_hash.is_some()),
        ),
        ("hasSecurityVerificationMethod", always, json!(user.can_verify())),
        ("createdAt", of_profile, json!(user.created_at)),
        ("updatedAt", of_profile, json!(user.updated_at)),
        ("lastSignInAt", of_profile, json!(user.last_sign_in_at)),
    ]
    .into_iter()
    .filter(|(_, shown, _)| *shown)
    .map(|(name, _, value)| (name.to_owned(), value))
    .collect()
}

const fn is_shown(access: Access) -> bool {
    matches!(access, Access::ReadOnly | Access::Edit)
}
