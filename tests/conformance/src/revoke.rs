//! Ending a verification before its time: by its user, or by the link of its message.

use std::sync::Arc;

use libtest_mimic::Trial;
use reqwest::Method;
use serde_json::json;

use crate::client::{Api, Call, section};
use crate::journey::{Challenge, EMAIL, OTHER_PASSWORD, email};

/// The path of a verification, by an id that nobody has.
pub(crate) const REVOKE_PATH: &str = "/api/verifications/an-id";
pub(crate) const LINK_PATH: &str = "/api/verifications/revoke";

const NOT_FOUND: &str = "verification_record.not_found";
const DENIED: &str = "verification_record.permission_denied";
const CODE_NOT_FOUND: &str = "verification_code.not_found";

pub(crate) fn trials(api: &Arc<Api>) -> Vec<Trial> {
    section![api, "revoke":
        own_record,
        own_challenge,
        own_challenge_that_was_verified,
        own_record_of_another_session,
        again_changes_nothing,
        spares_other_records,
        record_of_another_user,
        no_record,
        when_it_has_expired,
        by_the_link_of_its_message,
        by_the_link_after_it_was_verified,
        by_the_link_again,
        by_no_link,
        by_a_link_that_has_expired,
        by_the_link_needs_its_field,
        by_the_link_with_too_much,
        by_the_link_by_post_alone,
        by_the_link_at_a_trailing_slash,
        link_gives_no_permission,
    ]
}

impl Api {
    pub(crate) fn revoke(&self, token: &str, id: &str) -> Call {
        self.call(Method::DELETE, &format!("/api/verifications/{id}")).bearer(token)
    }

    /// Without any access token.
    fn revoke_by_link(&self, revocation: &str) -> Call {
        self.post(LINK_PATH).json(&json!({ "revocation": revocation }))
    }
}

/// What stands behind `#` in the link of the newest message.
async fn link(api: &Api, to: &str) -> String {
    let message = api.last_message(to).await;
    let text = message["text"].as_str().unwrap_or_default().to_owned();
    let (_, rest) = text.split_once("/not-me#").unwrap_or_else(|| panic!("no link: {text}"));
    rest.split_whitespace().next().unwrap_or_default().to_owned()
}

async fn own_record(api: &Api) {
    let user = api.ada().await;
    let record = api.password_record(&user).await;
    api.revoke(&user.token, &record).await.is(204);
    api.set_password(&user.token, &record, OTHER_PASSWORD).await.is_error(401, DENIED);
}

async fn own_challenge(api: &Api) {
    let user = api.ada().await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    api.revoke(&user.token, &challenge.id).await.is(204);
    api.right_code(&user, &challenge).await.is_error(400, CODE_NOT_FOUND);
    api.set_password(&user.token, &challenge.id, OTHER_PASSWORD).await.is_error(401, DENIED);
}

/// Under either id.
async fn own_challenge_that_was_verified(api: &Api) {
    let user = api.ada().await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    let record = api.verified(&user, &challenge).await;
    api.revoke(&user.token, &record).await.is(204);
    for id in [&record, &challenge.id] {
        api.set_password(&user.token, id, OTHER_PASSWORD).await.is_error(401, DENIED);
    }
}

/// A stolen session's record is ended from any other.
async fn own_record_of_another_session(api: &Api) {
    let user = api.ada().await;
    let session = api.token(&user.id, json!({ "sessionId": "stolen" })).await;
    let reply = api.verify_password(&session, crate::journey::PASSWORD).await;
    let record = reply.is(201).text("verificationRecordId");
    api.revoke(&user.token, &record).await.is(204);
    api.set_password(&session, &record, OTHER_PASSWORD).await.is_error(401, DENIED);
}

async fn again_changes_nothing(api: &Api) {
    let user = api.ada().await;
    let record = api.password_record(&user).await;
    for _ in 0..5 {
        api.revoke(&user.token, &record).await.is(204);
    }
    api.set_password(&user.token, &record, OTHER_PASSWORD).await.is_error(401, DENIED);
}

async fn spares_other_records(api: &Api) {
    let user = api.ada().await;
    let (one, other) = (api.password_record(&user).await, api.password_record(&user).await);
    api.revoke(&user.token, &one).await.is(204);
    api.set_password(&user.token, &other, OTHER_PASSWORD).await.is(204);
}

