//! Checking a code: every row in its order, and what each costs (contract, section 5).

use std::sync::Arc;

use libtest_mimic::Trial;

use crate::client::{Api, section};
use crate::journey::{EMAIL, NEW_EMAIL, NEW_PHONE, OTHER_PASSWORD, PHONE, altered, email, phone};

pub(crate) const RECORD_NOT_FOUND: &str = "verification_record.not_found";
pub(crate) const CODE_NOT_FOUND: &str = "verification_code.not_found";
pub(crate) const EMAIL_MISMATCH: &str = "verification_code.email_mismatch";
const PHONE_MISMATCH: &str = "verification_code.phone_mismatch";
pub(crate) const EXPIRED: &str = "verification_code.expired";
pub(crate) const EXCEED_MAX_TRY: &str = "verification_code.exceed_max_try";
pub(crate) const CODE_MISMATCH: &str = "verification_code.code_mismatch";

/// Shortest life of a code a policy allows, seconds.
pub(crate) const CODE_MINUTE: u64 = 60;

pub(crate) fn trials(api: &Arc<Api>) -> Vec<Trial> {
    let mut trials = section![api, "check":
        right_code_verifies,
        right_code_for_a_new_identifier_verifies,
        code_with_a_space_verifies,
        id_from_the_send_is_no_record_before,
        id_from_the_send_is_a_record_afterwards,
        answer_is_a_record,
        forged_at_any_character,
        phone_mismatch,
        code_of_another_shape_is_a_mismatch,
        ten_wrong_codes_are_code_mismatch,
        eleventh_wrong_code_is_exceed_max_try,
        tries_are_counted_for_each_challenge,
        code_is_good_within_its_policy,
        verified_record_stays_verified,
        earlier_codes_stay_valid,
        code_of_another_challenge_is_wrong,
    ];
    trials.extend(section![api, "check::order":
        unknown_id_before_empty_code,
        empty_code_before_other_value,
        already_verified_before_other_value,
        already_verified_before_expired,
        other_value_before_expired,
        other_value_before_tries_used_up,
        expired_before_tries_used_up,
        expired_before_wrong_code,
    ]);
    trials
}

async fn right_code_verifies(api: &Api) {
    let user = api.ada().await;
    for own in [email(EMAIL), phone(PHONE)] {
        let record = api.code_record(&user, own).await;
        let reply = api.set_password(&user.token, &record, OTHER_PASSWORD).await;
        reply.holds([204, 422].contains(&reply.status), "expected permission");
    }
}

async fn right_code_for_a_new_identifier_verifies(api: &Api) {
    let user = api.ada().await;
    for new in [email(NEW_EMAIL), phone(NEW_PHONE)] {
        api.code_record(&user, new).await;
    }
}

/// People copy a code in the groups their mail program shows.
async fn code_with_a_space_verifies(api: &Api) {
    let user = api.ada().await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    let (head, tail) = challenge.code.split_at(3);
    let reply = api.try_code(&user, &challenge, &format!("{head} {tail}")).await;
    reply.is(200);
}

async fn id_from_the_send_is_no_record_before(api: &Api) {
    let user = api.ada().await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    api.set_password(&user.token, &challenge.id, OTHER_PASSWORD)
        .await
        .is_error(401, "verification_record.permission_denied");
    api.right_code(&user, &challenge).await.is(200);
}

async fn id_from_the_send_is_a_record_afterwards(api: &Api) {
    let user = api.ada().await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    api.verified(&user, &challenge).await;
    let reply = api.set_password(&user.token, &challenge.id, OTHER_PASSWORD).await;
    reply.is(204);
}

async fn answer_is_a_record(api: &Api) {
    let user = api.ada().await;
    let record = api.code_record(&user, email(EMAIL)).await;
    let reply = api.set_password(&user.token, &record, OTHER_PASSWORD).await;
    reply.is(204);
}

async fn forged_at_any_character(api: &Api) {
    let user = api.ada().await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    let cut = challenge.id[..challenge.id.len() - 1].to_owned();
    for id in altered(&challenge.id).into_iter().chain([cut]) {
        let call = api.check_code(&user.token, &challenge.identifier, &id, &challenge.code);
        call.await.is_error(400, RECORD_NOT_FOUND);
    }
    api.right_code(&user, &challenge).await.is(200);
}

async fn phone_mismatch(api: &Api) {
    let user = api.ada().await;
    let challenge = api.challenge(&user, phone(PHONE)).await;
    let call = api.check_code(&user.token, &phone(NEW_PHONE), &challenge.id, &challenge.code);
    call.await.is_error(400, PHONE_MISMATCH);
}

async fn code_of_another_shape_is_a_mismatch(api: &Api) {
    let user = api.ada().await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    let longer = format!("{}0", challenge.code);
    for code in ["abcdef", &challenge.code[..5], &longer] {
        let reply = api.try_code(&user, &challenge, code).await;
        reply.is_error(400, CODE_MISMATCH);
    }
}

async fn ten_wrong_codes_are_code_mismatch(api: &Api) {
    let user = api.ada().await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    for code in challenge.wrong_codes(10) {
        let reply = api.try_code(&user, &challenge, &code).await;
        reply.is_error(400, CODE_MISMATCH);
    }
}

