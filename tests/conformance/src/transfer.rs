//! The example of a protected operation: what it demands, and what it accepts.

use std::sync::Arc;

use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::client::{Api, Call, at_once, section};
use crate::control::User;
use crate::journey::{EMAIL, PHONE, email, phone};
use crate::operation::{OPERATION_MISMATCH, code_for, operation, password_for};

pub(crate) const TRANSFER_PATH: &str = "/api/transfers";

const DENIED: &str = "verification_record.permission_denied";
const USED: &str = "record_used";
pub(crate) const METHOD_NOT_ALLOWED: &str = "record_method_not_allowed";

pub(crate) fn trials(api: &Arc<Api>) -> Vec<Trial> {
    section![api, "transfer":
        without_a_record_tells_what_to_do,
        with_a_record_is_made,
        with_a_record_twice_is_made_once,
        repeated_under_its_key_is_answered_again,
        under_another_key_is_another,
        twenty_at_once_make_one,
        twenty_at_once_under_one_key_make_one,
        of_another_amount_payee_or_currency,
        with_a_record_of_another_user,
        with_a_record_that_is_too_old,
        with_a_record_of_another_method,
        with_a_forged_record,
        with_a_fitting_record_among_others,
        with_one_of_two_methods_is_not_made,
        with_both_methods_is_made,
        with_the_same_method_twice_is_not_made,
        with_a_used_record_and_a_new_one_is_not_made,
        with_an_unverified_challenge_uses_nothing_up,
        with_a_used_or_revoked_record_before_a_fitting_one,
        under_its_key_for_another_body_is_another,
        under_two_keys_is_refused,
        of_a_user_without_the_method,
        of_a_user_without_one_of_both_methods,
        not_bound_and_not_for_single_use,
        of_wrong_fields,
        that_cannot_be_shown,
        with_a_wrong_key,
    ]
}

pub(crate) fn transfer() -> Value {
    json!({ "amount": "120.00", "currency": "EUR", "payee": "Ana" })
}

impl Api {
    /// Changes what a transfer demands.
    pub(crate) async fn set_operation(&self, changes: Value) {
        self.patch_policy(&json!({ "operations": { "transfer": changes } })).await;
    }
}

pub(crate) fn make(api: &Api, token: &str, record: &str) -> Call {
    api.post(TRANSFER_PATH).bearer(token).record(record).json(&transfer())
}

fn make_under(api: &Api, user: &User, record: &str, key: &str) -> Call {
    make(api, &user.token, record).header("idempotency-key", key)
}

/// What a transfer without a record is answered with.
pub(crate) async fn approval(api: &Api, token: &str) -> Value {
    let reply = api.post(TRANSFER_PATH).bearer(token).json(&transfer()).await;
    reply.is_error(401, DENIED);
    reply.json()["data"].clone()
}

pub(crate) async fn approved(api: &Api, user: &User) -> String {
    let reply = password_for(api, &user.token, &operation()).await;
    reply.is(201);
    reply.text("verificationRecordId")
}

async fn approved_by_code(api: &Api, user: &User, to: Value) -> String {
    let send = code_for(api, &user.token, &to, &operation());
    let challenge = api.challenge_by(send, to).await;
    api.verified(user, &challenge).await
}

async fn without_a_record_tells_what_to_do(api: &Api) {
    let user = api.ada().await;
    let reply = api.post(TRANSFER_PATH).bearer(&user.token).json(&transfer()).await;
    reply.is_error(401, DENIED);
    let challenge = reply.header("www-authenticate");
    for part in [
        "error=\"insufficient_user_authentication\"",
        "urn:sekisho:password urn:sekisho:email_code urn:sekisho:phone_code",
        "max_age=\"300\"",
    ] {
        reply.holds(challenge.contains(part), &format!("expected {part}"));
    }
    let data = &reply.json()["data"];
    let requirement = json!({
        "methods": ["password", "email_code", "phone_code"], "match": "any", "maxAge": 300,
        "bound": true, "singleUse": true, "sameSession": false,
    });
    assert_eq!(data["requirement"], requirement);
    assert_eq!(data["operation"], operation());
    let handle = data["resumeHandle"].as_str().unwrap_or_default();
    reply.holds(handle.starts_with("sekisho_h1_"), "expected a handle");
}

