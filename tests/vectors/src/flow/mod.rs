//! `flow.json`: every flow, the counters it asks for and what it makes of their values.
//!
//! What is asked for is written down here by hand, counter for counter.

mod budget;
mod code;
mod password;
mod present;
mod resend;
mod revoke;
mod send;
mod session;

use serde_json::{Value, json};

use crate::document::{Document, error, ok};
use crate::keyring::ring;
use crate::record::{NOW, SUBJECT};
use crate::reference::Ring;

/// Seconds that counters of a record outlive it.
pub(super) const MARGIN: u64 = 300;
pub(super) const BLOCKED: &str = "session.verification_blocked_too_many_attempts";
pub(super) const STORE_FAILED: &str = "counter_store_failed";

pub(crate) fn document() -> Document {
    Document::new(
        "flow",
        "Flows: from given inputs, the counters each round asks for, the counts it is told, and \
         what comes of it. A flow asks for exactly the `ops` of its rounds, in their order, and \
         then ends as expected. `counter` says in words what `key` is the key of. Where `cancel` \
         is given, the code that was sent is cancelled.",
    )
    .section("policy", policy_cases())
    .section("check_password", password::cases())
    .section("send_code", send::cases())
    .section("resend_code", resend::cases())
    .section("check_code", code::cases())
    .section("present", present::cases())
    .section("revoke", revoke::cases())
    .section("revoke_by_link", revoke::by_link_cases())
    .section("unblock", unblock_cases())
}

/// One flow with the default policy, at [`NOW`], by the plain ring.
pub(super) struct Flow {
    pub(super) id: &'static str,
    pub(super) why: &'static str,
    pub(super) ring: Ring,
    pub(super) policy: Policy,
    pub(super) counted: bool,
    pub(super) now: u64,
    pub(super) input: Value,
    pub(super) rounds: Vec<Round>,
    pub(super) expect: Value,
}

impl Flow {
    pub(super) fn new(
        id: &'static str,
        why: &'static str,
        input: Value,
        rounds: Vec<Round>,
        expect: Value,
    ) -> Self {
        let (ring, policy) = (ring(), Policy::default());
        Self { id, why, ring, policy, counted: true, now: NOW, input, rounds, expect }
    }

    pub(super) fn not_counted(self) -> Self {
        Self { counted: false, ..self }
    }

    pub(super) fn to_value(&self) -> Value {
        json!({
            "id": self.id,
            "why": self.why,
            "ring": self.ring.to_text(),
            "policy": self.policy.to_value(),
            "limits": limits(self.counted),
            "now": self.now,
            "input": self.input,
            "rounds": self.rounds.iter().map(Round::to_value).collect::<Vec<_>>(),
            "expect": self.expect,
        })
    }
}

pub(super) fn limits(counted: bool) -> &'static str {
    if counted { "counted" } else { "not_counted" }
}

/// One addition with the value the counter has after it.
pub(super) struct Count {
    counter: &'static str,
    key: String,
    delta: i64,
    ttl: u64,
    after: u64,
}

pub(super) struct Round {
    ops: Vec<Count>,
    counts: Vec<u64>,
}

impl Round {
    pub(super) fn new(ops: impl Into<Vec<Count>>) -> Self {
        let ops = ops.into();
        let counts = ops.iter().map(|op| op.after).collect();
        Self { ops, counts }
    }

    /// A store that answers with something else.
    pub(super) fn answered(self, counts: &[u64]) -> Self {
        Self { counts: counts.to_vec(), ..self }
    }

    fn to_value(&self) -> Value {
        let ops = self.ops.iter().map(
            |op| json!({ "counter": op.counter, "key": op.key, "delta": op.delta, "ttl": op.ttl }),
        );
        json!({ "ops": ops.collect::<Vec<_>>(), "counts": self.counts })
    }
}

/// The number of a mark.
pub(super) fn mark(digest: [u8; 5]) -> i64 {
    digest.iter().fold(0, |mark, byte| mark << 8 | i64::from(*byte)) | 1 << 39 | 1
}

/// What a right code adds to the counter of its challenge.
pub(super) fn code_used_mark(id: [u8; 16]) -> i64 {
    mark(ring().counter_digest("record used by", &[&id]))
}

/// The counters of one thing: a subject, a recipient, a record.
pub(super) struct Counters {
    ring: Ring,
    of: Vec<u8>,
}

impl Counters {
    pub(super) fn of_subject() -> Self {
        Self { ring: ring(), of: SUBJECT.into() }
    }

    pub(super) fn of_session(session: &str) -> Self {
        Self { ring: ring(), of: [SUBJECT.as_bytes(), &[0], session.as_bytes()].concat() }
    }

    pub(super) fn of_recipient(kind: &str, canonical: &str) -> Self {
        Self { ring: ring(), of: [kind.as_bytes(), &[0], canonical.as_bytes()].concat() }
    }

    pub(super) fn of_record(id: [u8; 16]) -> Self {
        Self { ring: ring(), of: id.into() }
    }

    pub(super) fn by(self, ring: &Ring) -> Self {
        Self { ring: ring.clone(), ..self }
    }

    pub(super) fn add(&self, counter: &'static str, delta: u64, ttl: u64, count: u64) -> Count {
        self.count(counter, i64::try_from(delta).unwrap_or_default(), ttl, count)
    }

    pub(super) fn give_back(&self, counter: &'static str, count: u64) -> Count {
        self.count(counter, -1, 0, count)
    }

