//! Request bodies: JSON or a form, read into fields that are then asked for one by one.

mod form;
mod format;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use http_body_util::BodyExt;
use sekisho::{Error, Identifier, Password, Purpose};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use self::format::Format;
use super::{Problem, Refusal};

/// The largest body that is read, in bytes: many times what the contract's fields can hold.
pub(crate) const MAX_BYTES: usize = 64 * 1024;

/// How much of a body that is too large is read and thrown away, in bytes, so that a client that
/// only reads when it has written all gets its answer.
const MAX_DISCARDED_BYTES: usize = 16 * 1024 * 1024;

/// The fields of a body. Each is taken out once; what is wrong with them is collected, so that one
/// answer names all of it. Fields nobody asks for are ignored.
pub(crate) struct Fields {
    values: Map<String, Value>,
    wrong: Vec<String>,
    /// Why the body's fields may be missing although the client has written them.
    mistaken: Option<&'static str>,
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let format = Format::of(request.headers());
        let bytes = read(request.into_body()).await?;
        let values = format.parse(&bytes)?;
        Ok(Self { values, wrong: Vec::new(), mistaken: format.mistaken(&bytes) })
    }
}

/// A JSON body of one shape, for the control surface.
pub(crate) struct Input<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Input<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let bytes = read(request.into_body()).await?;
        let input = serde_json::from_slice(&bytes);
        input.map(Self).map_err(|error| Problem::invalid_input(error.to_string()))
    }
}

impl Fields {
    /// A body without any field, of which these were required.
    pub(crate) fn none_of(required: &[String]) -> Self {
        let mut none = Self { values: Map::new(), wrong: Vec::new(), mistaken: None };
        for name in required {
            none.text(name);
        }
        none
    }

    /// A string that is not empty.
    pub(crate) fn text(&mut self, name: &str) -> Option<Zeroizing<String>> {
        let text = self.text_or_empty(name)?;
        if text.is_empty() {
            return self.reject(name, "must not be empty");
        }
        Some(text)
    }

    /// A string.
    pub(crate) fn text_or_empty(&mut self, name: &str) -> Option<Zeroizing<String>> {
        match self.values.remove(name) {
            Some(Value::String(text)) => Some(Zeroizing::new(text)),
            Some(_) => self.reject(name, "must be a string"),
            None => self.reject(name, "is required"),
        }
    }

    /// A string that can be somebody's password.
    pub(crate) fn password(&mut self, name: &str) -> Option<Zeroizing<String>> {
        let typed = self.text(name)?;
        if typed.len() > Password::MAX_BYTES {
            let must = format!("must be at most {} bytes long", Password::MAX_BYTES);
            return self.reject(name, &must);
        }
        Some(typed)
    }

    /// A string that is of some form.
    pub(crate) fn checked(
        &mut self,
        name: &str,
        is_right: impl Fn(&str) -> bool,
        must: &str,
    ) -> Option<String> {
        let text = self.text(name)?;
        if is_right(&text) { Some(text.to_string()) } else { self.reject(name, must) }
    }

    /// The same, or nothing.
    #[expect(clippy::option_option, reason = "the outer one is for a field that is wrong")]
    pub(crate) fn checked_if_any(
        &mut self,
        name: &str,
        is_right: impl Fn(&str) -> bool,
        must: &str,
    ) -> Option<Option<String>> {
        if !self.values.contains_key(name) {
            return Some(None);
        }
        self.checked(name, is_right, must).map(Some)
    }

    /// An id, or nothing.
    #[expect(clippy::option_option, reason = "the outer one is for a field that is wrong")]
    pub(crate) fn id_if_any(&mut self, name: &str) -> Option<Option<String>> {
        if self.values.contains_key(name) { self.id(name).map(Some) } else { Some(None) }
    }

    /// An object of any fields, or nothing.
    #[expect(clippy::option_option, reason = "the outer one is for a field that is wrong")]
    pub(crate) fn object_if_any(&mut self, name: &str) -> Option<Option<Map<String, Value>>> {
        match self.values.remove(name) {
            None => Some(None),
            Some(Value::Object(fields)) => Some(Some(fields)),
            Some(_) => self.reject(name, "must be an object"),
        }
    }

    /// An object of a `type` and a `value`, or nothing.
    #[expect(clippy::option_option, reason = "the outer one is for a field that is wrong")]
    pub(crate) fn identifier_if_any(&mut self, name: &str) -> Option<Option<Identifier>> {
        if self.values.contains_key(name) { self.identifier(name).map(Some) } else { Some(None) }
    }

    /// A string that can be an id.
    pub(crate) fn id(&mut self, name: &str) -> Option<String> {
        let id = self.text(name)?;
        if id.chars().any(char::is_control) {
            return self.reject(name, "must not hold control characters");
        }
        Some(id.to_string())
    }

