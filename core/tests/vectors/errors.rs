//! The registry and the code hold the same errors, and the vectors show each of them.

use std::collections::BTreeSet;
use std::path::Path;

use sekisho::ErrorCode;
use serde_json::Value;

use crate::case::{Case, assert_sections, file};

/// What no vector can show, and why.
const BEYOND_VECTORS: [(ErrorCode, &str); 3] = [
    (ErrorCode::PermissionDenied, "said by a host over HTTP for whatever `present` refuses"),
    (ErrorCode::PasswordRejected, "said by a host for the rejections of `Password::accept`"),
    (ErrorCode::OutOfMemory, "a matter of the machine, not of the input"),
];

#[test]
fn the_registry_lists_what_the_code_has_and_nothing_else() {
    let registry = file("errors");
    let listed: Vec<(&str, &str)> = Case(&registry)
        .list("errors")
        .map(|case| (case.text("code"), case.text("message")))
        .collect();
    let known: Vec<(&str, &str)> =
        ErrorCode::ALL.iter().map(|code| (code.as_str(), code.message())).collect();
    assert_eq!(listed, known);
    assert_sections("errors", &["errors"]);
}

#[test]
fn codes_are_unique() {
    let codes: BTreeSet<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(codes.len(), ErrorCode::ALL.len());
}

#[test]
fn every_code_occurs_in_a_vector_or_is_known_to_be_beyond_them() {
    let mut shown = BTreeSet::new();
    for name in names() {
        collect_errors(&file(&name), &mut shown);
    }
    for code in ErrorCode::ALL {
        let beyond = BEYOND_VECTORS.iter().any(|(other, _)| other == code);
        assert_eq!(shown.contains(code.as_str()), !beyond, "{code}");
    }
}

#[test]
fn no_vector_expects_a_code_that_does_not_exist() {
    let known: BTreeSet<String> = ErrorCode::ALL.iter().map(ToString::to_string).collect();
    for name in names() {
        let mut shown = BTreeSet::new();
        collect_errors(&file(&name), &mut shown);
        assert!(shown.is_subset(&known), "{name}: {:?}", shown.difference(&known));
    }
}

fn names() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors");
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = paths.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

/// What stands under the name `error` anywhere.
fn collect_errors(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect_errors(item, found)),
        Value::Object(members) => {
            found.extend(members.get("error").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|member| collect_errors(member, found));
        }
        _ => {}
    }
}
