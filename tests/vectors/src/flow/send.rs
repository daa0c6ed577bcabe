//! Sending a code, round by round.

use serde_json::{Value, json};

use super::{Counters, Flow, Policy, Round, STORE_FAILED, limits};
use crate::document::{error, error_retry, hex, ok};
use crate::keyring::ring;
use crate::record::{Challenge, EMAIL, NOW, PHONE, Record, SUBJECT, identifier};
use crate::reference::entropy;

const LIMITED: &str = "request.message_rate_limited";
type Recipient = (&'static str, &'static str);

pub(super) fn cases() -> Vec<Value> {
    let mut cases: Vec<Value> = counted().iter().chain(&otherwise()).map(Flow::to_value).collect();
    cases.extend(cancelled());
    cases
}

fn counted() -> Vec<Flow> {
    let capitals = ("email", "ANA@Example.COM");
    vec![
        Flow::new(
            "send-the-first",
            "it notes when the recipient's window ends",
            input(EMAIL),
            vec![sends(EMAIL.1, 1), end(EMAIL.1, NOW)],
            sent(EMAIL, true),
        ),
        Flow::new("send-the-second", "", input(EMAIL), vec![sends(EMAIL.1, 2)], sent(EMAIL, true)),
        Flow::new("send-the-10th", "", input(EMAIL), vec![sends(EMAIL.1, 10)], sent(EMAIL, true)),
        Flow::new(
            "send-the-11th",
            "refused, and not counted",
            input(EMAIL),
            vec![sends(EMAIL.1, 11), refused(10, NOW + 77)],
            error_retry(LIMITED, 77),
        ),
        Flow::new(
            "send-the-11th-of-unknown-end",
            "the longest",
            input(EMAIL),
            vec![sends(EMAIL.1, 11), refused(10, 0)],
            error_retry(LIMITED, 600),
        ),
        Flow::new(
            "send-the-11th-of-past-end",
            "the longest",
            input(EMAIL),
            vec![sends(EMAIL.1, 11), refused(10, NOW - 1)],
            error_retry(LIMITED, 600),
        ),
        Flow::new(
            "send-the-50th-in-parallel",
            "",
            input(EMAIL),
            vec![sends(EMAIL.1, 50), refused(45, NOW + 600)],
            error_retry(LIMITED, 600),
        ),
        Flow::new(
            "send-to-an-address-in-capitals",
            "counted under the address in lower case, bound to it as it is",
            input(capitals),
            vec![sends(EMAIL.1, 3)],
            sent(capitals, true),
        ),
        Flow::new("send-to-a-phone", "", input(PHONE), vec![sends_phone(2)], sent(PHONE, true)),
    ]
}

fn otherwise() -> Vec<Flow> {
    let early = ring().sealing_key(NOW).seals_from - 1;
    let shorter = Policy { sends: [3, 60], ..Policy::default() };
    let letters =
        Policy { length: 8, alphabet: "base32", record_lifetime: 900, ..Policy::default() };
    vec![
        Flow {
            policy: shorter,
            ..Flow::new(
                "send-the-4th-of-three",
                "",
                input(EMAIL),
                vec![
                    Round::new([to(EMAIL.1).add("sends", 1, 60, 4)]),
                    Round::new([
                        to(EMAIL.1).give_back("sends", 3),
                        to(EMAIL.1).read("sends end", NOW + 60),
                    ]),
                ],
                error_retry(LIMITED, 60),
            )
        },
        Flow {
            policy: letters,
            ..Flow::new(
                "send-letters",
                "a code of another kind, and a longer life",
                input(EMAIL),
                vec![sends(EMAIL.1, 2)],
                sent_as(EMAIL, true, (8, "base32"), NOW + 900),
            )
        },
        Flow::new("send-not-counted", "", input(EMAIL), vec![], sent(EMAIL, false)).not_counted(),
        Flow {
            now: early,
            ..Flow::new(
                "send-but-no-key-seals",
                "nothing is counted",
                input(EMAIL),
                vec![],
                error("key_none_seals"),
            )
        },
        Flow::new(
            "send-store-counts-too-low",
            "",
            input(EMAIL),
            vec![sends(EMAIL.1, 1).answered(&[0])],
            error(STORE_FAILED),
        ),
        Flow::new(
            "send-store-fails-to-note-the-end",
            "",
            input(EMAIL),
            vec![sends(EMAIL.1, 1), end(EMAIL.1, NOW).answered(&[NOW])],
            error(STORE_FAILED),
        ),
    ]
}

