//! Sending the same code once more.

use std::sync::Arc;

use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::client::{Api, Call, at_once, section};
use crate::control::User;
use crate::journey::{Challenge, EMAIL, NEW_EMAIL, NEW_PHONE, PHONE, email, phone};
use crate::operation::{OPERATION_MISMATCH, code_for, operation};

pub(crate) const RESEND_PATH: &str = "/api/verifications/verification-code/resend";

const COOLDOWN: u64 = 30;
const NOT_FOUND: &str = "verification_record.not_found";
const LIMITED: &str = "request.message_rate_limited";
const TRIES_USED_UP: &str = "verification_code.exceed_max_try";

pub(crate) fn trials(api: &Arc<Api>) -> Vec<Trial> {
    section![api, "resend":
        same_code_under_the_same_id,
        to_a_phone,
        in_the_language_of_the_request,
        to_a_new_address_that_is_named,
        to_a_new_address_that_is_not_named,
        to_another_address,
        to_another_number,
        within_thirty_seconds,
        twenty_at_once_send_one,
        counts_among_the_recipients_messages,
        does_not_prolong_the_code,
        tells_how_long_the_code_is_still_good,
        gives_no_more_tries,
        after_the_last_try,
        after_the_code_was_used,
        after_it_was_revoked,
        of_another_user,
        of_another_session,
        of_no_challenge,
        with_its_operation,
        without_its_operation,
        with_another_operation,
        of_no_known_operation,
        of_an_operation_of_two_meanings,
        of_an_operation_that_cannot_be_shown,
        to_a_new_address_with_an_operation,
        without_a_provider,
    ]
}

fn again(api: &Api, user: &User, id: &str) -> Call {
    with(api, user, id, &json!({}))
}

fn with(api: &Api, user: &User, id: &str, members: &Value) -> Call {
    let mut body = json!({ "verificationId": id });
    for (name, value) in members.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    api.post(RESEND_PATH).bearer(&user.token).json(&body)
}

/// A challenge that can be sent again.
async fn cooled(api: &Api, user: &User, to: Value) -> Challenge {
    let challenge = api.challenge(user, to).await;
    api.advance(COOLDOWN).await;
    challenge
}

async fn is_sent_again(api: &Api, challenge: &Challenge, call: Call) {
    let to = challenge.identifier["value"].as_str().unwrap_or_default();
    let before = api.outbox(to).await.len();
    let reply = call.await;
    reply.is(201);
    assert_eq!(reply.text("verificationRecordId"), challenge.id);
    let messages = api.outbox(to).await;
    assert_eq!(messages.len(), before + 1);
    assert_eq!(messages[before]["code"], challenge.code.as_str());
    assert_eq!(messages[before]["templateType"], messages[0]["templateType"]);
}

async fn same_code_under_the_same_id(api: &Api) {
    let user = api.ada().await;
    let sent = api.send_code(&user.token, &email(EMAIL)).await;
    let expires_at = sent.is(201).text("expiresAt");
    let message = api.last_message(EMAIL).await;
    api.advance(COOLDOWN).await;
    let reply = again(api, &user, &sent.text("verificationRecordId")).await;
    assert_eq!(reply.is(201).text("expiresAt"), expires_at, "the first expiry");
    assert_eq!(api.last_message(EMAIL).await["code"], message["code"]);
    let challenge = Challenge {
        id: sent.text("verificationRecordId"),
        code: message["code"].as_str().unwrap_or_default().to_owned(),
        identifier: email(EMAIL),
    };
    api.verified(&user, &challenge).await;
}

async fn to_a_phone(api: &Api) {
    let user = api.ada().await;
    let challenge = cooled(api, &user, phone(PHONE)).await;
    is_sent_again(api, &challenge, again(api, &user, &challenge.id)).await;
}

async fn in_the_language_of_the_request(api: &Api) {
    let user = api.ada().await;
    let challenge = cooled(api, &user, email(EMAIL)).await;
    let call = again(api, &user, &challenge.id).header("accept-language", "ja");
    is_sent_again(api, &challenge, call).await;
    assert_eq!(api.last_message(EMAIL).await["locale"], "ja");
}

async fn to_a_new_address_that_is_named(api: &Api) {
    let user = api.ada().await;
    for new in [email(NEW_EMAIL), phone(NEW_PHONE)] {
        let challenge = cooled(api, &user, new.clone()).await;
        let call = with(api, &user, &challenge.id, &json!({ "identifier": new }));
        is_sent_again(api, &challenge, call).await;
    }
}

/// Nobody keeps where a code went.
async fn to_a_new_address_that_is_not_named(api: &Api) {
    let user = api.ada().await;
    let challenge = cooled(api, &user, email(NEW_EMAIL)).await;
    let reply = again(api, &user, &challenge.id).await;
    reply.is(400);
    assert_eq!(api.outbox(NEW_EMAIL).await.len(), 1);
    assert!(api.outbox(EMAIL).await.is_empty());
}