async fn with_a_record_is_made(api: &Api) {
    let user = api.ada().await;
    let record = approved(api, &user).await;
    let mut with_reference = transfer();
    with_reference["reference"] = "Invoice 7".into();
    let reply = make(api, &user.token, &record).await;
    reply.is(201);
    let mut made = reply.json();
    let id = made.as_object_mut().and_then(|made| made.remove("id"));
    assert!(id.is_some_and(|id| id.as_str().is_some_and(|id| id.len() >= 16)));
    assert_eq!(made, transfer());
}

async fn with_a_record_twice_is_made_once(api: &Api) {
    let user = api.ada().await;
    let record = approved(api, &user).await;
    make(api, &user.token, &record).await.is(201);
    make(api, &user.token, &record).await.is_error(409, USED);
    make_under(api, &user, &record, "request-1").await.is_error(409, USED);
}

async fn repeated_under_its_key_is_answered_again(api: &Api) {
    let user = api.ada().await;
    let record = approved(api, &user).await;
    let first = make_under(api, &user, &record, "request-1").await;
    first.is(201);
    let again = make_under(api, &user, &record, "request-1").await;
    again.is(201);
    assert_eq!(first.json(), again.json());
}

async fn under_another_key_is_another(api: &Api) {
    let user = api.ada().await;
    let record = approved(api, &user).await;
    make_under(api, &user, &record, "request-1").await.is(201);
    make_under(api, &user, &record, "request-2").await.is_error(409, USED);
    make(api, &user.token, &record).await.is_error(409, USED);
}

async fn twenty_at_once_make_one(api: &Api) {
    let user = api.ada().await;
    let record = approved(api, &user).await;
    let replies = at_once((0..20).map(|_| make(api, &user.token, &record))).await;
    let made = replies.iter().filter(|reply| reply.status == 201).count();
    assert_eq!(made, 1);
    assert!(replies.iter().all(|reply| reply.status == 201 || reply.code() == USED));
}

async fn twenty_at_once_under_one_key_make_one(api: &Api) {
    let user = api.ada().await;
    let record = approved(api, &user).await;
    let replies = at_once((0..20).map(|_| make_under(api, &user, &record, "request-1"))).await;
    let first = replies[0].json();
    for reply in &replies {
        reply.is(201);
        assert_eq!(reply.json(), first);
    }
}

async fn of_another_amount_payee_or_currency(api: &Api) {
    let user = api.ada().await;
    let record = approved(api, &user).await;
    for (field, value) in [
        ("amount", "120.01"),
        ("amount", "120.0"),
        ("currency", "USD"),
        ("payee", "Eve"),
        ("reference", "x"),
    ] {
        let mut other = transfer();
        other[field] = value.into();
        let call = api.post(TRANSFER_PATH).bearer(&user.token).record(&record).json(&other);
        let reply = call.await;
        reply.is_error(401, OPERATION_MISMATCH);
        assert_eq!(reply.json()["data"]["operation"][field], value);
    }
    make(api, &user.token, &record).await.is(201);
}

/// Whose it is and what it was for is not told.
async fn with_a_record_of_another_user(api: &Api) {
    let (ada, bob) = (api.ada().await, api.bob().await);
    let record = approved(api, &bob).await;
    make(api, &ada.token, &record).await.is_error(401, DENIED);
    make(api, &bob.token, &record).await.is(201);
}

async fn with_a_record_that_is_too_old(api: &Api) {
    let user = api.ada().await;
    let record = approved(api, &user).await;
    api.advance(305).await;
    make(api, &user.token, &record).await.is_error(401, "record_too_old");
}

