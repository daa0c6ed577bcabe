//! Paths and methods, and what `GET my-account` shows (contract, section 1).

use std::sync::Arc;

use libtest_mimic::Trial;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Api, Call, section, trial};
use crate::journey::{
    ACCOUNT_PATH, CHECK_PATH, EMAIL, EMAIL_PATH, NEW_PASSWORD_PATH, PASSWORD, PASSWORD_PATH,
    PASSWORD_SHORT_PATH, PHONE, PHONE_PATH, SEND_PATH,
};
use crate::resend::RESEND_PATH;
use crate::revoke::REVOKE_PATH;
use crate::transfer::{TRANSFER_PATH, transfer};

/// An operation of the contract, with a body that fits its schema.
#[derive(Clone)]
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) body: Option<Value>,
}

impl Operation {
    pub(crate) fn call(&self, api: &Api) -> Call {
        let call = self.empty_call(api);
        match &self.body {
            Some(body) => call.json(body),
            None => call,
        }
    }

    pub(crate) fn empty_call(&self, api: &Api) -> Call {
        api.call(self.method.clone(), self.path)
    }

    /// Whether it demands a verification record.
    pub(crate) fn is_protected(&self) -> bool {
        [NEW_PASSWORD_PATH, EMAIL_PATH, PHONE_PATH].contains(&self.path)
    }
}

pub(crate) fn operations() -> Vec<Operation> {
    let identifier = json!({ "type": "email", "value": EMAIL });
    let check = json!({ "identifier": identifier, "verificationId": "an-id", "code": "123456" });
    let email = json!({ "email": "new@example.com", "newIdentifierVerificationRecordId": "an-id" });
    let phone = json!({ "phone": "15005550006", "newIdentifierVerificationRecordId": "an-id" });
    let password = json!({ "password": PASSWORD });
    let send = json!({ "identifier": identifier });
    [
        ("verify_password", Method::POST, PASSWORD_PATH, Some(password.clone())),
        ("verify_password_short", Method::POST, PASSWORD_SHORT_PATH, Some(password.clone())),
        ("send", Method::POST, SEND_PATH, Some(send)),
        ("check", Method::POST, CHECK_PATH, Some(check)),
        ("account", Method::GET, ACCOUNT_PATH, None),
        ("set_password", Method::POST, NEW_PASSWORD_PATH, Some(password)),
        ("set_email", Method::POST, EMAIL_PATH, Some(email)),
        ("delete_email", Method::DELETE, EMAIL_PATH, None),
        ("set_phone", Method::POST, PHONE_PATH, Some(phone)),
        ("delete_phone", Method::DELETE, PHONE_PATH, None),
        ("resend", Method::POST, RESEND_PATH, Some(json!({ "verificationId": "an-id" }))),
        ("revoke", Method::DELETE, REVOKE_PATH, None),
        ("transfer", Method::POST, TRANSFER_PATH, Some(transfer())),
    ]
    .into_iter()
    .map(|(name, method, path, body)| Operation { name, method, path, body })
    .collect()
}

pub(crate) fn operation(name: &str) -> Operation {
    let found = operations().into_iter().find(|known| known.name == name);
    found.expect("the name of an operation")
}

/// One trial for each operation that `applies`.
pub(crate) fn for_operations<F>(
    api: &Arc<Api>,
    name: &str,
    applies: fn(&Operation) -> bool,
    test: F,
) -> Vec<Trial>
where
    F: AsyncFn(&Api, Operation) + Copy + Send + 'static,
{
    operations()
        .into_iter()
        .filter(applies)
        .map(|operation| {
            let name = format!("{name}::{}", operation.name);
            trial(api, name, async move |api| test(api, operation).await)
        })
        .collect()
}

pub(crate) fn trials(api: &Arc<Api>) -> Vec<Trial> {
    let mut trials = section![api, "paths":
        both_password_paths_give_a_record,
        account_shows_what_is_documented,
        account_shows_nothing_else,
        account_of_a_user_with_nothing,
        account_of_a_user_with_one_security_method,
    ];
    let all = |_: &Operation| true;
    trials.extend(for_operations(api, "paths::trailing_slash_matches", all, trailing_slash));
    trials.extend(for_operations(api, "paths::wrong_method_is_405", all, wrong_method));
    trials
}

