//! `token.json`: records and challenges as text, byte for byte.

mod challenge;
mod record;
mod resume;

use serde_json::{Value, json};

use crate::document::{Document, error, hex, ok};
use crate::keyring::{ring, rotated};
use crate::record::{EMAIL, NOW, PHONE, Record, identifier};
use crate::reference::{Ring, entropy};

const PERMISSION: &str = "UserPermissionValidation";
const PAYMENT: &str = r#"{"amount":"120.00","to":"DE89370400440532013000"}"#;

pub(crate) fn document() -> Document {
    Document::new(
        "token",
        "Tokens: records, challenges and resume handles sealed from given fields, and which texts open \
         at a given time. An `operation` is its JSON text. A record's `entropy` is what a flow that ends \
         at `now` with that record draws its id from. Under `by_rule` the token of the named case is \
         changed in every way the rule says, and each of them is refused: `flip_every_bit` flips \
         one bit of the bytes behind the prefix, `truncate_at_every_length` keeps the first \
         characters, from none to all but one, `replace_every_character` puts each other character \
         of the base64url alphabet in the place of each character behind the prefix, \
         `append_every_character` adds one character of it.",
    )
    .section("time", time_cases())
    .section("context", context_cases())
    .section("seal_record", seal_record_cases())
    .section("open_record", record::open_cases())
    .section("seal_challenge", challenge::seal_cases())
    .section("open_challenge", challenge::open_cases())
    .section("issue_resume_handle", resume::issue_cases())
    .section("check_resume_handle", resume::check_cases())
    .section("by_rule", by_rule())
}

fn time_cases() -> Vec<Value> {
    let case = |id: &str, time: u64, expect: Value| json!({ "id": id, "unix_seconds": time, "expect": expect });
    vec![
        case("time-zero", 0, ok(Value::Null)),
        case("time-latest", (1 << 40) - 1, ok(Value::Null)),
        case("time-too-late", 1 << 40, error("time_invalid")),
        case("time-in-milliseconds", NOW * 1000, error("time_invalid")),
    ]
}

fn context_cases() -> Vec<Value> {
    let case =
        |id: &str, text: &str, expect: Value| json!({ "id": id, "text": text, "expect": expect });
    let taken = [
        ("context-one-byte", "1".to_owned()),
        ("context-256-bytes", "x".repeat(256)),
        ("context-spaces", " a b ".to_owned()),
        ("context-beyond-ascii", "用户-1".to_owned()),
    ];
    let refused = [
        ("context-empty", String::new()),
        ("context-257-bytes", "x".repeat(257)),
        ("context-258-bytes-in-129-characters", "é".repeat(129)),
        ("context-nul", "user\0".to_owned()),
        ("context-line-end", "user-1\n".to_owned()),
        ("context-delete-character", "user\u{7f}".to_owned()),
        ("context-c1-control", "user\u{85}".to_owned()),
    ];
    let taken = taken.iter().map(|(id, text)| case(id, text, ok(Value::Null)));
    taken.chain(refused.iter().map(|(id, text)| case(id, text, error("context_invalid")))).collect()
}

/// A record that is sealed with every kind of content, and what its id is drawn from.
fn records() -> Vec<(&'static str, Ring, [u8; 32], Record)> {
    let [password, email, phone, new] =
        ["password record", "e-mail record", "phone record", "new"].map(entropy);
    let by_password = Record::by_password(&password);
    let by_email = Record::by_code(&email, EMAIL, PERMISSION);
    let by_phone = Record::by_code(&phone, PHONE, PERMISSION);
    let with_all =
        Record { session: Some("session-1"), operation: Some(PAYMENT), ..by_email.clone() };
    let of_another_alphabet = Record {
        subject: "用户-1",
        session: Some("сессия"),
        operation: Some("\"操作\""),
        ..by_password.clone()
    };
    let new_email = ("email", "New.Address@Example.com");
    let latest =
        Record { issued_at: (1 << 40) - 2, expires_at: (1 << 40) - 1, ..by_password.clone() };
    let with_session = Record { session: Some("session-1"), ..by_password.clone() };
    let with_operation = Record { operation: Some(PAYMENT), ..by_password.clone() };
    let new_identifier = Record::by_code(&new, new_email, "BindNewIdentifier");
    let second_factor = Record { purpose: "BindMfa", ..by_phone.clone() };
    vec![
        ("by-password", ring(), password, by_password.clone()),
        ("by-password-with-session", ring(), password, with_session),
        ("by-password-with-operation", ring(), password, with_operation),
        ("by-email-code", ring(), email, by_email),
        ("by-email-code-with-all", ring(), email, with_all),
        ("by-email-code-new-identifier", ring(), new, new_identifier),
        ("by-phone-code", ring(), phone, by_phone),
        ("by-phone-code-second-factor", ring(), phone, second_factor),
        ("of-another-alphabet", ring(), password, of_another_alphabet),
        ("by-the-newer-key", rotated(), password, by_password.clone()),
        ("by-a-development-ring", ring().copied_to("development"), password, by_password),
        ("at-the-latest-time", ring(), password, latest),
    ]
}

/// Each is sealed when it is issued, so that what a flow makes at that time of the same entropy is
/// the same record.
fn seal_record_cases() -> Vec<Value> {
    let case = |id: &str, ring: &Ring, entropy: &[u8; 32], record: &Record, expect: Value| {
        json!({
            "id": format!("seal-{id}"),
            "ring": ring.to_text(),
            "now": record.issued_at,
            "entropy": hex(entropy),
            "record": record.fields(),
            "identifier": record.identifier.map(identifier),
            "subject": record.subject,
            "session": record.session,
            "operation": record.operation,
            "expect": expect,
        })
    };
    let sealed = records().into_iter().map(|(id, ring, entropy, record)| {
        let token = record.token(&ring, record.issued_at);
        case(id, &ring, &entropy, &record, ok(token.into()))
    });
    let password = entropy("password record");
    let too_early = ring().sealing_key(NOW).seals_from - 1;
    let record = Record {
        issued_at: too_early,
        expires_at: too_early + 600,
        ..Record::by_password(&password)
    };
    let refused = case("before-any-key", &ring(), &password, &record, error("key_none_seals"));
    sealed.chain([refused]).collect()
}

fn by_rule() -> Vec<Value> {
    let rules = [
        "flip_every_bit",
        "truncate_at_every_length",
        "replace_every_character",
        "append_every_character",
    ];
    let cases = [("open-by-password", "record"), ("open-challenge-at-once", "challenge")];
    let case = |(of, kind): (&str, &str), rule: &str| {
        json!({
            "id": format!("{kind}-{}", rule.replace('_', "-")), "of": of, "rule": rule,
            "expect": error("verification_record.not_found"),
        })
    };
    cases.into_iter().flat_map(|of| rules.map(|rule| case(of, rule))).collect()
}
