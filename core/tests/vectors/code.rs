//! `code.json`.

use sekisho::{
    Binding, CodeCheck, CodePolicy, CodeSend, Entropy, Error, Identifier, Policy, Purpose, Subject,
    Verifier,
};
use serde_json::Value;

use crate::case::{Case, assert_sections, each, outcome};
use crate::flow::{alphabet, at_once};

#[test]
fn sections() {
    assert_sections("code", &["entropy", "draw", "typed"]);
}

#[test]
fn entropy() {
    each("code", "entropy", |case| {
        outcome(Entropy::from_bytes(case.bytes("entropy")).map(|_| Value::Null))
    });
}

#[test]
fn draw() {
    each("code", "draw", |case| {
        let length = u8::try_from(case.number("length")).unwrap();
        let entropy = Entropy::from_bytes(case.bytes("entropy")).unwrap();
        let code = CodePolicy { length, alphabet: alphabet(case), ..CodePolicy::default() };
        outcome(Ok(drawn(case, code, entropy)))
    });
}

#[test]
fn typed() {
    each("code", "typed", |case| outcome(check(case)));
}

fn drawn(case: Case<'_>, code: CodePolicy, entropy: Entropy) -> String {
    let policy = Policy { code, ..Policy::default() };
    let send = CodeSend {
        binding: Binding::to_subject(Subject::parse("user-1").unwrap()),
        to: Identifier::email("ana@example.com").unwrap(),
        purpose: Purpose::UserPermissionValidation,
    };
    let verifier = Verifier::without_counters(case.ring(), policy).unwrap();
    at_once(verifier.send_code(send, case.now(), entropy)).unwrap().code.as_str().to_owned()
}

fn check(case: Case<'_>) -> Result<String, Error> {
    let check = CodeCheck {
        binding: case.binding(),
        to: case.identifier("to").unwrap(),
        challenge: case.text("challenge").to_owned(),
        code: case.text("typed").to_owned().into(),
    };
    let verifier = Verifier::without_counters(case.ring(), Policy::default()).unwrap();
    at_once(verifier.check_code(check, case.now())).map(|verified| verified.record.token)
}
