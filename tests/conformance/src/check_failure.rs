//! Failed checks, row by row: the answer, and what it costs (contract, section 5).

use std::sync::Arc;

use libtest_mimic::Trial;
use serde_json::Value;

use crate::check::{
    CODE_MINUTE, CODE_MISMATCH, CODE_NOT_FOUND, EMAIL_MISMATCH, EXCEED_MAX_TRY, EXPIRED,
    RECORD_NOT_FOUND,
};
use crate::client::{Api, Call, trial};
use crate::control::User;
use crate::journey::{BLOCKED, EMAIL, NEW_EMAIL, PHONE, WRONG, email, phone};

pub(crate) fn trials(api: &Arc<Api>) -> Vec<Trial> {
    let mut trials = Vec::new();
    for row in NOT_FOUND {
        let name = format!("check::not_found::{}", row.name());
        trials.push(trial(api, name, async move |api: &Api| not_found(api, row).await));
    }
    for row in FAILURES {
        let name = format!("check::failure::{}", row.name());
        trials.push(trial(api, name, async move |api: &Api| answers(api, row).await));
        let name = format!("check::counts_towards_lockout::{}", row.name());
        trials.push(trial(api, name, async move |api: &Api| counts(api, row).await));
        let name = format!("check::blocked_by_itself::{}", row.name());
        trials.push(trial(api, name, async move |api: &Api| blocks(api, row).await));
    }
    for row in [Failure::EmptyCode, Failure::OtherValue] {
        let name = format!("check::uses_up_no_try::{}", row.name());
        trials.push(trial(api, name, async move |api: &Api| uses_up_no_try(api, row).await));
    }
    trials
}

/// The rows where no challenge is found: they count towards nothing.
#[derive(Clone, Copy)]
enum NotFound {
    Unknown,
    Forged,
    Expired,
    PasswordRecord,
    EmailAsPhone,
    PhoneAsEmail,
    OtherUser,
}

const NOT_FOUND: [NotFound; 7] = [
    NotFound::Unknown,
    NotFound::Forged,
    NotFound::Expired,
    NotFound::PasswordRecord,
    NotFound::EmailAsPhone,
    NotFound::PhoneAsEmail,
    NotFound::OtherUser,
];

impl NotFound {
    fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Forged => "forged",
            Self::Expired => "expired",
            Self::PasswordRecord => "password_record",
            Self::EmailAsPhone => "email_as_phone",
            Self::PhoneAsEmail => "phone_as_email",
            Self::OtherUser => "other_user",
        }
    }

    /// The identifier, id and code to try.
    async fn prepare(self, api: &Api, user: &User) -> (Value, String, String) {
        let own = api.challenge(user, email(EMAIL)).await;
        match self {
            Self::Unknown => (own.identifier, "an-unknown-id".to_owned(), own.code),
            Self::Forged => (own.identifier, own.id + "A", own.code),
            Self::Expired => {
                api.advance(601).await;
                (own.identifier, own.id, own.code)
            }
            Self::PasswordRecord => {
                let record = api.password_record(user).await;
                (own.identifier, record, own.code)
            }
            Self::EmailAsPhone => (phone(PHONE), own.id, own.code),
            Self::PhoneAsEmail => {
                let sms = api.challenge(user, phone(PHONE)).await;
                (email(EMAIL), sms.id, sms.code)
            }
            Self::OtherUser => {
                let other = api.bob().await;
                let theirs = api.challenge(&other, email(EMAIL)).await;
                (theirs.identifier, theirs.id, theirs.code)
            }
        }
    }
}

async fn not_found(api: &Api, row: NotFound) {
    let user = api.ada().await;
    api.set_lockout(2, 60).await;
    let (identifier, id, code) = row.prepare(api, &user).await;
    for _ in 0..4 {
        let call = api.check_code(&user.token, &identifier, &id, &code);
        call.await.is_error(400, RECORD_NOT_FOUND);
    }
    // The first failure that counts.
    api.wrong_password(&user).await.is_error(422, WRONG);
    api.wrong_password(&user).await.is_error(400, BLOCKED);
}

