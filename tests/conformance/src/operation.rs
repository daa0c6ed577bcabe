//! Verifications for one operation: what the message shows, and what the record is good for.

use std::sync::Arc;

use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::client::{Api, Call, section};
use crate::control::User;
use crate::journey::{
    Challenge, EMAIL, NEW_EMAIL, OTHER_PASSWORD, PASSWORD, PASSWORD_PATH, PASSWORD_SHORT_PATH,
    PHONE, SEND_PATH, email, phone,
};
use crate::transfer::{METHOD_NOT_ALLOWED, TRANSFER_PATH, approval, transfer};

pub(crate) const OPERATION_MISMATCH: &str = "record_operation_mismatch";

pub(crate) fn trials(api: &Arc<Api>) -> Vec<Trial> {
    section![api, "operation":
        record_of_a_password_is_for_it_alone,
        record_of_a_code_is_for_it_alone,
        record_without_one_is_not_for_it,
        order_and_spelling_of_its_members_do_not_matter,
        mail_shows_it,
        mail_shows_it_in_japanese,
        mail_without_one_shows_none,
        text_message_shows_it,
        of_no_known_type,
        that_is_no_object,
        of_two_meanings,
        that_cannot_be_shown,
        that_makes_the_text_message_too_long,
        that_is_longer_than_anybody_reads,
        for_a_new_identifier,
        for_a_second_factor,
        handle_goes_with_the_verification_it_was_given_for,
        by_a_method_that_is_not_enough,
        without_a_session_where_one_is_demanded,
        handle_of_another_user,
        handle_of_another_session,
        handle_of_another_operation,
        handle_of_another_method,
        handle_that_has_expired,
        handle_that_is_forged,
    ]
}

/// The operation of a usual transfer.
pub(crate) fn operation() -> Value {
    let mut operation = transfer();
    operation["type"] = "transfer".into();
    operation
}

pub(crate) fn password_for(api: &Api, token: &str, operation: &Value) -> Call {
    password_at(api, PASSWORD_PATH, token, operation)
}

fn password_at(api: &Api, path: &str, token: &str, operation: &Value) -> Call {
    let body = json!({ "password": PASSWORD, "operation": operation });
    api.post(path).bearer(token).json(&body)
}

pub(crate) fn code_for(api: &Api, token: &str, to: &Value, operation: &Value) -> Call {
    let body = json!({ "identifier": to, "operation": operation });
    api.post(SEND_PATH).bearer(token).json(&body)
}

/// A request at each path that takes an operation, with these members beside the usual ones.
fn at_each_path(api: &Api, token: &str, members: &Value) -> Vec<Call> {
    let bodies = [
        (PASSWORD_PATH, json!({ "password": PASSWORD })),
        (PASSWORD_SHORT_PATH, json!({ "password": PASSWORD })),
        (SEND_PATH, json!({ "identifier": email(EMAIL) })),
    ];
    let call = |(path, mut body): (&str, Value)| {
        for (name, value) in members.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        api.post(path).bearer(token).json(&body)
    };
    bodies.into_iter().map(call).collect()
}

async fn code_challenge(api: &Api, user: &User, to: Value) -> Challenge {
    api.challenge_by(code_for(api, &user.token, &to, &operation()), to).await
}

async fn is_for_it_alone(api: &Api, user: &User, record: &str) {
    let mut other = transfer();
    other["amount"] = "120.01".into();
    api.post(TRANSFER_PATH)
        .bearer(&user.token)
        .record(record)
        .json(&other)
        .await
        .is_error(401, OPERATION_MISMATCH);
    api.set_password(&user.token, record, OTHER_PASSWORD)
        .await
        .is_error(401, "verification_record.permission_denied");
    api.post(TRANSFER_PATH).bearer(&user.token).record(record).json(&transfer()).await.is(201);
}

async fn record_of_a_password_is_for_it_alone(api: &Api) {
    let user = api.ada().await;
    for path in [PASSWORD_PATH, PASSWORD_SHORT_PATH] {
        let reply = password_at(api, path, &user.token, &operation()).await;
        reply.is(201);
        is_for_it_alone(api, &user, &reply.text("verificationRecordId")).await;
    }
}

async fn record_of_a_code_is_for_it_alone(api: &Api) {
    let user = api.ada().await;
    for to in [email(EMAIL), phone(PHONE)] {
        let challenge = code_challenge(api, &user, to).await;
        let record = api.verified(&user, &challenge).await;
        is_for_it_alone(api, &user, &record).await;
    }
}

async fn record_without_one_is_not_for_it(api: &Api) {
    let user = api.ada().await;
    let record = api.password_record(&user).await;
    let call = api.post(TRANSFER_PATH).bearer(&user.token).record(&record).json(&transfer());
    call.await.is_error(401, OPERATION_MISMATCH);
}

