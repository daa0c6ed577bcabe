//! A vector file: how it is written, and how two versions of it are told apart.

use std::collections::BTreeSet;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value, json};

/// One file of vectors: what it is about, then lists of cases.
pub(crate) struct Document {
    name: &'static str,
    about: &'static str,
    sections: Vec<(&'static str, Vec<Value>)>,
}

impl Document {
    pub(crate) const fn new(name: &'static str, about: &'static str) -> Self {
        Self { name, about, sections: Vec::new() }
    }

    pub(crate) fn section(mut self, name: &'static str, cases: Vec<Value>) -> Self {
        self.sections.push((name, cases));
        self
    }

    pub(crate) fn file_name(&self) -> String {
        format!("{}.json", self.name)
    }

    /// Each case is named, and no two of the file alike.
    pub(crate) fn check_ids(&self) -> Result<(), String> {
        let mut seen = BTreeSet::new();
        for case in self.sections.iter().flat_map(|(_, cases)| cases) {
            let id =
                id_of(case).ok_or(format!("{}: a case has no id: {case}", self.file_name()))?;
            if !seen.insert(id.to_owned()) {
                return Err(format!("{}: the id {id} stands twice", self.file_name()));
            }
        }
        Ok(())
    }

    pub(crate) fn to_text(&self) -> Result<String, String> {
        let text = serde_json::to_string_pretty(self).map_err(|error| error.to_string())?;
        Ok(text + "\n")
    }

    /// Names the first case that is another on disk; `None` where the bytes are the same.
    pub(crate) fn first_difference(&self, on_disk: &str) -> Result<Option<String>, String> {
        if on_disk == self.to_text()? {
            return Ok(None);
        }
        let Ok(other) = serde_json::from_str::<Value>(on_disk) else {
            return Ok(Some("it is not JSON".to_owned()));
        };
        for (name, cases) in &self.sections {
            let others = other.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            for (place, case) in cases.iter().enumerate() {
                if others.get(place) != Some(case) {
                    let id = id_of(case).unwrap_or_default();
                    return Ok(Some(format!("first in case {id} of {name}")));
                }
            }
            if others.len() > cases.len() {
                return Ok(Some(format!("{name} has more cases than it should")));
            }
        }
        Ok(Some("not in a case, but in its head or its layout".to_owned()))
    }
}

fn id_of(case: &Value) -> Option<&str> {
    case.get("id").or_else(|| case.get("code")).and_then(Value::as_str)
}

/// What a case expects where the call succeeds.
pub(crate) fn ok(value: Value) -> Value {
    json!({ "ok": value })
}

/// What a case expects where the call is refused.
pub(crate) fn error(code: &str) -> Value {
    json!({ "error": code })
}

/// What a case expects where the call may be repeated after so many seconds.
pub(crate) fn error_retry(code: &str, retry_after: u64) -> Value {
    json!({ "error": code, "retry_after": retry_after })
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("$schema", &format!("schemas/{}.schema.json", self.name))?;
        map.serialize_entry("about", self.about)?;
        for (name, cases) in &self.sections {
            map.serialize_entry(name, &cases.iter().map(Ordered).collect::<Vec<_>>())?;
        }
        map.end()
    }
}

/// A value whose members are written in the order of the alphabet, the id before all others and
/// the expectation after them.
struct Ordered<'a>(&'a Value);

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Array(items) => serializer.collect_seq(items.iter().map(Ordered)),
            Value::Object(members) => serializer
                .collect_map(in_order(members).map(|(name, member)| (name, Ordered(member)))),
            scalar => scalar.serialize(serializer),
        }
    }
}

fn in_order(members: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    let mut members: Vec<_> = members.iter().collect();
    members.sort_by_key(|(name, _)| (rank(name), *name));
    members.into_iter()
}

fn rank(name: &str) -> u8 {
    match name {
        "id" => 0,
        "why" => 1,
        "flow" => 2,
        "rounds" => 4,
        "expect" => 5,
        "cancel" => 6,
        _ => 3,
    }
}
