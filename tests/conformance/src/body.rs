//! Request bodies: what is refused, and what is read all the same (contract, section 2).

use std::sync::Arc;

use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::client::{Api, Call, Reply, section, trial};
use crate::control::User;
use crate::journey::{
    CHECK_PATH, EMAIL, EMAIL_PATH, NEW_EMAIL, NEW_PASSWORD_PATH, NEW_PHONE, OTHER_PASSWORD,
    PASSWORD, PASSWORD_PATH, SEND_PATH, email, phone,
};
use crate::paths::{Operation, for_operations, operation};

const INVALID: &str = "guard.invalid_input";

/// Beyond what any server takes for a body of a few short strings.
const TOO_LARGE: usize = 4 << 20;

pub(crate) fn trials(api: &Arc<Api>) -> Vec<Trial> {
    let with_body = |operation: &Operation| operation.body.is_some();
    let mut trials = Vec::new();
    trials.extend(for_operations(api, "body::missing", with_body, missing));
    trials.extend(for_operations(api, "body::empty", with_body, empty));
    trials.extend(for_operations(api, "body::empty_object", with_body, empty_object));
    trials.extend(for_operations(api, "body::unknown_content_type", with_body, unknown_type));
    trials.extend(for_operations(api, "body::missing_field", with_body, missing_field));
    trials.extend(for_operations(api, "body::wrong_type", with_body, wrong_type));
    trials.extend(for_operations(api, "body::empty_string", with_body, empty_string));
    trials.extend(for_operations(api, "body::malformed_json", with_body, malformed));
    trials.extend(for_operations(api, "body::json_that_is_no_object", with_body, no_object));
    trials.extend(for_operations(api, "body::too_large", with_body, too_large));
    trials.extend(CONTROL_CHARACTER_FIELDS.map(|(name, pointer)| {
        let at = pointer.replace('/', "_");
        trial(api, format!("body::control_character::{name}{at}"), async move |api: &Api| {
            control_character(api, &operation(name), pointer).await;
        })
    }));
    trials.extend(section![api, "body":
        control_character_in_a_phone,
        unknown_template,
        content_type_with_charset,
        extra_fields_are_ignored,
        form_password,
        form_identifier_in_brackets,
        form_identifier_in_escaped_brackets,
        form_check,
        form_new_password,
        form_new_email,
        form_without_the_fields,
    ]);
    trials
}

/// The fields a schema demands.
fn fields(operation: &Operation) -> Vec<String> {
    let body = operation.body.as_ref().and_then(Value::as_object);
    body.into_iter().flat_map(|body| body.keys().cloned()).collect()
}

fn valid_body(operation: &Operation) -> Value {
    operation.body.clone().unwrap_or_default()
}

async fn send_raw(api: &Api, operation: &Operation, user: &User, body: &[u8]) -> Reply {
    let call = operation.empty_call(api).bearer(&user.token);
    call.body("application/json", body).await
}

async fn send_json(api: &Api, operation: &Operation, user: &User, body: &Value) -> Reply {
    operation.empty_call(api).bearer(&user.token).json(body).await
}

#[track_caller]
fn names_fields(reply: &Reply, fields: &[String]) {
    reply.is_error(400, INVALID);
    let details = reply.json()["details"].to_string();
    for field in fields {
        reply.holds(details.contains(field), &format!("expected {field} in details"));
    }
}

async fn missing(api: &Api, operation: Operation) {
    let user = api.ada().await;
    let reply = operation.empty_call(api).bearer(&user.token).await;
    names_fields(&reply, &fields(&operation));
}

async fn empty(api: &Api, operation: Operation) {
    let user = api.ada().await;
    let reply = send_raw(api, &operation, &user, b"").await;
    names_fields(&reply, &fields(&operation));
}

async fn empty_object(api: &Api, operation: Operation) {
    let user = api.ada().await;
    let reply = send_raw(api, &operation, &user, b"{}").await;
    names_fields(&reply, &fields(&operation));
}

async fn unknown_type(api: &Api, operation: Operation) {
    let user = api.ada().await;
    for content_type in ["application/xml", "application/octet-stream", "nonsense"] {
        let call = operation.empty_call(api).bearer(&user.token);
        let body = valid_body(&operation).to_string();
        let reply = call.body(content_type, body).await;
        names_fields(&reply, &fields(&operation));
    }
}

