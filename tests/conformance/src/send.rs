//! Sending a code (contract, section 4).

use std::sync::Arc;

use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::client::{Api, section, trial};
use crate::journey::{EMAIL, NEW_EMAIL, NEW_PHONE, PHONE, email, phone};

const INVALID: &str = "guard.invalid_input";
const RATE_LIMITED: &str = "request.message_rate_limited";
const NOT_ALLOWED: &str = "session.email_blocklist.email_not_allowed";
const NO_CONNECTOR: &str = "connector.not_found";

/// Sends to one recipient within [`WINDOW`] seconds.
const SENDS: usize = 10;
const WINDOW: u64 = 600;

pub(crate) fn trials(api: &Arc<Api>) -> Vec<Trial> {
    let mut trials = section![api, "send":
        answer_is_a_record_with_an_expiry,
        own_email_template_is_user_permission_validation,
        own_phone_template_is_user_permission_validation,
        own_value_takes_the_template_asked_for,
        new_identifier_template_is_bind_new_identifier,
        new_identifier_ignores_the_template_asked_for,
        own_email_in_another_case_is_a_new_identifier,
        value_of_another_account_is_not_revealed,
        email_is_in_the_outbox_before_the_answer,
        sms_is_in_the_outbox_before_the_answer,
        codes_differ,
        ids_differ,
        email_of_256_characters,
        email_of_257_characters,
        blocklisted_new_email,
        blocklist_spares_the_current_email,
        eleventh_send_is_rate_limited,
        eleventh_send_to_a_phone_is_rate_limited,
        rate_limit_ends_with_its_window,
        rate_limit_ignores_case,
        rate_limit_spans_users,
        rate_limit_spares_other_recipients,
        no_email_provider,
        no_sms_provider,
        failed_sends_are_not_counted,
    ];
    trials.extend(BAD.map(|(name, kind, value)| {
        trial(api, format!("send::bad_format::{name}"), async move |api: &Api| {
            bad_format(api, json!({ "type": kind, "value": value })).await;
        })
    }));
    trials.extend(GOOD.map(|(name, kind, value)| {
        trial(api, format!("send::good_format::{name}"), async move |api: &Api| {
            good_format(api, json!({ "type": kind, "value": value })).await;
        })
    }));
    trials.extend(["username", "userId", "social", "Email", "EMAIL"].map(|kind| {
        trial(api, format!("send::other_type::{kind}"), async move |api: &Api| {
            bad_format(api, json!({ "type": kind, "value": EMAIL })).await;
        })
    }));
    trials
}

const BAD: [(&str, &str, &str); 23] = [
    ("email_empty", "email", ""),
    ("email_word", "email", "plain"),
    ("email_without_dot", "email", "ada@example"),
    ("email_without_local_part", "email", "@example.com"),
    ("email_without_domain", "email", "ada@"),
    ("email_domain_begins_with_its_dot", "email", "ada@.com"),
    ("email_domain_ends_with_its_dot", "email", "ada@example."),
    ("email_space_before", "email", " ada@example.com"),
    ("email_space_after", "email", "ada@example.com "),
    ("email_space_in_local_part", "email", "ada b@example.com"),
    ("email_space_in_domain", "email", "ada@exa mple.com"),
    ("email_only_a_dot", "email", "ada.example.com"),
    ("email_is_a_phone", "email", "819012345678"),
    ("phone_empty", "phone", ""),
    ("phone_plus", "phone", "+819012345678"),
    ("phone_hyphens", "phone", "81-90-1234-5678"),
    ("phone_space_inside", "phone", "81 9012345678"),
    ("phone_space_after", "phone", "819012345678 "),
    ("phone_parentheses", "phone", "(81)9012345678"),
    ("phone_letters", "phone", "abcdefghijkl"),
    ("phone_letter_at_the_end", "phone", "81901234567x"),
    ("phone_full_width_digits", "phone", "８１９０１２３４５６７８"),
    ("phone_is_an_email", "phone", "ada@example.com"),
];

const GOOD: [(&str, &str, &str); 8] = [
    ("email_short", "email", "a@b.co"),
    ("email_dots", "email", "ada.king.lovelace@mail.example.co.uk"),
    ("email_hyphen", "email", "ada-king@exam-ple.com"),
    ("email_upper_case", "email", "Ada.King@Example.COM"),
    ("email_digits", "email", "1815@example.com"),
    ("phone_japan", "phone", "819087654321"),
    ("phone_united_states", "phone", "12025550188"),
    ("phone_united_kingdom", "phone", "447700900456"),
];

async fn bad_format(api: &Api, identifier: Value) {
    let user = api.ada().await;
    let reply = api.send_code(&user.token, &identifier).await;
    reply.is_error(400, INVALID);
}

async fn good_format(api: &Api, identifier: Value) {
    let user = api.ada().await;
    let challenge = api.challenge(&user, identifier).await;
    api.right_code(&user, &challenge).await.is(200);
}

async fn template_of(api: &Api, identifier: &Value) -> Value {
    let to = identifier["value"].as_str().unwrap_or_default();
    api.last_message(to).await["templateType"].clone()
}