    /// An object of a `type` and a `value`.
    pub(crate) fn identifier(&mut self, name: &str) -> Option<Identifier> {
        let values = match self.values.remove(name) {
            Some(Value::Object(values)) => values,
            Some(_) => return self.reject(name, "must be an object of type and value"),
            None => return self.reject(name, "is required"),
        };
        let mut inner = Self { values, wrong: Vec::new(), mistaken: None };
        let kind = inner.text("type");
        let identifier = match kind.as_ref().map(|kind| kind.as_str()) {
            Some("email") => inner.email("value"),
            Some("phone") => inner.phone("value"),
            Some(_) => inner.reject("type", "must be email or phone"),
            None => None,
        };
        let of_inner = |wrong: String| wrong.replacen('"', &format!("\"{name}."), 1);
        self.wrong.extend(inner.wrong.into_iter().map(of_inner));
        identifier
    }

    /// An e-mail address.
    pub(crate) fn email(&mut self, name: &str) -> Option<Identifier> {
        self.parsed(name, Identifier::email, "must be an e-mail address")
    }

    /// A phone number.
    pub(crate) fn phone(&mut self, name: &str) -> Option<Identifier> {
        let must = "must be a phone number: digits only, the country code first";
        self.parsed(name, Identifier::phone, must)
    }

    /// A template that can be asked for, or none.
    #[expect(clippy::option_option, reason = "the outer one is for a field that is wrong")]
    pub(crate) fn template(&mut self, name: &str) -> Option<Option<Purpose>> {
        if !self.values.contains_key(name) {
            return Some(None);
        }
        let text = self.text(name)?;
        let asked = [Purpose::BindMfa, Purpose::UserPermissionValidation];
        match asked.into_iter().find(|purpose| purpose.as_str() == text.as_str()) {
            Some(purpose) => Some(Some(purpose)),
            None => self.reject(name, "must be BindMfa or UserPermissionValidation"),
        }
    }

    /// The answer that names every wrong field.
    pub(crate) fn problem(mut self) -> Problem {
        self.wrong.extend(self.mistaken.map(str::to_owned));
        Problem::invalid_input(self.wrong.join("\n"))
    }

    fn parsed(
        &mut self,
        name: &str,
        parse: fn(&str) -> Result<Identifier, Error>,
        must: &str,
    ) -> Option<Identifier> {
        let text = self.text(name)?;
        parse(&text).ok().or_else(|| self.reject(name, must))
    }

    fn reject<T>(&mut self, name: &str, what: &str) -> Option<T> {
        self.wrong.push(format!("Error in key path \"{name}\": it {what}."));
        None
    }
}

