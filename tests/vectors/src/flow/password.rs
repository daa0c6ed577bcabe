//! Checking a password, round by round.

use serde_json::{Value, json};

use super::{BLOCKED, Count, Counters, Flow, Policy, Round, STORE_FAILED, limits, session};
use crate::document::{error, error_retry, hex, ok};
use crate::keyring::ring;
use crate::record::{NOW, Record, SUBJECT};
use crate::reference::{Ring, entropy};

const RIGHT: &str = "correct horse battery staple";
const WRONG: &str = "incorrect horse battery staple";
/// Of [`RIGHT`], m=64, t=2, p=1; `password.json` has it too.
const STORED: &str = "$argon2id$v=19$m=64,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$LfR+3mNY7Repl21PztuJehADbUMqSs7xfSY7/Ji9IKw";
const INVALID: &str = "session.invalid_credentials";

pub(super) fn cases() -> Vec<Value> {
    let mut flows = within_the_budget();
    flows.extend(at_the_budgets_end());
    flows.extend(blocked());
    flows.extend(without_counters());
    flows.extend(nonsense());
    let in_session = Record { session: Some("session-1"), ..record() };
    flows.extend(session::password_flows(
        &input(RIGHT),
        &input(WRONG),
        &verified(&in_session, false, true),
        INVALID,
    ));
    flows.iter().map(Flow::to_value).collect()
}

