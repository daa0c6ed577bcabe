//! `operation.json`.

use sekisho::Operation;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::case::{Case, assert_sections, each, hex, outcome};

#[test]
fn sections() {
    assert_sections("operation", &["digest", "long", "same"]);
}

#[test]
fn digest() {
    each("operation", "digest", |case| {
        let expected = case.part("expect");
        let operation = Operation::from_json(case.text("json"));
        outcome(operation.map(|operation| {
            let canonical = expected.part("ok").text("canonical");
            assert_eq!(hex(&Sha256::digest(canonical)), hex(operation.digest()), "{}", case.id());
            json!({ "canonical": canonical, "sha256": hex(operation.digest()) })
        }))
    });
}

#[test]
fn a_value_has_the_digest_of_its_text() {
    each("operation", "digest", |case| {
        let Ok(value) = serde_json::from_str::<Value>(case.text("json")) else {
            return case.part("expect").0.clone();
        };
        let from_text = Operation::from_json(case.text("json"));
        let from_value = Operation::from_value(&value);
        // A value has lost what made the text ambiguous.
        if !case.id().starts_with("key-twice") {
            assert_eq!(from_text, from_value, "{}", case.id());
        }
        case.part("expect").0.clone()
    });
}

#[test]
fn long() {
    each("operation", "long", |case| outcome(Operation::from_json(&long_text(case)).map(sha256)));
}

#[test]
fn same() {
    each("operation", "same", |case| {
        let one = Operation::from_json(case.text("json")).unwrap();
        let other = Operation::from_json(case.text("other")).unwrap();
        outcome(Ok(one == other))
    });
}

fn long_text(case: Case<'_>) -> String {
    let times = usize::try_from(case.number("times")).unwrap();
    format!("{}{}{}", case.text("before"), case.text("repeat").repeat(times), case.text("after"))
}

fn sha256(operation: Operation) -> Value {
    json!({ "sha256": hex(operation.digest()) })
}