async fn missing_field(api: &Api, operation: Operation) {
    let user = api.ada().await;
    for field in fields(&operation) {
        let mut body = valid_body(&operation);
        if let Some(fields) = body.as_object_mut() {
            fields.remove(&field);
        }
        let reply = send_json(api, &operation, &user, &body).await;
        names_fields(&reply, &[field]);
    }
}

async fn wrong_type(api: &Api, operation: Operation) {
    let user = api.ada().await;
    for field in fields(&operation) {
        for value in [json!(null), json!(5), json!(true), json!([]), json!(["a"]), json!({})] {
            let mut body = valid_body(&operation);
            body[&field] = value;
            let reply = send_json(api, &operation, &user, &body).await;
            names_fields(&reply, std::slice::from_ref(&field));
        }
    }
}

async fn empty_string(api: &Api, operation: Operation) {
    let user = api.ada().await;
    for field in fields(&operation) {
        // Of these two the contract says something else in its section 5.
        if operation.path == CHECK_PATH && field != "identifier" {
            continue;
        }
        let mut body = valid_body(&operation);
        body[&field] = json!("");
        let reply = send_json(api, &operation, &user, &body).await;
        names_fields(&reply, &[field]);
    }
}

async fn malformed(api: &Api, operation: Operation) {
    let user = api.ada().await;
    let cut = valid_body(&operation).to_string();
    let nested = "[".repeat(10_000);
    let bodies: [&[u8]; 7] = [
        b"{",
        b"password",
        b"{\"password\": }",
        b"{'password': 'a'}",
        b"{\"password\": \"\xff\"}",
        &cut.as_bytes()[..cut.len() - 1],
        nested.as_bytes(),
    ];
    for body in bodies {
        let reply = send_raw(api, &operation, &user, body).await;
        reply.is_error(400, INVALID);
    }
}

async fn no_object(api: &Api, operation: Operation) {
    let user = api.ada().await;
    for body in ["\"text\"", "5", "true", "null", "[]"] {
        let reply = send_raw(api, &operation, &user, body.as_bytes()).await;
        reply.is(400).has_error_shape();
    }
}

async fn too_large(api: &Api, operation: Operation) {
    let user = api.ada().await;
    let mut body = valid_body(&operation);
    body["padding"] = json!("x".repeat(TOO_LARGE));
    let reply = send_json(api, &operation, &user, &body).await;
    reply.is_error(413, "request.body_too_large");
}

/// Every id and every identifier of a request.
const CONTROL_CHARACTER_FIELDS: [(&str, &str); 8] = [
    ("send", "/identifier/type"),
    ("send", "/identifier/value"),
    ("check", "/identifier/value"),
    ("check", "/verificationId"),
    ("set_email", "/email"),
    ("set_email", "/newIdentifierVerificationRecordId"),
    ("set_phone", "/phone"),
    ("set_phone", "/newIdentifierVerificationRecordId"),
];

const CONTROL_CHARACTERS: [char; 8] =
    ['\0', '\u{1}', '\t', '\n', '\r', '\u{1b}', '\u{7f}', '\u{85}'];

async fn control_character(api: &Api, operation: &Operation, pointer: &str) {
    let user = api.ada().await;
    let record = api.password_record(&user).await;
    let body = valid_body(operation);
    let valid = body.pointer(pointer).and_then(Value::as_str);
    let valid = valid.expect("a text field of the body");
    for character in CONTROL_CHARACTERS {
        for value in with_character(valid, character) {
            let mut body = body.clone();
            *body.pointer_mut(pointer).expect("the same field") = json!(value);
            let call = operation.empty_call(api).bearer(&user.token);
            let reply = call.record(&record).json(&body).await;
            reply.is(400).has_error_shape();
        }
    }
}

async fn control_character_in_a_phone(api: &Api) {
    let user = api.ada().await;
    for character in CONTROL_CHARACTERS {
        for value in with_character(NEW_PHONE, character) {
            let call = api.send_code(&user.token, &phone(&value));
            call.await.is(400).has_error_shape();
        }
    }
}

fn with_character(valid: &str, character: char) -> [String; 4] {
    let (head, tail) = valid.split_at(valid.len() / 2);
    [
        format!("{character}{valid}"),
        format!("{valid}{character}"),
        format!("{head}{character}{tail}"),
        character.to_string(),
    ]
}

