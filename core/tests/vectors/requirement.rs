//! `requirement.json`.

use sekisho::{Requirement, VerificationRecord};
use serde_json::{Value, json};

use crate::case::{Case, assert_sections, each, outcome};
use crate::flow::{method, purpose};

#[test]
fn sections() {
    assert_sections("requirement", &["to_challenge", "from_challenge", "check"]);
}

#[test]
fn to_challenge() {
    each("requirement", "to_challenge", |case| {
        let methods = case.list("methods").map(|word| method(word.0.as_str().unwrap())).collect();
        let max_age = case.number_if_any("max_age");
        let requirement = Requirement { methods, max_age, ..Requirement::permission() };
        outcome(Ok(requirement.to_challenge()))
    });
}

#[test]
fn from_challenge() {
    each("requirement", "from_challenge", |case| {
        outcome(Requirement::from_challenge(case.text("text")).map(|requirement| {
            let Requirement { methods, max_age, .. } = requirement.clone();
            let rest =
                Requirement { methods: methods.clone(), max_age, ..Requirement::permission() };
            assert_eq!(requirement, rest, "{}", case.id());
            let methods: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
            json!({ "methods": methods, "max_age": max_age })
        }))
    });
}

#[test]
fn check() {
    each("requirement", "check", |case| {
        let (ring, now) = (case.ring(), case.now());
        let record = VerificationRecord::open(case.text("token"), &ring, now).unwrap();
        let checked =
            requirement(case.part("requirement")).check(&record, &case.binding(), &ring, now);
        outcome(checked.map(|()| Value::Null))
    });
}

pub(crate) fn requirement(case: Case<'_>) -> Requirement {
    Requirement {
        methods: case.list("methods").map(|word| method(word.0.as_str().unwrap())).collect(),
        purpose: purpose(case.text("purpose")),
        max_age: case.number_if_any("max_age"),
        same_session: case.flag("same_session"),
        identifier: case.identifier("identifier"),
        single_use: case.flag("single_use"),
    }
}