/// The rows that fail with a challenge found: they count towards the lockout.
#[derive(Clone, Copy)]
enum Failure {
    EmptyCode,
    AlreadyVerified,
    OtherValue,
    Expired,
    TriesUsedUp,
    WrongCode,
}

const FAILURES: [Failure; 6] = [
    Failure::EmptyCode,
    Failure::AlreadyVerified,
    Failure::OtherValue,
    Failure::Expired,
    Failure::TriesUsedUp,
    Failure::WrongCode,
];

impl Failure {
    fn name(self) -> &'static str {
        match self {
            Self::EmptyCode => "empty_code",
            Self::AlreadyVerified => "already_verified",
            Self::OtherValue => "other_value",
            Self::Expired => "expired",
            Self::TriesUsedUp => "tries_used_up",
            Self::WrongCode => "wrong_code",
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::EmptyCode | Self::AlreadyVerified => CODE_NOT_FOUND,
            Self::OtherValue => EMAIL_MISMATCH,
            Self::Expired => EXPIRED,
            Self::TriesUsedUp => EXCEED_MAX_TRY,
            Self::WrongCode => CODE_MISMATCH,
        }
    }

    /// Failures it takes to get to this one.
    fn failures_before(self) -> u64 {
        u64::from(matches!(self, Self::TriesUsedUp))
    }

    /// A call that fails in this way.
    async fn prepare(self, api: &Api, user: &User) -> Call {
        match self {
            Self::Expired => api.set_code_policy(CODE_MINUTE, 10).await,
            Self::TriesUsedUp => api.set_code_policy(600, 1).await,
            _ => {}
        }
        let challenge = api.challenge(user, email(EMAIL)).await;
        match self {
            Self::EmptyCode => api.try_code(user, &challenge, ""),
            Self::AlreadyVerified => {
                api.verified(user, &challenge).await;
                api.right_code(user, &challenge)
            }
            Self::OtherValue => {
                let other = email(NEW_EMAIL);
                api.check_code(&user.token, &other, &challenge.id, &challenge.code)
            }
            Self::Expired => {
                api.advance(CODE_MINUTE + 1).await;
                api.right_code(user, &challenge)
            }
            Self::TriesUsedUp => {
                let reply = api.wrong_code(user, &challenge).await;
                reply.is_error(400, CODE_MISMATCH);
                api.right_code(user, &challenge)
            }
            Self::WrongCode => api.wrong_code(user, &challenge),
        }
    }
}

async fn answers(api: &Api, row: Failure) {
    let user = api.ada().await;
    let call = row.prepare(api, &user).await;
    call.await.is_error(400, row.code());
}

async fn counts(api: &Api, row: Failure) {
    let user = api.ada().await;
    api.set_lockout(2 + row.failures_before(), 60).await;
    let call = row.prepare(api, &user).await;
    call.await.is_error(400, row.code());
    api.wrong_password(&user).await.is_error(400, BLOCKED);
}

async fn blocks(api: &Api, row: Failure) {
    let user = api.ada().await;
    api.set_lockout(2 + row.failures_before(), 60).await;
    let call = row.prepare(api, &user).await;
    api.wrong_password(&user).await.is_error(422, WRONG);
    let reply = call.await;
    reply.is_error(400, BLOCKED);
    reply.retry_after();
}

async fn uses_up_no_try(api: &Api, row: Failure) {
    let user = api.ada().await;
    api.set_code_policy(600, 1).await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    for _ in 0..5 {
        let call = match row {
            Failure::EmptyCode => api.try_code(&user, &challenge, ""),
            _ => api.check_code(&user.token, &email(NEW_EMAIL), &challenge.id, &challenge.code),
        };
        call.await.is_error(400, row.code());
    }
    api.right_code(&user, &challenge).await.is(200);
}