async fn unknown_template(api: &Api) {
    let user = api.ada().await;
    for template in ["SignIn", "BindNewIdentifier", "bindmfa", ""] {
        let call = api.send_code_as(&user.token, &email(EMAIL), template);
        names_fields(&call.await, &["templateType".to_owned()]);
    }
}

async fn content_type_with_charset(api: &Api) {
    let user = api.ada().await;
    let body = json!({ "password": PASSWORD }).to_string();
    let call = api.post(PASSWORD_PATH).bearer(&user.token);
    let reply = call.body("application/json; charset=utf-8", body).await;
    reply.is(201);
}

async fn extra_fields_are_ignored(api: &Api) {
    let user = api.ada().await;
    let password = json!({ "password": PASSWORD, "extra": 1, "__proto__": {}, "record": null });
    let call = api.post(PASSWORD_PATH).bearer(&user.token).json(&password);
    call.await.is(201);

    let identifier = json!({ "type": "email", "value": EMAIL, "extra": [1, 2] });
    let send = json!({ "identifier": identifier, "extra": { "a": 1 } });
    let send = api.post(SEND_PATH).bearer(&user.token).json(&send);
    let challenge = api.challenge_by(send, email(EMAIL)).await;

    let check = json!({
        "identifier": identifier, "verificationId": challenge.id, "code": challenge.code,
        "verificationRecordId": "ignored",
    });
    let check = api.post(CHECK_PATH).bearer(&user.token).json(&check).await;
    check.is(200);
}

fn form_post(api: &Api, path: &str, user: &User, fields: &[(&str, &str)]) -> Call {
    api.post(path).bearer(&user.token).form(fields)
}

async fn form_password(api: &Api) {
    let user = api.ada().await;
    let right = form_post(api, PASSWORD_PATH, &user, &[("password", PASSWORD)]);
    right.await.is(201);
    let wrong = form_post(api, PASSWORD_PATH, &user, &[("password", "a wrong one")]);
    wrong.await.is_error(422, "session.invalid_credentials");
}

async fn form_identifier_in_brackets(api: &Api) {
    let user = api.ada().await;
    let body = "identifier[type]=email&identifier[value]=ada.new%40example.org";
    let call = api.post(SEND_PATH).bearer(&user.token);
    let call = call.body("application/x-www-form-urlencoded", body);
    call.await.is(201);
    let message = api.last_message(NEW_EMAIL).await;
    assert_eq!(message["templateType"], "BindNewIdentifier", "{message}");
}

async fn form_identifier_in_escaped_brackets(api: &Api) {
    let user = api.ada().await;
    let fields =
        [("identifier[type]", "email"), ("identifier[value]", EMAIL), ("templateType", "BindMfa")];
    form_post(api, SEND_PATH, &user, &fields).await.is(201);
    let message = api.last_message(EMAIL).await;
    assert_eq!(message["templateType"], "BindMfa", "{message}");
}

async fn form_check(api: &Api) {
    let user = api.ada().await;
    let challenge = api.challenge(&user, email(EMAIL)).await;
    let fields = [
        ("identifier[type]", "email"),
        ("identifier[value]", EMAIL),
        ("verificationId", &challenge.id),
        ("code", &challenge.code),
    ];
    form_post(api, CHECK_PATH, &user, &fields).await.is(200);
}

async fn form_new_password(api: &Api) {
    let user = api.ada().await;
    let record = api.password_record(&user).await;
    let call = form_post(api, NEW_PASSWORD_PATH, &user, &[("password", OTHER_PASSWORD)]);
    call.record(&record).await.is(204);
    let reply = api.verify_password(&user.token, OTHER_PASSWORD).await;
    reply.is(201);
}

async fn form_new_email(api: &Api) {
    let user = api.ada().await;
    let record = api.password_record(&user).await;
    let proof = api.code_record(&user, email(NEW_EMAIL)).await;
    let fields = [("email", NEW_EMAIL), ("newIdentifierVerificationRecordId", &proof)];
    let call = form_post(api, EMAIL_PATH, &user, &fields);
    call.record(&record).await.is(204);
    assert_eq!(api.account(&user).await["primaryEmail"], NEW_EMAIL);
}

async fn form_without_the_fields(api: &Api) {
    let user = api.ada().await;
    let reply = form_post(api, PASSWORD_PATH, &user, &[("passwort", "a")]).await;
    names_fields(&reply, &["password".to_owned()]);
}
