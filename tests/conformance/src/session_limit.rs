//! What one session may fail: whoever stole it cannot block its user.

use std::sync::Arc;

use libtest_mimic::Trial;
use serde_json::json;

use crate::client::{Api, at_once, section};
use crate::control::User;
use crate::journey::{BLOCKED, EMAIL, PASSWORD, WRONG, WRONG_PASSWORD, email};

const DAY: u64 = 86_400;

pub(crate) fn trials(api: &Arc<Api>) -> Vec<Trial> {
    section![api, "session_limit":
        ends_the_sessions_right_to_verify,
        spares_the_users_other_sessions,
        spends_no_more_of_the_users_failures,
        holds_for_passwords_and_codes_together,
        counts_no_success,
        does_not_hold_without_a_session,
        holds_against_many_at_once,
        lasts_a_day,
        is_off_by_default,
    ]
}

async fn limit(api: &Api, session: u64, user: u64) {
    let lockout = json!({ "maxAttempts": user, "sessionMaxAttempts": session });
    api.patch_policy(&json!({ "lockout": lockout })).await;
}

async fn session(api: &Api, user: &User, id: &str) -> String {
    api.token(&user.id, json!({ "sessionId": id })).await
}

async fn fail(api: &Api, token: &str, times: usize) {
    for _ in 0..times {
        api.verify_password(token, WRONG_PASSWORD).await.is_error(422, WRONG);
    }
}

async fn ends_the_sessions_right_to_verify(api: &Api) {
    let user = api.ada().await;
    limit(api, 3, 100).await;
    let stolen = session(api, &user, "stolen").await;
    fail(api, &stolen, 3).await;
    for password in [WRONG_PASSWORD, PASSWORD] {
        let reply = api.verify_password(&stolen, password).await;
        reply.is_error(400, BLOCKED);
        reply.holds(reply.retry_after() <= DAY, "expected a day at most");
    }
}

async fn spares_the_users_other_sessions(api: &Api) {
    let user = api.ada().await;
    limit(api, 3, 5).await;
    let stolen = session(api, &user, "stolen").await;
    fail(api, &stolen, 3).await;
    for _ in 0..10 {
        api.verify_password(&stolen, WRONG_PASSWORD).await.is_error(400, BLOCKED);
    }
    let own = session(api, &user, "own").await;
    api.verify_password(&own, PASSWORD).await.is(201);
}

async fn spends_no_more_of_the_users_failures(api: &Api) {
    let user = api.ada().await;
    limit(api, 3, 5).await;
    let stolen = session(api, &user, "stolen").await;
    fail(api, &stolen, 3).await;
    for _ in 0..10 {
        api.verify_password(&stolen, WRONG_PASSWORD).await.is_error(400, BLOCKED);
    }
    let own = session(api, &user, "own").await;
    fail(api, &own, 1).await;
    api.verify_password(&own, WRONG_PASSWORD).await.is_error(400, BLOCKED);
}

async fn holds_for_passwords_and_codes_together(api: &Api) {
    let user = api.ada().await;
    limit(api, 3, 100).await;
    let token = session(api, &user, "one").await;
    let challenge = api.challenge_by(api.send_code(&token, &email(EMAIL)), email(EMAIL)).await;
    fail(api, &token, 2).await;
    let code = |code: &str| api.check_code(&token, &email(EMAIL), &challenge.id, code);
    code(&challenge.wrong_code()).await.is_error(400, "verification_code.code_mismatch");
    code(&challenge.code).await.is_error(400, BLOCKED);
    api.verify_password(&token, PASSWORD).await.is_error(400, BLOCKED);
}

async fn counts_no_success(api: &Api) {
    let user = api.ada().await;
    limit(api, 2, 100).await;
    let token = session(api, &user, "one").await;
    for _ in 0..5 {
        api.verify_password(&token, PASSWORD).await.is(201);
    }
    fail(api, &token, 2).await;
    api.verify_password(&token, PASSWORD).await.is_error(400, BLOCKED);
}

async fn does_not_hold_without_a_session(api: &Api) {
    let user = api.ada().await;
    limit(api, 2, 100).await;
    fail(api, &user.token, 5).await;
    api.right_password(&user).await.is(201);
}

async fn holds_against_many_at_once(api: &Api) {
    let user = api.ada().await;
    limit(api, 3, 100).await;
    let token = session(api, &user, "one").await;
    let replies = at_once((0..30).map(|_| api.verify_password(&token, WRONG_PASSWORD))).await;
    let compared = replies.iter().filter(|reply| reply.code() == WRONG).count();
    assert!(compared <= 3, "{compared} were compared");
    assert!(replies.iter().all(|reply| [WRONG, BLOCKED].contains(&reply.code().as_str())));
}

async fn lasts_a_day(api: &Api) {
    let user = api.ada().await;
    limit(api, 2, 100).await;
    let token = session(api, &user, "one").await;
    fail(api, &token, 2).await;
    api.advance(DAY - 10).await;
    api.verify_password(&token, PASSWORD).await.is_error(400, BLOCKED);
    api.advance(11).await;
    api.verify_password(&token, PASSWORD).await.is(201);
}

async fn is_off_by_default(api: &Api) {
    let user = api.ada().await;
    let token = session(api, &user, "one").await;
    fail(api, &token, 30).await;
    api.verify_password(&token, PASSWORD).await.is(201);
}