async fn answer_is_a_record_with_an_expiry(api: &Api) {
    let user = api.ada().await;
    for identifier in [email(EMAIL), email(NEW_EMAIL), phone(PHONE), phone(NEW_PHONE)] {
        let reply = api.send_code(&user.token, &identifier).await;
        reply.is(201);
        let id = reply.text("verificationRecordId");
        reply.holds(!id.is_empty(), "expected an id");
        reply.text("expiresAt");
    }
}

async fn own_email_template_is_user_permission_validation(api: &Api) {
    let user = api.ada().await;
    api.send_code(&user.token, &email(EMAIL)).await.is(201);
    assert_eq!(template_of(api, &email(EMAIL)).await, "UserPermissionValidation");
}

async fn own_phone_template_is_user_permission_validation(api: &Api) {
    let user = api.ada().await;
    api.send_code(&user.token, &phone(PHONE)).await.is(201);
    assert_eq!(template_of(api, &phone(PHONE)).await, "UserPermissionValidation");
}

async fn own_value_takes_the_template_asked_for(api: &Api) {
    let user = api.ada().await;
    for template in ["BindMfa", "UserPermissionValidation"] {
        for own in [email(EMAIL), phone(PHONE)] {
            let reply = api.send_code_as(&user.token, &own, template).await;
            reply.is(201);
            assert_eq!(template_of(api, &own).await, template);
        }
    }
}

async fn new_identifier_template_is_bind_new_identifier(api: &Api) {
    let user = api.ada().await;
    for new in [email(NEW_EMAIL), phone(NEW_PHONE)] {
        api.send_code(&user.token, &new).await.is(201);
        assert_eq!(template_of(api, &new).await, "BindNewIdentifier");
    }
}

async fn new_identifier_ignores_the_template_asked_for(api: &Api) {
    let user = api.ada().await;
    for template in ["BindMfa", "UserPermissionValidation"] {
        for new in [email(NEW_EMAIL), phone(NEW_PHONE)] {
            let reply = api.send_code_as(&user.token, &new, template).await;
            reply.is(201);
            assert_eq!(template_of(api, &new).await, "BindNewIdentifier");
        }
    }
}

async fn own_email_in_another_case_is_a_new_identifier(api: &Api) {
    let user = api.ada().await;
    let other_case = email("Ada@example.com");
    api.send_code(&user.token, &other_case).await.is(201);
    assert_eq!(template_of(api, &other_case).await, "BindNewIdentifier");
}

async fn value_of_another_account_is_not_revealed(api: &Api) {
    let user = api.ada().await;
    api.bob().await;
    for taken in [email("bob@example.com"), phone("12025550123")] {
        api.send_code(&user.token, &taken).await.is(201);
        assert_eq!(template_of(api, &taken).await, "BindNewIdentifier");
    }
}

async fn email_is_in_the_outbox_before_the_answer(api: &Api) {
    let user = api.ada().await;
    api.send_code(&user.token, &email(EMAIL)).await.is(201);
    message_is_complete(api, "email", EMAIL).await;
    let subject = api.last_message(EMAIL).await["subject"].clone();
    assert!(
        subject.is_null() || subject.as_str().is_some_and(|text| !text.is_empty()),
        "{subject}"
    );
}

async fn sms_is_in_the_outbox_before_the_answer(api: &Api) {
    let user = api.ada().await;
    api.send_code(&user.token, &phone(PHONE)).await.is(201);
    message_is_complete(api, "sms", PHONE).await;
}

async fn message_is_complete(api: &Api, channel: &str, to: &str) {
    let messages = api.outbox(to).await;
    assert_eq!(messages.len(), 1, "expected one message: {messages:?}");
    let message = &messages[0];
    assert_eq!(message["channel"], channel, "{message}");
    assert_eq!(message["to"], to, "{message}");
    let code = message["code"].as_str().unwrap_or_default();
    let digits = code.chars().filter(char::is_ascii_digit).count();
    assert!(code.len() == 6 && digits == 6, "expected six digits: {message}");
    let text = message["text"].as_str().unwrap_or_default();
    assert!(text.contains(code), "expected the code in the text: {message}");
    let locale = message["locale"].as_str().unwrap_or_default();
    assert!(!locale.is_empty(), "expected a locale: {message}");
}

async fn codes_differ(api: &Api) {
    let user = api.ada().await;
    let mut codes = Vec::new();
    for _ in 0..SENDS {
        codes.push(api.challenge(&user, email(EMAIL)).await.code);
    }
    codes.sort();
    codes.dedup();
    // Ten draws from a million: two pairs alike happen less than once in 10^8 runs.
    assert!(codes.len() >= SENDS - 1, "codes repeat: {codes:?}");
}

async fn ids_differ(api: &Api) {
    let user = api.ada().await;
    let mut ids = Vec::new();
    for _ in 0..SENDS {
        ids.push(api.challenge(&user, email(EMAIL)).await.id);
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), SENDS, "ids repeat: {ids:?}");
}

