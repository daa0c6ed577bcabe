//! Presenting a record, round by round.

use serde_json::{Value, json};

use super::{Counters, Flow, MARGIN, Round, STORE_FAILED, code_used_mark, limits};
use crate::document::{error, hex, ok};
use crate::keyring::ring;
use crate::record::{Challenge, EMAIL, METHODS, NOW, Record, SUBJECT};
use crate::reference::entropy;

/// Half a minute after the verification.
const THEN: u64 = NOW + 30;
const TTL: u64 = 570 + MARGIN;
const KEY: &str = "request-1";
const NOT_FOUND: &str = "verification_record.not_found";
const USED: &str = "record_used";
const REVOKED: u64 = 1 << 50;

pub(super) fn cases() -> Vec<Value> {
    let mut flows = reusable();
    flows.extend(single_use());
    flows.extend(challenges());
    flows.extend(without_counters());
    flows.extend(nonsense());
    flows.iter().map(Flow::to_value).collect()
}

fn reusable() -> Vec<Flow> {
    let mut forged = input(false, None);
    set(&mut forged, "token", "sekisho_r1_forged".into());
    let mut of_another = input(false, None);
    set(&mut of_another, "subject", "user-2".into());
    let mut too_old = input(false, None);
    let requirement = json!({ "max_age": 29 });
    merge(too_old.get_mut("requirement"), requirement);
    vec![
        flow(
            "present",
            "reusable until it expires, unless it was revoked",
            input(false, None),
            vec![uses(0)],
            accepted(false, true),
        ),
        flow(
            "present-reusable-with-key",
            "a key changes nothing",
            input(false, Some(KEY)),
            vec![uses(0)],
            accepted(false, true),
        ),
        flow(
            "present-reusable-after-a-single-use",
            "each requirement has its own word",
            input(false, None),
            vec![uses(1 << 39)],
            accepted(false, true),
        ),
        flow("present-revoked", "", input(false, None), vec![uses(REVOKED)], error(NOT_FOUND)),
        flow(
            "present-revoked-after-a-use",
            "",
            input(false, None),
            vec![uses(REVOKED + (1 << 39))],
            error(NOT_FOUND),
        ),
        flow("present-forged", "", forged, vec![], error(NOT_FOUND)),
        flow("present-of-another-user", "", of_another, vec![], error(NOT_FOUND)),
        flow("present-too-old", "", too_old, vec![], error("record_too_old")),
        Flow {
            now: NOW + 600,
            ..flow("present-expired", "", input(false, None), vec![], error(NOT_FOUND))
        },
        flow(
            "present-with-an-empty-key",
            "",
            input(false, Some("")),
            vec![],
            error("context_invalid"),
        ),
        flow(
            "present-with-a-key-of-257-bytes",
            "",
            input(true, Some(&"k".repeat(257))),
            vec![],
            error("context_invalid"),
        ),
        flow(
            "present-with-a-key-of-two-lines",
            "",
            input(true, Some("a\nb")),
            vec![],
            error("context_invalid"),
        ),
    ]
}

