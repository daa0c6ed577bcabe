//! Cross-origin requests (contract, section 9).

use std::collections::BTreeSet;
use std::sync::Arc;

use libtest_mimic::Trial;
use reqwest::Method;
use serde_json::json;

use crate::client::{Api, Call, Reply, section};
use crate::journey::{ACCOUNT_PATH, NEW_PASSWORD_PATH, OTHER_PASSWORD, PASSWORD_PATH, SEND_PATH};
use crate::paths::{Operation, for_operations};

const ORIGIN: &str = "https://app.example.com";
const METHODS: [&str; 6] = ["get", "head", "put", "post", "delete", "patch"];
const REQUESTED: [&str; 3] = ["authorization", "content-type", "logto-verification-id"];

pub(crate) fn trials(api: &Arc<Api>) -> Vec<Trial> {
    let all = |_: &Operation| true;
    let mut trials = for_operations(api, "cors::preflight_needs_no_token", all, preflight);
    trials.extend(section![api, "cors":
        preflight_echoes_any_requested_header,
        preflight_before_enabled,
        any_origin_is_echoed,
        star_without_an_origin,
        varies_by_origin,
        exposes_every_header,
        no_credentials,
        error_without_token,
        error_with_unknown_token,
        error_of_scope,
        error_of_body,
        error_of_malformed_body,
        error_of_wrong_password,
        error_of_permission,
        error_of_method,
        error_of_provider,
    ]);
    trials
}

fn preflight_call(api: &Api, operation: &Operation) -> Call {
    api.call(Method::OPTIONS, operation.path)
        .header("origin", ORIGIN)
        .header("access-control-request-method", operation.method.as_str())
}

#[track_caller]
fn is_open_to(reply: &Reply, origin: &str) {
    reply.holds(
        reply.header("access-control-allow-origin") == origin,
        &format!("expected Access-Control-Allow-Origin: {origin}"),
    );
    reply.holds(reply.header_list("vary").contains("origin"), "expected Vary: Origin");
    reply.holds(
        reply.header("access-control-allow-credentials").is_empty(),
        "expected no Access-Control-Allow-Credentials",
    );
}

fn set_of(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

async fn preflight(api: &Api, operation: Operation) {
    let call = preflight_call(api, &operation);
    let reply = call.header("access-control-request-headers", &REQUESTED.join(",")).await;
    reply.is(204);
    is_open_to(&reply, ORIGIN);
    reply.holds(
        reply.header_list("access-control-allow-methods") == set_of(&METHODS),
        "expected GET,HEAD,PUT,POST,DELETE,PATCH",
    );
    reply.holds(
        reply.header_list("access-control-allow-headers") == set_of(&REQUESTED),
        "expected the requested headers echoed",
    );
}

async fn preflight_echoes_any_requested_header(api: &Api) {
    let operation = crate::paths::operation("verify_password");
    let call = preflight_call(api, &operation);
    let reply = call.header("access-control-request-headers", "x-one, x-two").await;
    reply.is(204);
    reply.holds(
        reply.header_list("access-control-allow-headers") == set_of(&["x-one", "x-two"]),
        "expected the requested headers echoed",
    );
}

async fn preflight_before_enabled(api: &Api) {
    api.disable_account_api().await;
    let operation = crate::paths::operation("verify_password");
    let reply = preflight_call(api, &operation).await;
    reply.is(204);
    is_open_to(&reply, ORIGIN);
}

async fn account_from(api: &Api, origin: &str) -> Reply {
    let user = api.ada().await;
    let call = api.get(ACCOUNT_PATH).bearer(&user.token);
    let reply = call.header("origin", origin).await;
    reply.is(200);
    reply
}

async fn any_origin_is_echoed(api: &Api) {
    let user = api.ada().await;
    for origin in [ORIGIN, "http://localhost:5173", "null"] {
        let call = api.get(ACCOUNT_PATH).bearer(&user.token);
        let reply = call.header("origin", origin).await;
        reply.is(200);
        is_open_to(&reply, origin);
    }
}

async fn star_without_an_origin(api: &Api) {
    let user = api.ada().await;
    let reply = api.get(ACCOUNT_PATH).bearer(&user.token).await;
    reply.is(200);
    is_open_to(&reply, "*");
}

async fn varies_by_origin(api: &Api) {
    let reply = account_from(api, ORIGIN).await;
    let varies = reply.header_list("vary").contains("origin");
    reply.holds(varies, "expected Vary: Origin");
}

async fn exposes_every_header(api: &Api) {
    let reply = account_from(api, ORIGIN).await;
    exposes_all(&reply);
}

#[track_caller]
fn exposes_all(reply: &Reply) {
    reply.holds(
        reply.header("access-control-expose-headers") == "*",
        "expected Access-Control-Expose-Headers: *",
    );
}

async fn no_credentials(api: &Api) {
    let reply = account_from(api, ORIGIN).await;
    let allowed = reply.header("access-control-allow-credentials");
    reply.holds(allowed.is_empty(), "expected no credentials");
}

async fn is_an_open_error(call: Call, status: u16) {
    let reply = call.header("origin", ORIGIN).await;
    reply.is(status);
    is_open_to(&reply, ORIGIN);
    exposes_all(&reply);
}

async fn error_without_token(api: &Api) {
    is_an_open_error(api.get(ACCOUNT_PATH), 401).await;
}

async fn error_with_unknown_token(api: &Api) {
    is_an_open_error(api.get(ACCOUNT_PATH).bearer("unknown"), 401).await;
}

async fn error_of_scope(api: &Api) {
    let user = api.ada().await;
    let token = api.scoped_token(&user, "email").await;
    is_an_open_error(api.get(ACCOUNT_PATH).bearer(&token), 403).await;
}

async fn error_of_body(api: &Api) {
    let user = api.ada().await;
    let call = api.post(PASSWORD_PATH).bearer(&user.token);
    is_an_open_error(call.json(&json!({})), 400).await;
}

async fn error_of_malformed_body(api: &Api) {
    let user = api.ada().await;
    let call = api.post(PASSWORD_PATH).bearer(&user.token);
    is_an_open_error(call.body("application/json", "{"), 400).await;
}

async fn error_of_wrong_password(api: &Api) {
    let user = api.ada().await;
    is_an_open_error(api.wrong_password(&user), 422).await;
}

async fn error_of_permission(api: &Api) {
    let user = api.ada().await;
    let call = api.post(NEW_PASSWORD_PATH).bearer(&user.token);
    let call = call.json(&json!({ "password": OTHER_PASSWORD }));
    is_an_open_error(call, 401).await;
}

async fn error_of_method(api: &Api) {
    let user = api.ada().await;
    let call = api.call(Method::PUT, SEND_PATH).bearer(&user.token);
    is_an_open_error(call, 405).await;
}

async fn error_of_provider(api: &Api) {
    let user = api.ada().await;
    api.set_providers(false, false).await;
    let call = api.send_code(&user.token, &crate::journey::email("new@example.com"));
    is_an_open_error(call, 501).await;
}