async fn eleventh_wrong_code_is_exceed_max_try(api: &Api) {
    let user = api.ada().await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    let mut wrong = challenge.wrong_codes(11);
    let eleventh = wrong.split_off(10);
    for code in wrong {
        api.try_code(&user, &challenge, &code).await.is(400);
    }
    for code in eleventh.iter().chain([&challenge.code]) {
        let reply = api.try_code(&user, &challenge, code).await;
        reply.is_error(400, EXCEED_MAX_TRY);
    }
}

async fn tries_are_counted_for_each_challenge(api: &Api) {
    let user = api.ada().await;
    api.set_code_policy(600, 1).await;
    let first = api.challenge(&user, email(EMAIL)).await;
    let second = api.challenge(&user, email(EMAIL)).await;
    let reply = api.wrong_code(&user, &first).await;
    reply.is_error(400, CODE_MISMATCH);
    let reply = api.right_code(&user, &first).await;
    reply.is_error(400, EXCEED_MAX_TRY);
    api.right_code(&user, &second).await.is(200);
}

async fn code_is_good_within_its_policy(api: &Api) {
    let user = api.ada().await;
    api.set_code_policy(CODE_MINUTE, 10).await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    api.advance(CODE_MINUTE - 15).await;
    api.right_code(&user, &challenge).await.is(200);
}

async fn verified_record_stays_verified(api: &Api) {
    let user = api.ada().await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    let record = api.verified(&user, &challenge).await;
    for code in [challenge.code.clone(), challenge.wrong_code()] {
        let reply = api.try_code(&user, &challenge, &code).await;
        reply.is_error(400, CODE_NOT_FOUND);
    }
    let reply = api.set_password(&user.token, &record, OTHER_PASSWORD).await;
    reply.is(204);
}

async fn earlier_codes_stay_valid(api: &Api) {
    let user = api.ada().await;
    let first = api.challenge(&user, email(EMAIL)).await;
    let second = api.challenge(&user, email(EMAIL)).await;
    let third = api.challenge(&user, email(EMAIL)).await;
    for challenge in [second, first, third] {
        api.right_code(&user, &challenge).await.is(200);
    }
}

async fn code_of_another_challenge_is_wrong(api: &Api) {
    let user = api.ada().await;
    let first = api.challenge(&user, email(EMAIL)).await;
    let mut second = api.challenge(&user, email(EMAIL)).await;
    // Once in a million runs two draws are alike.
    while second.code == first.code {
        second = api.challenge(&user, email(EMAIL)).await;
    }
    let reply = api.try_code(&user, &first, &second.code).await;
    reply.is_error(400, CODE_MISMATCH);
}

async fn unknown_id_before_empty_code(api: &Api) {
    let user = api.ada().await;
    let call = api.check_code(&user.token, &email(EMAIL), "an-unknown-id", "");
    call.await.is_error(400, RECORD_NOT_FOUND);
}

async fn empty_code_before_other_value(api: &Api) {
    let user = api.ada().await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    let call = api.check_code(&user.token, &email(NEW_EMAIL), &challenge.id, "");
    call.await.is_error(400, CODE_NOT_FOUND);
}

async fn already_verified_before_other_value(api: &Api) {
    let user = api.ada().await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    api.verified(&user, &challenge).await;
    let call = api.check_code(&user.token, &email(NEW_EMAIL), &challenge.id, &challenge.code);
    call.await.is_error(400, CODE_NOT_FOUND);
}

async fn already_verified_before_expired(api: &Api) {
    let user = api.ada().await;
    api.set_code_policy(CODE_MINUTE, 10).await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    api.verified(&user, &challenge).await;
    api.advance(CODE_MINUTE + 1).await;
    let reply = api.right_code(&user, &challenge).await;
    reply.is_error(400, CODE_NOT_FOUND);
}

async fn other_value_before_expired(api: &Api) {
    let user = api.ada().await;
    api.set_code_policy(CODE_MINUTE, 10).await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    api.advance(CODE_MINUTE + 1).await;
    let call = api.check_code(&user.token, &email(NEW_EMAIL), &challenge.id, &challenge.code);
    call.await.is_error(400, EMAIL_MISMATCH);
}

async fn other_value_before_tries_used_up(api: &Api) {
    let user = api.ada().await;
    api.set_code_policy(600, 1).await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    let reply = api.wrong_code(&user, &challenge).await;
    reply.is_error(400, CODE_MISMATCH);
    let call = api.check_code(&user.token, &email(NEW_EMAIL), &challenge.id, &challenge.code);
    call.await.is_error(400, EMAIL_MISMATCH);
}

async fn expired_before_tries_used_up(api: &Api) {
    let user = api.ada().await;
    api.set_code_policy(CODE_MINUTE, 1).await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    let reply = api.wrong_code(&user, &challenge).await;
    reply.is_error(400, CODE_MISMATCH);
    api.advance(CODE_MINUTE + 1).await;
    let reply = api.right_code(&user, &challenge).await;
    reply.is_error(400, EXPIRED);
}

async fn expired_before_wrong_code(api: &Api) {
    let user = api.ada().await;
    api.set_code_policy(CODE_MINUTE, 10).await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    api.advance(CODE_MINUTE + 1).await;
    let reply = api.wrong_code(&user, &challenge).await;
    reply.is_error(400, EXPIRED);
}
