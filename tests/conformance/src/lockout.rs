//! The lockout that password and codes share (contract, section 6).

use std::sync::Arc;

use libtest_mimic::Trial;
use serde_json::json;

use crate::client::{Api, section};
use crate::control::User;
use crate::journey::{
    BLOCKED, Challenge, EMAIL, NEW_EMAIL, PASSWORD, PASSWORD_PATH, PASSWORD_SHORT_PATH, PHONE,
    WRONG, email, phone,
};

const CODE_NOT_FOUND: &str = "verification_code.not_found";
const CODE_MISMATCH: &str = "verification_code.code_mismatch";

const HOUR: u64 = 3600;

pub(crate) fn trials(api: &Arc<Api>) -> Vec<Trial> {
    section![api, "lockout":
        hundredth_failure_is_blocked_itself,
        last_failure_allowed_is_blocked_itself,
        lasts_sixty_minutes,
        right_answer_passes_after_the_block,
        password_failures_block_codes,
        code_failures_block_passwords,
        password_and_codes_share_one_pool,
        new_challenge_buys_no_guesses,
        new_address_buys_no_guesses,
        success_does_not_reset_it,
        success_of_a_code_does_not_reset_it,
        successes_do_not_count,
        failures_older_than_an_hour_do_not_count,
        one_more_failure_blocks_again,
        right_answer_passes_after_every_block,
        block_uses_up_no_try,
        block_uses_up_no_right_code,
        block_is_not_prolonged_by_attempts,
        spares_other_users,
        follows_the_user_across_tokens,
        holds_at_both_password_paths,
    ]
}

async fn fail(api: &Api, user: &User, times: usize) {
    for _ in 0..times {
        api.wrong_password(user).await.is_error(422, WRONG);
    }
}

async fn is_blocked(api: &Api, user: &User) {
    api.right_password(user).await.is_error(400, BLOCKED);
}

async fn is_not_blocked(api: &Api, user: &User) {
    api.right_password(user).await.is(201);
}

async fn own_challenge(api: &Api, user: &User) -> Challenge {
    api.challenge(user, email(EMAIL)).await
}

async fn hundredth_failure_is_blocked_itself(api: &Api) {
    let user = api.ada().await;
    let challenge = own_challenge(api, &user).await;
    for _ in 0..99 {
        let reply = api.try_code(&user, &challenge, "").await;
        reply.is_error(400, CODE_NOT_FOUND);
    }
    let reply = api.try_code(&user, &challenge, "").await;
    reply.is_error(400, BLOCKED);
    reply.retry_after();
    let reply = api.right_code(&user, &challenge).await;
    reply.is_error(400, BLOCKED);
    is_blocked(api, &user).await;
}

async fn last_failure_allowed_is_blocked_itself(api: &Api) {
    let user = api.ada().await;
    api.set_lockout(4, 60).await;
    fail(api, &user, 3).await;
    api.wrong_password(&user).await.is_error(400, BLOCKED);
}

/// Three failures allowed, then a block of that many minutes.
async fn blocked_user(api: &Api, minutes: u64) -> User {
    let user = api.ada().await;
    api.set_lockout(3, minutes).await;
    block(api, &user).await;
    user
}

async fn block(api: &Api, user: &User) {
    fail(api, user, 2).await;
    api.wrong_password(user).await.is_error(400, BLOCKED);
}

async fn lasts_sixty_minutes(api: &Api) {
    let user = api.ada().await;
    let challenge = own_challenge(api, &user).await;
    // The block as it is at start: a hundred failures.
    for _ in 0..99 {
        api.try_code(&user, &challenge, "").await.is(400);
    }
    let reply = api.try_code(&user, &challenge, "").await;
    reply.is_error(400, BLOCKED);
    api.advance(HOUR - 60).await;
    is_blocked(api, &user).await;
    api.advance(61).await;
    is_not_blocked(api, &user).await;
}

