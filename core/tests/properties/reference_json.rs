//! Canonical JSON by the crates that others use for it, under the same bounds.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

const MAX_BYTES: usize = 65_536;
const MAX_LEVELS: usize = 64;
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;
const MAX_SAFE_DOUBLE: f64 = 9_007_199_254_740_991.0;

/// The canonical form of a text; `None` where it is refused.
pub(crate) fn canonical(text: &str) -> Option<String> {
    let StrictJson(value) = serde_json::from_str(text).ok().filter(|_| text.len() <= MAX_BYTES)?;
    let canonical = serde_json_canonicalizer::to_string(&value).ok()?;
    (is_strict(&value, MAX_LEVELS) && canonical.len() <= MAX_BYTES).then_some(canonical)
}

/// A value in which no key stands twice.
struct StrictJson(Value);

fn is_strict(value: &Value, levels: usize) -> bool {
    let Some(levels) = levels.checked_sub(1) else { return false };
    match value {
        Value::Number(number) => is_exact(number),
        Value::Array(items) => items.iter().all(|item| is_strict(item, levels)),
        Value::Object(members) => members.values().all(|member| is_strict(member, levels)),
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}

fn is_exact(number: &Number) -> bool {
    let integer = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
    match integer {
        Some(magnitude) => magnitude <= MAX_SAFE_INTEGER,
        // An integer too long for 64 bits arrives as a double: refused above 2^53 like its shorter
        // brothers, since text and value could differ.
        None => number
            .as_f64()
            .is_some_and(|double| double.fract() != 0.0 || double.abs() <= MAX_SAFE_DOUBLE),
    }
}

impl<'de> Deserialize<'de> for StrictJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

/// Builds a value as `serde_json`'s own visitor does, but refuses a key that stands twice, of which
/// one parser takes the first and another the last.
struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON with unique keys")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(StrictJson(item)) = items.next_element()? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((key, StrictJson(member))) = members.next_entry::<String, StrictJson>()? {
            if object.insert(key, member).is_some() {
                return Err(A::Error::custom("a key stands twice"));
            }
        }
        Ok(Value::Object(object))
    }
}