async fn order_and_spelling_of_its_members_do_not_matter(api: &Api) {
    let user = api.ada().await;
    let body = format!(
        r#"{{"password":"{PASSWORD}","operation":{{"payee":"\u0041na",
            "currency":"EUR", "type":"transfer", "amount":"120.00"}}}}"#
    );
    let call = api.post(PASSWORD_PATH).bearer(&user.token).body("application/json", body);
    let reply = call.await;
    reply.is(201);
    let record = reply.text("verificationRecordId");
    api.post(TRANSFER_PATH).bearer(&user.token).record(&record).json(&transfer()).await.is(201);
}

async fn mail_shows_it(api: &Api) {
    let user = api.ada().await;
    let challenge = code_challenge(api, &user, email(EMAIL)).await;
    let message = api.last_message(EMAIL).await;
    let text = message["text"].as_str().unwrap_or_default();
    for part in ["Transfer 120.00 EUR to Ana", &challenge.code, "/not-me#sekisho_x1_", " UTC"] {
        assert!(text.contains(part), "expected {part} in {text}");
    }
    let subject = message["subject"].as_str().unwrap_or_default();
    assert!(!subject.contains("120.00"), "subjects show on locked screens: {subject}");
}

async fn mail_shows_it_in_japanese(api: &Api) {
    let user = api.ada().await;
    let send = code_for(api, &user.token, &email(EMAIL), &operation());
    send.header("accept-language", "ja").await.is(201);
    let message = api.last_message(EMAIL).await;
    let text = message["text"].as_str().unwrap_or_default();
    assert!(text.contains("Ana に 120.00 EUR を送金"), "{text}");
}

async fn mail_without_one_shows_none(api: &Api) {
    let user = api.ada().await;
    api.challenge(&user, email(EMAIL)).await;
    let message = api.last_message(EMAIL).await;
    let text = message["text"].as_str().unwrap_or_default();
    assert!(!text.contains("approve") && text.contains("/not-me#sekisho_x1_"), "{text}");
}

async fn text_message_shows_it(api: &Api) {
    let user = api.ada().await;
    let challenge = code_challenge(api, &user, phone(PHONE)).await;
    let message = api.last_message(PHONE).await;
    let text = message["text"].as_str().unwrap_or_default();
    for part in ["Transfer 120.00 EUR to Ana", &challenge.code] {
        assert!(text.contains(part), "expected {part} in {text}");
    }
}

async fn each_is_error(api: &Api, members: &Value, status: u16, code: &str) {
    let user = api.ada().await;
    for call in at_each_path(api, &user.token, members) {
        call.await.is_error(status, code);
    }
    assert!(api.outbox(EMAIL).await.is_empty(), "expected no message");
}

async fn of_no_known_type(api: &Api) {
    let user = api.ada().await;
    let mut of_another = operation();
    of_another["type"] = "payout".into();
    for operation in [of_another, transfer(), json!({}), json!({ "type": 5 })] {
        for call in at_each_path(api, &user.token, &json!({ "operation": operation })) {
            call.await.is_error(400, "operation.unknown");
        }
    }
}

async fn that_is_no_object(api: &Api) {
    let user = api.ada().await;
    for operation in [json!("transfer"), json!([operation()]), json!(5), Value::Null] {
        for call in at_each_path(api, &user.token, &json!({ "operation": operation })) {
            let reply = call.await;
            reply.is_error(400, "guard.invalid_input");
            let details = reply.text("details");
            reply.holds(details.contains("operation"), "expected the field to be named");
        }
    }
}

/// An integer that two readers would take for two numbers.
async fn of_two_meanings(api: &Api) {
    let mut operation = operation();
    operation["count"] = 9_007_199_254_740_993_u64.into();
    each_is_error(api, &json!({ "operation": operation }), 400, "operation_invalid").await;
}

async fn that_cannot_be_shown(api: &Api) {
    let user = api.ada().await;
    for payee in ["Ana\nYour code is 000000", "Ana\u{202e}", "", "\u{200b}"] {
        let mut operation = operation();
        operation["payee"] = payee.into();
        for call in at_each_path(api, &user.token, &json!({ "operation": operation })) {
            call.await.is_error(400, "operation_not_displayable");
        }
    }
    let mut without = operation();
    without.as_object_mut().expect("it is an object").remove("payee");
    for call in at_each_path(api, &user.token, &json!({ "operation": without })) {
        call.await.is_error(400, "operation_not_displayable");
    }
}

async fn that_makes_the_text_message_too_long(api: &Api) {
    let user = api.ada().await;
    let mut operation = operation();
    operation["payee"] = "あ".repeat(85).into();
    operation["amount"] = "1".repeat(256).into();
    code_for(api, &user.token, &phone(PHONE), &operation)
        .await
        .is_error(400, "operation_not_displayable");
    assert!(api.outbox(PHONE).await.is_empty(), "expected no message");
}

async fn that_is_longer_than_anybody_reads(api: &Api) {
    let mut operation = operation();
    operation["terms"] = "x".repeat(4096).into();
    each_is_error(api, &json!({ "operation": operation }), 400, "operation_invalid").await;
}

