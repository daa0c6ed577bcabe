//! Checking a code where its tries, the user's failures, a race or the store decide.

use serde_json::json;

use super::code::{
    CODE_NOT_FOUND, THEN, email, flow, glance, input, refuse_compared, start, use_up, verified,
    wrong_code,
};
use super::password::{end_of_block_at, refuse, reserve_counts, set_block};
use super::{BLOCKED, Flow, Policy, Round, STORE_FAILED, limits};
use crate::document::{error, error_retry, ok};
use crate::keyring::ring;
use crate::record::NOW;

const MISMATCH: &str = "verification_code.code_mismatch";

pub(super) fn flows() -> Vec<Flow> {
    let mut flows = tries();
    flows.extend(block());
    flows.extend(races());
    flows.extend(without_counters());
    flows.extend(nonsense());
    flows
}

fn tries() -> Vec<Flow> {
    let wrong = wrong_code();
    let used_up = "verification_code.exceed_max_try";
    let one_try = Policy { max_tries: 1, ..Policy::default() };
    vec![
        flow("code-wrong", "", input(&wrong), vec![start([1, 0], 0, 1)], error(MISMATCH)),
        flow(
            "code-of-separators-alone",
            "not empty, so it is compared",
            input(" - "),
            vec![start([1, 0], 0, 1)],
            error(MISMATCH),
        ),
        flow(
            "code-wrong-the-10th-try",
            "",
            input(&wrong),
            vec![start([10, 0], 0, 10)],
            error(MISMATCH),
        ),
        flow(
            "code-right-the-10th-try",
            "",
            input(&email().code),
            vec![start([10, 0], 0, 10), use_up(1, 9)],
            verified(&email(), THEN),
        ),
        flow(
            "code-wrong-the-11th-try",
            "",
            input(&wrong),
            vec![start([11, 0], 0, 11)],
            error(used_up),
        ),
        flow(
            "code-right-the-11th-try",
            "not compared",
            input(&email().code),
            vec![start([11, 0], 0, 11)],
            error(used_up),
        ),
        flow(
            "code-right-the-200th-in-parallel",
            "not compared",
            input(&email().code),
            vec![start([60, 0], 0, 200)],
            error(used_up),
        ),
        Flow {
            policy: one_try,
            ..flow(
                "code-right-the-2nd-try-of-one",
                "",
                input(&email().code),
                vec![start([2, 0], 0, 2)],
                error(used_up),
            )
        },
    ]
}

fn block() -> Vec<Flow> {
    let wrong = wrong_code();
    let right = email().code;
    let blocking = |first| vec![first, set_block(1), end_of_block_at(THEN, 99)];
    let blocked = |seconds| error_retry(BLOCKED, seconds);
    vec![
        flow(
            "code-right-while-blocked",
            "not compared; it uses up neither a failure nor a try",
            input(&right),
            vec![start([6, 1], 0, 3), refuse_compared(5, 2, THEN + 100)],
            blocked(100),
        ),
        flow(
            "code-empty-while-blocked",
            "blocked comes before what is wrong with the code",
            input(""),
            vec![glance([6, 1], 0), refuse(5, THEN + 100)],
            blocked(100),
        ),
        flow(
            "code-used-before-while-blocked",
            "",
            input(&right),
            vec![start([6, 1], 1, 3), refuse_compared(5, 2, THEN + 100)],
            blocked(100),
        ),
        flow(
            "code-right-the-101st-failure-in-parallel",
            "not compared",
            input(&right),
            vec![start([101, 0], 0, 1), refuse_compared(100, 0, 0)],
            blocked(5),
        ),
        flow(
            "code-wrong-the-100th-failure",
            "",
            input(&wrong),
            blocking(start([100, 0], 0, 4)),
            blocked(3600),
        ),
        flow(
            "code-empty-the-100th-failure",
            "",
            input(""),
            blocking(glance([100, 0], 0)),
            blocked(3600),
        ),
        flow(
            "code-used-before-the-100th-failure",
            "",
            input(&right),
            blocking(start([100, 0], 1, 4)),
            blocked(3600),
        ),
        flow(
            "code-right-too-late-the-100th-failure",
            "",
            input(&right),
            blocking(start([100, 0], 0, 11)),
            blocked(3600),
        ),
        flow(
            "code-right-the-100th-attempt",
            "",
            input(&right),
            vec![start([100, 0], 0, 4), use_up(1, 99)],
            verified(&email(), THEN),
        ),
    ]
}

fn races() -> Vec<Flow> {
    let right = email().code;
    let lost = || vec![start([2, 0], 0, 2), use_up(2, 0)];
    let then = |more: Vec<Round>| lost().into_iter().chain(more).collect::<Vec<_>>();
    let again = |failures, block| Round::new(reserve_counts(&ring(), failures, block));
    vec![
        flow(
            "code-right-twice-at-once",
            "the second finds it used: a failure after all",
            input(&right),
            then(vec![again(1, 0)]),
            error(CODE_NOT_FOUND),
        ),
        flow(
            "code-right-twice-at-once-the-100th-failure",
            "",
            input(&right),
            then(vec![again(100, 0), set_block(1), end_of_block_at(THEN, 99)]),
            error_retry(BLOCKED, 3600),
        ),
        flow(
            "code-right-twice-at-once-blocked-meanwhile",
            "",
            input(&right),
            then(vec![again(100, 1), refuse(99, THEN + 3599)]),
            error_retry(BLOCKED, 3599),
        ),
    ]
}

fn without_counters() -> Vec<Flow> {
    let not_counted =
        |id, why, code: &str, expect| flow(id, why, input(code), vec![], expect).not_counted();
    let verified = ok(json!({
        "record": email().verified(THEN).token(&ring(), THEN),
        "expires_at": NOW + 600,
        "limits": limits(false),
    }));
    vec![
        not_counted("code-right-not-counted", "it can be used again", &email().code, verified),
        not_counted("code-wrong-not-counted", "", &wrong_code(), error(MISMATCH)),
        not_counted("code-empty-not-counted", "", "", error(CODE_NOT_FOUND)),
    ]
}

fn nonsense() -> Vec<Flow> {
    let failed = |id, why, rounds| flow(id, why, input(&email().code), rounds, error(STORE_FAILED));
    vec![
        failed("code-store-answers-too-little", "", vec![start([1, 0], 0, 1).answered(&[1, 0, 0])]),
        failed(
            "code-store-answers-too-much",
            "",
            vec![start([1, 0], 0, 1).answered(&[1, 0, 0, 1, 1])],
        ),
        failed(
            "code-store-counts-tries-too-low",
            "",
            vec![start([1, 0], 0, 1).answered(&[1, 0, 0, 0])],
        ),
        failed(
            "code-store-counts-use-too-low",
            "no record where the store cannot tell who was first",
            vec![start([1, 0], 0, 1), use_up(1, 0).answered(&[0, 0])],
        ),
    ]
}