async fn with_a_record_of_another_method(api: &Api) {
    let user = api.ada().await;
    let record = approved(api, &user).await;
    api.set_operation(json!({ "methods": ["phone_code"] })).await;
    make(api, &user.token, &record).await.is_error(401, METHOD_NOT_ALLOWED);
    let record = approved_by_code(api, &user, phone(PHONE)).await;
    make(api, &user.token, &record).await.is(201);
}

async fn with_a_forged_record(api: &Api) {
    let user = api.ada().await;
    for record in ["a-record", "sekisho_r1_", ",", " "] {
        make(api, &user.token, record).await.is_error(401, DENIED);
    }
}

async fn with_a_fitting_record_among_others(api: &Api) {
    let user = api.ada().await;
    let (other, record) = (api.password_record(&user).await, approved(api, &user).await);
    make(api, &user.token, &format!("{other}, a-record,{record}")).await.is(201);
}

async fn demand_both(api: &Api) {
    api.set_operation(json!({ "methods": ["password", "email_code"], "match": "all" })).await;
}

async fn with_one_of_two_methods_is_not_made(api: &Api) {
    let user = api.ada().await;
    demand_both(api).await;
    let record = approved(api, &user).await;
    let reply = make(api, &user.token, &record).await;
    reply.is_error(401, METHOD_NOT_ALLOWED);
    assert_eq!(reply.json()["data"]["requirement"]["match"], "all");
    let code = approved_by_code(api, &user, email(EMAIL)).await;
    make(api, &user.token, &format!("{record},{code}")).await.is(201);
}

async fn with_both_methods_is_made(api: &Api) {
    let user = api.ada().await;
    demand_both(api).await;
    let password = approved(api, &user).await;
    let code = approved_by_code(api, &user, email(EMAIL)).await;
    let both = format!("{code}, {password}");
    make_under(api, &user, &both, "request-1").await.is(201);
    make_under(api, &user, &both, "request-1").await.is(201);
    make(api, &user.token, &both).await.is_error(409, USED);
}

async fn with_the_same_method_twice_is_not_made(api: &Api) {
    let user = api.ada().await;
    demand_both(api).await;
    let (one, other) = (approved(api, &user).await, approved(api, &user).await);
    let reply = make(api, &user.token, &format!("{one},{other}")).await;
    reply.is_error(401, METHOD_NOT_ALLOWED);
}

/// One e-mail does not approve two transfers.
async fn with_a_used_record_and_a_new_one_is_not_made(api: &Api) {
    let user = api.ada().await;
    demand_both(api).await;
    let code = approved_by_code(api, &user, email(EMAIL)).await;
    let both = format!("{},{code}", approved(api, &user).await);
    make_under(api, &user, &both, "request-1").await.is(201);
    for _ in 0..2 {
        let mixed = format!("{},{code}", approved(api, &user).await);
        make_under(api, &user, &mixed, "request-1").await.is_error(409, USED);
    }
    make_under(api, &user, &both, "request-1").await.is(201);
}

async fn with_an_unverified_challenge_uses_nothing_up(api: &Api) {
    let user = api.ada().await;
    demand_both(api).await;
    let password = approved(api, &user).await;
    let send = code_for(api, &user.token, &email(EMAIL), &operation());
    let challenge = api.challenge_by(send, email(EMAIL)).await;
    let both = format!("{password},{}", challenge.id);
    make(api, &user.token, &both).await.is_error(401, METHOD_NOT_ALLOWED);
    api.verified(&user, &challenge).await;
    make(api, &user.token, &both).await.is(201);
}

async fn with_a_used_or_revoked_record_before_a_fitting_one(api: &Api) {
    let user = api.ada().await;
    let (used, revoked) = (approved(api, &user).await, approved(api, &user).await);
    make(api, &user.token, &used).await.is(201);
    api.revoke(&user.token, &revoked).await.is(204);
    for unfit in [used, revoked] {
        let record = approved(api, &user).await;
        make(api, &user.token, &format!("{unfit},{record}")).await.is(201);
    }
}

