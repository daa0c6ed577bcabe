//! Using a record: what gives permission and what does not (contract, section 7).

use std::sync::Arc;

use libtest_mimic::Trial;
use serde_json::json;

use crate::client::{Api, Reply, section, trial};
use crate::control::User;
use crate::journey::{
    EMAIL, NEW_EMAIL, NEW_PASSWORD_PATH, NEW_PHONE, OTHER_PASSWORD, PASSWORD, PHONE, altered,
    email, phone,
};
use crate::paths::{Operation, operations};

const DENIED: &str = "verification_record.permission_denied";

pub(crate) fn trials(api: &Arc<Api>) -> Vec<Trial> {
    let mut trials = section![api, "record":
        no_record_looks_like_none_but_a_record,
        reusable_until_it_expires,
        check_does_not_extend_it,
        altered_at_any_character,
        altered_code_record_at_any_character,
        works_with_another_token_of_the_user,
    ];
    for operation in operations().into_iter().filter(Operation::is_protected) {
        for source in DENIED_SOURCES {
            let name = format!("record::denied::{}::{}", source.name(), operation.name);
            let operation = operation.clone();
            trials.push(trial(api, name, async move |api: &Api| {
                is_denied_on(api, source, &operation).await;
            }));
        }
        for source in GRANTED_SOURCES {
            let name = format!("record::granted::{}::{}", source.name(), operation.name);
            let operation = operation.clone();
            trials.push(trial(api, name, async move |api: &Api| {
                is_granted_on(api, source, &operation).await;
            }));
        }
    }
    trials
}

/// Where the value of the header comes from.
#[derive(Clone, Copy)]
enum Source {
    None,
    Garbage,
    AccessToken,
    OtherUser,
    ExpiredPassword,
    ExpiredCode,
    Unverified,
    TriedInVain,
    BindMfaEmail,
    BindMfaPhone,
    NewEmail,
    NewPhone,
    Password,
    EmailCode,
    PhoneCode,
    IdFromTheSend,
}

const DENIED_SOURCES: [Source; 12] = [
    Source::None,
    Source::Garbage,
    Source::AccessToken,
    Source::OtherUser,
    Source::ExpiredPassword,
    Source::ExpiredCode,
    Source::Unverified,
    Source::TriedInVain,
    Source::BindMfaEmail,
    Source::BindMfaPhone,
    Source::NewEmail,
    Source::NewPhone,
];

const GRANTED_SOURCES: [Source; 4] =
    [Source::Password, Source::EmailCode, Source::PhoneCode, Source::IdFromTheSend];

impl Source {
    fn name(self) -> &'static str {
        match self {
            Self::None => "no_header",
            Self::Garbage => "garbage",
            Self::AccessToken => "access_token",
            Self::OtherUser => "other_user",
            Self::ExpiredPassword => "expired_password",
            Self::ExpiredCode => "expired_code",
            Self::Unverified => "unverified_challenge",
            Self::TriedInVain => "challenge_tried_in_vain",
            Self::BindMfaEmail => "bind_mfa_email",
            Self::BindMfaPhone => "bind_mfa_phone",
            Self::NewEmail => "new_email",
            Self::NewPhone => "new_phone",
            Self::Password => "password",
            Self::EmailCode => "email_code",
            Self::PhoneCode => "phone_code",
            Self::IdFromTheSend => "id_from_the_send",
        }
    }

    /// The values to send, each on its own.
    async fn records(self, api: &Api, user: &User) -> Vec<String> {
        let record = match self {
            Self::None => return Vec::new(),
            Self::Garbage => return garbage(),
            Self::AccessToken => user.token.clone(),
            Self::OtherUser => api.password_record(&api.bob().await).await,
            Self::ExpiredPassword => {
                let record = api.password_record(user).await;
                api.advance(601).await;
                record
            }
            Self::ExpiredCode => {
                let challenge = api.challenge(user, email(EMAIL)).await;
                let record = api.verified(user, &challenge).await;
                api.advance(601).await;
                return vec![record, challenge.id];
            }
            Self::Unverified => api.challenge(user, email(EMAIL)).await.id,
            Self::TriedInVain => {
                let challenge = api.challenge(user, email(EMAIL)).await;
                api.wrong_code(user, &challenge).await.is(400);
                challenge.id
            }
            Self::BindMfaEmail => return bind_mfa(api, user, email(EMAIL)).await,
            Self::BindMfaPhone => return bind_mfa(api, user, phone(PHONE)).await,
            Self::NewEmail => api.code_record(user, email(NEW_EMAIL)).await,
            Self::NewPhone => api.code_record(user, phone(NEW_PHONE)).await,
            Self::Password => api.password_record(user).await,
            Self::EmailCode => api.code_record(user, email(EMAIL)).await,
            Self::PhoneCode => api.code_record(user, phone(PHONE)).await,
            Self::IdFromTheSend => {
                let challenge = api.challenge(user, email(EMAIL)).await;
                api.verified(user, &challenge).await;
                challenge.id
            }
        };
        vec![record]
    }
}

