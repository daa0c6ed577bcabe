//! What a client does: verify a password, send a code, check it, use the record.

use serde_json::{Value, json};

use crate::client::{Api, Call};
use crate::control::User;

pub(crate) const PASSWORD_PATH: &str = "/api/verifications/password/verify";
pub(crate) const PASSWORD_SHORT_PATH: &str = "/api/verifications/password";
pub(crate) const SEND_PATH: &str = "/api/verifications/verification-code";
pub(crate) const CHECK_PATH: &str = "/api/verifications/verification-code/verify";
pub(crate) const ACCOUNT_PATH: &str = "/api/my-account";
pub(crate) const NEW_PASSWORD_PATH: &str = "/api/my-account/password";
pub(crate) const EMAIL_PATH: &str = "/api/my-account/primary-email";
pub(crate) const PHONE_PATH: &str = "/api/my-account/primary-phone";

pub(crate) const PASSWORD: &str = "Vq7-lantern-orchard";
pub(crate) const WRONG_PASSWORD: &str = "Vq7-lantern-orchid";
pub(crate) const OTHER_PASSWORD: &str = "mW4!cobalt-ferry-97";
pub(crate) const EMAIL: &str = "ada@example.com";
pub(crate) const NEW_EMAIL: &str = "ada.new@example.org";
pub(crate) const PHONE: &str = "819012345678";
pub(crate) const NEW_PHONE: &str = "447700900123";

pub(crate) const BLOCKED: &str = "session.verification_blocked_too_many_attempts";
pub(crate) const WRONG: &str = "session.invalid_credentials";

pub(crate) fn email(value: &str) -> Value {
    json!({ "type": "email", "value": value })
}

pub(crate) fn phone(value: &str) -> Value {
    json!({ "type": "phone", "value": value })
}

/// A code that was sent: the id of its record, and the code as it stands in the message.
pub(crate) struct Challenge {
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) identifier: Value,
}

impl Challenge {
    pub(crate) fn wrong_code(&self) -> String {
        self.wrong_codes(1).remove(0)
    }

    /// Different six-digit codes, none of them the right one.
    pub(crate) fn wrong_codes(&self, count: usize) -> Vec<String> {
        (0..1_000_000)
            .map(|number| format!("{number:06}"))
            .filter(|code| *code != self.code)
            .take(count)
            .collect()
    }
}

impl Api {
    /// A user with every kind of identifier and a password.
    pub(crate) async fn ada(&self) -> User {
        self.user(json!({
            "username": "ada", "password": PASSWORD, "primaryEmail": EMAIL, "primaryPhone": PHONE,
        }))
        .await
    }

    /// Another user like `ada`, with values of their own.
    pub(crate) async fn bob(&self) -> User {
        self.user(json!({
            "username": "bob", "password": PASSWORD,
            "primaryEmail": "bob@example.com", "primaryPhone": "12025550123",
        }))
        .await
    }

    pub(crate) async fn account(&self, user: &User) -> Value {
        let reply = self.get(ACCOUNT_PATH).bearer(&user.token).await;
        reply.is(200);
        reply.json()
    }

    pub(crate) fn verify_password(&self, token: &str, password: &str) -> Call {
        self.post(PASSWORD_PATH).bearer(token).json(&json!({ "password": password }))
    }

    pub(crate) fn wrong_password(&self, user: &User) -> Call {
        self.verify_password(&user.token, WRONG_PASSWORD)
    }

    pub(crate) fn right_password(&self, user: &User) -> Call {
        self.verify_password(&user.token, PASSWORD)
    }

    pub(crate) fn send_code(&self, token: &str, identifier: &Value) -> Call {
        self.post(SEND_PATH).bearer(token).json(&json!({ "identifier": identifier }))
    }

    pub(crate) fn send_code_as(&self, token: &str, identifier: &Value, template: &str) -> Call {
        self.post(SEND_PATH)
            .bearer(token)
            .json(&json!({ "identifier": identifier, "templateType": template }))
    }

    pub(crate) fn check_code(&self, token: &str, identifier: &Value, id: &str, code: &str) -> Call {
        self.post(CHECK_PATH).bearer(token).json(&json!({
            "identifier": identifier, "verificationId": id, "code": code,
        }))
    }

    pub(crate) fn try_code(&self, user: &User, challenge: &Challenge, code: &str) -> Call {
        self.check_code(&user.token, &challenge.identifier, &challenge.id, code)
    }

    pub(crate) fn right_code(&self, user: &User, challenge: &Challenge) -> Call {
        self.try_code(user, challenge, &challenge.code)
    }

    pub(crate) fn wrong_code(&self, user: &User, challenge: &Challenge) -> Call {
        self.try_code(user, challenge, &challenge.wrong_code())
    }

    pub(crate) fn set_password(&self, token: &str, record: &str, password: &str) -> Call {
        self.post(NEW_PASSWORD_PATH)
            .bearer(token)
            .record(record)
            .json(&json!({ "password": password }))
    }

    pub(crate) async fn challenge(&self, user: &User, identifier: Value) -> Challenge {
        self.challenge_by(self.send_code(&user.token, &identifier), identifier).await
    }

    pub(crate) async fn challenge_by(&self, send: Call, identifier: Value) -> Challenge {
        let reply = send.await;
        reply.is(201);
        let to = identifier["value"].as_str().unwrap_or_default();
        let message = self.last_message(to).await;
        Challenge {
            id: reply.text("verificationRecordId"),
            code: message["code"].as_str().unwrap_or_default().to_owned(),
            identifier,
        }
    }

    /// The record of a right password.
    pub(crate) async fn password_record(&self, user: &User) -> String {
        let reply = self.right_password(user).await;
        reply.is(201);
        reply.text("verificationRecordId")
    }

    /// The record of a code sent to `identifier` and checked.
    pub(crate) async fn code_record(&self, user: &User, identifier: Value) -> String {
        let challenge = self.challenge(user, identifier).await;
        self.verified(user, &challenge).await
    }

    pub(crate) async fn verified(&self, user: &User, challenge: &Challenge) -> String {
        let reply = self.right_code(user, challenge).await;
        reply.is(200);
        reply.text("verificationRecordId")
    }
}

/// The text with the character at `index` replaced, once for every index.
pub(crate) fn altered(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    (0..characters.len())
        .map(|index| {
            let mut changed = characters.clone();
            changed[index] = if changed[index] == 'A' { 'B' } else { 'A' };
            changed.into_iter().collect()
        })
        .collect()
}