async fn record_of_another_user(api: &Api) {
    let (ada, bob) = (api.ada().await, api.bob().await);
    let record = api.password_record(&bob).await;
    api.revoke(&ada.token, &record).await.is_error(400, NOT_FOUND);
    api.set_password(&bob.token, &record, OTHER_PASSWORD).await.is(204);
}

async fn no_record(api: &Api) {
    let user = api.ada().await;
    for id in ["an-id", "sekisho_r1_", "%00", "%F0%9F%9A%A7", "%ff", &"x".repeat(2000)] {
        api.revoke(&user.token, id).await.is_error(400, NOT_FOUND);
    }
}

async fn when_it_has_expired(api: &Api) {
    let user = api.ada().await;
    let record = api.password_record(&user).await;
    api.advance(600).await;
    api.revoke(&user.token, &record).await.is_error(400, NOT_FOUND);
}

async fn by_the_link_of_its_message(api: &Api) {
    let user = api.ada().await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    api.revoke_by_link(&link(api, EMAIL).await).await.is(204);
    api.right_code(&user, &challenge).await.is_error(400, CODE_NOT_FOUND);
}

async fn by_the_link_after_it_was_verified(api: &Api) {
    let user = api.ada().await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    let link = link(api, EMAIL).await;
    let record = api.verified(&user, &challenge).await;
    api.revoke_by_link(&link).await.is(204);
    for id in [&record, &challenge.id] {
        api.set_password(&user.token, id, OTHER_PASSWORD).await.is_error(401, DENIED);
    }
}

async fn by_the_link_again(api: &Api) {
    let user = api.ada().await;
    let challenge: Challenge = api.challenge(&user, email(EMAIL)).await;
    let link = link(api, EMAIL).await;
    for _ in 0..3 {
        api.revoke_by_link(&link).await.is(204);
    }
    api.right_code(&user, &challenge).await.is_error(400, CODE_NOT_FOUND);
}

async fn by_no_link(api: &Api) {
    let user = api.ada().await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    let forged = link(api, EMAIL).await.replacen(|c: char| c.is_ascii_digit(), "A", 2);
    for revocation in ["x", "sekisho_x1_", &challenge.id, &forged] {
        api.revoke_by_link(revocation).await.is_error(400, NOT_FOUND);
    }
    api.verified(&user, &challenge).await;
}

async fn by_a_link_that_has_expired(api: &Api) {
    let user = api.ada().await;
    api.challenge(&user, email(EMAIL)).await;
    let link = link(api, EMAIL).await;
    api.advance(600).await;
    api.revoke_by_link(&link).await.is_error(400, NOT_FOUND);
}

async fn by_the_link_needs_its_field(api: &Api) {
    for body in [json!({}), json!({ "revocation": "" }), json!({ "revocation": 5 })] {
        let reply = api.post(LINK_PATH).json(&body).await;
        reply.is_error(400, "guard.invalid_input");
        let details = reply.text("details");
        reply.holds(details.contains("revocation"), "expected the field to be named");
    }
}

async fn by_the_link_with_too_much(api: &Api) {
    let body = json!({ "revocation": "x".repeat(100_000) });
    api.post(LINK_PATH).json(&body).await.is_error(413, "request.body_too_large");
}

/// Mail scanners open links: that alone must do nothing.
async fn by_the_link_by_post_alone(api: &Api) {
    let reply = api.get(LINK_PATH).await;
    reply.is_error(405, "request.method_not_allowed");
    let allowed = reply.header_list("allow");
    reply.holds(allowed.contains("post"), "expected POST in Allow");
}

async fn by_the_link_at_a_trailing_slash(api: &Api) {
    let user = api.ada().await;
    api.challenge(&user, email(EMAIL)).await;
    let body = json!({ "revocation": link(api, EMAIL).await });
    api.post(&format!("{LINK_PATH}/")).json(&body).await.is(204);
}

async fn link_gives_no_permission(api: &Api) {
    let user = api.ada().await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    let link = link(api, EMAIL).await;
    api.verified(&user, &challenge).await;
    api.set_password(&user.token, &link, OTHER_PASSWORD).await.is_error(401, DENIED);
    api.revoke(&user.token, &link).await.is_error(400, NOT_FOUND);
}
