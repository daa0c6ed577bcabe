//! Checking a code, round by round: the contract's table, row by row, and the races.

use serde_json::{Value, json};

use super::password::reserve_counts;
use super::{
    Count, Counters, Flow, MARGIN, Policy, Round, budget, code_used_mark, limits, session,
};
use crate::document::{error, ok};
use crate::keyring::{ring, rotated};
use crate::record::{Challenge, EMAIL, NOW, PHONE, Record, SUBJECT, identifier};
use crate::reference::{CHALLENGE, Ring, entropy};

/// Half a minute after the code was sent.
pub(super) const THEN: u64 = NOW + 30;
const NOT_FOUND: &str = "verification_record.not_found";
pub(super) const CODE_NOT_FOUND: &str = "verification_code.not_found";

pub(super) fn cases() -> Vec<Value> {
    let mut flows = right();
    flows.extend(not_a_challenge_of_theirs());
    flows.extend(refused_uncompared());
    flows.extend(budget::flows());
    flows.extend(session::code_flows(
        input,
        &verified(&email(), THEN),
        || start([1, 0], 0, 1),
        &|| use_up(1, 0),
    ));
    flows.iter().map(Flow::to_value).collect()
}

fn right() -> Vec<Flow> {
    let bound = Challenge::new(
        Record {
            session: Some("session-1"),
            operation: Some(r#"{"amount":"120.00"}"#),
            ..email().record
        },
        &ring(),
    );
    let in_session = input_of(&bound, &bound.code, EMAIL, Some("session-1"));
    let phone =
        Challenge::new(Record::by_code(&entropy("code flow"), PHONE, "BindNewIdentifier"), &ring());
    let rounds = || vec![start([1, 0], 0, 1), use_up(1, 0)];
    let typed = format!(" {}-", email().code);
    let later = NOW + 599;
    vec![
        flow(
            "code-right",
            "used up before it counts as verified",
            input(&email().code),
            rounds(),
            verified(&email(), THEN),
        ),
        flow("code-right-as-people-type", "", input(&typed), rounds(), verified(&email(), THEN)),
        flow(
            "code-right-bound",
            "the challenge's session and operation go into the record",
            in_session,
            rounds(),
            verified(&bound, THEN),
        ),
        flow(
            "code-right-of-a-challenge-without-session",
            "it may be checked in any session, and the record is bound to none",
            input_of(&email(), &email().code, EMAIL, Some("session-2")),
            rounds(),
            verified(&email(), THEN),
        ),
        flow(
            "code-right-of-a-phone",
            "the purpose stays",
            input_of(&phone, &phone.code, PHONE, None),
            rounds(),
            verified(&phone, THEN),
        ),
        Flow {
            now: later,
            ..flow(
                "code-right-in-the-last-second",
                "the record ends when the challenge would have",
                input(&email().code),
                vec![start_at(&ring(), later, [1, 0], 0, 1), use_up_at(later, 1, 0)],
                verified(&email(), later),
            )
        },
        Flow {
            ring: rotated(),
            ..flow(
                "code-right-after-rotation",
                "the older key opens, the newer seals, and the counters are the same",
                input(&email().code),
                rounds(),
                ok(json!({
                    "record": email().verified(THEN).token(&rotated(), THEN),
                    "expires_at": NOW + 600,
                    "limits": "counted",
                })),
            )
        },
    ]
}

fn not_a_challenge_of_theirs() -> Vec<Flow> {
    let in_session =
        Challenge::new(Record { session: Some("session-1"), ..email().record }, &ring());
    let mut of_another = input(&email().code);
    set(&mut of_another, "subject", "user-2");
    let with_token = |token: &str| {
        let mut input = input(&email().code);
        set(&mut input, "challenge", token);
        input
    };
    let body = email().token.replace(CHALLENGE, "");
    let refused = |id, why, input| flow(id, why, input, vec![], error(NOT_FOUND));
    vec![
        refused("code-for-no-token", "not counted", with_token("")),
        refused(
            "code-for-a-forged-token",
            "not counted",
            with_token(&format!("{CHALLENGE}{}", body.replacen(|c| c != 'A', "A", 1))),
        ),
        refused(
            "code-for-a-record",
            "not counted",
            with_token(&email().record.token(&ring(), NOW)),
        ),
        refused("code-of-another-user", "not counted", of_another),
        refused(
            "code-of-another-kind-of-identifier",
            "not counted",
            input_of(&email(), &email().code, PHONE, None),
        ),
        refused(
            "code-of-another-session",
            "not counted",
            input_of(&in_session, &in_session.code, EMAIL, Some("session-2")),
        ),
        refused(
            "code-of-a-session-outside-of-any",
            "not counted",
            input_of(&in_session, &in_session.code, EMAIL, None),
        ),
        Flow {
            now: NOW + 600,
            ..refused("code-for-an-expired-challenge", "not counted", input(&email().code))
        },
    ]
}

fn refused_uncompared() -> Vec<Flow> {
    let phone = Challenge::new(
        Record::by_code(&entropy("code flow"), PHONE, "UserPermissionValidation"),
        &ring(),
    );
    let other_email = ("email", "eve@example.com");
    let capitals = ("email", "Ana@example.com");
    let right = email().code;
    let to = |to| input_of(&email(), &right, to, None);
    let lifetime_of_a_minute = Policy { code_lifetime: 60, ..Policy::default() };
    let at = |now, flow: Flow| Flow { now, policy: lifetime_of_a_minute.clone(), ..flow };
    let refused = |id, why, input, code| flow(id, why, input, vec![glance([1, 0], 0)], error(code));
    let email_mismatch = "verification_code.email_mismatch";
    vec![
        refused("code-empty", "a failure, but no try", input(""), CODE_NOT_FOUND),
        flow(
            "code-empty-of-a-used-challenge",
            "",
            input(""),
            vec![glance([1, 0], 1)],
            error(CODE_NOT_FOUND),
        ),
        flow(
            "code-used-before",
            "even the right one",
            input(&right),
            vec![start([1, 0], 1, 2)],
            error(CODE_NOT_FOUND),
        ),
        refused("code-of-another-email", "", to(other_email), email_mismatch),
        refused(
            "code-of-an-email-in-other-capitals",
            "compared byte for byte",
            to(capitals),
            email_mismatch,
        ),
        flow(
            "code-of-another-email-used-before",
            "that it was used comes first",
            to(other_email),
            vec![glance([1, 0], 1)],
            error(CODE_NOT_FOUND),
        ),
        refused(
            "code-empty-for-another-email",
            "that there is none comes first",
            input_of(&email(), "", other_email, None),
            CODE_NOT_FOUND,
        ),
        refused(
            "code-of-another-phone",
            "",
            input_of(&phone, &phone.code, ("phone", "819087654321"), None),
            "verification_code.phone_mismatch",
        ),
        at(
            NOW + 59,
            flow(
                "code-in-its-last-second",
                "",
                input(&right),
                vec![start_at(&ring(), NOW + 59, [1, 0], 0, 1), use_up_at(NOW + 59, 1, 0)],
                verified(&email(), NOW + 59),
            ),
        ),
        at(
            NOW + 60,
            refused(
                "code-expired",
                "older than its policy, in a challenge that is not",
                input(&right),
                "verification_code.expired",
            ),
        ),
        at(
            NOW + 60,
            refused(
                "code-expired-of-another-email",
                "whose it is comes first",
                to(other_email),
                email_mismatch,
            ),
        ),
        at(
            NOW + 60,
            flow(
                "code-expired-used-before",
                "that it was used comes first",
                input(&right),
                vec![glance([1, 0], 1)],
                error(CODE_NOT_FOUND),
            ),
        ),
    ]
}

pub(super) fn flow(
    id: &'static str,
    why: &'static str,
    input: Value,
    rounds: Vec<Round>,
    expect: Value,
) -> Flow {
    Flow { now: THEN, ..Flow::new(id, why, input, rounds, expect) }
}

pub(super) fn email() -> Challenge {
    let entropy = entropy("code flow");
    Challenge::new(Record::by_code(&entropy, EMAIL, "UserPermissionValidation"), &ring())
}

/// The right one with its first digit changed.
pub(super) fn wrong_code() -> String {
    let right = email().code;
    let other = if right.starts_with('9') { "8" } else { "9" };
    right.replacen(|_| true, other, 1)
}

pub(super) fn input(code: &str) -> Value {
    input_of(&email(), code, EMAIL, None)
}

fn input_of(challenge: &Challenge, code: &str, to: (&str, &str), session: Option<&str>) -> Value {
    json!({
        "subject": SUBJECT,
        "session": session,
        "to": identifier(to),
        "challenge": challenge.token,
        "code": code,
    })
}

fn set(input: &mut Value, name: &str, text: &str) {
    if let Some(place) = input.get_mut(name) {
        *place = text.into();
    }
}

pub(super) fn verified(challenge: &Challenge, now: u64) -> Value {
    ok(json!({
        "record": challenge.verified(now).token(&ring(), now),
        "expires_at": challenge.record.expires_at,
        "limits": limits(true),
    }))
}

fn counters() -> Counters {
    Counters::of_record(email().record.id)
}

/// Where the code is going to be compared.
pub(super) fn start(budget: [u64; 2], used: u64, tries: u64) -> Round {
    start_at(&ring(), THEN, budget, used, tries)
}

fn start_at(ring: &Ring, now: u64, [failures, block]: [u64; 2], used: u64, tries: u64) -> Round {
    let [failure, block] = reserve_counts(ring, failures, block);
    let used = counters().read("code used", marks(used));
    Round::new([failure, block, used, try_count(now, tries)])
}

/// Where it is not.
pub(super) fn glance([failures, block]: [u64; 2], used: u64) -> Round {
    let [failure, block] = reserve_counts(&ring(), failures, block);
    Round::new([failure, block, counters().read("code used", marks(used))])
}

fn try_count(now: u64, tries: u64) -> Count {
    counters().add("tries", 1, left(now), tries)
}

pub(super) fn use_up(uses: u64, failures: u64) -> Round {
    use_up_at(THEN, uses, failures)
}

fn use_up_at(now: u64, uses: u64, failures: u64) -> Round {
    Round::new([
        counters().mark("code used", code_used_mark(email().record.id), left(now), marks(uses)),
        Counters::of_subject().give_back("failures", failures),
    ])
}

pub(super) fn refuse_compared(failures: u64, tries: u64, block_end: u64) -> Round {
    let user = Counters::of_subject();
    Round::new([
        user.give_back("failures", failures),
        counters().give_back("tries", tries),
        user.read("block end", block_end),
    ])
}

/// What a counter has after so many right codes.
fn marks(uses: u64) -> u64 {
    uses * code_used_mark(email().record.id).unsigned_abs()
}

fn left(now: u64) -> u64 {
    NOW + 600 - now + MARGIN
}