async fn right_answer_passes_after_the_block(api: &Api) {
    let user = blocked_user(api, 10).await;
    api.advance(9 * 60).await;
    is_blocked(api, &user).await;
    api.advance(61).await;
    is_not_blocked(api, &user).await;
    let challenge = own_challenge(api, &user).await;
    api.right_code(&user, &challenge).await.is(200);
}

async fn password_failures_block_codes(api: &Api) {
    let user = api.ada().await;
    let challenge = own_challenge(api, &user).await;
    api.set_lockout(3, 60).await;
    block(api, &user).await;
    for code in [challenge.code.clone(), challenge.wrong_code()] {
        let reply = api.try_code(&user, &challenge, &code).await;
        reply.is_error(400, BLOCKED);
        reply.retry_after();
    }
}

async fn code_failures_block_passwords(api: &Api) {
    let user = api.ada().await;
    api.set_lockout(3, 60).await;
    let challenge = own_challenge(api, &user).await;
    for _ in 0..2 {
        let reply = api.wrong_code(&user, &challenge).await;
        reply.is_error(400, CODE_MISMATCH);
    }
    let reply = api.wrong_code(&user, &challenge).await;
    reply.is_error(400, BLOCKED);
    is_blocked(api, &user).await;
}

async fn password_and_codes_share_one_pool(api: &Api) {
    let user = api.ada().await;
    api.set_lockout(4, 60).await;
    let mail = own_challenge(api, &user).await;
    let sms = api.challenge(&user, phone(PHONE)).await;
    fail(api, &user, 1).await;
    for challenge in [&mail, &sms] {
        let reply = api.wrong_code(&user, challenge).await;
        reply.is_error(400, CODE_MISMATCH);
    }
    api.wrong_password(&user).await.is_error(400, BLOCKED);
    api.right_code(&user, &mail).await.is_error(400, BLOCKED);
    api.right_code(&user, &sms).await.is_error(400, BLOCKED);
}

async fn new_challenge_buys_no_guesses(api: &Api) {
    let user = api.ada().await;
    api.set_lockout(3, 60).await;
    for _ in 0..2 {
        let challenge = own_challenge(api, &user).await;
        let reply = api.wrong_code(&user, &challenge).await;
        reply.is_error(400, CODE_MISMATCH);
    }
    let challenge = own_challenge(api, &user).await;
    let reply = api.wrong_code(&user, &challenge).await;
    reply.is_error(400, BLOCKED);
}

async fn new_address_buys_no_guesses(api: &Api) {
    let user = api.ada().await;
    api.set_lockout(3, 60).await;
    for address in ["one@example.com", "two@example.com"] {
        let challenge = api.challenge(&user, email(address)).await;
        let reply = api.wrong_code(&user, &challenge).await;
        reply.is_error(400, CODE_MISMATCH);
    }
    let challenge = api.challenge(&user, email("three@example.com")).await;
    let reply = api.wrong_code(&user, &challenge).await;
    reply.is_error(400, BLOCKED);
}

async fn success_does_not_reset_it(api: &Api) {
    let user = api.ada().await;
    api.set_lockout(3, 60).await;
    fail(api, &user, 2).await;
    is_not_blocked(api, &user).await;
    api.wrong_password(&user).await.is_error(400, BLOCKED);
}

async fn success_of_a_code_does_not_reset_it(api: &Api) {
    let user = api.ada().await;
    api.set_lockout(3, 60).await;
    fail(api, &user, 2).await;
    let challenge = own_challenge(api, &user).await;
    api.right_code(&user, &challenge).await.is(200);
    api.wrong_password(&user).await.is_error(400, BLOCKED);
}

async fn successes_do_not_count(api: &Api) {
    let user = api.ada().await;
    api.set_lockout(3, 60).await;
    for _ in 0..4 {
        is_not_blocked(api, &user).await;
        let challenge = own_challenge(api, &user).await;
        api.right_code(&user, &challenge).await.is(200);
    }
    block(api, &user).await;
}