fn single_use() -> Vec<Flow> {
    let mut too_old = input(true, None);
    merge(too_old.get_mut("requirement"), json!({ "max_age": 29 }));
    let (ours, others) = (mark(Some(KEY)), mark(Some("request-2")));
    let used = |marks: i64| use_up(Some(KEY), marks);
    let given_back = |marks: i64| give_back(Some(KEY), marks);
    let by_key = |id, why, rounds, expect| flow(id, why, input(true, Some(KEY)), rounds, expect);
    let repeated = || accepted(true, true);
    vec![
        flow(
            "present-once",
            "the first finds its own mark alone",
            input(true, None),
            vec![use_up(None, mark(None))],
            accepted(false, true),
        ),
        flow(
            "present-again",
            "",
            input(true, None),
            vec![use_up(None, 2 * mark(None)), give_back(None, mark(None))],
            error(USED),
        ),
        flow(
            "present-again-after-a-use-with-key",
            "",
            input(true, None),
            vec![use_up(None, mark(None) + ours), give_back(None, ours)],
            error(USED),
        ),
        by_key("present-once-with-key", "", vec![used(ours)], accepted(false, true)),
        by_key(
            "present-again-with-the-same-key",
            "the same use",
            vec![used(2 * ours), given_back(ours)],
            repeated(),
        ),
        by_key(
            "present-the-20th-at-once-with-the-same-key",
            "one of them was the first",
            vec![used(20 * ours), given_back(12 * ours)],
            repeated(),
        ),
        by_key(
            "present-again-with-the-same-key-while-another-tries",
            "what others added is gone by the time ours is taken off",
            vec![used(2 * ours + others), given_back(ours)],
            repeated(),
        ),
        by_key(
            "present-again-with-another-key",
            "",
            vec![used(ours + others), given_back(others)],
            error(USED),
        ),
        by_key(
            "present-again-with-key-after-a-use-without",
            "",
            vec![used(ours + mark(None)), given_back(mark(None))],
            error(USED),
        ),
        by_key(
            "present-the-20th-at-once",
            "",
            vec![used(others + 19 * ours), given_back(others)],
            error(USED),
        ),
        flow(
            "present-once-revoked",
            "",
            input(true, None),
            vec![use_up(None, mark(None) + signed(REVOKED)), give_back(None, signed(REVOKED))],
            error(NOT_FOUND),
        ),
        by_key(
            "present-again-with-the-same-key-revoked",
            "nothing of it is repeated",
            vec![used(2 * ours + signed(REVOKED)), given_back(ours + signed(REVOKED))],
            error(NOT_FOUND),
        ),
        flow(
            "present-once-too-old",
            "what is refused is not used up",
            too_old,
            vec![],
            error("record_too_old"),
        ),
    ]
}

fn challenges() -> Vec<Flow> {
    let reusable = || input_of(&challenge().token, false, None);
    let once = || input_of(&challenge().token, true, None);
    let accepted = || {
        let mut fields = challenge().record.fields();
        merge(Some(&mut fields), json!({ "repeated": false, "limits": "counted" }));
        ok(fields)
    };
    vec![
        flow(
            "present-a-challenge-before-its-code-was-used",
            "",
            reusable(),
            vec![code_used(0)],
            error(NOT_FOUND),
        ),
        flow(
            "present-a-challenge-after-its-code-was-used",
            "the record it was to become; its age counts from the sending",
            reusable(),
            vec![code_used(1), uses_of_challenge(0)],
            accepted(),
        ),
        flow(
            "present-a-challenge-after-its-code-was-used-twice-at-once",
            "the second answer was refused",
            reusable(),
            vec![code_used(2), uses_of_challenge(0)],
            accepted(),
        ),
        flow(
            "present-a-challenge-revoked-after-its-code-was-used",
            "",
            reusable(),
            vec![code_counter_at(code_used_mark(challenge().record.id).unsigned_abs() + REVOKED)],
            error(NOT_FOUND),
        ),
        flow(
            "present-a-challenge-whose-counter-somebody-has-set",
            "whoever keeps the counters cannot write what a right code does",
            reusable(),
            vec![code_counter_at(1)],
            error(NOT_FOUND),
        ),
        flow(
            "present-a-challenge-whose-counter-stands-beside-its-mark",
            "",
            reusable(),
            vec![code_counter_at(code_used_mark(challenge().record.id).unsigned_abs() + 1)],
            error(NOT_FOUND),
        ),
        flow(
            "present-a-challenge-once",
            "",
            once(),
            vec![code_used(1), use_up_challenge(mark(None))],
            accepted(),
        ),
        flow(
            "present-a-challenge-again",
            "it shares its one use with the record made of it",
            once(),
            vec![code_used(1), use_up_challenge(2 * mark(None)), give_back_challenge(mark(None))],
            error(USED),
        ),
        flow(
            "present-a-challenge-once-before-its-code-was-used",
            "not used up",
            once(),
            vec![code_used(0)],
            error(NOT_FOUND),
        ),
    ]
}

fn without_counters() -> Vec<Flow> {
    let mut forged = input(true, None);
    set(&mut forged, "token", "sekisho_r1_forged".into());
    let challenge = input_of(&challenge().token, false, None);
    vec![
        flow("present-not-counted", "", input(false, None), vec![], accepted(false, false))
            .not_counted(),
        flow("present-once-not-counted", "", input(true, None), vec![], error("counters_required"))
            .not_counted(),
        flow(
            "present-forged-once-not-counted",
            "the host's mistake comes first",
            forged,
            vec![],
            error("counters_required"),
        )
        .not_counted(),
        flow(
            "present-a-challenge-not-counted",
            "nobody knows whether its code was used",
            challenge,
            vec![],
            error(NOT_FOUND),
        )
        .not_counted(),
    ]
}

