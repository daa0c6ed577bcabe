//! Sending a code again, round by round.

use serde_json::{Value, json};

use super::code::email;
use super::{Counters, Flow, Policy, Round, STORE_FAILED, limits};
use crate::document::{error, error_retry, ok};
use crate::keyring::{ring, rotated};
use crate::record::{Challenge, EMAIL, NOW, PHONE, Record, SUBJECT, identifier};
use crate::reference::entropy;

/// The first second in which a code is sent again.
const THEN: u64 = NOW + 30;
const LIMITED: &str = "request.message_rate_limited";
const NOT_FOUND: &str = "verification_record.not_found";
const TRANSFER: &str = r#"{"amount":"120.00","payee":"Ana"}"#;

pub(super) fn cases() -> Vec<Value> {
    let mut flows = again();
    flows.extend(refused());
    flows.extend(limited());
    flows.iter().map(Flow::to_value).collect()
}

fn again() -> Vec<Flow> {
    let bound = bound();
    let phone =
        Challenge::new(Record::by_code(&entropy("code flow"), PHONE, "BindNewIdentifier"), &ring());
    vec![
        flow(
            "resend",
            "the same code under the same token, to the same end",
            input(&email(), EMAIL),
            vec![cooled(&email(), 0, 0), sends(EMAIL, 2)],
            sent(&email(), true),
        ),
        flow(
            "resend-the-first-of-a-window",
            "",
            input(&email(), EMAIL),
            vec![cooled(&email(), 0, 0), sends(EMAIL, 1), sends_end(EMAIL)],
            sent(&email(), true),
        ),
        flow(
            "resend-to-a-phone",
            "",
            input(&phone, PHONE),
            vec![cooled(&phone, 0, 0), sends(PHONE, 3)],
            sent(&phone, true),
        ),
        flow(
            "resend-bound",
            "what the message tells of is the challenge's operation",
            bound_to(&bound, Some("session-1"), Some(TRANSFER)),
            vec![cooled(&bound, 0, 0), sends(EMAIL, 2)],
            sent(&bound, true),
        ),
        Flow {
            ring: rotated(),
            ..flow(
                "resend-after-rotation",
                "the code is drawn by the key that sealed the challenge",
                input(&email(), EMAIL),
                vec![cooled(&email(), 0, 0), sends(EMAIL, 2)],
                sent_by(&email(), &rotated(), true),
            )
        },
        flow("resend-not-counted", "", input(&email(), EMAIL), vec![], sent(&email(), false))
            .not_counted(),
    ]
}

