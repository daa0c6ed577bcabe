//! Access tokens, and the order of checks around them (contract, section 2).

use std::sync::Arc;

use base64ct::{Base64UrlUnpadded, Encoding};
use libtest_mimic::Trial;
use reqwest::Method;
use serde_json::json;

use crate::client::{Api, section};
use crate::control::ALL_SCOPES;
use crate::journey::{
    ACCOUNT_PATH, NEW_EMAIL, NEW_PASSWORD_PATH, PASSWORD, SEND_PATH, altered, email,
};
use crate::paths::{Operation, for_operations};

const MISSING: &str = "auth.authorization_header_missing";
const NOT_BEARER: &str = "auth.authorization_token_type_not_supported";
const UNAUTHORIZED: &str = "auth.unauthorized";
const FORBIDDEN: &str = "auth.forbidden";
const NOT_ENABLED: &str = "account_center.not_enabled";
const THIRD_PARTY: &str = "auth.third_party_application_forbidden";
const INVALID: &str = "guard.invalid_input";

pub(crate) fn trials(api: &Arc<Api>) -> Vec<Trial> {
    let all = |_: &Operation| true;
    let with_body = |operation: &Operation| operation.body.is_some();
    // The changes of e-mail and phone look at the client later, in an order of their own.
    let first_party_first = |operation: &Operation| {
        operation.method != Method::GET
            && !operation.name.ends_with("email")
            && !operation.name.ends_with("phone")
    };
    let changes_something = |operation: &Operation| operation.method != Method::GET;
    let mut trials = section![api, "token":
        scheme_is_matched_without_case,
        bearer_without_a_token,
        token_in_the_query_is_no_token,
        unknown_opaque,
        garbage_jwt,
        jwt_with_alg_none,
        altered_at_any_character,
        expired,
        not_yet_expired,
        without_scope,
        scope_that_only_begins_with_openid,
        third_party_may_read_the_account,
        third_party_sends_nothing,
    ];
    trials.extend(for_operations(api, "token::missing_header", all, missing_header));
    trials.extend(for_operations(api, "token::scheme_is_not_bearer", all, scheme_is_not_bearer));
    trials.extend(for_operations(api, "token::user_is_gone", all, user_is_gone));
    trials.extend(for_operations(
        api,
        "token::user_is_suspended",
        changes_something,
        user_is_suspended,
    ));
    trials.extend(for_operations(api, "token::without_openid_is_forbidden", all, without_openid));
    trials.extend(for_operations(api, "token::account_api_off", all, account_api_off));
    trials.extend(for_operations(api, "token::third_party", first_party_first, third_party));
    trials.extend(for_operations(api, "order::token_before_body", with_body, token_before_body));
    trials.extend(for_operations(api, "order::token_before_enabled", all, token_before_enabled));
    trials.extend(for_operations(api, "order::scope_before_enabled", all, scope_before_enabled));
    trials.extend(for_operations(api, "order::enabled_before_body", with_body, enabled_first));
    trials.extend(for_operations(
        api,
        "order::body_before_first_party",
        with_body,
        body_before_first_party,
    ));
    trials.extend(for_operations(
        api,
        "order::body_before_permission",
        |operation| operation.body.is_some() && operation.is_protected(),
        body_before_permission,
    ));
    trials.extend(section![api, "order": first_party_before_permission]);
    trials
}

async fn missing_header(api: &Api, operation: Operation) {
    operation.call(api).await.is_error(401, MISSING);
}

async fn scheme_is_not_bearer(api: &Api, operation: Operation) {
    let user = api.ada().await;
    for scheme in ["Basic", "DPoP", "Token"] {
        let value = format!("{scheme} {}", user.token);
        let reply = operation.call(api).header("authorization", &value).await;
        reply.is_error(401, NOT_BEARER);
        let data = &reply.json()["data"];
        reply.holds(
            *data == json!({ "supportedTypes": ["Bearer"] }),
            "expected the supported types in data",
        );
    }
}

