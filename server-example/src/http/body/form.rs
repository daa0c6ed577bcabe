//! Forms (`application/x-www-form-urlencoded`).

use std::borrow::Cow;
use std::str::Utf8Error;

use percent_encoding::percent_decode;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

/// The fields of a form, all of them text. A field of an object is written in brackets, plain or
/// percent-encoded: `identifier[type]=email`. As in JSON, the last of several of one name counts.
///
/// # Errors
/// [`Utf8Error`] where a name or a value is not UTF-8.
pub(super) fn parse(form: &[u8]) -> Result<Map<String, Value>, Utf8Error> {
    let mut fields = Map::new();
    for pair in form.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let mut decoded = || decode(halves.next().unwrap_or_default());
        let (name, value) = (decoded()?, Value::String(decoded()?));
        match within_object(&name) {
            Some((object, field)) => insert_into_object(&mut fields, object, field, value),
            None => drop(fields.insert(name, value)),
        }
    }
    Ok(fields)
}

fn decode(text: &[u8]) -> Result<String, Utf8Error> {
    let mut spaced = Zeroizing::new(text.to_owned());
    spaced.iter_mut().filter(|byte| **byte == b'+').for_each(|byte| *byte = b' ');
    percent_decode(&spaced).decode_utf8().map(Cow::into_owned)
}

/// The parts of `object[field]`.
fn within_object(name: &str) -> Option<(&str, &str)> {
    name.strip_suffix(']')?.split_once('[')
}

fn insert_into_object(fields: &mut Map<String, Value>, object: &str, field: &str, value: Value) {
    if let Some(Value::Object(object)) = fields.get_mut(object) {
        object.insert(field.to_owned(), value);
    } else {
        let of_one = Map::from_iter([(field.to_owned(), value)]);
        fields.insert(object.to_owned(), Value::Object(of_one));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_and_values_are_text() {
        let rows = [
            ("", json!({})),
            ("&&", json!({})),
            ("a", json!({ "a": "" })),
            ("a=", json!({ "a": "" })),
            ("a=b=c", json!({ "a": "b=c" })),
            ("a=b+c%26%3D%2B%25", json!({ "a": "b c&=+%" })),
            ("a=%zz%", json!({ "a": "%zz%" })),
            ("%61+b=000123", json!({ "a b": "000123" })),
            ("a=%E9%96%A2%E6%89%80", json!({ "a": "関所" })),
            ("a=1&a=2", json!({ "a": "2" })),
        ];
        for (form, expected) in rows {
            assert_eq!(json!(parse(form.as_bytes()).unwrap()), expected, "{form}");
        }
    }

    #[test]
    fn brackets_make_objects() {
        let rows = [
            ("a[b]=1&a%5Bc%5D=2&a%5bc%5d=3", json!({ "a": { "b": "1", "c": "3" } })),
            ("a=1&a[b]=2", json!({ "a": { "b": "2" } })),
            ("a[b]=1&a=2", json!({ "a": "2" })),
            ("a[b][c]=1", json!({ "a": { "b][c": "1" } })),
            ("a[b=1&a]=2&a[b]c=3", json!({ "a[b": "1", "a]": "2", "a[b]c": "3" })),
        ];
        for (form, expected) in rows {
            assert_eq!(json!(parse(form.as_bytes()).unwrap()), expected, "{form}");
        }
    }

    #[test]
    fn what_nobody_asks_for_spoils_nothing() {
        for other in ["=x", "=", "[]=x", "[x]=y", "b[]=1&b[c]=2", "b=1&b[c]=2", "b[", "b[c", "b]"] {
            for form in [format!("{other}&a=1"), format!("a=1&{other}")] {
                assert_eq!(parse(form.as_bytes()).unwrap()["a"], "1", "{form}");
            }
        }
    }

    #[test]
    fn text_that_is_not_utf8_is_refused() {
        for form in ["a=%ff".as_bytes(), b"%C3=a", b"a=\xff", b"a=1&b[%80]=2"] {
            assert!(parse(form).is_err(), "{form:?}");
        }
    }
}