async fn to_another_address(api: &Api) {
    let user = api.ada().await;
    let challenge = cooled(api, &user, email(EMAIL)).await;
    let call = with(api, &user, &challenge.id, &json!({ "identifier": email("eve@example.com") }));
    call.await.is_error(400, "verification_code.email_mismatch");
    assert!(api.outbox("eve@example.com").await.is_empty());
}

async fn to_another_number(api: &Api) {
    let user = api.ada().await;
    let challenge = cooled(api, &user, phone(PHONE)).await;
    let call = with(api, &user, &challenge.id, &json!({ "identifier": phone(NEW_PHONE) }));
    call.await.is_error(400, "verification_code.phone_mismatch");
}

async fn within_thirty_seconds(api: &Api) {
    let user = api.ada().await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    let reply = again(api, &user, &challenge.id).await;
    reply.is_error(429, LIMITED);
    let wait = reply.retry_after();
    reply.holds(wait <= COOLDOWN, "expected half a minute at most");
    api.advance(wait).await;
    is_sent_again(api, &challenge, again(api, &user, &challenge.id)).await;
    again(api, &user, &challenge.id).await.is_error(429, LIMITED).retry_after();
    api.advance(COOLDOWN).await;
    is_sent_again(api, &challenge, again(api, &user, &challenge.id)).await;
}

async fn twenty_at_once_send_one(api: &Api) {
    let user = api.ada().await;
    let challenge = cooled(api, &user, email(EMAIL)).await;
    let replies = at_once((0..20).map(|_| again(api, &user, &challenge.id))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 1);
    assert_eq!(api.outbox(EMAIL).await.len(), 2);
}

async fn counts_among_the_recipients_messages(api: &Api) {
    let user = api.ada().await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    for _ in 0..8 {
        api.challenge(&user, email(EMAIL)).await;
    }
    api.advance(COOLDOWN).await;
    is_sent_again(api, &challenge, again(api, &user, &challenge.id)).await;
    api.advance(COOLDOWN).await;
    again(api, &user, &challenge.id).await.is_error(429, LIMITED).retry_after();
    api.send_code(&user.token, &email(EMAIL)).await.is_error(429, LIMITED);
}

async fn does_not_prolong_the_code(api: &Api) {
    let user = api.ada().await;
    api.set_code_policy(60, 10).await;
    let challenge = cooled(api, &user, email(EMAIL)).await;
    is_sent_again(api, &challenge, again(api, &user, &challenge.id)).await;
    api.advance(30).await;
    let expired = "verification_code.expired";
    again(api, &user, &challenge.id).await.is_error(400, expired);
    api.right_code(&user, &challenge).await.is_error(400, expired);
}

async fn tells_how_long_the_code_is_still_good(api: &Api) {
    let user = api.ada().await;
    for to in [EMAIL, PHONE] {
        let identifier = if to == EMAIL { email(to) } else { phone(to) };
        let challenge = api.challenge(&user, identifier).await;
        for (seconds, minutes) in [(301, "4 minutes"), (294, "1 minute.")] {
            api.advance(seconds).await;
            is_sent_again(api, &challenge, again(api, &user, &challenge.id)).await;
            let message = api.last_message(to).await;
            let text = message["text"].as_str().unwrap_or_default();
            assert!(text.contains(minutes), "{minutes}: {text}");
        }
    }
}

async fn gives_no_more_tries(api: &Api) {
    let user = api.ada().await;
    api.set_code_policy(600, 2).await;
    let challenge = cooled(api, &user, email(EMAIL)).await;
    api.wrong_code(&user, &challenge).await.is(400);
    is_sent_again(api, &challenge, again(api, &user, &challenge.id)).await;
    api.wrong_code(&user, &challenge).await.is(400);
    api.right_code(&user, &challenge).await.is_error(400, TRIES_USED_UP);
}

/// The code would be of no use.
async fn after_the_last_try(api: &Api) {
    let user = api.ada().await;
    api.set_code_policy(600, 1).await;
    let challenge = cooled(api, &user, email(EMAIL)).await;
    api.wrong_code(&user, &challenge).await.is(400);
    let before = api.outbox(EMAIL).await.len();
    again(api, &user, &challenge.id).await.is_error(400, TRIES_USED_UP);
    assert_eq!(api.outbox(EMAIL).await.len(), before);
}

async fn after_the_code_was_used(api: &Api) {
    let user = api.ada().await;
    let challenge = cooled(api, &user, email(EMAIL)).await;
    api.verified(&user, &challenge).await;
    again(api, &user, &challenge.id).await.is_error(400, "verification_code.not_found");
}