fn nonsense() -> Vec<Flow> {
    let failed = |id, why, input, rounds| flow(id, why, input, rounds, error(STORE_FAILED));
    vec![
        failed(
            "present-store-counts-too-low",
            "",
            input(true, None),
            vec![use_up(None, mark(None)).answered(&[0])],
        ),
        failed(
            "present-store-answers-nothing",
            "",
            input(true, None),
            vec![use_up(None, mark(None)).answered(&[])],
        ),
        failed(
            "present-store-fails-to-take-the-mark-off",
            "",
            input(true, Some(KEY)),
            vec![use_up(Some(KEY), 2 * mark(Some(KEY))), give_back(Some(KEY), 0).answered(&[])],
        ),
        failed(
            "present-store-tells-two-uses",
            "",
            input_of(&challenge().token, false, None),
            vec![code_used(1).answered(&[1, 1])],
        ),
    ]
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

fn record() -> Record {
    Record::by_password(&entropy("present flow"))
}

fn challenge() -> Challenge {
    let entropy = entropy("present flow, challenge");
    Challenge::new(Record::by_code(&entropy, EMAIL, "UserPermissionValidation"), &ring())
}

fn input(single_use: bool, idempotency_key: Option<&str>) -> Value {
    input_of(&record().token(&ring(), NOW), single_use, idempotency_key)
}

fn input_of(token: &str, single_use: bool, idempotency_key: Option<&str>) -> Value {
    json!({
        "subject": SUBJECT,
        "session": null,
        "operation": null,
        "token": token,
        "idempotency_key": idempotency_key,
        "requirement": {
            "methods": METHODS,
            "purpose": "UserPermissionValidation",
            "max_age": null,
            "same_session": false,
            "identifier": null,
            "single_use": single_use,
        },
    })
}

fn set(input: &mut Value, name: &str, value: Value) {
    merge(Some(input), json!({ name: value }));
}

fn merge(object: Option<&mut Value>, changes: Value) {
    if let (Some(Value::Object(object)), Value::Object(changes)) = (object, changes) {
        object.extend(changes);
    }
}

fn accepted(repeated: bool, counted: bool) -> Value {
    let record = record();
    ok(json!({
        "id": hex(&record.id),
        "method": record.method,
        "purpose": record.purpose,
        "issued_at": record.issued_at,
        "expires_at": record.expires_at,
        "repeated": repeated,
        "limits": limits(counted),
    }))
}

/// What a use adds to the record's counter.
fn mark(key: Option<&str>) -> i64 {
    let Some(key) = key else { return 1 << 39 };
    let of: [&[u8]; 2] = [&record().id, key.as_bytes()];
    super::mark(ring().counter_digest("record used by", &of))
}

/// What a use that uses nothing up looks at.
fn uses(count: u64) -> Round {
    Round::new([Counters::of_record(record().id).read("record used", count)])
}

fn uses_of_challenge(count: u64) -> Round {
    Round::new([Counters::of_record(challenge().record.id).read("record used", count)])
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or_default()
}

fn use_up(key: Option<&str>, marks: i64) -> Round {
    let counters = Counters::of_record(record().id);
    Round::new([counters.mark("record used", mark(key), TTL, marks.unsigned_abs())])
}

fn give_back(key: Option<&str>, marks: i64) -> Round {
    let counters = Counters::of_record(record().id);
    Round::new([counters.mark("record used", -mark(key), 0, marks.unsigned_abs())])
}

fn code_used(uses: u64) -> Round {
    code_counter_at(uses * code_used_mark(challenge().record.id).unsigned_abs())
}

fn code_counter_at(count: u64) -> Round {
    Round::new([Counters::of_record(challenge().record.id).read("code used", count)])
}

fn use_up_challenge(marks: i64) -> Round {
    let counters = Counters::of_record(challenge().record.id);
    Round::new([counters.mark("record used", mark(None), TTL, marks.unsigned_abs())])
}

fn give_back_challenge(marks: i64) -> Round {
    let counters = Counters::of_record(challenge().record.id);
    Round::new([counters.mark("record used", -mark(None), 0, marks.unsigned_abs())])
}
