//! `flow.json`.

use std::sync::Arc;

use sekisho::password::{Argon2Cost, HashLimits, StoredHash};
use sekisho::{
    Alphabet, CodeCheck, CodePolicy, CodeResend, CodeSend, CodeSent, Entropy, Error, FailurePolicy,
    Limits, Method, Password, PasswordCheck, PasswordPolicy, Policy, Presentation, Purpose,
    SendPolicy, Step, Subject, VerificationRecord, Verifier,
};
use serde_json::{Value, json};

use crate::case::{Case, assert_sections, each, hex, outcome};
use crate::requirement::requirement;

#[test]
fn sections() {
    let sections = [
        "policy",
        "check_password",
        "send_code",
        "resend_code",
        "check_code",
        "present",
        "revoke",
        "revoke_by_link",
        "unblock",
    ];
    assert_sections("flow", &sections);
}

#[test]
fn policies() {
    each("flow", "policy", |case| {
        let ring = crate::case::file("token")["open_record"][0]["ring"].clone();
        let ring = sekisho::KeyRing::parse(ring.as_str().unwrap()).unwrap();
        outcome(Verifier::new(ring, policy(case.part("policy"))).map(|_| Value::Null))
    });
}

#[test]
fn check_password() {
    each("flow", "check_password", |case| {
        let input = case.part("input");
        let password_policy = Arc::new(password_policy(input.part("password_policy")));
        let stored = input.text_if_any("stored");
        let check = PasswordCheck {
            binding: input.binding(),
            password: Password::parse(input.text("password")).unwrap(),
            stored: stored.map(|text| StoredHash::parse(text, &password_policy).unwrap()),
            policy: password_policy,
        };
        let step = verifier(case).check_password(check, case.now(), entropy(input));
        drive(case, step, |verified| {
            json!({
                "record": verified.record.token,
                "expires_at": verified.record.expires_at.unix_seconds(),
                "needs_rehash": verified.needs_rehash,
                "limits": limits(verified.limits),
            })
        })
    });
}

#[test]
fn send_code() {
    each("flow", "send_code", |case| drive(case, send(case), |sent| sent_fields(&sent)));
}

#[test]
fn cancel() {
    each("flow", "send_code", |case| {
        if case.has("cancel") {
            let rounds: Vec<Case<'_>> = case.list("rounds").collect();
            let sent = run(rounds, send(case)).unwrap().unwrap();
            let cancelled = drive(case.part("cancel"), sent.cancel(), |()| Value::Null);
            assert_eq!(cancelled, *case.part("cancel").part("expect").0, "{}", case.id());
        }
        case.part("expect").0.clone()
    });
}

#[test]
fn resend_code() {
    each("flow", "resend_code", |case| {
        let input = case.part("input");
        let resend = CodeResend {
            binding: input.binding(),
            to: input.identifier("to").unwrap(),
            challenge: input.text("challenge").to_owned(),
        };
        let step = verifier(case).resend_code(resend, case.now());
        drive(case, step, |sent| sent_fields(&sent))
    });
}

#[test]
fn revoke() {
    each("flow", "revoke", |case| {
        let input = case.part("input");
        let subject = Subject::parse(input.text("subject")).unwrap();
        let step = verifier(case).revoke(input.text("token"), &subject, case.now());
        drive(case, step, |()| Value::Null)
    });
}

#[test]
fn revoke_by_link() {
    each("flow", "revoke_by_link", |case| {
        let revocation = case.part("input").text("revocation");
        drive(case, verifier(case).revoke_by_link(revocation, case.now()), |()| Value::Null)
    });
}

#[test]
fn check_code() {
    each("flow", "check_code", |case| {
        let input = case.part("input");
        let check = CodeCheck {
            binding: input.binding(),
            to: input.identifier("to").unwrap(),
            challenge: input.text("challenge").to_owned(),
            code: input.text("code").to_owned().into(),
        };
        drive(case, verifier(case).check_code(check, case.now()), |verified| {
            json!({
                "record": verified.record.token,
                "expires_at": verified.record.expires_at.unix_seconds(),
                "limits": limits(verified.limits),
            })
        })
    });
}

#[test]
fn present() {
    each("flow", "present", |case| {
        let input = case.part("input");
        let presentation = Presentation {
            token: input.text("token").to_owned(),
            binding: input.binding(),
            idempotency_key: input.text_if_any("idempotency_key").map(str::to_owned),
        };
        let requirement = requirement(input.part("requirement"));
        let step = verifier(case).present(presentation, &requirement, case.now());
        drive(case, step, |accepted| {
            let mut fields = fields(&accepted.record);
            fields["repeated"] = accepted.repeated.into();
            fields["limits"] = limits(accepted.limits).into();
            fields
        })
    });
}

#[test]
fn unblock() {
    each("flow", "unblock", |case| {
        let subject = Subject::parse(case.part("input").text("subject")).unwrap();
        drive(case, verifier(case).unblock(&subject), |()| Value::Null)
    });
}