async fn after_it_was_revoked(api: &Api) {
    let user = api.ada().await;
    let challenge = cooled(api, &user, email(EMAIL)).await;
    api.revoke(&user.token, &challenge.id).await.is(204);
    again(api, &user, &challenge.id).await.is_error(400, "verification_code.not_found");
}

async fn of_another_user(api: &Api) {
    let (ada, bob) = (api.ada().await, api.bob().await);
    let challenge = cooled(api, &bob, email("bob@example.com")).await;
    let named = json!({ "identifier": email("bob@example.com") });
    again(api, &ada, &challenge.id).await.is_error(400, NOT_FOUND);
    with(api, &ada, &challenge.id, &named).await.is_error(400, NOT_FOUND);
    assert_eq!(api.outbox("bob@example.com").await.len(), 1);
}

async fn of_another_session(api: &Api) {
    let user = api.ada().await;
    let one = api.token(&user.id, json!({ "sessionId": "session-1" })).await;
    let other =
        User { token: api.token(&user.id, json!({ "sessionId": "session-2" })).await, id: user.id };
    let challenge = api.challenge_by(api.send_code(&one, &email(EMAIL)), email(EMAIL)).await;
    api.advance(COOLDOWN).await;
    again(api, &other, &challenge.id).await.is_error(400, NOT_FOUND);
}

async fn of_no_challenge(api: &Api) {
    let user = api.ada().await;
    let record = api.password_record(&user).await;
    for id in ["an-id", "sekisho_c1_", &record] {
        again(api, &user, id).await.is_error(400, NOT_FOUND);
    }
}

async fn bound(api: &Api, user: &User) -> Challenge {
    let send = code_for(api, &user.token, &email(EMAIL), &operation());
    let challenge = api.challenge_by(send, email(EMAIL)).await;
    api.advance(COOLDOWN).await;
    challenge
}

async fn with_its_operation(api: &Api) {
    let user = api.ada().await;
    let challenge = bound(api, &user).await;
    let call = with(api, &user, &challenge.id, &json!({ "operation": operation() }));
    is_sent_again(api, &challenge, call).await;
    let message = api.last_message(EMAIL).await;
    let text = message["text"].as_str().unwrap_or_default();
    assert!(text.contains("Transfer 120.00 EUR to Ana"), "{text}");
}

async fn without_its_operation(api: &Api) {
    let user = api.ada().await;
    let challenge = bound(api, &user).await;
    again(api, &user, &challenge.id).await.is_error(400, OPERATION_MISMATCH);
}

/// Nobody gets a message about one thing with the code of another.
async fn with_another_operation(api: &Api) {
    let user = api.ada().await;
    let (bound, free) = (bound(api, &user).await, cooled(api, &user, email(EMAIL)).await);
    let mut other = operation();
    other["payee"] = "Eve".into();
    for (challenge, operation) in [(&bound, &other), (&free, &operation())] {
        let call = with(api, &user, &challenge.id, &json!({ "operation": operation }));
        call.await.is_error(400, OPERATION_MISMATCH);
    }
    assert_eq!(api.outbox(EMAIL).await.len(), 2);
}

async fn operation_is_refused(api: &Api, operation: Value, code: &str) {
    let user = api.ada().await;
    let challenge = bound(api, &user).await;
    let call = with(api, &user, &challenge.id, &json!({ "operation": operation }));
    call.await.is_error(400, code);
}

async fn of_no_known_operation(api: &Api) {
    operation_is_refused(api, json!({ "type": "payout" }), "operation.unknown").await;
}

async fn of_an_operation_of_two_meanings(api: &Api) {
    let mut operation = operation();
    operation["count"] = 9_007_199_254_740_993_u64.into();
    operation_is_refused(api, operation, "operation_invalid").await;
}

async fn of_an_operation_that_cannot_be_shown(api: &Api) {
    let mut operation = operation();
    operation["payee"] = "a\nb".into();
    operation_is_refused(api, operation, "operation_not_displayable").await;
}

/// No text of a user's own goes to a stranger, not even where records are bound to no operation.
async fn to_a_new_address_with_an_operation(api: &Api) {
    let user = api.ada().await;
    api.set_operation(json!({ "bound": false })).await;
    let challenge = cooled(api, &user, email(NEW_EMAIL)).await;
    let members = json!({ "identifier": email(NEW_EMAIL), "operation": operation() });
    let call = with(api, &user, &challenge.id, &members);
    call.await.is_error(400, "guard.invalid_input");
    assert_eq!(api.outbox(NEW_EMAIL).await.len(), 1);
}

async fn without_a_provider(api: &Api) {
    let user = api.ada().await;
    let challenge = cooled(api, &user, email(EMAIL)).await;
    api.set_providers(false, false).await;
    again(api, &user, &challenge.id).await.is_error(501, "connector.not_found");
}