fn refused() -> Vec<Flow> {
    let bound = bound();
    let refused = |id, why, input, code| flow(id, why, input, vec![], error(code));
    let mut of_another = input(&email(), EMAIL);
    set(&mut of_another, "subject", "user-2");
    let mut forged = input(&email(), EMAIL);
    set(&mut forged, "challenge", "sekisho_c1_forged");
    let mut record = input(&email(), EMAIL);
    set(&mut record, "challenge", &email().record.token(&ring(), NOW));
    let letters = Policy { alphabet: "base32", ..Policy::default() };
    let lifetime_of_a_minute = Policy { code_lifetime: 60, ..Policy::default() };
    vec![
        refused("resend-of-another-user", "", of_another, NOT_FOUND),
        refused("resend-forged", "", forged, NOT_FOUND),
        refused("resend-a-record", "", record, NOT_FOUND),
        refused(
            "resend-in-another-session",
            "",
            bound_to(&bound, Some("session-2"), Some(TRANSFER)),
            NOT_FOUND,
        ),
        refused("resend-to-another-kind", "", input(&email(), PHONE), NOT_FOUND),
        refused(
            "resend-to-another-address",
            "",
            input(&email(), ("email", "eve@example.com")),
            "verification_code.email_mismatch",
        ),
        refused(
            "resend-of-another-operation",
            "",
            bound_to(&bound, Some("session-1"), Some(r#"{"amount":"999.00","payee":"Ana"}"#)),
            "record_operation_mismatch",
        ),
        refused(
            "resend-without-its-operation",
            "",
            bound_to(&bound, Some("session-1"), None),
            "record_operation_mismatch",
        ),
        Flow {
            now: NOW + 60,
            policy: lifetime_of_a_minute,
            ..refused(
                "resend-expired-code",
                "",
                input(&email(), EMAIL),
                "verification_code.expired",
            )
        },
        Flow {
            policy: letters,
            ..refused(
                "resend-under-another-policy-of-codes",
                "the code that was sent would not come of it",
                input(&email(), EMAIL),
                NOT_FOUND,
            )
        },
        Flow { now: NOW + 600, ..refused("resend-expired", "", input(&email(), EMAIL), NOT_FOUND) },
    ]
}

fn limited() -> Vec<Flow> {
    let email = email();
    let again = || input(&email, EMAIL);
    let end = NOW + 60;
    vec![
        Flow {
            now: NOW + 29,
            ..flow(
                "resend-within-30-seconds",
                "of the first message",
                again(),
                vec![],
                error_retry(LIMITED, 1),
            )
        },
        Flow { now: NOW, ..flow("resend-at-once", "", again(), vec![], error_retry(LIMITED, 30)) },
        flow(
            "resend-twice-within-30-seconds",
            "the earlier one noted when its own end",
            again(),
            vec![cooled(&email, end - 10, 0)],
            error_retry(LIMITED, 20),
        ),
        flow(
            "resend-twice-at-once",
            "the sum of two ends tells that it was not the first",
            again(),
            vec![cooled(&email, end, 0)],
            error_retry(LIMITED, 30),
        ),
        flow(
            "resend-thrice-at-once",
            "what the others have added makes no longer wait",
            again(),
            vec![cooled(&email, 2 * end, 0)],
            error_retry(LIMITED, 30),
        ),
        flow(
            "resend-after-the-code-was-used",
            "",
            again(),
            vec![cooled(&email, 0, 1)],
            error("verification_code.not_found"),
        ),
        flow(
            "resend-after-the-last-try",
            "the code would be of no use",
            again(),
            vec![tried(&email, 10)],
            error("verification_code.exceed_max_try"),
        ),
        flow(
            "resend-before-the-last-try",
            "",
            again(),
            vec![tried(&email, 9), sends(EMAIL, 2)],
            sent(&email, true),
        ),
        flow(
            "resend-the-11th-message",
            "the recipient's budget is that of every message",
            again(),
            vec![
                cooled(&email, 0, 0),
                sends(EMAIL, 11),
                Round::new([
                    recipient(EMAIL).give_back("sends", 10),
                    recipient(EMAIL).read("sends end", THEN + 7),
                ]),
            ],
            error_retry(LIMITED, 7),
        ),
        flow(
            "resend-store-counts-too-low",
            "",
            again(),
            vec![cooled(&email, 0, 0).answered(&[0, 0, 0])],
            error(STORE_FAILED),
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

fn bound() -> Challenge {
    let record = Record { session: Some("session-1"), operation: Some(TRANSFER), ..email().record };
    Challenge::new(record, &ring())
}

fn input(challenge: &Challenge, to: (&str, &str)) -> Value {
    json!({
        "subject": SUBJECT,
        "session": null,
        "operation": null,
        "to": identifier(to),
        "challenge": challenge.token,
    })
}

fn bound_to(challenge: &Challenge, session: Option<&str>, operation: Option<&str>) -> Value {
    let mut input = input(challenge, EMAIL);
    if let Some(input) = input.as_object_mut() {
        input.insert("session".to_owned(), session.into());
        input.insert("operation".to_owned(), operation.into());
    }
    input
}

fn set(input: &mut Value, name: &str, value: &str) {
    if let Some(input) = input.as_object_mut() {
        input.insert(name.to_owned(), value.into());
    }
}

fn sent(challenge: &Challenge, counted: bool) -> Value {
    sent_by(challenge, &ring(), counted)
}

fn sent_by(challenge: &Challenge, ring: &crate::reference::Ring, counted: bool) -> Value {
    ok(json!({
        "challenge": challenge.token,
        "expires_at": challenge.record.expires_at,
        "code": challenge.code,
        "revocation": challenge.revocation(ring, THEN),
        "purpose": challenge.record.purpose,
        "limits": limits(counted),
    }))
}

/// The end of the wait is noted, in a counter that stood at `earlier`.
fn cooled(challenge: &Challenge, earlier: u64, used: u64) -> Round {
    let counters = Counters::of_record(challenge.record.id);
    let end = THEN + 30;
    Round::new([
        counters.add("resend end", end, 30, end + earlier),
        counters.read("code used", used),
        counters.read("tries", 0),
    ])
}

fn tried(challenge: &Challenge, tries: u64) -> Round {
    cooled(challenge, 0, 0).answered(&[THEN + 30, 0, tries])
}

fn recipient((kind, value): (&str, &str)) -> Counters {
    Counters::of_recipient(kind, value)
}

fn sends(to: (&str, &str), count: u64) -> Round {
    Round::new([recipient(to).add("sends", 1, 600, count)])
}

fn sends_end(to: (&str, &str)) -> Round {
    Round::new([recipient(to).add("sends end", THEN + 600, 600, THEN + 600)])
}