/// The outcome of a flow that is told the counts of the case's rounds.
fn drive<T>(case: Case<'_>, step: Step<T>, describe: impl Fn(T) -> Value) -> Value {
    match run(case.list("rounds").collect(), step) {
        Ok(result) => outcome(result.map(describe)),
        Err(difference) => difference,
    }
}

/// The flow's result, or how what it asked for is not what the rounds say.
fn run<T>(rounds: Vec<Case<'_>>, mut step: Step<T>) -> Result<Result<T, Error>, Value> {
    for (number, round) in rounds.into_iter().enumerate() {
        let Step::Count(counting) = step else {
            return Err(json!({ "ended before round": number }));
        };
        let asked: Vec<(String, i64, u64)> =
            counting.ops().iter().map(|op| (op.key.to_string(), op.delta, op.ttl)).collect();
        let expected: Vec<(String, i64, u64)> = round
            .list("ops")
            .map(|op| {
                (op.text("key").to_owned(), op.part("delta").0.as_i64().unwrap(), op.number("ttl"))
            })
            .collect();
        if asked != expected {
            return Err(json!({ "round": number, "asked": asked }));
        }
        let counts: Vec<u64> =
            round.list("counts").map(|count| count.0.as_u64().unwrap()).collect();
        step = counting.resume(&counts);
    }
    match step {
        Step::Done(result) => Ok(result),
        Step::Count(counting) => Err(json!({ "asked once more": format!("{:?}", counting.ops()) })),
    }
}

/// The result of a flow that needs no counters.
pub(crate) fn at_once<T>(step: Step<T>) -> Result<T, Error> {
    run(Vec::new(), step).unwrap()
}

pub(crate) fn fields(record: &VerificationRecord) -> Value {
    json!({
        "id": hex(record.id().as_bytes()),
        "method": record.method().as_str(),
        "purpose": record.purpose().as_str(),
        "issued_at": record.issued_at().unix_seconds(),
        "expires_at": record.expires_at().unix_seconds(),
    })
}

pub(crate) fn method(word: &str) -> Method {
    Method::ALL.into_iter().find(|method| method.as_str() == word).unwrap()
}

pub(crate) fn purpose(word: &str) -> Purpose {
    Purpose::ALL.into_iter().find(|purpose| purpose.as_str() == word).unwrap()
}

pub(crate) fn alphabet(case: Case<'_>) -> Alphabet {
    match case.text("alphabet") {
        "digits" => Alphabet::Digits,
        "base32" => Alphabet::Base32,
        other => panic!("unknown alphabet {other}"),
    }
}

fn send(case: Case<'_>) -> Step<CodeSent> {
    let input = case.part("input");
    let send = CodeSend {
        binding: input.binding(),
        to: input.identifier("to").unwrap(),
        purpose: purpose(input.text("purpose")),
    };
    verifier(case).send_code(send, case.now(), entropy(input))
}

fn sent_fields(sent: &CodeSent) -> Value {
    json!({
        "challenge": sent.challenge.token,
        "expires_at": sent.challenge.expires_at.unix_seconds(),
        "code": sent.code.as_str(),
        "revocation": sent.revocation.token,
        "purpose": sent.purpose.as_str(),
        "limits": limits(sent.limits),
    })
}

fn verifier(case: Case<'_>) -> Verifier {
    let (ring, policy) = (case.ring(), policy(case.part("policy")));
    match case.text("limits") {
        "counted" => Verifier::new(ring, policy).unwrap(),
        _ => Verifier::without_counters(ring, policy).unwrap(),
    }
}

fn policy(case: Case<'_>) -> Policy {
    let [code, failures, sends] = ["code", "failures", "sends"].map(|name| case.part(name));
    let small = |case: Case<'_>, name| u32::try_from(case.number(name)).unwrap();
    Policy {
        record_lifetime: case.number("record_lifetime"),
        code: CodePolicy {
            length: u8::try_from(code.number("length")).unwrap(),
            alphabet: alphabet(code),
            lifetime: code.number("lifetime"),
            max_tries: small(code, "max_tries"),
        },
        failures: FailurePolicy {
            limit: small(failures, "limit"),
            window: failures.number("window"),
            block: failures.number("block"),
            session_limit: small(failures, "session_limit"),
        },
        sends: SendPolicy { limit: small(sends, "limit"), window: sends.number("window") },
    }
}

fn password_policy(case: Case<'_>) -> PasswordPolicy {
    let [m_kib, t, p] = ["m_kib", "t", "p"].map(|name| u32::try_from(case.number(name)).unwrap());
    PasswordPolicy::new(Argon2Cost { m_kib, t, p }, HashLimits::default()).unwrap()
}

fn entropy(input: Case<'_>) -> Entropy {
    Entropy::from_bytes(input.bytes("entropy")).unwrap()
}

fn limits(limits: Limits) -> &'static str {
    match limits {
        Limits::Counted => "counted",
        Limits::NotCounted => "not_counted",
    }
}