async fn both_password_paths_give_a_record(api: &Api) {
    let user = api.ada().await;
    for path in [PASSWORD_PATH, PASSWORD_SHORT_PATH] {
        let call = api.post(path).bearer(&user.token);
        let reply = call.json(&json!({ "password": PASSWORD })).await;
        reply.is(201);
        let record = reply.text("verificationRecordId");
        api.set_password(&user.token, &record, PASSWORD).await.is_error(422, "user.same_password");
    }
}

async fn trailing_slash(api: &Api, operation: Operation) {
    let user = api.ada().await;
    let slashed = format!("{}/", operation.path);
    let send = async |path: &str| {
        let call = api.call(operation.method.clone(), path).bearer(&user.token);
        let body = if operation.body.is_some() { "{}" } else { "" };
        let reply = call.body("application/json", body).await;
        (reply.status, reply.code())
    };
    let plain = send(operation.path).await;
    assert!(plain.0 != 404, "expected {} to exist", operation.path);
    assert_eq!(send(&slashed).await, plain, "{slashed} differs from {}", operation.path);
}

async fn wrong_method(api: &Api, operation: Operation) {
    let user = api.ada().await;
    let call = api.call(Method::PUT, operation.path).bearer(&user.token);
    let reply = call.json(&json!({})).await;
    reply.is(405);
    let allowed = reply.header_list("allow");
    reply.holds(
        allowed.contains(&operation.method.as_str().to_ascii_lowercase()),
        &format!("expected {} in Allow", operation.method),
    );
    reply.holds(!allowed.contains("put"), "expected no PUT in Allow");
}

async fn account_shows_what_is_documented(api: &Api) {
    let user = api.ada().await;
    let account = api.account(&user).await;
    assert_eq!(account["id"], user.id.as_str(), "{account}");
    assert_eq!(account["username"], "ada", "{account}");
    assert_eq!(account["primaryEmail"], EMAIL, "{account}");
    assert_eq!(account["primaryPhone"], PHONE, "{account}");
    assert_eq!(account["hasPassword"], true, "{account}");
    assert_eq!(account["hasSecurityVerificationMethod"], true, "{account}");
    let name = &account["name"];
    assert!(name.is_null() || name.is_string(), "{account}");
}

async fn account_shows_nothing_else(api: &Api) {
    let user = api.ada().await;
    let account = api.account(&user).await;
    for (field, value) in account.as_object().into_iter().flatten() {
        let documented = matches!(
            field.as_str(),
            "id" | "username"
                | "primaryEmail"
                | "primaryPhone"
                | "hasPassword"
                | "hasSecurityVerificationMethod"
                | "name"
        );
        // Times are milliseconds: a number of seconds would be a thousand times smaller.
        let timestamp = field.ends_with("At")
            && (value.is_null() || value.as_u64().is_some_and(|at| at > 1_000_000_000_000));
        assert!(documented || timestamp, "{field} is not documented: {account}");
    }
}

async fn account_of_a_user_with_nothing(api: &Api) {
    let user = api.user(json!({ "username": "nobody" })).await;
    let account = api.account(&user).await;
    assert_eq!(account["hasPassword"], false, "{account}");
    assert_eq!(account["hasSecurityVerificationMethod"], false, "{account}");
    assert!(account["primaryEmail"].is_null(), "{account}");
    assert!(account["primaryPhone"].is_null(), "{account}");
}

async fn account_of_a_user_with_one_security_method(api: &Api) {
    for profile in [
        json!({ "username": "with_password", "password": PASSWORD }),
        json!({ "primaryEmail": EMAIL }),
        json!({ "primaryPhone": PHONE }),
    ] {
        let has_password = profile["password"].is_string();
        let user = api.user(profile).await;
        let account = api.account(&user).await;
        assert_eq!(account["hasPassword"], has_password, "{account}");
        assert_eq!(account["hasSecurityVerificationMethod"], true, "{account}");
    }
}
