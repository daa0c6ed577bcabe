//! Parallel requests: counting comes before comparing, so they gain nothing (sections 4 to 6).

use std::collections::BTreeMap;
use std::sync::Arc;

use libtest_mimic::Trial;
use serde_json::json;

use crate::client::{Api, Call, Reply, at_once, section};
use crate::control::User;
use crate::journey::{
    BLOCKED, Challenge, EMAIL, EMAIL_PATH, NEW_EMAIL, OTHER_PASSWORD, WRONG, email,
};

const CODE_MISMATCH: &str = "verification_code.code_mismatch";
const EXCEED_MAX_TRY: &str = "verification_code.exceed_max_try";

pub(crate) fn trials(api: &Arc<Api>) -> Vec<Trial> {
    section![api, "races":
        two_hundred_wrong_guesses_compare_at_most_ten,
        two_hundred_guesses_across_challenges_stay_below_the_lockout,
        twenty_right_answers_verify_once,
        right_answer_among_wrong_ones_after_the_tries,
        two_hundred_wrong_passwords_stay_below_the_lockout,
        right_passwords_behind_the_lockout_are_not_compared,
        parallel_right_passwords_are_no_failures,
        parallel_right_codes_are_no_failures,
        after_a_block_at_most_one_wrong_password_is_compared,
        after_a_block_at_most_one_wrong_code_is_compared,
        after_a_block_right_passwords_behind_a_wrong_one_are_not_compared,
        thirty_sends_send_ten,
        one_address_goes_to_one_user,
    ]
}

/// How many replies there were of each status and error code.
struct Tally(BTreeMap<(u16, String), usize>);

impl Tally {
    fn of(replies: &[Reply]) -> Self {
        let mut counts = BTreeMap::new();
        for reply in replies {
            *counts.entry((reply.status, reply.code())).or_default() += 1;
        }
        Self(counts)
    }

    fn count(&self, status: u16, code: &str) -> usize {
        let key = (status, code.to_owned());
        self.0.get(&key).copied().unwrap_or_default()
    }

    #[track_caller]
    fn holds(&self, condition: bool, expected: &str) {
        assert!(condition, "{expected}\nreplies: {:?}", self.0);
    }
}

fn guesses(api: &Api, user: &User, challenge: &Challenge, count: usize) -> Vec<Call> {
    let codes = challenge.wrong_codes(count);
    codes.iter().map(|code| api.try_code(user, challenge, code)).collect()
}

async fn two_hundred_wrong_guesses_compare_at_most_ten(api: &Api) {
    let user = api.ada().await;
    // Out of the way: here it is the tries that count.
    api.set_lockout(1000, 60).await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    let replies = at_once(guesses(api, &user, &challenge, 200)).await;
    let tally = Tally::of(&replies);
    let compared = tally.count(400, CODE_MISMATCH);
    tally.holds((1..=10).contains(&compared), "expected 1 to 10 comparisons");
    tally.holds(
        compared + tally.count(400, EXCEED_MAX_TRY) == 200,
        "expected exceed_max_try for all others",
    );
    let reply = api.right_code(&user, &challenge).await;
    reply.is_error(400, EXCEED_MAX_TRY);
}

async fn two_hundred_guesses_across_challenges_stay_below_the_lockout(api: &Api) {
    let user = api.ada().await;
    let mut calls = Vec::new();
    let mut last = None;
    for address in [EMAIL, NEW_EMAIL] {
        for _ in 0..10 {
            let challenge = api.challenge(&user, email(address)).await;
            calls.extend(guesses(api, &user, &challenge, 10));
            last = Some(challenge);
        }
    }
    let tally = Tally::of(&at_once(calls).await);
    let compared = tally.count(400, CODE_MISMATCH);
    // The hundredth failure answers blocked itself.
    tally.holds(compared <= 99, "expected at most 99 code_mismatch");
    tally.holds(compared + tally.count(400, BLOCKED) == 200, "expected blocked for all others");
    let last = last.expect("one of twenty challenges");
    let reply = api.right_code(&user, &last).await;
    reply.is_error(400, BLOCKED);
}

async fn twenty_right_answers_verify_once(api: &Api) {
    let user = api.ada().await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    let replies = at_once((0..20).map(|_| api.right_code(&user, &challenge))).await;
    let tally = Tally::of(&replies);
    tally.holds(tally.count(200, "") == 1, "expected exactly one success");
    let refused = replies.iter().filter(|reply| reply.status == 400).count();
    tally.holds(refused == 19, "expected a refusal for all others");
    let verified = replies.iter().find(|reply| reply.status == 200);
    let record = verified.expect("one success").text("verificationRecordId");
    let reply = api.set_password(&user.token, &record, OTHER_PASSWORD).await;
    reply.is(204);
}

async fn right_answer_among_wrong_ones_after_the_tries(api: &Api) {
    let user = api.ada().await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    for call in guesses(api, &user, &challenge, 10) {
        call.await.is_error(400, CODE_MISMATCH);
    }
    let mut calls = guesses(api, &user, &challenge, 20);
    calls.extend((0..20).map(|_| api.right_code(&user, &challenge)));
    let tally = Tally::of(&at_once(calls).await);
    tally.holds(tally.count(400, EXCEED_MAX_TRY) == 40, "expected exceed_max_try for all");
}

async fn two_hundred_wrong_passwords_stay_below_the_lockout(api: &Api) {
    let user = api.ada().await;
    api.set_lockout(20, 60).await;
    let replies = at_once((0..200).map(|_| api.wrong_password(&user))).await;
    let tally = Tally::of(&replies);
    let compared = tally.count(422, WRONG);
    // The twentieth failure answers blocked itself.
    tally.holds(compared <= 19, "expected at most 19 invalid_credentials");
    tally.holds(compared + tally.count(400, BLOCKED) == 200, "expected blocked for all others");
    api.right_password(&user).await.is_error(400, BLOCKED);
}

