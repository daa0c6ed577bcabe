//! Resume handles: how they are sealed, and which verifications they go with.

use serde_json::{Value, json};

use super::PAYMENT;
use crate::document::{error, ok};
use crate::keyring::{ring, rotated};
use crate::record::{METHODS, NOW, Record, SUBJECT};
use crate::reference::{RECORD, RESUME, Ring, entropy, sha256};

const NOT_FOUND: &str = "verification_record.not_found";
const SESSION: Option<&str> = Some("session-1");
const OPERATION: Option<&str> = Some(PAYMENT);

pub(super) fn issue_cases() -> Vec<Value> {
    let early = ring().sealing_key(NOW).seals_from - 1;
    let case = |id: &str, ring: &Ring, now: u64, handle: &Handle, expect: Value| {
        json!({
            "id": format!("issue-{id}"),
            "ring": ring.to_text(),
            "now": now,
            "methods": handle.methods,
            "subject": SUBJECT,
            "session": handle.session,
            "operation": handle.operation,
            "expect": expect,
        })
    };
    let (plain, all) = (Handle::new(&["email_code"]), Handle::new(&METHODS));
    let unbound = Handle { session: None, operation: None, ..Handle::new(&METHODS) };
    let issued = [
        ("resume-handle", ring(), &plain),
        ("resume-handle-of-all-methods", ring(), &all),
        ("resume-handle-of-no-session-and-operation", ring(), &unbound),
        ("resume-handle-by-the-newer-key", rotated(), &plain),
    ]
    .map(|(id, ring, handle)| {
        let expect = json!({ "handle": handle.token(&ring), "expires_at": NOW + 600 });
        case(id, &ring, NOW, handle, ok(expect))
    });
    let of_none = Handle::new(&[]);
    let refused = [
        case("resume-handle-before-any-key", &ring(), early, &plain, error("key_none_seals")),
        case("resume-handle-of-no-method", &ring(), NOW, &of_none, error("requirement_invalid")),
    ];
    issued.into_iter().chain(refused).collect()
}

pub(super) fn check_cases() -> Vec<Value> {
    let handle = Handle::new(&["password", "phone_code"]);
    let (token, ring) = (handle.token(&ring()), ring());
    let asked =
        Asked { method: "password", subject: SUBJECT, session: SESSION, operation: OPERATION };
    let other = r#"{"amount":"120.01","to":"DE89370400440532013000"}"#;
    let body = token.trim_start_matches(RESUME);
    let key = ring.sealing_key(NOW);
    let bytes = handle.bytes(&ring);
    let mut of_kind_1 = bytes.clone();
    if let Some(kind) = of_kind_1.get_mut(4) {
        *kind = 1;
    }
    let mut of_unknown_method = bytes.clone();
    if let Some(methods) = of_unknown_method.get_mut(5) {
        *methods |= 8;
    }
    let mut of_no_known_method = bytes.clone();
    if let Some(methods) = of_no_known_method.get_mut(5) {
        *methods = 8;
    }
    let record = Record::by_password(&entropy("password record")).token(&ring, NOW);
    let refused = [
        ("another-user", Asked { subject: "user-2", ..asked }, NOT_FOUND),
        (
            "another-session",
            Asked { session: Some("session-2"), ..asked },
            "record_session_mismatch",
        ),
        ("no-session", Asked { session: None, ..asked }, "record_session_mismatch"),
        (
            "another-operation",
            Asked { operation: Some(other), ..asked },
            "record_operation_mismatch",
        ),
        ("no-operation", Asked { operation: None, ..asked }, "record_operation_mismatch"),
        ("another-method", Asked { method: "email_code", ..asked }, "record_method_not_allowed"),
    ]
    .map(|(id, asked, code)| check(&format!("of-{id}"), &ring, NOW, &token, asked, error(code)));
    let by_phone = Asked { method: "phone_code", ..asked };
    let accepted = [
        check("at-once", &ring, NOW, &token, asked, ok(Value::Null)),
        check("by-the-other-method", &ring, NOW, &token, by_phone, ok(Value::Null)),
        check("in-its-last-second", &ring, NOW + 599, &token, asked, ok(Value::Null)),
        check("after-rotation", &rotated(), NOW + 1, &token, asked, ok(Value::Null)),
    ];
    let texts = [
        ("expired", NOW + 600, token.clone()),
        ("from-the-future", NOW - 6, token.clone()),
        ("empty", NOW, String::new()),
        ("without-prefix", NOW, body.to_owned()),
        ("with-more-after-it", NOW, format!("{token}A")),
        ("changed", NOW, format!("{RESUME}{}", body.replacen(|c| c != 'A', "A", 1))),
        ("of-zeros", NOW, format!("{RESUME}{}", "A".repeat(128))),
        ("a-record", NOW, record.clone()),
        ("a-record-under-its-prefix", NOW, record.replace(RECORD, RESUME)),
        ("under-the-record-key", NOW, ring.seal(&key, "record", RESUME, &bytes)),
        ("of-kind-1", NOW, ring.seal(&key, "resume", RESUME, &of_kind_1)),
        ("of-an-unknown-method", NOW, ring.seal(&key, "resume", RESUME, &of_unknown_method)),
        ("of-no-known-method", NOW, ring.seal(&key, "resume", RESUME, &of_no_known_method)),
        ("of-development", NOW, handle.token(&ring.copied_to("development"))),
    ]
    .map(|(id, now, text)| check(id, &ring, now, &text, asked, error(NOT_FOUND)));
    accepted.into_iter().chain(refused).chain(texts).collect()
}

#[derive(Clone, Copy)]
struct Asked {
    method: &'static str,
    subject: &'static str,
    session: Option<&'static str>,
    operation: Option<&'static str>,
}

fn check(id: &str, ring: &Ring, now: u64, handle: &str, asked: Asked, expect: Value) -> Value {
    json!({
        "id": format!("check-resume-handle-{id}"),
        "ring": ring.to_text(),
        "now": now,
        "handle": handle,
        "method": asked.method,
        "subject": asked.subject,
        "session": asked.session,
        "operation": asked.operation,
        "expect": expect,
    })
}

/// Issued at [`NOW`] for ten minutes, to [`SUBJECT`].
struct Handle {
    methods: Vec<&'static str>,
    session: Option<&'static str>,
    operation: Option<&'static str>,
}

impl Handle {
    fn new(methods: &[&'static str]) -> Self {
        Self { methods: methods.to_vec(), session: SESSION, operation: OPERATION }
    }

    fn token(&self, ring: &Ring) -> String {
        ring.seal(&ring.sealing_key(NOW), "resume", RESUME, &self.bytes(ring))
    }

    fn bytes(&self, ring: &Ring) -> Vec<u8> {
        let bits = (0..3_u8).zip(METHODS).filter(|(_, method)| self.methods.contains(method));
        let bits = bits.fold(0, |bits, (place, _)| bits | 1 << place);
        let mut bytes = [&ring.sealing_key(NOW).id[..], &[3, bits]].concat();
        for time in [NOW, NOW + 600] {
            bytes.extend(time.to_be_bytes().iter().skip(3));
        }
        bytes.extend(ring.digest("subject", Some(SUBJECT.as_bytes())));
        bytes.extend(ring.digest("session", self.session.map(str::as_bytes)));
        let operation = self.operation.map(|json| sha256(json.as_bytes()));
        bytes.extend(ring.digest("operation", operation.as_ref().map(|digest| &digest[..])));
        bytes
    }
}
