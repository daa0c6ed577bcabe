//! Reading vector files and holding outcomes against what they expect.

use std::path::Path;

use sekisho::{Binding, Error, Identifier, KeyRing, Operation, Session, Subject, Timestamp};
use serde_json::{Value, json};

/// One case, or an object in it.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a>(pub(crate) &'a Value);

impl<'a> Case<'a> {
    pub(crate) fn id(self) -> &'a str {
        self.text("id")
    }

    pub(crate) fn has(self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !value.is_null())
    }

    pub(crate) fn part(self, name: &str) -> Case<'a> {
        Case(self.0.get(name).unwrap_or_else(|| panic!("no {name} in {}", self.0)))
    }

    pub(crate) fn text(self, name: &str) -> &'a str {
        self.part(name).0.as_str().unwrap_or_else(|| panic!("{name} of {} is no text", self.0))
    }

    pub(crate) fn text_if_any(self, name: &str) -> Option<&'a str> {
        self.has(name).then(|| self.text(name))
    }

    pub(crate) fn number(self, name: &str) -> u64 {
        self.part(name).0.as_u64().unwrap_or_else(|| panic!("{name} of {} is no number", self.0))
    }

    pub(crate) fn number_if_any(self, name: &str) -> Option<u64> {
        self.has(name).then(|| self.number(name))
    }

    pub(crate) fn flag(self, name: &str) -> bool {
        self.part(name).0.as_bool().unwrap_or_else(|| panic!("{name} of {} is no flag", self.0))
    }

    pub(crate) fn list(self, name: &str) -> impl Iterator<Item = Case<'a>> {
        let list = self.part(name).0.as_array();
        list.unwrap_or_else(|| panic!("{name} of {} is no list", self.0)).iter().map(Case)
    }

    pub(crate) fn bytes<const N: usize>(self, name: &str) -> [u8; N] {
        let bytes = unhex(self.text(name));
        bytes.try_into().unwrap_or_else(|_| panic!("{name} of {} is not {N} bytes", self.0))
    }

    pub(crate) fn now(self) -> Timestamp {
        self.time("now")
    }

    pub(crate) fn time(self, name: &str) -> Timestamp {
        Timestamp::from_unix_seconds(self.number(name)).unwrap()
    }

    pub(crate) fn ring(self) -> KeyRing {
        KeyRing::parse(self.text("ring")).unwrap()
    }

    pub(crate) fn binding(self) -> Binding {
        Binding {
            subject: Subject::parse(self.text("subject")).unwrap(),
            session: self.text_if_any("session").map(|id| Session::parse(id).unwrap()),
            operation: self
                .text_if_any("operation")
                .map(|json| Operation::from_json(json).unwrap()),
        }
    }

    pub(crate) fn identifier(self, name: &str) -> Option<Identifier> {
        self.has(name).then(|| parse_identifier(self.part(name)).unwrap())
    }
}

/// From `type` and `value`.
pub(crate) fn parse_identifier(case: Case<'_>) -> Result<Identifier, Error> {
    match case.text("type") {
        "email" => Identifier::email(case.text("value")),
        "phone" => Identifier::phone(case.text("value")),
        other => panic!("unknown type {other}"),
    }
}

pub(crate) fn file(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors");
    let path = folder.join(name).with_extension("json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Runs every case of a section; fails with the name of each that comes out otherwise.
pub(crate) fn each(name: &str, section: &str, run: impl Fn(Case<'_>) -> Value) {
    let file = file(name);
    let cases: Vec<Case<'_>> = Case(&file).list(section).collect();
    assert!(!cases.is_empty(), "{name}.json has no {section}");
    let failures: Vec<String> = cases
        .into_iter()
        .filter_map(|case| {
            let (outcome, expected) = (run(case), case.part("expect").0);
            let failure = format!("{}: expected {expected}, came {outcome}", case.id());
            (outcome != *expected).then_some(failure)
        })
        .collect();
    assert!(failures.is_empty(), "{name}.json, {section}:\n{}", failures.join("\n"));
}

/// Fails where a file has sections that no test runs.
pub(crate) fn assert_sections(name: &str, known: &[&str]) {
    let file = file(name);
    let lists = file.as_object().unwrap().iter().filter(|(_, value)| value.is_array());
    let mut sections: Vec<&str> = lists.map(|(section, _)| section.as_str()).collect();
    let mut known = known.to_vec();
    sections.sort_unstable();
    known.sort_unstable();
    assert_eq!(sections, known, "{name}.json");
}

/// An outcome as the files write it.
pub(crate) fn outcome(result: Result<impl Into<Value>, Error>) -> Value {
    match result {
        Ok(value) => json!({ "ok": value.into() }),
        Err(error) => match error.retry_after() {
            Some(seconds) => json!({ "error": error.code().as_str(), "retry_after": seconds }),
            None => json!({ "error": error.code().as_str() }),
        },
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn unhex(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}