fn email_of_length(length: usize) -> String {
    const DOMAIN: &str = "@example.com";
    "a".repeat(length - DOMAIN.len()) + DOMAIN
}

async fn email_of_256_characters(api: &Api) {
    good_format(api, email(&email_of_length(256))).await;
}

async fn email_of_257_characters(api: &Api) {
    bad_format(api, email(&email_of_length(257))).await;
}

async fn blocklisted_new_email(api: &Api) {
    let user = api.ada().await;
    api.block_email(NEW_EMAIL).await;
    let reply = api.send_code(&user.token, &email(NEW_EMAIL)).await;
    reply.is_error(422, NOT_ALLOWED);
    assert!(api.outbox(NEW_EMAIL).await.is_empty(), "expected no message");
}

async fn blocklist_spares_the_current_email(api: &Api) {
    let user = api.ada().await;
    api.block_email(EMAIL).await;
    api.send_code(&user.token, &email(EMAIL)).await.is(201);
}

async fn use_up_sends(api: &Api, token: &str, identifier: &Value) {
    for _ in 0..SENDS {
        api.send_code(token, identifier).await.is(201);
    }
}

async fn eleventh_is_limited(api: &Api, identifier: &Value) {
    let user = api.ada().await;
    use_up_sends(api, &user.token, identifier).await;
    let reply = api.send_code(&user.token, identifier).await;
    reply.is_error(429, RATE_LIMITED);
    let seconds = reply.retry_after();
    reply.holds(seconds <= WINDOW, "expected a Retry-After within the window");
    let to = identifier["value"].as_str().unwrap_or_default();
    assert_eq!(api.outbox(to).await.len(), SENDS, "messages to {to}");
}

async fn eleventh_send_is_rate_limited(api: &Api) {
    eleventh_is_limited(api, &email(EMAIL)).await;
}

async fn eleventh_send_to_a_phone_is_rate_limited(api: &Api) {
    eleventh_is_limited(api, &phone(NEW_PHONE)).await;
}

async fn rate_limit_ends_with_its_window(api: &Api) {
    let user = api.ada().await;
    use_up_sends(api, &user.token, &email(NEW_EMAIL)).await;
    api.advance(WINDOW - 60).await;
    let reply = api.send_code(&user.token, &email(NEW_EMAIL)).await;
    reply.is_error(429, RATE_LIMITED);
    let wait = reply.retry_after();
    api.advance(wait + 1).await;
    let reply = api.send_code(&user.token, &email(NEW_EMAIL)).await;
    reply.is(201);
}

async fn rate_limit_ignores_case(api: &Api) {
    let user = api.ada().await;
    let spellings = ["new@example.com", "New@example.com", "NEW@EXAMPLE.COM"];
    for spelling in spellings.iter().cycle().take(SENDS) {
        let reply = api.send_code(&user.token, &email(spelling)).await;
        reply.is(201);
    }
    for spelling in spellings.into_iter().chain(["nEw@eXample.com"]) {
        let reply = api.send_code(&user.token, &email(spelling)).await;
        reply.is_error(429, RATE_LIMITED);
    }
}

async fn rate_limit_spans_users(api: &Api) {
    let (ada, bob) = (api.ada().await, api.bob().await);
    use_up_sends(api, &bob.token, &email(EMAIL)).await;
    let reply = api.send_code(&ada.token, &email(EMAIL)).await;
    reply.is_error(429, RATE_LIMITED);
}

async fn rate_limit_spares_other_recipients(api: &Api) {
    let user = api.ada().await;
    use_up_sends(api, &user.token, &email(EMAIL)).await;
    for other in [email(NEW_EMAIL), phone(PHONE)] {
        api.send_code(&user.token, &other).await.is(201);
    }
}

async fn no_email_provider(api: &Api) {
    let user = api.ada().await;
    api.set_providers(false, true).await;
    for value in [EMAIL, NEW_EMAIL] {
        let reply = api.send_code(&user.token, &email(value)).await;
        reply.is_error(501, NO_CONNECTOR);
    }
    api.send_code(&user.token, &phone(PHONE)).await.is(201);
}

async fn no_sms_provider(api: &Api) {
    let user = api.ada().await;
    api.set_providers(true, false).await;
    for value in [PHONE, NEW_PHONE] {
        let reply = api.send_code(&user.token, &phone(value)).await;
        reply.is_error(501, NO_CONNECTOR);
    }
    api.send_code(&user.token, &email(EMAIL)).await.is(201);
}

async fn failed_sends_are_not_counted(api: &Api) {
    let user = api.ada().await;
    api.set_providers(false, false).await;
    for _ in 0..=SENDS {
        let reply = api.send_code(&user.token, &email(EMAIL)).await;
        reply.is_error(501, NO_CONNECTOR);
    }
    api.set_providers(true, true).await;
    use_up_sends(api, &user.token, &email(EMAIL)).await;
    let reply = api.send_code(&user.token, &email(EMAIL)).await;
    reply.is_error(429, RATE_LIMITED);
}