async fn user_is_gone(api: &Api, operation: Operation) {
    let token = api.token("nobody", json!({})).await;
    operation.call(api).bearer(&token).await.is_error(404, "entity.not_found");
}

async fn user_is_suspended(api: &Api, operation: Operation) {
    let profile = json!({ "username": "eve", "password": PASSWORD, "suspended": true });
    let user = api.user(profile).await;
    operation.call(api).bearer(&user.token).await.is_error(401, "user.suspended");
}

async fn scheme_is_matched_without_case(api: &Api) {
    let user = api.ada().await;
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        let value = format!("{scheme} {}", user.token);
        let reply = api.get(ACCOUNT_PATH).header("authorization", &value).await;
        reply.is(200);
    }
}

async fn bearer_without_a_token(api: &Api) {
    let reply = api.get(ACCOUNT_PATH).header("authorization", "Bearer").await;
    reply.is(401).has_error_shape();
}

async fn token_in_the_query_is_no_token(api: &Api) {
    let user = api.ada().await;
    let call = api.get(ACCOUNT_PATH).query("access_token", &user.token);
    call.await.is_error(401, MISSING);
}

async fn unknown_opaque(api: &Api) {
    api.ada().await;
    for token in ["unknown", "9f86d081884c7d659a2feaa0c55ad015", "0"] {
        let reply = api.get(ACCOUNT_PATH).bearer(token).await;
        reply.is_error(401, UNAUTHORIZED);
    }
}

async fn garbage_jwt(api: &Api) {
    api.ada().await;
    for token in ["a.b.c", "..", "e30.e30.e30", "eyJhbGciOiJFUzI1NiJ9.e30.AAAA", "a.b", "!.!.!"] {
        let reply = api.get(ACCOUNT_PATH).bearer(token).await;
        reply.is_error(401, UNAUTHORIZED);
    }
}

