//! What an operation demands of a record, and how it is told to a client (RFC 9470).

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::cursor::Cursor;
use crate::digits;
use crate::{
    Binding, Error, ErrorCode, Identifier, KeyRing, Method, Purpose, Timestamp, VerificationRecord,
};

const ACR_PREFIX: &str = "urn:sekisho:";
const SCHEME: &str = "Bearer";
const ERROR: &str = "insufficient_user_authentication";
const DESCRIPTION: &str = "A fresh verification of the user is required";

/// What an operation demands. Build it once, hold every record against it.
///
/// The operation itself and the session are not here but in the
/// [`Binding`] of each request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The methods that are enough, each by itself. None given means none is enough.
    pub methods: Vec<Method>,
    /// What the record must be good for.
    pub purpose: Purpose,
    /// The greatest age of the verification in seconds; `None` leaves it to the record's expiry.
    pub max_age: Option<u64>,
    /// The record must be bound to the session of the request, which must have one.
    pub same_session: bool,
    /// The record must be for this identifier, byte for byte.
    pub identifier: Option<Identifier>,
    /// The record is used up.
    pub single_use: bool,
}

impl Requirement {
    /// Permission for a protected operation: any method, until the record expires.
    pub fn permission() -> Self {
        Self {
            methods: Method::ALL.to_vec(),
            purpose: Purpose::UserPermissionValidation,
            max_age: None,
            same_session: false,
            identifier: None,
            single_use: false,
        }
    }

    /// Proof that the user owns a new identifier.
    pub fn new_identifier(identifier: Identifier) -> Self {
        Self {
            methods: vec![identifier.method()],
            purpose: Purpose::BindNewIdentifier,
            identifier: Some(identifier),
            ..Self::permission()
        }
    }

    /// Holds the record against the requirement and the request, except for single use, which
    /// needs a counter: see [`Verifier::present`](crate::Verifier::present).
    ///
    /// # Errors
    /// [`ErrorCode::RecordNotFound`] for another user's or another identifier's record,
    /// [`ErrorCode::RecordSessionMismatch`], [`ErrorCode::RecordOperationMismatch`],
    /// [`ErrorCode::RequirementInvalid`] where the record must be of the request's session and the
    /// request has none, which no verification mends, [`ErrorCode::RecordMethodNotAllowed`],
    /// [`ErrorCode::RecordTooOld`].
    pub fn check(
        &self,
        record: &VerificationRecord,
        binding: &Binding,
        keys: &KeyRing,
        now: Timestamp,
    ) -> Result<(), Error> {
        use ErrorCode::{RecordSessionMismatch, RequirementInvalid};
        record.check_binding(keys, binding)?;
        if self.same_session && !record.is_of_session(keys, binding) {
            let no_session = binding.session.is_none();
            return Err(if no_session { RequirementInvalid } else { RecordSessionMismatch }.into());
        }
        if !self.methods.contains(&record.method()) || record.purpose() != self.purpose {
            return Err(ErrorCode::RecordMethodNotAllowed.into());
        }
        if self.identifier.as_ref().is_some_and(|id| !record.is_of_identifier(keys, id)) {
            return Err(ErrorCode::RecordNotFound.into());
        }
        if self.max_age.is_some_and(|max| now.seconds_since(record.issued_at()) > max) {
            return Err(ErrorCode::RecordTooOld.into());
        }
        Ok(())
    }

    /// The value of `WWW-Authenticate` that tells a client what to do (RFC 9470 §3): the methods
    /// as `acr_values` and the `max_age`. What else is required shows when the record is used.
    pub fn to_challenge(&self) -> String {
        let mut challenge = String::from(SCHEME);
        let mut add = |pieces: &[&str]| pieces.iter().for_each(|piece| challenge.push_str(piece));
        add(&[" error=\"", ERROR, "\", error_description=\"", DESCRIPTION, "\", acr_values=\""]);
        for (n, method) in self.methods.iter().enumerate() {
            add(&[if n > 0 { " " } else { "" }, ACR_PREFIX, method.as_str()]);
        }
        if let Some(seconds) = self.max_age {
            add(&["\", max_age=\"", &digits::to_text(seconds)]);
        }
        add(&["\""]);
        challenge
    }

    /// Reads such a `WWW-Authenticate` value: a permission with its methods and `max_age`. Without
    /// `acr_values` any method is enough. Parameters not known here are passed over; ACR values of
    /// other issuers are left out.
    ///
    /// # Errors
    /// [`ErrorCode::RequirementInvalid`] where it is not a Bearer challenge with this error, a
    /// parameter stands twice, or none of the ACR values is known.
    pub fn from_challenge(value: &str) -> Result<Self, Error> {
        let bearer = bearer_challenge(value).filter(|asked| asked.error.as_deref() == Some(ERROR));
        let Asked { acr_values, max_age, .. } = bearer.ok_or(ErrorCode::RequirementInvalid)?;
        let methods =
            acr_values.map_or(Ok(Method::ALL.to_vec()), |text| parse_acr_values(&text))?;
        let max_age = max_age.map(|text| parse_seconds(&text)).transpose()?;
        Ok(Self { methods, max_age, ..Self::permission() })
    }
}

