//! What a body is written in, by its `Content-Type`.

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use serde_json::{Map, Value};

use super::form;
use crate::http::Problem;

#[derive(Clone, Copy)]
pub(super) enum Format {
    Json,
    Form,
    /// There is no `Content-Type`.
    Missing,
    Unknown,
}

impl Format {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let Some(value) = headers.get(CONTENT_TYPE) else { return Self::Missing };
        let media_type = value.to_str().ok().and_then(|value| value.split(';').next());
        match media_type.unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "application/json" => Self::Json,
            "application/x-www-form-urlencoded" => Self::Form,
            other if other.starts_with("application/") && other.ends_with("+json") => Self::Json,
            _ => Self::Unknown,
        }
    }

    /// The fields of a body. One of a format that is not known has none.
    pub(super) fn parse(self, body: &[u8]) -> Result<Map<String, Value>, Problem> {
        match self {
            Self::Json if !body.is_empty() => parse_json(body),
            Self::Form => self.parse_form(body),
            Self::Json | Self::Missing | Self::Unknown => Ok(Map::new()),
        }
    }

    /// What to tell a client whose body is not of the type it names. A form has the type that curl
    /// gives to everything.
    pub(super) fn mistaken(self, body: &[u8]) -> Option<&'static str> {
        match self {
            Self::Missing if !body.is_empty() => Some(
                "The body was not read: its Content-Type is missing. It must be application/json \
                 or application/x-www-form-urlencoded.",
            ),
            Self::Unknown if !body.is_empty() => Some(
                "The body was not read: its Content-Type must be application/json or \
                 application/x-www-form-urlencoded.",
            ),
            Self::Form if body.trim_ascii_start().starts_with(b"{") => Some(
                "The body was read as a form, since its Content-Type is \
                 application/x-www-form-urlencoded. It looks like JSON: send it as \
                 application/json.",
            ),
            _ => None,
        }
    }

    /// Only text that is not UTF-8 makes a form malformed.
    fn parse_form(self, body: &[u8]) -> Result<Map<String, Value>, Problem> {
        form::parse(body).map_err(|_| {
            Problem::invalid_input(self.mistaken(body).unwrap_or("The form is not UTF-8."))
        })
    }
}

/// Any JSON but an object has no fields.
fn parse_json(body: &[u8]) -> Result<Map<String, Value>, Problem> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(values)) => Ok(values),
        Ok(_) => Ok(Map::new()),
        Err(error) => Err(Problem::invalid_input(format!("The body is not JSON: {error}."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: Option<&str> = Some("application/x-www-form-urlencoded");

    fn mistaken(content_type: Option<&'static str>, body: &str) -> Option<&'static str> {
        let mut headers = HeaderMap::new();
        if let Some(content_type) = content_type {
            headers.insert(CONTENT_TYPE, content_type.parse().unwrap());
        }
        Format::of(&headers).mistaken(body.as_bytes())
    }

    #[test]
    fn tells_that_the_content_type_is_not_that_of_the_body() {
        let json = "{\"password\":\"x\"}";
        for (content_type, body, told) in [
            (None, json, "its Content-Type is missing"),
            (Some("text/plain"), json, "its Content-Type must be"),
            (Some(""), json, "its Content-Type must be"),
            (FORM, json, "It looks like JSON"),
            (FORM, " {\"identifier\":{}}", "It looks like JSON"),
        ] {
            let mistaken = mistaken(content_type, body);
            assert!(mistaken.is_some_and(|text| text.contains(told)), "{content_type:?} {body}");
        }
    }

    #[test]
    fn tells_nothing_where_the_content_type_is_right_or_there_is_no_body() {
        let rows = [
            (Some("application/json"), "{}"),
            (Some("application/json"), ""),
            (FORM, "password=x"),
            (FORM, ""),
            (Some("text/plain"), ""),
            (None, ""),
        ];
        for (content_type, body) in rows {
            assert_eq!(mistaken(content_type, body), None, "{content_type:?} {body}");
        }
    }
}