async fn for_a_new_identifier(api: &Api) {
    let user = api.ada().await;
    let call = code_for(api, &user.token, &email(NEW_EMAIL), &operation());
    call.await.is_error(400, "guard.invalid_input");
    assert!(api.outbox(NEW_EMAIL).await.is_empty(), "expected no message");
}

async fn for_a_second_factor(api: &Api) {
    let user = api.ada().await;
    let body = json!({
        "identifier": email(EMAIL), "templateType": "BindMfa", "operation": operation(),
    });
    let call = api.post(SEND_PATH).bearer(&user.token).json(&body);
    call.await.is_error(400, "guard.invalid_input");
}

fn with_handle(api: &Api, token: &str, operation: &Value, handle: &str) -> Vec<Call> {
    at_each_path(api, token, &json!({ "operation": operation, "resumeHandle": handle }))
}

async fn handle_goes_with_the_verification_it_was_given_for(api: &Api) {
    let user = api.ada().await;
    let data = approval(api, &user.token).await;
    let handle = data["resumeHandle"].as_str().unwrap_or_default();
    assert_eq!(data["operation"], operation(), "the operation as it is to be approved");
    for call in with_handle(api, &user.token, &data["operation"], handle) {
        call.await.is(201);
    }
}

async fn handle_is_refused(api: &Api, token: &str, operation: &Value, handle: &str, code: &str) {
    for call in with_handle(api, token, operation, handle) {
        call.await.is_error(400, code);
    }
}

async fn handle_of(api: &Api, token: &str) -> String {
    let data = approval(api, token).await;
    data["resumeHandle"].as_str().expect("a handle").to_owned()
}

/// A record that nothing accepts is none to make, nor a code that leads to one.
async fn by_a_method_that_is_not_enough(api: &Api) {
    let user = api.ada().await;
    api.set_operation(json!({ "methods": ["phone_code"] })).await;
    let before = api.outbox(EMAIL).await.len();
    password_for(api, &user.token, &operation()).await.is_error(400, METHOD_NOT_ALLOWED);
    code_for(api, &user.token, &email(EMAIL), &operation()).await.is_error(400, METHOD_NOT_ALLOWED);
    assert_eq!(api.outbox(EMAIL).await.len(), before);
    code_for(api, &user.token, &phone(PHONE), &operation()).await.is(201);
}

async fn without_a_session_where_one_is_demanded(api: &Api) {
    let user = api.ada().await;
    api.set_operation(json!({ "sameSession": true })).await;
    let required = "verification.session_required";
    for path in [PASSWORD_PATH, PASSWORD_SHORT_PATH] {
        password_at(api, path, &user.token, &operation()).await.is_error(403, required);
    }
    code_for(api, &user.token, &email(EMAIL), &operation()).await.is_error(403, required);
    let session = api.token(&user.id, json!({ "sessionId": "session-1" })).await;
    password_for(api, &session, &operation()).await.is(201);
}

async fn handle_of_another_user(api: &Api) {
    let (ada, bob) = (api.ada().await, api.bob().await);
    let handle = handle_of(api, &bob.token).await;
    let not_found = "verification_record.not_found";
    handle_is_refused(api, &ada.token, &operation(), &handle, not_found).await;
}

async fn handle_of_another_session(api: &Api) {
    let user = api.ada().await;
    let one = api.token(&user.id, json!({ "sessionId": "session-1" })).await;
    let other = api.token(&user.id, json!({ "sessionId": "session-2" })).await;
    let handle = handle_of(api, &one).await;
    handle_is_refused(api, &other, &operation(), &handle, "record_session_mismatch").await;
}

async fn handle_of_another_operation(api: &Api) {
    let user = api.ada().await;
    let handle = handle_of(api, &user.token).await;
    let mut other = operation();
    other["amount"] = "120.01".into();
    handle_is_refused(api, &user.token, &other, &handle, OPERATION_MISMATCH).await;
}

async fn handle_of_another_method(api: &Api) {
    let user = api.ada().await;
    api.set_operation(json!({ "methods": ["phone_code"] })).await;
    let handle = handle_of(api, &user.token).await;
    api.set_operation(json!({})).await;
    handle_is_refused(api, &user.token, &operation(), &handle, METHOD_NOT_ALLOWED).await;
}

async fn handle_that_has_expired(api: &Api) {
    let user = api.ada().await;
    let handle = handle_of(api, &user.token).await;
    api.advance(600).await;
    let not_found = "verification_record.not_found";
    handle_is_refused(api, &user.token, &operation(), &handle, not_found).await;
}

async fn handle_that_is_forged(api: &Api) {
    let user = api.ada().await;
    let not_found = "verification_record.not_found";
    let record = api.password_record(&user).await;
    for handle in ["a-handle", "sekisho_h1_", &record] {
        handle_is_refused(api, &user.token, &operation(), handle, not_found).await;
    }
}