fn garbage() -> Vec<String> {
    let values = ["", "x", "0", "null", "undefined", "../../etc", "' OR 1=1 --", "記録", "{}"];
    let mut values: Vec<String> = values.map(str::to_owned).into();
    values.push("A".repeat(4000));
    values
}

async fn bind_mfa(api: &Api, user: &User, identifier: serde_json::Value) -> Vec<String> {
    let send = api.send_code_as(&user.token, &identifier, "BindMfa");
    let challenge = api.challenge_by(send, identifier).await;
    let record = api.verified(user, &challenge).await;
    vec![record, challenge.id]
}

#[track_caller]
fn is_denied(reply: &Reply) {
    reply.is_error(401, DENIED);
    // RFC 9470, section 3: the client learns that a fresh verification helps.
    reply.holds(
        reply.header("www-authenticate").contains("insufficient_user_authentication"),
        "expected the challenge of RFC 9470 in WWW-Authenticate",
    );
}

async fn is_denied_on(api: &Api, source: Source, operation: &Operation) {
    let user = api.ada().await;
    let records = source.records(api, &user).await;
    if records.is_empty() {
        is_denied(&operation.call(api).bearer(&user.token).await);
    }
    for record in records {
        let call = operation.call(api).bearer(&user.token);
        is_denied(&call.record(&record).await);
    }
}

async fn is_granted_on(api: &Api, source: Source, operation: &Operation) {
    let user = api.ada().await;
    for record in source.records(api, &user).await {
        let call = operation.call(api).bearer(&user.token);
        let reply = call.record(&record).await;
        // What comes after permission is another row's business.
        let expected = match operation.name {
            "set_password" => (422, "user.same_password"),
            "set_email" | "set_phone" => (400, "verification_record.not_found"),
            _ => (204, ""),
        };
        reply.holds(
            (reply.status, reply.code().as_str()) == expected,
            &format!("expected {expected:?}, the answer after permission"),
        );
    }
}

async fn no_record_looks_like_none_but_a_record(api: &Api) {
    let user = api.ada().await;
    let record = api.password_record(&user).await;
    let call = api.post(NEW_PASSWORD_PATH).bearer(&user.token);
    let body = json!({ "password": OTHER_PASSWORD, "verificationRecordId": record });
    is_denied(&call.json(&body).await);
    let call = api.post(NEW_PASSWORD_PATH).bearer(&user.token);
    let call = call.query("logto-verification-id", &record);
    is_denied(&call.json(&json!({ "password": OTHER_PASSWORD })).await);
}

async fn reusable_until_it_expires(api: &Api) {
    let user = api.ada().await;
    let record = api.password_record(&user).await;
    for password in [OTHER_PASSWORD, PASSWORD, OTHER_PASSWORD] {
        let reply = api.set_password(&user.token, &record, password).await;
        reply.is(204);
    }
    api.advance(540).await;
    let reply = api.set_password(&user.token, &record, PASSWORD).await;
    reply.is(204);
    api.advance(61).await;
    is_denied(&api.set_password(&user.token, &record, OTHER_PASSWORD).await);
}

async fn check_does_not_extend_it(api: &Api) {
    let user = api.ada().await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    api.advance(500).await;
    let record = api.verified(&user, &challenge).await;
    api.advance(40).await;
    let reply = api.set_password(&user.token, &record, OTHER_PASSWORD).await;
    reply.is(204);
    api.advance(61).await;
    for id in [record, challenge.id] {
        is_denied(&api.set_password(&user.token, &id, PASSWORD).await);
    }
}

async fn altered_at_any_character(api: &Api) {
    let user = api.ada().await;
    let record = api.password_record(&user).await;
    no_spelling_but_its_own(api, &user, &record).await;
}

async fn altered_code_record_at_any_character(api: &Api) {
    let user = api.ada().await;
    let record = api.code_record(&user, email(EMAIL)).await;
    no_spelling_but_its_own(api, &user, &record).await;
}

async fn no_spelling_but_its_own(api: &Api, user: &User, record: &str) {
    let longer = format!("{record}A");
    let shorter = record[..record.len() - 1].to_owned();
    for other in altered(record).into_iter().chain([longer, shorter]) {
        is_denied(&api.set_password(&user.token, &other, OTHER_PASSWORD).await);
    }
    let reply = api.set_password(&user.token, record, OTHER_PASSWORD).await;
    reply.is(204);
}

async fn works_with_another_token_of_the_user(api: &Api) {
    let user = api.ada().await;
    let record = api.password_record(&user).await;
    let token = api.token(&user.id, json!({})).await;
    let reply = api.set_password(&token, &record, OTHER_PASSWORD).await;
    reply.is(204);
}
