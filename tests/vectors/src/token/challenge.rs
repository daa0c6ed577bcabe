//! Challenges: how they are sealed, and which texts open as one.

use serde_json::{Value, json};

use super::{PAYMENT, PERMISSION};
use crate::document::{error, hex, ok};
use crate::keyring::{ring, rotated};
use crate::record::{Challenge, EMAIL, NOW, PHONE, Record, SUBJECT, identifier};
use crate::reference::{CHALLENGE, RECORD, Ring, entropy, record_id};

pub(super) fn seal_cases() -> Vec<Value> {
    let by_email = Record::by_code(&[0; 32], EMAIL, PERMISSION);
    let with_all =
        Record { session: Some("session-1"), operation: Some(PAYMENT), ..by_email.clone() };
    [
        ("seal-challenge-email", ring(), by_email.clone(), (6, "digits")),
        (
            "seal-challenge-phone",
            ring(),
            Record::by_code(&[0; 32], PHONE, "BindNewIdentifier"),
            (6, "digits"),
        ),
        ("seal-challenge-with-all", ring(), with_all, (6, "digits")),
        ("seal-challenge-of-letters", ring(), by_email.clone(), (10, "base32")),
        ("seal-challenge-by-the-newer-key", rotated(), by_email.clone(), (4, "digits")),
        (
            "seal-challenge-by-a-development-ring",
            ring().copied_to("development"),
            by_email,
            (6, "digits"),
        ),
    ]
    .map(|(id, ring, record, (length, alphabet))| {
        let entropy = entropy(id);
        let record = Record { id: record_id(&entropy), ..record };
        let challenge = Challenge::drawn(record, &ring, (length, alphabet));
        json!({
            "id": id,
            "ring": ring.to_text(),
            "now": NOW,
            "entropy": hex(&entropy),
            "lifetime": 600,
            "length": length,
            "alphabet": alphabet,
            "to": challenge.record.identifier.map(identifier),
            "purpose": challenge.record.purpose,
            "subject": challenge.record.subject,
            "session": challenge.record.session,
            "operation": challenge.record.operation,
            "expect": ok(json!({ "challenge": challenge.token, "code": challenge.code })),
        })
    })
    .to_vec()
}

/// A challenge that opens and whose code is right gives the record; a challenge is refused as a
/// record is.
pub(super) fn open_cases() -> Vec<Value> {
    let challenge = challenge();
    let ring = ring();
    let key = ring.sealing_key(NOW);
    let bytes = Challenge::bytes(&challenge.record, &challenge.code, &ring, &key);
    let record_bytes = challenge.record.bytes(&ring, &key, 1);
    let seal = |bytes: &[u8]| ring.seal(&key, "challenge", CHALLENGE, bytes);
    let of_kind_1 =
        [&record_bytes[..], &ring.code_tag(&key, &challenge.record.id, &challenge.code)[..]]
            .concat();
    let retired = rotated().retire(0, NOW + 60);
    let development = ring.copied_to("development");
    let token = &challenge.token;
    let body = token.trim_start_matches(CHALLENGE);
    let check = |id: &str, ring: &Ring, now: u64, token: &str, opens: bool| {
        let expect = if opens {
            ok(challenge.verified(now).token(ring, now).into())
        } else {
            error("verification_record.not_found")
        };
        json!({
            "id": format!("open-challenge-{id}"), "ring": ring.to_text(), "now": now,
            "subject": SUBJECT, "to": identifier(EMAIL), "token": token, "code": challenge.code,
            "expect": expect,
        })
    };
    vec![
        check("at-once", &ring, NOW, token, true),
        check("in-its-last-second", &ring, NOW + 599, token, true),
        check("when-expired", &ring, NOW + 600, token, false),
        check("by-a-clock-5-seconds-behind", &ring, NOW - 5, token, true),
        check("by-a-clock-6-seconds-behind", &ring, NOW - 6, token, false),
        check("by-the-older-key-after-rotation", &rotated(), NOW + 1, token, true),
        check("by-a-retired-key", &retired, NOW + 60, token, false),
        check("of-production-in-development", &development, NOW, token, false),
        check("empty", &ring, NOW, "", false),
        check("prefix-alone", &ring, NOW, CHALLENGE, false),
        check("under-the-prefix-of-a-record", &ring, NOW, &format!("{RECORD}{body}"), false),
        check("a-record", &ring, NOW, &challenge.record.token(&ring, NOW), false),
        check(
            "a-record-under-its-prefix",
            &ring,
            NOW,
            &challenge.record.token(&ring, NOW).replace(RECORD, CHALLENGE),
            false,
        ),
        check("padded", &ring, NOW, &format!("{token}="), false),
        check("line-end-after", &ring, NOW, &format!("{token}\n"), false),
        check("resealed-of-the-kind-of-a-record", &ring, NOW, &seal(&of_kind_1), false),
        check(
            "resealed-under-the-record-key",
            &ring,
            NOW,
            &ring.seal(&key, "record", CHALLENGE, &bytes),
            false,
        ),
        check(
            "resealed-under-the-code-key",
            &ring,
            NOW,
            &ring.seal(&key, "code", CHALLENGE, &bytes),
            false,
        ),
        check(
            "resealed-with-a-trailing-byte",
            &ring,
            NOW,
            &seal(&[&bytes[..], &[0]].concat()),
            false,
        ),
        check(
            "resealed-without-code-tag",
            &ring,
            NOW,
            &seal(&challenge.record.bytes(&ring, &key, 2)),
            false,
        ),
    ]
}

pub(super) fn challenge() -> Challenge {
    let entropy = entropy("challenge");
    Challenge::new(Record::by_code(&entropy, EMAIL, PERMISSION), &ring())
}