async fn read(mut body: Body) -> Result<Zeroizing<Vec<u8>>, Problem> {
    let mut bytes = Zeroizing::new(Vec::new());
    let mut length = 0_usize;
    while let Some(frame) = body.frame().await {
        let cut_off = |_| Problem::invalid_input("The body ended before it was complete.");
        let Ok(data) = frame.map_err(cut_off)?.into_data() else { continue };
        length = length.saturating_add(data.len());
        if length <= MAX_BYTES {
            bytes.extend_from_slice(&data);
        } else if length > MAX_DISCARDED_BYTES {
            break;
        }
    }
    if length > MAX_BYTES { Err(Refusal::BodyTooLarge.into()) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use axum::http::header::CONTENT_TYPE;
    use axum::response::IntoResponse;
    use serde_json::json;

    use super::*;

    const JSON: &str = "application/json";
    const FORM: &str = "application/x-www-form-urlencoded";

    async fn fields(content_type: &str, body: impl Into<Body>) -> Result<Fields, StatusCode> {
        let request = Request::builder().header(CONTENT_TYPE, content_type);
        let fields = Fields::from_request(request.body(body.into()).unwrap(), &()).await;
        fields.map_err(|problem| problem.into_response().status())
    }

    #[tokio::test]
    async fn reads_json_and_forms_into_the_same_fields() {
        let json = json!({ "identifier": { "type": "email", "value": "a+b@example.com" } });
        let rows = [
            (JSON, json.to_string()),
            ("application/json; charset=utf-8", json.to_string()),
            ("APPLICATION/JSON", json.to_string()),
            ("application/vnd.api+json", json.to_string()),
            (FORM, "identifier[type]=email&identifier[value]=a%2Bb@example.com".into()),
            (FORM, "identifier%5Btype%5D=email&identifier%5Bvalue%5D=a%2Bb%40example.com".into()),
        ];
        for (content_type, body) in rows {
            let mut fields = fields(content_type, body.clone()).await.unwrap();
            let identifier = fields.identifier("identifier");
            let value = identifier.as_ref().map(Identifier::value);
            assert_eq!(value, Some("a+b@example.com"), "{content_type} {body}");
        }
    }

    #[tokio::test]
    async fn keeps_what_a_form_says_as_text() {
        let mut fields = fields(FORM, "password=a+b%26%3D%25&code=000123&code2=").await.unwrap();
        assert_eq!(fields.text("password").unwrap().as_str(), "a b&=%");
        assert_eq!(fields.text("code").unwrap().as_str(), "000123");
        assert_eq!(fields.text_or_empty("code2").unwrap().as_str(), "");
    }

    #[tokio::test]
    async fn other_bodies_have_no_fields_or_are_refused() {
        let body = "{\"password\":\"x\"}";
        for (content_type, body) in [
            ("text/plain", body),
            ("application/xml", body),
            ("", body),
            (JSON, ""),
            (JSON, "{}"),
            (JSON, "5"),
            (JSON, "null"),
            (JSON, "[{\"password\":\"x\"}]"),
            (FORM, ""),
        ] {
            let mut fields = fields(content_type, body).await.unwrap();
            assert!(fields.text("password").is_none(), "{content_type} {body}");
            assert_eq!(fields.wrong.len(), 1);
        }
        for malformed in ["{", "password", "{\"a\":\"\u{1}\"}", "{} {}", &"[".repeat(9999)] {
            let refused = fields(JSON, malformed.to_owned()).await.err();
            assert_eq!(refused, Some(StatusCode::BAD_REQUEST), "{malformed}");
        }
    }

    #[tokio::test]
    async fn a_body_that_is_too_large_is_not_kept() {
        let fits = format!("{{\"password\":\"{}\"}}", "x".repeat(MAX_BYTES - 15));
        assert_eq!(fits.len(), MAX_BYTES);
        assert!(fields(JSON, fits.clone()).await.unwrap().text("password").is_some());
        for body in [format!("{fits} "), " ".repeat(2 * MAX_DISCARDED_BYTES)] {
            let refused = fields(JSON, body).await.err();
            assert_eq!(refused, Some(StatusCode::PAYLOAD_TOO_LARGE));
        }
    }

    #[tokio::test]
    async fn names_every_wrong_field() {
        let body = json!({
            "identifier": { "type": "email", "value": 5 }, "verificationId": "a\u{0}b", "code": 1,
        });
        let mut fields = fields(JSON, body.to_string()).await.unwrap();
        assert!(fields.identifier("identifier").is_none());
        assert!(fields.id("verificationId").is_none());
        assert!(fields.text_or_empty("code").is_none());
        assert!(fields.text("password").is_none());
        let named = ["identifier.value", "verificationId", "code", "password"];
        assert_eq!(fields.wrong.len(), named.len());
        for (wrong, name) in fields.wrong.iter().zip(named) {
            assert!(wrong.starts_with(&format!("Error in key path \"{name}\":")), "{wrong}");
        }
    }

    #[tokio::test]
    async fn says_why_fields_that_were_written_are_missing() {
        for (content_type, told) in [(JSON, ""), (FORM, "\nThe body was read as a form")] {
            let mut fields = fields(content_type, "{\"passwort\":\"x\"}").await.unwrap();
            assert!(fields.text("password").is_none());
            let details = fields.problem().body()["details"].as_str().unwrap().to_owned();
            let told = format!("Error in key path \"password\": it is required.{told}");
            assert!(details.starts_with(&told), "{details}");
        }
    }

    #[tokio::test]
    async fn a_password_has_a_longest_length() {
        for (length, is_taken) in [(1, true), (4096, true), (4097, false)] {
            let body = json!({ "password": "x".repeat(length) }).to_string();
            let mut fields = fields(JSON, body).await.unwrap();
            assert_eq!(fields.password("password").is_some(), is_taken, "{length}");
            let named = ["Error in key path \"password\": it must be at most 4096 bytes long."];
            assert_eq!(fields.wrong, &named[usize::from(is_taken)..]);
        }
    }

    #[tokio::test]
    async fn a_template_is_one_that_can_be_asked_for() {
        let rows = [
            (json!({}), Some(None)),
            (json!({ "t": "BindMfa" }), Some(Some(Purpose::BindMfa))),
            (
                json!({ "t": "UserPermissionValidation" }),
                Some(Some(Purpose::UserPermissionValidation)),
            ),
            (json!({ "t": "BindNewIdentifier" }), None),
            (json!({ "t": "" }), None),
            (json!({ "t": null }), None),
        ];
        for (body, expected) in rows {
            let mut fields = fields(JSON, body.to_string()).await.unwrap();
            assert_eq!(fields.template("t"), expected, "{body}");
        }
    }
}