fn parse_acr_values(values: &str) -> Result<Vec<Method>, Error> {
    let is_among = |method: &Method| {
        let mut words = values.split_ascii_whitespace().filter_map(|v| v.strip_prefix(ACR_PREFIX));
        words.any(|word| word == method.as_str())
    };
    let methods: Vec<Method> = Method::ALL.into_iter().filter(is_among).collect();
    if methods.is_empty() { Err(ErrorCode::RequirementInvalid.into()) } else { Ok(methods) }
}

fn parse_seconds(text: &str) -> Result<u64, Error> {
    digits::parse(text).ok_or(ErrorCode::RequirementInvalid.into())
}

/// The parameters of a challenge that matter here, unquoted.
#[derive(Default)]
struct Asked {
    error: Option<String>,
    acr_values: Option<String>,
    max_age: Option<String>,
}

impl Asked {
    /// Notes a parameter; `None` where it stands twice.
    fn note(&mut self, name: &str, value: String) -> Option<()> {
        let known = [
            ("error", &mut self.error),
            ("acr_values", &mut self.acr_values),
            ("max_age", &mut self.max_age),
        ];
        let mut places = known.into_iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        match places.next() {
            Some((_, Some(_))) => None,
            Some((_, place)) => {
                *place = Some(value);
                Some(())
            }
            None => Some(()),
        }
    }
}

/// Whose parameters stand here.
#[derive(Clone, Copy)]
enum Scheme {
    Bearer,
    Other,
}

/// The first challenge with the scheme Bearer; `None` where there is none, or where the text is no
/// list of challenges (RFC 9110 §11.6.1).
fn bearer_challenge(text: &str) -> Option<Asked> {
    let mut cursor = Cursor::new(text);
    skip_space(&mut cursor);
    let mut bearer: Option<Asked> = None;
    let mut scheme = None;
    let mut must_be_parameter = false;
    while !cursor.is_at_end() {
        let name = take_token(&mut cursor)?;
        skip_space(&mut cursor);
        if cursor.take(b'=').is_some() {
            let value = take_value(&mut cursor)?;
            if let (Scheme::Bearer, Some(asked)) = (scheme?, &mut bearer) {
                asked.note(name, value)?;
            }
            end_element(&mut cursor)?;
            must_be_parameter = false;
        } else if must_be_parameter {
            return None;
        } else {
            let is_first_bearer = name.eq_ignore_ascii_case(SCHEME) && bearer.is_none();
            scheme = Some(if is_first_bearer { Scheme::Bearer } else { Scheme::Other });
            if is_first_bearer {
                bearer = Some(Asked::default());
            }
            must_be_parameter = skip_token68(&mut cursor).is_none();
        }
    }
    bearer
}

fn skip_space(cursor: &mut Cursor<'_>) {
    cursor.take_while(|byte| matches!(byte, b' ' | b'\t'));
}

/// Passes the comma; `None` where there is more before it. At the end of the list there is none.
fn end_element(cursor: &mut Cursor<'_>) -> Option<()> {
    skip_space(cursor);
    if matches!(cursor.peek(), Some(byte) if byte != b',') {
        return None;
    }
    cursor.take_while(|byte| matches!(byte, b',' | b' ' | b'\t'));
    Some(())
}

/// Passes the one value that some schemes have in place of parameters, or nothing at all.
fn skip_token68(cursor: &mut Cursor<'_>) -> Option<()> {
    let mut after = cursor.clone();
    after.take_while(|byte| {
        let is_mark = matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/');
        is_mark || byte.is_ascii_alphanumeric()
    });
    after.take_while(|byte| byte == b'=');
    end_element(&mut after)?;
    *cursor = after;
    Some(())
}

fn take_token<'a>(cursor: &mut Cursor<'a>) -> Option<&'a str> {
    let token = cursor.take_while(|byte| {
        let is_delimiter = matches!(byte, b'"' | b'(' | b')' | b',' | b'/' | b':'..=b'@' | b'['..=b']' | b'{' | b'}');
        byte.is_ascii_graphic() && !is_delimiter
    });
    (!token.is_empty()).then_some(token)
}

/// Passes a token or a quoted string and gives what it stands for.
fn take_value(cursor: &mut Cursor<'_>) -> Option<String> {
    skip_space(cursor);
    if cursor.take(b'"').is_none() {
        return take_token(cursor).map(str::to_owned);
    }
    let mut value = String::new();
    loop {
        value.push_str(cursor.take_while(|byte| byte != b'"' && byte != b'\\'));
        if cursor.take(b'"').is_some() {
            return Some(value);
        }
        cursor.take(b'\\')?;
        value.push(cursor.take_char()?);
    }
}
