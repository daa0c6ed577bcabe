//! What e-mail and phone differ in, and a user permitted to change them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Api, Call};
use crate::control::User;
use crate::journey::{EMAIL, EMAIL_PATH, NEW_EMAIL, NEW_PHONE, PHONE, PHONE_PATH, email, phone};

/// What the two paths differ in.
pub(crate) struct Kind {
    pub(crate) section: &'static str,
    pub(crate) path: &'static str,
    pub(crate) field: &'static str,
    pub(crate) account_field: &'static str,
    pub(crate) own: &'static str,
    pub(crate) new: &'static str,
    pub(crate) other: &'static str,
    /// Bob's.
    pub(crate) taken: &'static str,
    pub(crate) in_use: &'static str,
    pub(crate) scopes_without: &'static str,
    pub(crate) identifier: fn(&str) -> Value,
    pub(crate) of_another: fn() -> Value,
}

pub(crate) const EMAIL_KIND: &Kind = &Kind {
    section: "primary_email",
    path: EMAIL_PATH,
    field: "email",
    account_field: "primaryEmail",
    own: EMAIL,
    new: NEW_EMAIL,
    other: "other@example.net",
    taken: "bob@example.com",
    in_use: "user.email_already_in_use",
    scopes_without: "openid profile phone",
    identifier: email,
    of_another: || phone(NEW_PHONE),
};

pub(crate) const PHONE_KIND: &Kind = &Kind {
    section: "primary_phone",
    path: PHONE_PATH,
    field: "phone",
    account_field: "primaryPhone",
    own: PHONE,
    new: NEW_PHONE,
    other: "447700900999",
    taken: "12025550123",
    in_use: "user.phone_already_in_use",
    scopes_without: "openid profile email",
    identifier: phone,
    of_another: || email(NEW_EMAIL),
};

/// A user with permission to change things.
pub(crate) struct Permitted {
    pub(crate) user: User,
    pub(crate) record: String,
}

impl Permitted {
    pub(crate) async fn new(api: &Api) -> Self {
        let user = api.ada().await;
        let record = api.password_record(&user).await;
        Self { user, record }
    }

    pub(crate) fn set(&self, api: &Api, kind: &Kind, value: &str, proof: &str) -> Call {
        self.set_with(api, &self.user.token, kind, value, proof)
    }

    pub(crate) fn set_with(
        &self,
        api: &Api,
        token: &str,
        kind: &Kind,
        value: &str,
        proof: &str,
    ) -> Call {
        set_without_record(api, token, kind, value, proof).record(&self.record)
    }

    pub(crate) fn delete(&self, api: &Api, kind: &Kind) -> Call {
        self.delete_with(api, &self.user.token, kind)
    }

    pub(crate) fn delete_with(&self, api: &Api, token: &str, kind: &Kind) -> Call {
        let call = api.call(Method::DELETE, kind.path);
        call.bearer(token).record(&self.record)
    }

    pub(crate) async fn prove(&self, api: &Api, kind: &Kind, value: &str) -> String {
        api.code_record(&self.user, (kind.identifier)(value)).await
    }

    pub(crate) async fn shows(&self, api: &Api, kind: &Kind, value: &str) {
        let account = api.account(&self.user).await;
        assert_eq!(account[kind.account_field], value, "{account}");
    }
}

pub(crate) fn set_without_record(
    api: &Api,
    token: &str,
    kind: &Kind,
    value: &str,
    proof: &str,
) -> Call {
    let body = json!({ kind.field: value, "newIdentifierVerificationRecordId": proof });
    api.post(kind.path).bearer(token).json(&body)
}
