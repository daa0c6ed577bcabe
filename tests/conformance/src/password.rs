//! Verifying a password (contract, section 3), and hashes brought along (section 8).

use std::sync::Arc;

use libtest_mimic::Trial;
use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::client::{Api, Reply, section, trial};
use crate::journey::{
    BLOCKED, EMAIL, NEW_EMAIL, PASSWORD, PASSWORD_PATH, PASSWORD_SHORT_PATH, WRONG, WRONG_PASSWORD,
    email,
};

/// Seconds a record lives.
const RECORD_LIFETIME: u64 = 600;

/// Hashes of [`PASSWORD`] as other systems keep them.
const IMPORTED_HASHES: [(&str, &str); 5] = [
    (
        "argon2i_of_logto",
        "$argon2i$v=19$m=8192,t=8,p=1$c2VraXNoby1zYWx0LTAxNg$y1+DfxoNzo4VrUMtAb++ESgsDX2RLWCWaxpue4Y51ZE",
    ),
    (
        "argon2id",
        "$argon2id$v=19$m=19456,t=2,p=1$c2VraXNoby1zYWx0LTAxNg$w52PVcw/Lhj8tXoBIQDZppWEDwZvOVi/3zX8u0Mx+0k",
    ),
    (
        "argon2d",
        "$argon2d$v=19$m=8192,t=3,p=1$c2VraXNoby1zYWx0LTAxNg$GAJC9Bx+dIW348eXPTUUi9E0XnkoMkVfjHwbtyQAuNc",
    ),
    ("bcrypt_2b", "$2b$10$a0TpYVLmZwzxWUvyJR.vLe9177W/sWasFP48qlaEc3nT.WsDApc8S"),
    ("bcrypt_2a", "$2a$10$a0TpYVLmZwzxWUvyJR.vLe9177W/sWasFP48qlaEc3nT.WsDApc8S"),
];

pub(crate) fn trials(api: &Arc<Api>) -> Vec<Trial> {
    let mut trials = section![api, "password":
        right_password_gives_a_record,
        record_expires_in_ten_minutes,
        record_of_a_code_expires_in_ten_minutes,
        wrong_password,
        wrong_password_on_the_short_path,
        password_is_compared_exactly,
        user_without_a_password,
        suspended_user_with_the_right_password,
        suspended_user_with_a_wrong_password,
        user_is_gone,
        locked_out_even_with_the_right_password,
        lockout_tells_when_to_retry,
        password_of_another_user,
        very_long_password_is_wrong,
    ];
    trials.extend(IMPORTED_HASHES.map(|(name, hash)| {
        let name = format!("password::imported_hash_verifies::{name}");
        trial(api, name, async move |api: &Api| imported(api, hash).await)
    }));
    trials
}

async fn right_password_gives_a_record(api: &Api) {
    let user = api.ada().await;
    let reply = api.right_password(&user).await;
    reply.is(201);
    let record = reply.text("verificationRecordId");
    reply.holds(!record.is_empty(), "expected an id");
    api.set_password(&user.token, &record, "mW4!cobalt-ferry-97").await.is(204);
}

async fn record_expires_in_ten_minutes(api: &Api) {
    let user = api.ada().await;
    // A clock far from the system's shows which of the two was used.
    let before = api.advance(3 * 24 * 3600).await;
    let reply = api.right_password(&user).await;
    reply.is(201);
    expires_in_ten_minutes(&reply, before, api.now().await);
}

async fn record_of_a_code_expires_in_ten_minutes(api: &Api) {
    let user = api.ada().await;
    let before = api.advance(3 * 24 * 3600).await;
    let reply = api.send_code(&user.token, &email(EMAIL)).await;
    reply.is(201);
    expires_in_ten_minutes(&reply, before, api.now().await);
    let reply = api.send_code(&user.token, &email(NEW_EMAIL)).await;
    reply.is(201);
    expires_in_ten_minutes(&reply, before, api.now().await);
}

