//! `POST my-account/password` (contract, section 7).

use std::sync::Arc;

use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::client::{Api, Call, Reply, section, trial};
use crate::control::User;
use crate::journey::{EMAIL, NEW_PASSWORD_PATH, OTHER_PASSWORD, PASSWORD, PHONE, WRONG};

const DENIED: &str = "verification_record.permission_denied";
const NOT_EDITABLE: &str = "account_center.field_not_editable";
const REJECTED: &str = "password.rejected";

const USERNAME: &str = "qvexzotrimba";

pub(crate) fn trials(api: &Arc<Api>) -> Vec<Trial> {
    let mut trials = section![api, "new_password":
        replaces_the_old_one,
        account_shows_it,
        same_password,
        needs_no_scope_beyond_openid,
        user_with_nothing_needs_no_record,
        user_with_any_method_needs_a_record,
        field_off,
        field_read_only,
        permission_before_field,
        field_before_rejected,
        rejected_before_same_password,
        rejected_changes_nothing,
        too_short_is_named,
        eight_characters_are_enough,
        length_is_counted_in_characters,
        two_hundred_and_fifty_six_characters_are_accepted,
        two_hundred_and_fifty_seven_characters_are_rejected,
    ];
    trials.extend(WEAK.map(|(name, password)| {
        let name = format!("new_password::rejected::{name}");
        trial(api, name, async move |api: &Api| rejected(api, password).await)
    }));
    trials
}

const WEAK: [(&str, &str); 8] = [
    ("one_character", "x"),
    ("seven_characters", "xK9#qL2"),
    ("common", "password"),
    ("common_with_digits", "password123"),
    ("repeated", "aaaaaaaaaaaa"),
    ("sequential_letters", "abcdefghij"),
    ("sequential_digits", "1234567890"),
    ("own_username", USERNAME),
];

async fn person(api: &Api) -> User {
    let profile = json!({ "username": USERNAME, "password": PASSWORD, "primaryEmail": EMAIL });
    api.user(profile).await
}

async fn set(api: &Api, user: &User, password: &str) -> Reply {
    let record = api.password_record(user).await;
    api.set_password(&user.token, &record, password).await
}

fn set_without_record(api: &Api, user: &User) -> Call {
    let call = api.post(NEW_PASSWORD_PATH).bearer(&user.token);
    call.json(&json!({ "password": OTHER_PASSWORD }))
}

#[track_caller]
fn is_rejected(reply: &Reply) {
    reply.is_error(422, REJECTED);
    let data = reply.json()["data"].clone();
    let reasons = data.as_array().map(Vec::as_slice).unwrap_or_default();
    let named = |reason: &Value| {
        let code = reason["code"].as_str().unwrap_or_default();
        code.starts_with("password_rejected.")
    };
    reply.holds(
        !reasons.is_empty() && reasons.iter().all(named),
        "expected a list of {\"code\": \"password_rejected.…\"} in data",
    );
}

async fn replaces_the_old_one(api: &Api) {
    let user = person(api).await;
    set(api, &user, OTHER_PASSWORD).await.is(204);
    let reply = api.verify_password(&user.token, OTHER_PASSWORD).await;
    reply.is(201);
    let reply = api.verify_password(&user.token, PASSWORD).await;
    reply.is_error(422, WRONG);
}

async fn account_shows_it(api: &Api) {
    let user = api.user(json!({ "username": "nobody" })).await;
    assert_eq!(api.account(&user).await["hasPassword"], false);
    set_without_record(api, &user).await.is(204);
    let account = api.account(&user).await;
    assert_eq!(account["hasPassword"], true, "{account}");
    assert_eq!(account["hasSecurityVerificationMethod"], true, "{account}");
}

async fn same_password(api: &Api) {
    let user = person(api).await;
    let reply = set(api, &user, PASSWORD).await;
    reply.is_error(422, "user.same_password");
}

async fn needs_no_scope_beyond_openid(api: &Api) {
    let user = person(api).await;
    let record = api.password_record(&user).await;
    let token = api.scoped_token(&user, "openid").await;
    let reply = api.set_password(&token, &record, OTHER_PASSWORD).await;
    reply.is(204);
}

