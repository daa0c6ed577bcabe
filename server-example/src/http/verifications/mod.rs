//! Verifying who the user is: by password, or by a code.

mod check;
mod password;
mod purpose;
mod revoke;
mod send;

use axum::http::StatusCode;
use axum::response::Response;
use sekisho::Issued;
use serde_json::json;

use super::answer::ok;
use crate::clock::iso8601;

pub(super) use check::{CHECK_CODE, check_code};
pub(super) use password::{VERIFY_PASSWORD, VERIFY_PASSWORD_TOO, verify_password};
pub(super) use revoke::{REVOKE, REVOKE_BY_LINK, revoke, revoke_by_link};
pub(super) use send::{RESEND_CODE, SEND_CODE, resend_code, send_code};

fn issued(issued: &Issued) -> Response {
    let expires_at = iso8601(issued.expires_at);
    let body = json!({ "verificationRecordId": issued.token, "expiresAt": expires_at });
    ok(StatusCode::CREATED, &body)
}
