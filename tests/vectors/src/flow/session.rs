//! What a session may fail, round by round.

use serde_json::{Value, json};

use super::code::{email, wrong_code};
use super::password::{end_of_block_at, reserve_counts, set_block};
use super::{BLOCKED, Counters, Flow, Policy, Round};
use crate::document::{error, error_retry};
use crate::keyring::ring;
use crate::record::NOW;

const DAY: u64 = 86_400;

/// A policy of five failures for a session.
fn limited(flow: Flow) -> Flow {
    Flow { policy: Policy { session_limit: 5, ..Policy::default() }, ..flow }
}

/// From a password's input, a right one's outcome and a wrong one's error.
pub(super) fn password_flows(
    right: &Value,
    wrong: &Value,
    verified: &Value,
    invalid: &'static str,
) -> Vec<Flow> {
    let flow = |id, why, input: &Value, rounds, expect| {
        limited(Flow::new(id, why, in_session(input), rounds, expect))
    };
    let user = Counters::of_subject;
    vec![
        flow(
            "session-password-right",
            "the session's failure is counted before the user's, and given back after it",
            right,
            vec![
                counted(1),
                reserve([1, 0]),
                Round::new([user().give_back("failures", 0)]),
                Round::new([session().give_back("session failures", 0)]),
            ],
            verified.clone(),
        ),
        flow(
            "session-password-wrong-the-5th",
            "",
            wrong,
            vec![counted(5), reserve([5, 0])],
            error(invalid),
        ),
        flow(
            "session-password-right-the-6th",
            "not compared, and nothing of the user's is touched",
            right,
            vec![counted(6), Round::new([session().give_back("session failures", 5)])],
            error_retry(BLOCKED, DAY),
        ),
        flow(
            "session-password-wrong-while-blocked",
            "a user's block uses up nothing of the session",
            wrong,
            vec![
                counted(2),
                reserve([6, 1]),
                Round::new([user().give_back("failures", 5), user().read("block end", NOW + 100)]),
                Round::new([session().give_back("session failures", 1)]),
            ],
            error_retry(BLOCKED, 100),
        ),
        flow(
            "session-password-wrong-the-100th",
            "the failure that blocks is one of the session",
            wrong,
            vec![counted(2), reserve([100, 0]), set_block(1), end_of_block_at(NOW, 99)],
            error_retry(BLOCKED, 3600),
        ),
        limited(Flow::new(
            "session-password-wrong-outside-of-any",
            "what names no session has no such limit",
            wrong.clone(),
            vec![Round::new(reserve_counts(&ring(), 50, 0))],
            error(invalid),
        )),
        limited(Flow::new(
            "session-password-wrong-not-counted",
            "",
            in_session(wrong),
            vec![],
            error(invalid),
        ))
        .not_counted(),
    ]
}

/// From a function that gives a code's input.
pub(super) fn code_flows(
    input: impl Fn(&str) -> Value,
    verified: &Value,
    start: impl Fn() -> Round,
    use_up: &dyn Fn() -> Round,
) -> Vec<Flow> {
    let flow = |id, why, code: &str, rounds, expect| {
        let flow = Flow::new(id, why, in_session(&input(code)), rounds, expect);
        limited(Flow { now: super::code::THEN, ..flow })
    };
    vec![
        flow(
            "session-code-right",
            "",
            &email().code,
            vec![
                counted(1),
                start(),
                use_up(),
                Round::new([session().give_back("session failures", 0)]),
            ],
            verified.clone(),
        ),
        flow(
            "session-code-wrong",
            "",
            &wrong_code(),
            vec![counted(5), start()],
            error("verification_code.code_mismatch"),
        ),
        flow(
            "session-code-right-the-6th",
            "it uses up neither a failure nor a try",
            &email().code,
            vec![counted(6), Round::new([session().give_back("session failures", 5)])],
            error_retry(BLOCKED, DAY),
        ),
    ]
}

fn counted(failures: u64) -> Round {
    Round::new([session().add("session failures", 1, DAY, failures)])
}

fn reserve([failures, block]: [u64; 2]) -> Round {
    Round::new(reserve_counts(&ring(), failures, block))
}

fn session() -> Counters {
    Counters::of_session("session-1")
}

fn in_session(input: &Value) -> Value {
    let mut input = input.clone();
    if let Some(input) = input.as_object_mut() {
        input.insert("session".to_owned(), json!("session-1"));
    }
    input
}