async fn user_with_nothing_needs_no_record(api: &Api) {
    let user = api.user(json!({ "username": "nobody" })).await;
    set_without_record(api, &user).await.is(204);
    let reply = api.verify_password(&user.token, OTHER_PASSWORD).await;
    reply.is(201);
    // From here on there is something to verify with.
    set_without_record(api, &user).await.is_error(401, DENIED);
}

async fn user_with_any_method_needs_a_record(api: &Api) {
    for profile in [
        json!({ "username": "with_password", "password": PASSWORD }),
        json!({ "primaryEmail": EMAIL }),
        json!({ "primaryPhone": PHONE }),
    ] {
        let user = api.user(profile).await;
        set_without_record(api, &user).await.is_error(401, DENIED);
    }
}

async fn not_editable(api: &Api, access: &str) {
    let user = person(api).await;
    api.restrict_field("password", access).await;
    let reply = set(api, &user, OTHER_PASSWORD).await;
    reply.is_error(400, NOT_EDITABLE);
    let reply = api.verify_password(&user.token, OTHER_PASSWORD).await;
    reply.is_error(422, WRONG);
}

async fn field_off(api: &Api) {
    not_editable(api, "Off").await;
}

async fn field_read_only(api: &Api) {
    not_editable(api, "ReadOnly").await;
}

async fn permission_before_field(api: &Api) {
    let user = person(api).await;
    api.restrict_field("password", "Off").await;
    set_without_record(api, &user).await.is_error(401, DENIED);
}

async fn field_before_rejected(api: &Api) {
    let user = person(api).await;
    api.restrict_field("password", "ReadOnly").await;
    let reply = set(api, &user, "x").await;
    reply.is_error(400, NOT_EDITABLE);
}

async fn rejected_before_same_password(api: &Api) {
    let user = api.user(json!({ "username": "weak", "password": "short" })).await;
    let reply = api.verify_password(&user.token, "short").await;
    reply.is(201);
    let record = reply.text("verificationRecordId");
    is_rejected(&api.set_password(&user.token, &record, "short").await);
}

async fn rejected(api: &Api, password: &str) {
    let user = person(api).await;
    is_rejected(&set(api, &user, password).await);
}

async fn rejected_changes_nothing(api: &Api) {
    let user = person(api).await;
    is_rejected(&set(api, &user, "x").await);
    api.right_password(&user).await.is(201);
    let reply = api.verify_password(&user.token, "x").await;
    reply.is_error(422, WRONG);
}

async fn too_short_is_named(api: &Api) {
    let user = person(api).await;
    let reply = set(api, &user, "xK9#qL2").await;
    is_rejected(&reply);
    let data = reply.json()["data"].clone();
    let mut reasons = data.as_array().into_iter().flatten();
    reply.holds(
        reasons.any(|reason| reason["code"] == "password_rejected.too_short"),
        "expected password_rejected.too_short",
    );
}

async fn eight_characters_are_enough(api: &Api) {
    let user = person(api).await;
    set(api, &user, "xK9#qL2v").await.is(204);
}

async fn length_is_counted_in_characters(api: &Api) {
    let user = person(api).await;
    // Seven characters in twenty-one bytes.
    is_rejected(&set(api, &user, "関所越手形箱根").await);
}

/// Letters in no order: neither repeated nor sequential.
fn unordered_letters(count: usize) -> String {
    let numbers = std::iter::successors(Some(12_345_u32), |number| {
        Some(number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223))
    });
    let letters = numbers.map(|number| u8::try_from(number >> 24).unwrap_or_default() % 26);
    letters.map(|letter| char::from(b'a' + letter)).take(count).collect()
}

async fn two_hundred_and_fifty_six_characters_are_accepted(api: &Api) {
    let user = person(api).await;
    let password = unordered_letters(256);
    set(api, &user, &password).await.is(204);
    let reply = api.verify_password(&user.token, &password).await;
    reply.is(201);
    let reply = api.verify_password(&user.token, &password[..255]).await;
    reply.is_error(422, WRONG);
}

async fn two_hundred_and_fifty_seven_characters_are_rejected(api: &Api) {
    let user = person(api).await;
    is_rejected(&set(api, &user, &unordered_letters(257)).await);
}
