//! The control surface: users, tokens, outbox, clock and policy of the implementation under test.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::Api;

/// Scopes of a first-party client, and a life longer than any clock moved in a test.
pub(crate) const ALL_SCOPES: &str = "openid profile email phone";
const A_WEEK: u64 = 7 * 24 * 3600;

/// A user, with an access token of a first-party client that has every scope.
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) token: String,
}

impl Api {
    /// Everything as at start, with the whole Account API open.
    pub(crate) async fn begin(&self) {
        self.post("/dev/reset").await.is(204);
        self.patch_policy(&json!({ "enabled": true })).await;
        self.set_fields("Edit", "Edit", "Edit").await;
        self.set_providers(true, true).await;
    }

    pub(crate) async fn user(&self, profile: Value) -> User {
        let reply = self.post("/dev/users").json(&profile).await;
        reply.is(201);
        let id = reply.text("id");
        let token = self.token(&id, json!({})).await;
        User { id, token }
    }

    /// An access token; `changes` replaces what a usual one has.
    pub(crate) async fn token(&self, sub: &str, changes: Value) -> String {
        let mut request = json!({
            "sub": sub, "scope": ALL_SCOPES, "firstParty": true, "expiresIn": A_WEEK,
        });
        for (name, value) in changes.as_object().into_iter().flatten() {
            request[name] = value.clone();
        }
        let reply = self.post("/dev/tokens").json(&request).await;
        reply.is(201);
        reply.text("accessToken")
    }

    pub(crate) async fn scoped_token(&self, user: &User, scope: &str) -> String {
        self.token(&user.id, json!({ "scope": scope })).await
    }

    pub(crate) async fn third_party_token(&self, user: &User) -> String {
        let changes = json!({ "firstParty": false, "clientId": "a-third-party" });
        self.token(&user.id, changes).await
    }

    /// Messages handed to a provider for this recipient, oldest first.
    pub(crate) async fn outbox(&self, to: &str) -> Vec<Value> {
        let reply = self.get("/dev/outbox").query("to", to).await;
        reply.is(200);
        let messages = reply.json();
        reply.holds(messages.is_array(), "expected a list");
        messages.as_array().cloned().unwrap_or_default()
    }

    /// The newest message to a recipient.
    pub(crate) async fn last_message(&self, to: &str) -> Value {
        let messages = self.outbox(to).await;
        let newest = messages.last().cloned();
        newest.unwrap_or_else(|| panic!("expected a message to {to} in the outbox"))
    }

    /// Moves the clock forward by seconds; its new time in seconds since the Unix epoch.
    pub(crate) async fn advance(&self, seconds: u64) -> u64 {
        let reply = self.post("/dev/clock").json(&json!({ "advance": seconds })).await;
        reply.is(200);
        let now = reply.json()["now"].as_u64();
        reply.holds(now.is_some(), "expected now as whole seconds");
        now.unwrap_or_default()
    }

    pub(crate) async fn now(&self) -> u64 {
        self.advance(0).await
    }

    pub(crate) async fn disable_account_api(&self) {
        self.patch_policy(&json!({ "enabled": false })).await;
    }

    pub(crate) async fn set_fields(&self, email: &str, phone: &str, password: &str) {
        let fields = json!({ "email": email, "phone": phone, "password": password });
        self.patch_policy(&json!({ "fields": fields })).await;
    }

    /// One field restricted, the others left open.
    pub(crate) async fn restrict_field(&self, field: &str, access: &str) {
        let access_of = |name| if name == field { access } else { "Edit" };
        self.set_fields(access_of("email"), access_of("phone"), access_of("password")).await;
    }

    pub(crate) async fn set_lockout(&self, max_attempts: u64, minutes: u64) {
        let lockout = json!({ "maxAttempts": max_attempts, "lockoutMinutes": minutes });
        self.patch_policy(&json!({ "lockout": lockout })).await;
    }

    /// Seconds a code is good for, and wrong tries it allows.
    pub(crate) async fn set_code_policy(&self, expiration: u64, tries: u64) {
        let code = json!({ "expirationDuration": expiration, "maxRetryAttempts": tries });
        self.patch_policy(&json!({ "code": code })).await;
    }

    pub(crate) async fn block_email(&self, email: &str) {
        self.patch_policy(&json!({ "emailBlocklist": [email] })).await;
    }

    pub(crate) async fn set_providers(&self, email: bool, sms: bool) {
        let providers = json!({ "email": email, "sms": sms });
        self.patch_policy(&json!({ "providers": providers })).await;
    }

    pub(crate) async fn patch_policy(&self, policy: &Value) {
        let call = self.call(Method::PATCH, "/dev/policy").json(policy);
        call.await.is(200);
    }
}