fn within_the_budget() -> Vec<Flow> {
    let bound = Record {
        session: Some("session-1"),
        operation: Some(r#"{"amount":"120.00"}"#),
        ..record()
    };
    let mut stored_null = input(RIGHT);
    merge(&mut stored_null, json!({ "stored": null }));
    let mut older_form = input(RIGHT);
    merge(&mut older_form, json!({ "password_policy": { "m_kib": 128, "t": 2, "p": 1 } }));
    let mut bound_input = input(RIGHT);
    merge(&mut bound_input, bound.binding());
    let early = ring().sealing_key(NOW).seals_from - 1;
    vec![
        Flow::new(
            "password-right",
            "a failure is counted first and given back",
            input(RIGHT),
            vec![reserve(1, 0), give_back(0)],
            verified(&record(), false, true),
        ),
        Flow::new(
            "password-right-after-failures",
            "success gives back its own failure and no other",
            input(RIGHT),
            vec![reserve(42, 0), give_back(41)],
            verified(&record(), false, true),
        ),
        Flow::new(
            "password-right-bound",
            "session and operation go into the record",
            bound_input,
            vec![reserve(1, 0), give_back(0)],
            verified(&bound, false, true),
        ),
        Flow::new(
            "password-right-of-another-cost",
            "the stored hash is to be replaced",
            older_form,
            vec![reserve(1, 0), give_back(0)],
            verified(&record(), true, true),
        ),
        Flow::new("password-wrong", "", input(WRONG), vec![reserve(1, 0)], error(INVALID)),
        Flow::new(
            "password-of-a-user-without-one",
            "the answer of a wrong one",
            stored_null,
            vec![reserve(1, 0)],
            error(INVALID),
        ),
        Flow {
            now: early,
            ..Flow::new(
                "password-right-but-no-key-seals",
                "what only the operator can mend is no failure of the user",
                input(RIGHT),
                vec![reserve(1, 0), give_back(0)],
                error("key_none_seals"),
            )
        },
    ]
}

fn at_the_budgets_end() -> Vec<Flow> {
    vec![
        Flow::new(
            "password-wrong-the-99th",
            "",
            input(WRONG),
            vec![reserve(99, 0)],
            error(INVALID),
        ),
        Flow::new(
            "password-wrong-the-100th",
            "the failure that blocks says so itself, and leaves room for one attempt afterwards",
            input(WRONG),
            vec![reserve(100, 0), set_block(1), end_of_block(99)],
            error_retry(BLOCKED, 3600),
        ),
        Flow::new(
            "password-wrong-the-100th-but-not-the-first-to-block",
            "one block leaves room for one attempt only",
            input(WRONG),
            vec![reserve(100, 0), set_block(2)],
            error_retry(BLOCKED, 3600),
        ),
        Flow::new(
            "password-right-the-100th",
            "also the one attempt after a block",
            input(RIGHT),
            vec![reserve(100, 0), give_back(99)],
            verified(&record(), false, true),
        ),
        Flow::new(
            "password-right-the-101st-in-parallel",
            "not compared; nobody is blocked yet, so it is soon decided",
            input(RIGHT),
            vec![reserve(101, 0), refuse(100, 0)],
            error_retry(BLOCKED, 5),
        ),
        Flow::new(
            "password-wrong-the-300th-in-parallel",
            "not compared",
            input(WRONG),
            vec![reserve(300, 0), refuse(250, NOW + 3600)],
            error_retry(BLOCKED, 3600),
        ),
        Flow {
            policy: Policy { failures: [1, 60, 120], ..Policy::default() },
            ..Flow::new(
                "password-wrong-with-a-limit-of-one",
                "the first failure blocks",
                input(WRONG),
                vec![
                    Round::new([user().add("failures", 1, 60, 1), user().read("block", 0)]),
                    Round::new([user().add("block", 1, 120, 1)]),
                    Round::new([
                        user().give_back("failures", 0),
                        user().add("block end", NOW + 120, 120, NOW + 120),
                    ]),
                ],
                error_retry(BLOCKED, 120),
            )
        },
    ]
}

fn blocked() -> Vec<Flow> {
    let blocked = |id, why, password, end, retry_after| {
        let rounds = vec![reserve(100, 1), refuse(99, end)];
        Flow::new(id, why, input(password), rounds, error_retry(BLOCKED, retry_after))
    };
    vec![
        blocked(
            "password-right-while-blocked",
            "not compared, and uses up nothing",
            RIGHT,
            NOW + 1234,
            1234,
        ),
        blocked("password-wrong-while-blocked", "", WRONG, NOW + 1, 1),
        blocked("password-while-blocked-of-unknown-end", "the longest", RIGHT, 0, 3600),
        blocked("password-while-blocked-of-past-end", "the longest", RIGHT, NOW, 3600),
        blocked("password-while-blocked-of-absurd-end", "the longest", RIGHT, 2 * NOW, 3600),
        Flow::new(
            "password-while-blocked-with-few-failures",
            "the failures' window has ended, the block has not",
            input(RIGHT),
            vec![reserve(1, 1), refuse(0, NOW + 10)],
            error_retry(BLOCKED, 10),
        ),
    ]
}

fn without_counters() -> Vec<Flow> {
    let limit_of_one = Policy { failures: [1, 3600, 3600], ..Policy::default() };
    vec![
        Flow::new(
            "password-right-not-counted",
            "",
            input(RIGHT),
            vec![],
            verified(&record(), false, false),
        )
        .not_counted(),
        Flow::new("password-wrong-not-counted", "", input(WRONG), vec![], error(INVALID))
            .not_counted(),
        Flow {
            policy: limit_of_one,
            ..Flow::new(
                "password-wrong-not-counted-with-a-limit-of-one",
                "nobody is blocked where nothing is counted",
                input(WRONG),
                vec![],
                error(INVALID),
            )
            .not_counted()
        },
    ]
}

fn nonsense() -> Vec<Flow> {
    let failed = |id, why, rounds| Flow::new(id, why, input(RIGHT), rounds, error(STORE_FAILED));
    vec![
        failed("password-store-answers-nothing", "", vec![reserve(1, 0).answered(&[])]),
        failed("password-store-answers-too-little", "", vec![reserve(1, 0).answered(&[1])]),
        failed("password-store-answers-too-much", "", vec![reserve(1, 0).answered(&[1, 0, 0])]),
        failed(
            "password-store-counts-too-low",
            "a failure was added, so there is at least one",
            vec![reserve(1, 0).answered(&[0, 0])],
        ),
        failed(
            "password-store-fails-to-give-back",
            "no record where the store fails",
            vec![reserve(1, 0), give_back(0).answered(&[])],
        ),
        Flow::new(
            "password-store-fails-to-block",
            "",
            input(WRONG),
            vec![reserve(100, 0), set_block(1).answered(&[0])],
            error(STORE_FAILED),
        ),
    ]
}

fn input(password: &str) -> Value {
    json!({
        "subject": SUBJECT,
        "session": null,
        "operation": null,
        "password": password,
        "stored": STORED,
        "password_policy": { "m_kib": 64, "t": 2, "p": 1 },
        "entropy": hex(&entropy("password flow")),
    })
}

fn merge(input: &mut Value, changes: Value) {
    if let (Some(input), Value::Object(changes)) = (input.as_object_mut(), changes) {
        input.extend(changes);
    }
}

fn record() -> Record {
    Record::by_password(&entropy("password flow"))
}

fn verified(record: &Record, needs_rehash: bool, counted: bool) -> Value {
    ok(json!({
        "record": record.token(&ring(), NOW),
        "expires_at": record.expires_at,
        "needs_rehash": needs_rehash,
        "limits": limits(counted),
    }))
}

fn user() -> Counters {
    Counters::of_subject()
}

fn reserve(failures: u64, block: u64) -> Round {
    Round::new(reserve_counts(&ring(), failures, block))
}

/// Every attempt begins with these.
pub(super) fn reserve_counts(ring: &Ring, failures: u64, block: u64) -> [Count; 2] {
    let user = user().by(ring);
    [user.add("failures", 1, 3600, failures), user.read("block", block)]
}

fn give_back(failures: u64) -> Round {
    Round::new([user().give_back("failures", failures)])
}

pub(super) fn refuse(failures: u64, block_end: u64) -> Round {
    Round::new([user().give_back("failures", failures), user().read("block end", block_end)])
}

pub(super) fn set_block(blocks: u64) -> Round {
    Round::new([user().add("block", 1, 3600, blocks)])
}

/// The second half of blocking, at [`NOW`].
fn end_of_block(failures: u64) -> Round {
    end_of_block_at(NOW, failures)
}

pub(super) fn end_of_block_at(now: u64, failures: u64) -> Round {
    let end = now + 3600;
    Round::new([user().give_back("failures", failures), user().add("block end", end, 3600, end)])
}