async fn jwt_with_alg_none(api: &Api) {
    let user = api.ada().await;
    let claims = json!({
        "sub": user.id, "scope": ALL_SCOPES, "client_id": "a-client", "exp": 4_102_444_800_u64,
    });
    // The claims of a real token, where it is a JWT, are right in everything but the signature.
    let own = user.token.split('.').nth(1).map(str::to_owned);
    let made = Base64UrlUnpadded::encode_string(claims.to_string().as_bytes());
    for claims in own.into_iter().chain([made]) {
        for header in [r#"{"alg":"none"}"#, r#"{"alg":"none","typ":"at+jwt"}"#, r#"{"alg":"NONE"}"#]
        {
            let header = Base64UrlUnpadded::encode_string(header.as_bytes());
            let token = format!("{header}.{claims}.");
            let reply = api.get(ACCOUNT_PATH).bearer(&token).await;
            reply.is_error(401, UNAUTHORIZED);
        }
    }
}

async fn altered_at_any_character(api: &Api) {
    let user = api.ada().await;
    for token in altered(&user.token) {
        let reply = api.get(ACCOUNT_PATH).bearer(&token).await;
        reply.is_error(401, UNAUTHORIZED);
    }
}

async fn expired(api: &Api) {
    let user = api.ada().await;
    let token = api.token(&user.id, json!({ "expiresIn": 60 })).await;
    // Past any leeway for clocks that differ.
    api.advance(60 + 600).await;
    let reply = api.get(ACCOUNT_PATH).bearer(&token).await;
    reply.is_error(401, UNAUTHORIZED);
}

async fn not_yet_expired(api: &Api) {
    let user = api.ada().await;
    let token = api.token(&user.id, json!({ "expiresIn": 600 })).await;
    api.advance(500).await;
    api.get(ACCOUNT_PATH).bearer(&token).await.is(200);
}

async fn without_openid(api: &Api, operation: Operation) {
    let user = api.ada().await;
    let token = api.scoped_token(&user, "profile email phone").await;
    let reply = operation.call(api).bearer(&token).await;
    reply.is_error(403, FORBIDDEN);
}

async fn without_scope(api: &Api) {
    let user = api.ada().await;
    let token = api.scoped_token(&user, "").await;
    let reply = api.get(ACCOUNT_PATH).bearer(&token).await;
    reply.is_error(403, FORBIDDEN);
}

async fn scope_that_only_begins_with_openid(api: &Api) {
    let user = api.ada().await;
    let token = api.scoped_token(&user, "openid2 xopenid").await;
    let reply = api.get(ACCOUNT_PATH).bearer(&token).await;
    reply.is_error(403, FORBIDDEN);
}

async fn account_api_off(api: &Api, operation: Operation) {
    let user = api.ada().await;
    api.disable_account_api().await;
    let reply = operation.call(api).bearer(&user.token).await;
    reply.is_error(400, NOT_ENABLED);
}

async fn third_party(api: &Api, operation: Operation) {
    let user = api.ada().await;
    let token = api.third_party_token(&user).await;
    let reply = operation.call(api).bearer(&token).await;
    reply.is_error(403, THIRD_PARTY);
}

async fn third_party_may_read_the_account(api: &Api) {
    let user = api.ada().await;
    let token = api.third_party_token(&user).await;
    api.get(ACCOUNT_PATH).bearer(&token).await.is(200);
}

async fn third_party_sends_nothing(api: &Api) {
    let user = api.ada().await;
    let token = api.third_party_token(&user).await;
    let call = api.send_code(&token, &email(NEW_EMAIL));
    call.await.is_error(403, THIRD_PARTY);
    assert!(api.outbox(NEW_EMAIL).await.is_empty(), "expected no message");
}

async fn token_before_body(api: &Api, operation: Operation) {
    for body in ["", "{}", "{", "5"] {
        let call = operation.empty_call(api).body("application/json", body);
        call.await.is_error(401, MISSING);
        let call = operation.empty_call(api).body("application/json", body);
        call.bearer("unknown").await.is_error(401, UNAUTHORIZED);
    }
}

async fn token_before_enabled(api: &Api, operation: Operation) {
    api.disable_account_api().await;
    operation.call(api).await.is_error(401, MISSING);
    let reply = operation.call(api).bearer("unknown").await;
    reply.is_error(401, UNAUTHORIZED);
}

async fn scope_before_enabled(api: &Api, operation: Operation) {
    let user = api.ada().await;
    let token = api.scoped_token(&user, "email phone").await;
    api.disable_account_api().await;
    let reply = operation.call(api).bearer(&token).await;
    reply.is_error(403, FORBIDDEN);
}

async fn enabled_first(api: &Api, operation: Operation) {
    let user = api.ada().await;
    api.disable_account_api().await;
    for body in ["", "{}", "{"] {
        let call = operation.empty_call(api).bearer(&user.token);
        call.body("application/json", body).await.is_error(400, NOT_ENABLED);
    }
}

async fn body_before_first_party(api: &Api, operation: Operation) {
    let user = api.ada().await;
    let token = api.third_party_token(&user).await;
    let call = operation.empty_call(api).bearer(&token).json(&json!({}));
    call.await.is_error(400, INVALID);
}

async fn body_before_permission(api: &Api, operation: Operation) {
    let user = api.ada().await;
    let call = operation.empty_call(api).bearer(&user.token);
    call.json(&json!({})).await.is_error(400, INVALID);
}

async fn first_party_before_permission(api: &Api) {
    let user = api.ada().await;
    let token = api.third_party_token(&user).await;
    let call = api.post(NEW_PASSWORD_PATH).bearer(&token);
    call.json(&json!({ "password": PASSWORD })).await.is_error(403, THIRD_PARTY);
    let call = api.post(SEND_PATH).bearer(&token);
    call.json(&json!({ "identifier": email(NEW_EMAIL) })).await.is_error(403, THIRD_PARTY);
}
