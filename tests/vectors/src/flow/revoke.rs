//! Revoking, round by round.

use serde_json::{Value, json};

use super::code::email;
use super::{Counters, Flow, MARGIN, Round, STORE_FAILED};
use crate::document::{error, ok};
use crate::keyring::{ring, rotated};
use crate::record::{NOW, Record, SUBJECT};
use crate::reference::{RECORD, REVOCATION, entropy};

/// Half a minute after the message.
const THEN: u64 = NOW + 30;
const TTL: u64 = 570 + MARGIN;
const REVOKED: u64 = 1 << 50;
const NOT_FOUND: &str = "verification_record.not_found";

pub(super) fn cases() -> Vec<Value> {
    let record = Record::by_password(&entropy("present flow"));
    let token = record.token(&ring(), NOW);
    let in_session = Record { session: Some("session-1"), ..record.clone() };
    let refused = |id, why, token: &str| flow(id, why, own(token), vec![], error(NOT_FOUND));
    let mut of_another = own(&token);
    if let Some(input) = of_another.as_object_mut() {
        input.insert("subject".to_owned(), "user-2".into());
    }
    [
        flow(
            "revoke-a-record",
            "it is not accepted any more",
            own(&token),
            vec![read(record.id, [0, 0]), add(record.id, [REVOKED, REVOKED])],
            ok(Value::Null),
        ),
        flow(
            "revoke-a-record-of-some-session",
            "in any session of its user",
            own(&in_session.token(&ring(), NOW)),
            vec![read(record.id, [0, 0]), add(record.id, [REVOKED, REVOKED])],
            ok(Value::Null),
        ),
        flow(
            "revoke-a-challenge",
            "its code is no longer right",
            own(&email().token),
            vec![read(email().record.id, [0, 0]), add(email().record.id, [REVOKED, REVOKED])],
            ok(Value::Null),
        ),
        flow(
            "revoke-a-used-record",
            "",
            own(&token),
            vec![read(record.id, [0, 1 << 39]), add(record.id, [REVOKED, REVOKED + (1 << 39)])],
            ok(Value::Null),
        ),
        flow(
            "revoke-again",
            "nothing is added",
            own(&token),
            vec![read(record.id, [REVOKED, REVOKED])],
            ok(Value::Null),
        ),
        flow(
            "revoke-twice-at-once",
            "the second takes its own off, so that the counters stay small",
            own(&token),
            vec![
                read(record.id, [0, 0]),
                add(record.id, [2 * REVOKED, REVOKED]),
                take_off(record.id, [true, false], [REVOKED, REVOKED]),
            ],
            ok(Value::Null),
        ),
        refused("revoke-forged", "", &format!("{RECORD}forged")),
        refused("revoke-nothing", "", ""),
        flow("revoke-of-another-user", "", of_another, vec![], error(NOT_FOUND)),
        Flow {
            now: NOW + 600,
            ..flow("revoke-expired", "", own(&token), vec![], error(NOT_FOUND))
        },
        flow("revoke-not-counted", "", own(&token), vec![], error("counters_required"))
            .not_counted(),
        flow(
            "revoke-store-counts-too-low",
            "",
            own(&token),
            vec![read(record.id, [0, 0]), add(record.id, [REVOKED, 1])],
            error(STORE_FAILED),
        ),
    ]
    .iter()
    .map(Flow::to_value)
    .collect()
}

pub(super) fn by_link_cases() -> Vec<Value> {
    let id = email().record.id;
    let revocation = email().revocation(&ring(), NOW);
    let revoked = || vec![read(id, [0, 0]), add(id, [REVOKED, REVOKED])];
    let refused = |case, why, text: &str| flow(case, why, link(text), vec![], error(NOT_FOUND));
    let of_development = email().revocation(&ring().copied_to("development"), NOW);
    [
        flow("revoke-by-link", "", link(&revocation), revoked(), ok(Value::Null)),
        Flow {
            ring: rotated(),
            ..flow(
                "revoke-by-link-after-rotation",
                "",
                link(&revocation),
                revoked(),
                ok(Value::Null),
            )
        },
        flow(
            "revoke-by-link-after-the-code-was-used",
            "the record made of it ends",
            link(&revocation),
            vec![read(id, [7, 0]), add(id, [REVOKED + 7, REVOKED])],
            ok(Value::Null),
        ),
        refused("revoke-by-link-nothing", "", ""),
        refused("revoke-by-link-a-challenge", "", &email().token),
        refused("revoke-by-link-a-record", "", &email().record.token(&ring(), NOW)),
        refused("revoke-by-link-of-development", "", &of_development),
        refused("revoke-by-link-with-more-after-it", "", &format!("{revocation}A")),
        refused("revoke-by-link-changed", "", &revocation.replacen(['A', 'B'], "C", 1)),
        refused("revoke-by-link-under-the-record-key", "", &resealed("record", 4)),
        refused("revoke-by-link-of-kind-3", "", &resealed("revocation", 3)),
        refused("revoke-by-link-of-zeros", "", &format!("{REVOCATION}{}", "A".repeat(84))),
        Flow {
            now: NOW + 600,
            ..refused("revoke-by-link-expired", "with the record", &revocation)
        },
        flow(
            "revoke-by-link-not-counted",
            "",
            link(&revocation),
            vec![],
            error("counters_required"),
        )
        .not_counted(),
    ]
    .iter()
    .map(Flow::to_value)
    .collect()
}

fn flow(
    id: &'static str,
    why: &'static str,
    input: Value,
    rounds: Vec<Round>,
    expect: Value,
) -> Flow {
    Flow { now: THEN, ..Flow::new(id, why, input, rounds, expect) }
}

/// The revocation of the challenge under a MAC that is right, for what nobody seals.
fn resealed(purpose: &str, kind: u8) -> String {
    let key = ring().sealing_key(NOW);
    let mut bytes = email().record.revocation_bytes(&key);
    if let Some(place) = bytes.get_mut(4) {
        *place = kind;
    }
    ring().seal(&key, purpose, REVOCATION, &bytes)
}

fn own(token: &str) -> Value {
    json!({ "subject": SUBJECT, "token": token })
}

fn link(revocation: &str) -> Value {
    json!({ "revocation": revocation })
}

fn read(id: [u8; 16], [code, record]: [u64; 2]) -> Round {
    let of = Counters::of_record(id);
    Round::new([of.read("code used", code), of.read("record used", record)])
}

fn add(id: [u8; 16], [code, record]: [u64; 2]) -> Round {
    let of = Counters::of_record(id);
    Round::new([
        of.add("code used", REVOKED, TTL, code),
        of.add("record used", REVOKED, TTL, record),
    ])
}

fn take_off(id: [u8; 16], own: [bool; 2], [code, record]: [u64; 2]) -> Round {
    let of = Counters::of_record(id);
    let [off_code, off_record] = own.map(|own| if own { -(1 << 50) } else { 0 });
    Round::new([
        of.mark("code used", off_code, 0, code),
        of.mark("record used", off_record, 0, record),
    ])
}