/// Also where the record is not bound to what is done with it.
async fn under_its_key_for_another_body_is_another(api: &Api) {
    let user = api.ada().await;
    api.set_operation(json!({ "bound": false })).await;
    let record = api.password_record(&user).await;
    make_under(api, &user, &record, "request-1").await.is(201);
    let mut other = transfer();
    other["payee"] = "Eve".into();
    let call = api.post(TRANSFER_PATH).bearer(&user.token).record(&record).json(&other);
    call.header("idempotency-key", "request-1").await.is_error(409, USED);
    make_under(api, &user, &record, "request-1").await.is(201);
}

async fn under_two_keys_is_refused(api: &Api) {
    let user = api.ada().await;
    let record = approved(api, &user).await;
    let call = make_under(api, &user, &record, "request-1");
    call.header("idempotency-key", "request-2").await.is_error(400, "guard.invalid_input");
}

async fn is_to_enrol(api: &Api, user: &User, methods: &[&str], enrol: &[&str]) {
    let reply = api.post(TRANSFER_PATH).bearer(&user.token).json(&transfer()).await;
    reply.is_error(403, "verification.enrolment_required");
    assert_eq!(reply.json()["data"], json!({ "methods": methods, "enrol": enrol }));
}

async fn of_a_user_without_the_method(api: &Api) {
    let user = api.user(json!({ "username": "eve", "primaryEmail": "eve@example.com" })).await;
    api.set_operation(json!({ "methods": ["password", "phone_code"] })).await;
    let methods = ["password", "phone_code"];
    is_to_enrol(api, &user, &methods, &["password", "phone"]).await;
}

async fn of_a_user_without_one_of_both_methods(api: &Api) {
    let user = api.user(json!({ "username": "eve", "primaryEmail": "eve@example.com" })).await;
    demand_both(api).await;
    is_to_enrol(api, &user, &["password", "email_code"], &["password"]).await;
}

async fn not_bound_and_not_for_single_use(api: &Api) {
    let user = api.ada().await;
    api.set_operation(json!({ "bound": false, "singleUse": false })).await;
    let record = api.password_record(&user).await;
    make(api, &user.token, &record).await.is(201);
    make(api, &user.token, &record).await.is(201);
}

async fn of_wrong_fields(api: &Api) {
    let user = api.ada().await;
    for (field, value) in [
        ("amount", json!("0.00")),
        ("amount", json!("-1")),
        ("amount", json!("1.234")),
        ("amount", json!("1e3")),
        ("amount", json!(120)),
        ("currency", json!("eur")),
        ("currency", json!("EURO")),
        ("payee", json!("x".repeat(71))),
        ("reference", json!("x".repeat(141))),
        ("reference", json!("")),
        ("reference", Value::Null),
    ] {
        let mut wrong = transfer();
        wrong[field] = value;
        let reply = api.post(TRANSFER_PATH).bearer(&user.token).json(&wrong).await;
        reply.is_error(400, "guard.invalid_input");
        let details = reply.text("details");
        reply.holds(details.contains(field), &format!("expected {field} to be named"));
    }
}

async fn that_cannot_be_shown(api: &Api) {
    let user = api.ada().await;
    let mut hidden = transfer();
    hidden["payee"] = "Ana\u{202e}".into();
    let call = api.post(TRANSFER_PATH).bearer(&user.token).json(&hidden);
    call.await.is_error(400, "operation_not_displayable");
}

async fn with_a_wrong_key(api: &Api) {
    let user = api.ada().await;
    let record = approved(api, &user).await;
    let long = "k".repeat(257);
    make_under(api, &user, &record, &long).await.is_error(400, "guard.invalid_input");
    make(api, &user.token, &record).await.is(201);
}
