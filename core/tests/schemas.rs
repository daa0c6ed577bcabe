//! Each vector file is as its schema says, and no case has the name of another.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may stop at what it does not expect, and reads files"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::{Draft, Validator};
use sekisho::ErrorCode;
use serde_json::{Value, json};

#[test]
fn each_file_has_a_schema_and_each_schema_a_file() {
    assert_eq!(names("", ".json"), names("schemas", ".schema.json"));
    assert_eq!(names("", ".json").len(), 10);
}

#[test]
fn each_file_is_as_its_schema_says() {
    for name in names("", ".json") {
        let file = file(&name);
        let errors: Vec<String> = validator(&name)
            .iter_errors(&file)
            .map(|error| {
                format!("{}: {}", whose(&file, &error.instance_path().to_string()), error.masked())
            })
            .collect();
        assert!(errors.is_empty(), "{name}.json:\n{}", errors.join("\n"));
    }
}

#[test]
fn schemas_are_schemas_and_refuse_what_they_do_not_know() {
    for name in names("", ".json") {
        let schema = schema(&name);
        assert!(jsonschema::draft202012::meta::is_valid(&schema), "{name}");
        let mut strange = file(&name);
        strange["strange"] = json!([]);
        assert!(!validator(&name).is_valid(&strange), "{name} takes an unknown section");
        for section in sections(&file(&name)) {
            let mut strange = file(&name);
            strange[&section][0]["strange"] = json!(1);
            assert!(!validator(&name).is_valid(&strange), "{name}, {section}: an unknown member");
            let mut strange = file(&name);
            strange[&section] = json!([]);
            assert!(!validator(&name).is_valid(&strange), "{name}: no {section}");
        }
    }
}

#[test]
fn schemas_know_the_errors_there_are() {
    let known: Value = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    for name in names("", ".json") {
        if let Some(listed) = schema(&name).pointer("/$defs/error/enum") {
            assert_eq!(*listed, known, "{name}");
        }
    }
}

#[test]
fn each_case_has_a_name_of_its_own() {
    for name in names("", ".json") {
        let file = file(&name);
        let mut seen = BTreeSet::new();
        for section in sections(&file) {
            for case in file[&section].as_array().unwrap() {
                let id = case.get("id").or(case.get("code")).unwrap().as_str().unwrap();
                assert!(seen.insert(id.to_owned()), "{name}: {id} stands twice");
            }
        }
        assert!(!seen.is_empty(), "{name}");
    }
}

/// The name of the case to which a path such as `/parse/7/expect` leads.
fn whose(file: &Value, path: &str) -> String {
    let place: Vec<&str> = path.split('/').take(3).collect();
    let case = file.pointer(&place.join("/"));
    let id = case.and_then(|case| case.get("id")).and_then(Value::as_str);
    format!("{} ({path})", id.unwrap_or("no case"))
}

fn sections(file: &Value) -> Vec<String> {
    let lists = file.as_object().unwrap().iter().filter(|(_, value)| value.is_array());
    lists.map(|(name, _)| name.clone()).collect()
}

fn validator(name: &str) -> Validator {
    jsonschema::options().with_draft(Draft::Draft202012).build(&schema(name)).unwrap()
}

fn file(name: &str) -> Value {
    read(&folder("").join(format!("{name}.json")))
}

fn schema(name: &str) -> Value {
    read(&folder("schemas").join(format!("{name}.schema.json")))
}

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn names(inner: &str, ending: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(folder(inner)).unwrap();
    let files = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    files.filter_map(|file| file.strip_suffix(ending).map(str::to_owned)).collect()
}

fn folder(inner: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors").join(inner)
}
