//! Which texts open as records.

use serde_json::{Value, json};

use super::challenge::challenge;
use super::records;
use crate::document::{error, ok};
use crate::keyring::{ring, rotated};
use crate::record::{NOW, Record};
use crate::reference::{CHALLENGE, Key, RECORD, Ring, base64url, entropy};

pub(super) fn open_cases() -> Vec<Value> {
    let mut cases = Vec::new();
    for (id, ring, _, record) in records() {
        let token = record.token(&ring, record.issued_at);
        cases.push(open(&format!("open-{id}"), &ring, record.issued_at, &token, Some(&record)));
    }
    cases.extend(over_time());
    cases.extend(by_other_keys());
    cases.extend(misspelt());
    cases.extend(resealed());
    cases
}

fn over_time() -> Vec<Value> {
    let record = Record::by_password(&entropy("password record"));
    let token = record.token(&ring(), NOW);
    [
        ("open-in-its-last-second", NOW + 599, true),
        ("open-when-expired", NOW + 600, false),
        ("open-long-after", NOW + 1_000_000, false),
        ("open-by-a-clock-5-seconds-behind", NOW - 5, true),
        ("open-by-a-clock-6-seconds-behind", NOW - 6, false),
        ("open-a-day-before", NOW - 86_400, false),
    ]
    .map(|(id, now, opens)| open(id, &ring(), now, &token, opens.then_some(&record)))
    .to_vec()
}

fn by_other_keys() -> Vec<Value> {
    let record = Record::by_password(&entropy("password record"));
    let token = record.token(&ring(), NOW);
    let newer = record.token(&rotated(), NOW);
    let retired = rotated().retire(0, NOW + 60);
    let other = Ring::generate("production", NOW - 86_400, &entropy("another ring"));
    let same_id = Ring {
        keys: other.keys.iter().map(|key| Key { id: ring().sealing_key(NOW).id, ..*key }).collect(),
        ..other.clone()
    };
    vec![
        open("open-by-the-older-key-after-rotation", &rotated(), NOW + 1, &token, Some(&record)),
        open("open-by-a-key-about-to-retire", &retired, NOW + 59, &token, Some(&record)),
        open("open-by-a-retired-key", &retired, NOW + 60, &token, None),
        open("open-by-a-key-that-seals-later", &rotated(), NOW - 3, &newer, Some(&record)),
        open("open-by-an-unknown-key", &ring(), NOW, &newer, None),
        open("open-by-another-ring", &other, NOW, &token, None),
        open("open-by-another-key-of-the-same-id", &same_id, NOW, &token, None),
        open(
            "open-of-production-in-development",
            &ring().copied_to("development"),
            NOW,
            &token,
            None,
        ),
        open(
            "open-of-development-in-production",
            &ring(),
            NOW,
            &record.token(&ring().copied_to("development"), NOW),
            None,
        ),
    ]
}

fn misspelt() -> Vec<Value> {
    let ring = ring();
    let token = Record::by_password(&entropy("password record")).token(&ring, NOW);
    let body = token.trim_start_matches(RECORD);
    let challenge = challenge();
    let with_url_characters =
        (0..).map(|n: u64| Record::by_password(&entropy(&format!("- and _ {n}"))));
    let with_url_characters = with_url_characters
        .map(|record| record.token(&ring, NOW))
        .find(|token| token.trim_start_matches(RECORD).contains(['-', '_']))
        .unwrap_or_default();
    let standard =
        with_url_characters.trim_start_matches(RECORD).replace('-', "+").replace('_', "/");
    let bytes = Record::by_password(&entropy("password record"));
    let bytes = bytes.bytes(&ring, &ring.sealing_key(NOW), 1);
    [
        ("empty", String::new()),
        ("prefix-alone", RECORD.to_owned()),
        ("without-prefix", body.to_owned()),
        ("prefix-in-capitals", format!("SEKISHO_R1_{body}")),
        ("prefix-of-another-version", format!("sekisho_r2_{body}")),
        ("prefix-twice", format!("{RECORD}{token}")),
        ("prefix-of-a-challenge", format!("{CHALLENGE}{body}")),
        ("a-challenge", challenge.token.clone()),
        ("a-challenge-under-the-prefix-of-a-record", challenge.token.replace(CHALLENGE, RECORD)),
        ("space-before", format!(" {token}")),
        ("space-after", format!("{token} ")),
        ("line-end-after", format!("{token}\n")),
        ("line-break-within", format!("{RECORD}{}", body.replacen('A', "A\n", 1))),
        ("nul-after", format!("{token}\0")),
        ("padded-once", format!("{token}=")),
        ("padded-fully", format!("{token}====")),
        ("dot-after", format!("{token}.")),
        ("in-the-standard-alphabet", format!("{RECORD}{standard}")),
        ("percent-encoded", token.replacen("_r1_", "%5Fr1%5F", 1)),
        ("in-full-width", token.replacen('s', "\u{ff53}", 1)),
        ("quoted", format!("\"{token}\"")),
        ("twice", format!("{token}{token}")),
        ("fields-without-mac", format!("{RECORD}{}", base64url(&bytes))),
        ("of-zeros", format!("{RECORD}{}", "A".repeat(172))),
    ]
    .map(|(id, token)| open(&format!("open-{id}"), &ring, NOW, &token, None))
    .to_vec()
}

/// What nobody seals, under a MAC that is right.
fn resealed() -> Vec<Value> {
    let ring = ring();
    let key = ring.sealing_key(NOW);
    let record = Record::by_password(&entropy("password record"));
    let bytes = record.bytes(&ring, &key, 1);
    let with = |fields: [u8; 3]| record.bytes_with(&ring, &key, fields);
    let seal = |bytes: &[u8]| ring.seal(&key, "record", RECORD, bytes);
    let sealed_for = |purpose: &str| ring.seal(&key, purpose, RECORD, &bytes);
    let shorter = bytes.split_last().map(|(_, rest)| rest).unwrap_or_default();
    [
        ("of-kind-0", seal(&with([0, 1, 1]))),
        ("of-the-kind-of-a-challenge", seal(&with([2, 1, 1]))),
        ("of-kind-255", seal(&with([255, 1, 1]))),
        ("of-method-0", seal(&with([1, 0, 1]))),
        ("of-method-4", seal(&with([1, 4, 1]))),
        ("of-purpose-0", seal(&with([1, 1, 0]))),
        ("of-purpose-4", seal(&with([1, 1, 4]))),
        ("with-a-trailing-byte", seal(&[&bytes[..], &[0]].concat())),
        ("with-three-trailing-bytes", seal(&[&bytes[..], &[0; 3]].concat())),
        ("with-a-byte-less", seal(shorter)),
        ("of-nothing", seal(&key.id)),
        ("under-the-challenge-key", sealed_for("challenge")),
        ("under-the-code-key", sealed_for("code")),
        (
            "issued-in-the-future",
            seal(&Record { issued_at: NOW + 6, ..record.clone() }.bytes(&ring, &key, 1)),
        ),
        (
            "expired-when-issued",
            seal(&Record { expires_at: NOW, ..record.clone() }.bytes(&ring, &key, 1)),
        ),
    ]
    .map(|(id, token)| open(&format!("open-resealed-{id}"), &ring, NOW, &token, None))
    .to_vec()
}

fn open(id: &str, ring: &Ring, now: u64, token: &str, record: Option<&Record>) -> Value {
    let expect = match record {
        Some(record) => ok(record.fields()),
        None => error("verification_record.not_found"),
    };
    json!({ "id": id, "ring": ring.to_text(), "now": now, "token": token, "expect": expect })
}