#[track_caller]
fn expires_in_ten_minutes(reply: &Reply, before: u64, after: u64) {
    const SHAPE: &str = "dddd-dd-ddTdd:dd:dd.dddZ";
    let text = reply.text("expiresAt");
    let shape = text.replace(|character: char| character.is_ascii_digit(), "d");
    reply.holds(shape == SHAPE, "expected ISO 8601 in UTC with milliseconds");
    let expires_at = OffsetDateTime::parse(&text, &Rfc3339).map(OffsetDateTime::unix_timestamp);
    let expires_at = u64::try_from(expires_at.unwrap_or_default()).unwrap_or_default();
    // Both ends of the clock are whole seconds.
    let expected = before + RECORD_LIFETIME - 1..=after + RECORD_LIFETIME + 1;
    reply.holds(
        expected.contains(&expires_at),
        &format!("expected an expiry within {expected:?} s since the epoch, not {expires_at}"),
    );
}

async fn wrong_password(api: &Api) {
    let user = api.ada().await;
    api.wrong_password(&user).await.is_error(422, WRONG);
}

async fn wrong_password_on_the_short_path(api: &Api) {
    let user = api.ada().await;
    let call = api.post(PASSWORD_SHORT_PATH).bearer(&user.token);
    call.json(&json!({ "password": WRONG_PASSWORD })).await.is_error(422, WRONG);
}

async fn password_is_compared_exactly(api: &Api) {
    let user = api.ada().await;
    let near = [
        PASSWORD.to_uppercase(),
        format!("{PASSWORD} "),
        format!(" {PASSWORD}"),
        format!("{PASSWORD}\0"),
        PASSWORD[..PASSWORD.len() - 1].to_owned(),
    ];
    for password in near {
        let reply = api.verify_password(&user.token, &password).await;
        reply.is_error(422, WRONG);
    }
}

async fn user_without_a_password(api: &Api) {
    let user = api.user(json!({ "primaryEmail": EMAIL })).await;
    api.right_password(&user).await.is_error(422, WRONG);
}

async fn suspended_user_with_the_right_password(api: &Api) {
    let profile = json!({ "username": "eve", "password": PASSWORD, "suspended": true });
    let user = api.user(profile).await;
    api.right_password(&user).await.is_error(401, "user.suspended");
}

async fn suspended_user_with_a_wrong_password(api: &Api) {
    let profile = json!({ "username": "eve", "password": PASSWORD, "suspended": true });
    let user = api.user(profile).await;
    api.wrong_password(&user).await.is_error(422, WRONG);
}

async fn user_is_gone(api: &Api) {
    let token = api.token("a-user-that-never-was", json!({})).await;
    let reply = api.verify_password(&token, PASSWORD).await;
    reply.is_error(404, "entity.not_found");
}

async fn locked_out_even_with_the_right_password(api: &Api) {
    let user = api.ada().await;
    api.set_lockout(2, 60).await;
    api.wrong_password(&user).await.is_error(422, WRONG);
    api.wrong_password(&user).await.is_error(400, BLOCKED);
    api.right_password(&user).await.is_error(400, BLOCKED);
}

async fn lockout_tells_when_to_retry(api: &Api) {
    let user = api.ada().await;
    api.set_lockout(2, 60).await;
    api.wrong_password(&user).await.is_error(422, WRONG);
    for _ in 0..2 {
        let reply = api.wrong_password(&user).await;
        reply.is_error(400, BLOCKED);
        let seconds = reply.retry_after();
        reply.holds((3500..=3600).contains(&seconds), "expected a Retry-After of about an hour");
    }
}

async fn password_of_another_user(api: &Api) {
    let user = api.ada().await;
    let profile = json!({ "username": "carol", "password": "a password of Carol's own" });
    let carol = api.user(profile).await;
    let call = api.post(PASSWORD_PATH).bearer(&user.token);
    let body = json!({ "password": "a password of Carol's own", "userId": carol.id });
    call.json(&body).await.is_error(422, WRONG);
}

async fn very_long_password_is_wrong(api: &Api) {
    let user = api.ada().await;
    let reply = api.verify_password(&user.token, &"x".repeat(2000)).await;
    reply.is_error(422, WRONG);
}

async fn imported(api: &Api, hash: &str) {
    let profile = json!({ "username": "imported", "passwordHash": hash });
    let user = api.user(profile).await;
    assert_eq!(api.account(&user).await["hasPassword"], true);
    api.wrong_password(&user).await.is_error(422, WRONG);
    // Twice, because the first success may rewrite the hash.
    for _ in 0..2 {
        api.right_password(&user).await.is(201);
    }
    api.wrong_password(&user).await.is_error(422, WRONG);
}