/// An implementation that compares first and counts afterwards answers *blocked* to wrong guesses
/// too, but it lets the right one pass.
async fn right_passwords_behind_the_lockout_are_not_compared(api: &Api) {
    let user = api.ada().await;
    api.set_lockout(20, 60).await;
    right_behind_wrong(api, &user, 180).await;
    // Each right one that overtook has given its failure back, so that as many wrong ones are left.
    for _ in 0..20 {
        if api.wrong_password(&user).await.code() == BLOCKED {
            break;
        }
    }
    api.right_password(&user).await.is_error(400, BLOCKED);
}

/// Right passwords sent in parallel, behind more wrong ones than are allowed.
async fn right_behind_wrong(api: &Api, user: &User, wrong: usize) {
    const RIGHT: usize = 20;
    let mut calls: Vec<Call> = (0..wrong).map(|_| api.wrong_password(user)).collect();
    calls.extend((0..RIGHT).map(|_| api.right_password(user)));
    let tally = Tally::of(&at_once(calls).await);
    // Some may overtake on their way; nearly all of them passing is no accident.
    tally.holds(
        tally.count(201, "") <= RIGHT * 3 / 4,
        "expected the right passwords to be refused like the wrong ones",
    );
}

async fn parallel_right_passwords_are_no_failures(api: &Api) {
    let user = api.ada().await;
    api.set_lockout(5, 60).await;
    let replies = at_once((0..4).map(|_| api.right_password(&user))).await;
    let tally = Tally::of(&replies);
    tally.holds(tally.count(201, "") == 4, "expected four records");
    for _ in 0..4 {
        api.wrong_password(&user).await.is_error(422, WRONG);
    }
    api.wrong_password(&user).await.is_error(400, BLOCKED);
}

async fn parallel_right_codes_are_no_failures(api: &Api) {
    let user = api.ada().await;
    api.set_lockout(5, 60).await;
    let mut calls = Vec::new();
    for _ in 0..4 {
        let challenge = api.challenge(&user, email(EMAIL)).await;
        calls.push(api.right_code(&user, &challenge));
    }
    let tally = Tally::of(&at_once(calls).await);
    tally.holds(tally.count(200, "") == 4, "expected four records");
    for _ in 0..4 {
        api.wrong_password(&user).await.is_error(422, WRONG);
    }
    api.wrong_password(&user).await.is_error(400, BLOCKED);
}

/// A block of ten minutes that has just ended, while its failures still count.
async fn after_a_block(api: &Api, user: &User) {
    api.set_lockout(3, 10).await;
    for _ in 0..2 {
        api.wrong_password(user).await.is_error(422, WRONG);
    }
    api.wrong_password(user).await.is_error(400, BLOCKED);
    api.advance(10 * 60 + 1).await;
}

async fn after_a_block_at_most_one_wrong_password_is_compared(api: &Api) {
    let user = api.ada().await;
    after_a_block(api, &user).await;
    let replies = at_once((0..50).map(|_| api.wrong_password(&user))).await;
    let tally = Tally::of(&replies);
    let compared = tally.count(422, WRONG);
    tally.holds(compared <= 1, "expected at most one comparison");
    tally.holds(compared + tally.count(400, BLOCKED) == 50, "expected blocked for all others");
    api.right_password(&user).await.is_error(400, BLOCKED);
}

async fn after_a_block_at_most_one_wrong_code_is_compared(api: &Api) {
    let user = api.ada().await;
    after_a_block(api, &user).await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    let tally = Tally::of(&at_once(guesses(api, &user, &challenge, 50)).await);
    let compared = tally.count(400, CODE_MISMATCH);
    tally.holds(compared <= 1, "expected at most one comparison");
    tally.holds(compared + tally.count(400, BLOCKED) == 50, "expected blocked for all others");
    let reply = api.right_code(&user, &challenge).await;
    reply.is_error(400, BLOCKED);
}

async fn after_a_block_right_passwords_behind_a_wrong_one_are_not_compared(api: &Api) {
    let user = api.ada().await;
    after_a_block(api, &user).await;
    right_behind_wrong(api, &user, 60).await;
    // Where a right one took the only place, no wrong one was compared: this one is.
    api.wrong_password(&user).await.is_error(400, BLOCKED);
    api.right_password(&user).await.is_error(400, BLOCKED);
}

async fn thirty_sends_send_ten(api: &Api) {
    let user = api.ada().await;
    let sends = (0..30).map(|_| api.send_code(&user.token, &email(EMAIL)));
    let tally = Tally::of(&at_once(sends).await);
    tally.holds(tally.count(201, "") == 10, "expected exactly ten sends");
    tally.holds(
        tally.count(429, "request.message_rate_limited") == 20,
        "expected a rate limit for all others",
    );
    assert_eq!(api.outbox(EMAIL).await.len(), 10, "messages in the outbox");
}

async fn one_address_goes_to_one_user(api: &Api) {
    let users = [api.ada().await, api.bob().await];
    let mut calls = Vec::new();
    for user in &users {
        let record = api.password_record(user).await;
        let proof = api.code_record(user, email(NEW_EMAIL)).await;
        let body = json!({ "email": NEW_EMAIL, "newIdentifierVerificationRecordId": proof });
        let call = api.post(EMAIL_PATH).bearer(&user.token).record(&record);
        calls.push(call.json(&body));
    }
    let tally = Tally::of(&at_once(calls).await);
    tally.holds(tally.count(204, "") == 1, "expected exactly one to get it");
    tally.holds(
        tally.count(422, "user.email_already_in_use") == 1,
        "expected the other to be told that it is in use",
    );
}
