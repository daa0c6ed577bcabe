//! What a request is called in logs: by its client, by us, and by the trace it is part of.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::app::fill_random;

pub(super) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is taken over.
const MAX_LENGTH: usize = 128;

/// A request's id: the client's or the proxy's before us, if it is one that a log can hold, else 128
/// random bits in hexadecimal.
///
/// None where the operating system gives no random bytes; then nothing else works either.
pub(super) fn request_id(headers: &HeaderMap) -> Option<HeaderValue> {
    let mut given = headers.get_all(X_REQUEST_ID).iter();
    match (given.next(), given.next()) {
        (Some(id), None) if is_usable(id.as_bytes()) => Some(id.clone()),
        _ => draw(),
    }
}

/// Neither an address nor anything that means something to a log or a shell.
fn is_usable(id: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(byte);
    (1..=MAX_LENGTH).contains(&id.len()) && id.iter().all(is_plain)
}

fn draw() -> Option<HeaderValue> {
    let mut bytes = [0; 16];
    fill_random(&mut bytes).ok()?;
    HeaderValue::from_str(&format!("{:032x}", u128::from_be_bytes(bytes))).ok()
}

/// The trace id of a valid `traceparent` (W3C Trace Context §3.2).
pub(super) fn trace_id(headers: &HeaderMap) -> Option<&str> {
    let mut given = headers.get_all("traceparent").iter();
    let (Some(value), None) = (given.next(), given.next()) else { return None };
    let mut parts = value.to_str().ok()?.split('-');
    let (version, trace) = (parts.next()?, parts.next()?);
    let (parent, flags) = (parts.next()?, parts.next()?);
    // Later versions may have more parts; of this one that is an error.
    let is_of_version = version != "ff" && (version != "00" || parts.next().is_none());
    let is_valid = is_of_version
        && [(version, 2), (trace, 32), (parent, 16), (flags, 2)].iter().all(is_hexadecimal)
        && [trace, parent].iter().all(|id| id.bytes().any(|digit| digit != b'0'));
    is_valid.then_some(trace)
}

fn is_hexadecimal((text, length): &(&str, usize)) -> bool {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    text.len() == *length && text.bytes().all(is_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, values: &[&str]) -> HeaderMap {
        let values = values.iter().map(|value| HeaderValue::from_bytes(value.as_bytes()).unwrap());
        values.map(|value| (HeaderName::from_static(name), value)).collect()
    }

    #[test]
    fn an_id_is_taken_over_if_a_log_can_hold_it() {
        for (given, is_kept) in [
            ("7f3c2a", true),
            ("Root=1-67891233-abcdef012345678912345678", true),
            ("a/b+c==", true),
            (&"x".repeat(128), true),
            (&"x".repeat(129), false),
            ("", false),
            ("a b", false),
            ("a\"b", false),
            ("ana@example.com", false),
            ("日本", false),
            ("\u{1b}[31m", false),
        ] {
            let Ok(value) = HeaderValue::from_bytes(given.as_bytes()) else { continue };
            let mut headers = HeaderMap::new();
            headers.insert(X_REQUEST_ID, value);
            let id = request_id(&headers).unwrap();
            assert_eq!(id == given, is_kept, "{given}");
            assert!(is_usable(id.as_bytes()));
        }
    }

    #[test]
    fn without_one_or_with_two_it_is_drawn() {
        let drawn = |values: &[&str]| request_id(&headers("x-request-id", values)).unwrap();
        let (first, second) = (drawn(&[]), drawn(&["a", "b"]));
        assert_ne!(first, second);
        for id in [first, second] {
            assert_eq!(id.len(), 32);
        }
    }

    #[test]
    fn a_trace_is_named_as_the_standard_has_it() {
        const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
        let of = |value: &str| trace_id(&headers("traceparent", &[value])).map(str::to_owned);
        for (rest, is_valid) in [
            ("-b7ad6b7169203331-01", true),
            ("-b7ad6b7169203331-00", true),
            ("-b7ad6b7169203331-01-x", false),
            ("-0000000000000000-01", false),
            ("-b7ad6b716920333-01", false),
            ("-b7ad6b7169203331-1", false),
            ("-b7ad6b7169203331", false),
            ("-B7AD6B7169203331-01", false),
            ("", false),
        ] {
            assert_eq!(of(&format!("00-{TRACE}{rest}")).is_some(), is_valid, "{rest}");
        }
        assert_eq!(of(&format!("00-{TRACE}-b7ad6b7169203331-01")).as_deref(), Some(TRACE));
        assert!(of(&format!("01-{TRACE}-b7ad6b7169203331-01-more")).is_some());
        assert!(of(&format!("ff-{TRACE}-b7ad6b7169203331-01")).is_none());
        assert!(of(&format!("00-{}-b7ad6b7169203331-01", "0".repeat(32))).is_none());
        let twice = format!("00-{TRACE}-b7ad6b7169203331-01");
        assert!(trace_id(&headers("traceparent", &[&twice, &twice])).is_none());
    }
}