fn cancelled() -> Vec<Value> {
    let cancel = |flow: Flow, round: Vec<Value>, expect: Value| {
        let mut case = flow.to_value();
        if let Some(members) = case.as_object_mut() {
            members.insert("cancel".to_owned(), json!({ "rounds": round, "expect": expect }));
        }
        case
    };
    let give_back = |count: u64| {
        let key = ring().counter("sends", &[b"email\0", EMAIL.1.as_bytes()]);
        json!({
            "ops": [{ "counter": "sends", "key": key, "delta": -1, "ttl": 0 }],
            "counts": [count],
        })
    };
    let end_key = ring().counter("sends end", &[b"email\0", EMAIL.1.as_bytes()]);
    let clear_end = json!({
        "ops": [{ "counter": "sends end", "key": end_key, "delta": -(1_i64 << 52), "ttl": 0 }],
        "counts": [0],
    });
    vec![
        cancel(
            Flow::new(
                "send-and-cancel",
                "the provider did not take the message",
                input(EMAIL),
                vec![sends(EMAIL.1, 5)],
                sent(EMAIL, true),
            ),
            vec![give_back(4)],
            ok(Value::Null),
        ),
        cancel(
            Flow::new(
                "send-the-first-and-cancel",
                "an empty window has no end",
                input(EMAIL),
                vec![sends(EMAIL.1, 1), end(EMAIL.1, NOW)],
                sent(EMAIL, true),
            ),
            vec![give_back(0), clear_end],
            ok(Value::Null),
        ),
        cancel(
            Flow::new("send-and-cancel-not-counted", "", input(EMAIL), vec![], sent(EMAIL, false))
                .not_counted(),
            vec![],
            ok(Value::Null),
        ),
    ]
}

fn input(to: Recipient) -> Value {
    json!({
        "subject": SUBJECT,
        "session": null,
        "operation": null,
        "to": identifier(to),
        "purpose": "UserPermissionValidation",
        "entropy": hex(&entropy("send flow")),
    })
}

fn sent(to: Recipient, counted: bool) -> Value {
    sent_as(to, counted, (6, "digits"), NOW + 600)
}

fn sent_as(
    to: Recipient,
    counted: bool,
    (length, alphabet): (usize, &str),
    expires_at: u64,
) -> Value {
    let entropy = entropy("send flow");
    let record = Record::by_code(&entropy, to, "UserPermissionValidation");
    let challenge = Challenge::drawn(Record { expires_at, ..record }, &ring(), (length, alphabet));
    ok(json!({
        "challenge": challenge.token,
        "expires_at": expires_at,
        "code": challenge.code,
        "revocation": challenge.revocation(&ring(), NOW),
        "purpose": challenge.record.purpose,
        "limits": limits(counted),
    }))
}

fn to(address: &str) -> Counters {
    Counters::of_recipient("email", address)
}

fn sends(address: &str, count: u64) -> Round {
    Round::new([to(address).add("sends", 1, 600, count)])
}

fn sends_phone(count: u64) -> Round {
    Round::new([Counters::of_recipient("phone", PHONE.1).add("sends", 1, 600, count)])
}

fn end(address: &str, now: u64) -> Round {
    Round::new([to(address).add("sends end", now + 600, 600, now + 600)])
}

fn refused(count: u64, end: u64) -> Round {
    Round::new([to(EMAIL.1).give_back("sends", count), to(EMAIL.1).read("sends end", end)])
}