async fn failures_older_than_an_hour_do_not_count(api: &Api) {
    let user = api.ada().await;
    api.set_lockout(3, 60).await;
    fail(api, &user, 2).await;
    api.advance(HOUR + 1).await;
    fail(api, &user, 2).await;
    api.wrong_password(&user).await.is_error(400, BLOCKED);
}

async fn one_more_failure_blocks_again(api: &Api) {
    let user = blocked_user(api, 10).await;
    api.advance(10 * 60 + 1).await;
    let reply = api.wrong_password(&user).await;
    reply.is_error(400, BLOCKED);
    reply.retry_after();
    is_blocked(api, &user).await;
}

async fn right_answer_passes_after_every_block(api: &Api) {
    let user = blocked_user(api, 5).await;
    for _ in 0..3 {
        api.advance(5 * 60 + 1).await;
        is_not_blocked(api, &user).await;
        api.wrong_password(&user).await.is_error(400, BLOCKED);
        is_blocked(api, &user).await;
    }
    api.advance(5 * 60 + 1).await;
    is_not_blocked(api, &user).await;
}

async fn block_uses_up_no_try(api: &Api) {
    let user = api.ada().await;
    api.set_code_policy(600, 1).await;
    api.set_lockout(3, 5).await;
    let challenge = own_challenge(api, &user).await;
    block(api, &user).await;
    for code in challenge.wrong_codes(5) {
        let reply = api.try_code(&user, &challenge, &code).await;
        reply.is_error(400, BLOCKED);
    }
    api.advance(5 * 60 + 1).await;
    api.right_code(&user, &challenge).await.is(200);
}

async fn block_uses_up_no_right_code(api: &Api) {
    let user = api.ada().await;
    api.set_lockout(3, 5).await;
    let challenge = own_challenge(api, &user).await;
    block(api, &user).await;
    for _ in 0..3 {
        let reply = api.right_code(&user, &challenge).await;
        reply.is_error(400, BLOCKED);
    }
    let reply = api.set_password(&user.token, &challenge.id, "irrelevant").await;
    reply.is_error(401, "verification_record.permission_denied");
    api.advance(5 * 60 + 1).await;
    api.right_code(&user, &challenge).await.is(200);
}

async fn block_is_not_prolonged_by_attempts(api: &Api) {
    let user = blocked_user(api, 10).await;
    api.advance(9 * 60).await;
    for _ in 0..10 {
        api.wrong_password(&user).await.is_error(400, BLOCKED);
    }
    api.advance(61).await;
    is_not_blocked(api, &user).await;
}

async fn spares_other_users(api: &Api) {
    let bob = api.bob().await;
    let user = blocked_user(api, 60).await;
    // Not even for a code sent to the same address.
    let challenge = api.challenge(&bob, email(EMAIL)).await;
    api.right_code(&bob, &challenge).await.is(200);
    fail(api, &bob, 2).await;
    is_not_blocked(api, &bob).await;
    is_blocked(api, &user).await;
    let challenge = api.challenge(&bob, email(NEW_EMAIL)).await;
    api.right_code(&bob, &challenge).await.is(200);
}

async fn follows_the_user_across_tokens(api: &Api) {
    let user = blocked_user(api, 60).await;
    let token = api.token(&user.id, serde_json::json!({ "clientId": "another" })).await;
    let user = User { id: user.id, token };
    is_blocked(api, &user).await;
}

async fn holds_at_both_password_paths(api: &Api) {
    let user = api.ada().await;
    api.set_lockout(1, 60).await;
    api.wrong_password(&user).await.is_error(400, BLOCKED);
    for path in [PASSWORD_PATH, PASSWORD_SHORT_PATH] {
        let call = api.post(path).bearer(&user.token);
        call.json(&json!({ "password": PASSWORD })).await.is_error(400, BLOCKED);
    }
}