    pub(super) fn read(&self, counter: &'static str, count: u64) -> Count {
        self.count(counter, 0, 0, count)
    }

    /// Adds a mark, or takes it off where it is negative.
    pub(super) fn mark(&self, counter: &'static str, mark: i64, ttl: u64, after: u64) -> Count {
        self.count(counter, mark, ttl, after)
    }

    pub(super) fn clear(&self, counter: &'static str) -> Count {
        self.count(counter, -(1 << 52), 0, 0)
    }

    fn count(&self, counter: &'static str, delta: i64, ttl: u64, after: u64) -> Count {
        let key = self.ring.counter(counter, &[&self.of]);
        Count { counter, key, delta, ttl, after }
    }
}

/// The numbers of a policy, by default the contract's.
#[derive(Clone)]
pub(super) struct Policy {
    pub(super) record_lifetime: u64,
    pub(super) length: u8,
    pub(super) alphabet: &'static str,
    pub(super) code_lifetime: u64,
    pub(super) max_tries: u32,
    pub(super) failures: [u64; 3],
    pub(super) session_limit: u64,
    pub(super) sends: [u64; 2],
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            record_lifetime: 600,
            length: 6,
            alphabet: "digits",
            code_lifetime: 600,
            max_tries: 10,
            failures: [100, 3600, 3600],
            session_limit: 0,
            sends: [10, 600],
        }
    }
}

impl Policy {
    pub(super) fn to_value(&self) -> Value {
        let ([limit, window, block], [sends, send_window]) = (self.failures, self.sends);
        json!({
            "record_lifetime": self.record_lifetime,
            "code": {
                "length": self.length,
                "alphabet": self.alphabet,
                "lifetime": self.code_lifetime,
                "max_tries": self.max_tries,
            },
            "failures": {
                "limit": limit,
                "window": window,
                "block": block,
                "session_limit": self.session_limit,
            },
            "sends": { "limit": sends, "window": send_window },
        })
    }
}

fn policy_cases() -> Vec<Value> {
    let default = Policy::default;
    let taken = [
        ("policy-default", default()),
        (
            "policy-least",
            Policy {
                record_lifetime: 60,
                length: 4,
                code_lifetime: 60,
                max_tries: 1,
                failures: [1, 60, 60],
                sends: [1, 1],
                ..default()
            },
        ),
        (
            "policy-greatest",
            Policy {
                record_lifetime: 86_400,
                length: 10,
                alphabet: "base32",
                code_lifetime: 3600,
                max_tries: 100,
                failures: [10_000, 86_400, 2_592_000],
                session_limit: 10_000,
                sends: [10_000, 86_400],
            },
        ),
    ];
    let refused = [
        ("policy-record-lifetime-59", Policy { record_lifetime: 59, ..default() }),
        ("policy-record-lifetime-86401", Policy { record_lifetime: 86_401, ..default() }),
        ("policy-code-length-3", Policy { length: 3, ..default() }),
        ("policy-code-length-11", Policy { length: 11, ..default() }),
        ("policy-code-lifetime-59", Policy { code_lifetime: 59, ..default() }),
        ("policy-code-lifetime-3601", Policy { code_lifetime: 3601, ..default() }),
        ("policy-no-tries", Policy { max_tries: 0, ..default() }),
        ("policy-101-tries", Policy { max_tries: 101, ..default() }),
        ("policy-no-failures", Policy { failures: [0, 3600, 3600], ..default() }),
        ("policy-10001-failures", Policy { failures: [10_001, 3600, 3600], ..default() }),
        ("policy-failure-window-59", Policy { failures: [100, 59, 3600], ..default() }),
        ("policy-failure-window-86401", Policy { failures: [100, 86_401, 3600], ..default() }),
        ("policy-block-59", Policy { failures: [100, 3600, 59], ..default() }),
        ("policy-block-2592001", Policy { failures: [100, 3600, 2_592_001], ..default() }),
        ("policy-10001-session-failures", Policy { session_limit: 10_001, ..default() }),
        ("policy-no-sends", Policy { sends: [0, 600], ..default() }),
        ("policy-10001-sends", Policy { sends: [10_001, 600], ..default() }),
        ("policy-send-window-0", Policy { sends: [10, 0], ..default() }),
        ("policy-send-window-86401", Policy { sends: [10, 86_401], ..default() }),
    ];
    let case = |(id, policy): (&str, Policy), expect: Value| json!({ "id": id, "policy": policy.to_value(), "expect": expect });
    let taken = taken.into_iter().map(|policy| case(policy, ok(Value::Null)));
    taken.chain(refused.into_iter().map(|policy| case(policy, error("policy_invalid")))).collect()
}

fn unblock_cases() -> Vec<Value> {
    let user = Counters::of_subject();
    let cleared =
        || Round::new([user.clear("failures"), user.clear("block"), user.clear("block end")]);
    let input = || json!({ "subject": SUBJECT });
    [
        Flow::new("unblock", "an operator's act", input(), vec![cleared()], ok(Value::Null)),
        Flow::new("unblock-not-counted", "nothing to forget", input(), vec![], ok(Value::Null))
            .not_counted(),
        Flow::new(
            "unblock-store-answers-too-little",
            "",
            input(),
            vec![cleared().answered(&[0, 0])],
            error(STORE_FAILED),
        ),
    ]
    .iter()
    .map(Flow::to_value)
    .collect()
}
