//! What an operation demands of a record, and how it is told to a client (RFC 9470).

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

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
    /// The record must be bound to the session of the request.
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
    /// [`ErrorCode::RecordMethodNotAllowed`], [`ErrorCode::RecordTooOld`].
    pub fn check(
        &self,
        record: &VerificationRecord,
        binding: &Binding,
        keys: &KeyRing,
        now: Timestamp,
    ) -> Result<(), Error> {
        record.check_binding(keys, binding)?;
        if self.same_session && !record.is_of_session(keys, binding) {
            return Err(ErrorCode::RecordSessionMismatch.into());
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
        let acr_values: Vec<String> =
            self.methods.iter().map(|method| format!("{ACR_PREFIX}{}", method.as_str())).collect();
        let max_age = self.max_age.map(|seconds| format!(", max_age=\"{seconds}\""));
        format!(
            "{SCHEME} error=\"{ERROR}\", error_description=\"{DESCRIPTION}\", acr_values=\"{}\"{}",
            acr_values.join(" "),
            max_age.unwrap_or_default()
        )
    }

    /// Reads such a `WWW-Authenticate` value: a permission with its methods and `max_age`. Without
    /// `acr_values` any method is enough. Parameters not known here are passed over; ACR values of
    /// other issuers are left out.
    ///
    /// # Errors
    /// [`ErrorCode::RequirementInvalid`] where it is not a Bearer challenge with this error, a
    /// parameter stands twice, or none of the ACR values is known.
    pub fn from_challenge(value: &str) -> Result<Self, Error> {
        let parameters = auth_parameters(value).ok_or(ErrorCode::RequirementInvalid)?;
        let get = |name: &str| {
            let mut found = parameters.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
            match (found.next(), found.next()) {
                (_, Some(_)) => Err(Error::from(ErrorCode::RequirementInvalid)),
                (first, None) => Ok(first.map(|(_, value)| value.as_str())),
            }
        };
        if get("error")? != Some(ERROR) {
            return Err(ErrorCode::RequirementInvalid.into());
        }
        let methods = get("acr_values")?.map_or(Ok(Method::ALL.to_vec()), parse_acr_values)?;
        let max_age = get("max_age")?.map(parse_seconds).transpose()?;
        Ok(Self { methods, max_age, ..Self::permission() })
    }
}

fn parse_acr_values(values: &str) -> Result<Vec<Method>, Error> {
    let known = |value: &str| {
        let word = value.strip_prefix(ACR_PREFIX)?;
        Method::ALL.into_iter().find(|method| method.as_str() == word)
    };
    let mut methods: Vec<Method> = values.split_ascii_whitespace().filter_map(known).collect();
    methods.sort_unstable();
    methods.dedup();
    if methods.is_empty() { Err(ErrorCode::RequirementInvalid.into()) } else { Ok(methods) }
}

fn parse_seconds(text: &str) -> Result<u64, Error> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = digits.then(|| text.parse().ok()).flatten();
    seconds.ok_or(ErrorCode::RequirementInvalid.into())
}

/// The parameters of the first challenge with the scheme Bearer, names and unquoted values; `None`
/// where there is none, or where the text is no list of challenges (RFC 9110 §11.6.1).
fn auth_parameters(value: &str) -> Option<Vec<(String, String)>> {
    let mut challenges: Vec<(&str, Vec<(String, String)>)> = Vec::new();
    let mut rest = value.trim_matches(OPTIONAL_SPACE);
    let mut must_be_parameter = false;
    while !rest.is_empty() {
        let (name, after) = take_token(rest)?;
        let after = after.trim_start_matches(OPTIONAL_SPACE);
        if let Some(value) = after.strip_prefix('=') {
            let (value, after) = parameter_value(value.trim_start_matches(OPTIONAL_SPACE))?;
            challenges.last_mut()?.1.push((name.to_owned(), value));
            (rest, must_be_parameter) = (next_element(after)?, false);
        } else if must_be_parameter {
            return None;
        } else {
            challenges.push((name, Vec::new()));
            let skipped = skip_token68(after);
            (rest, must_be_parameter) = (skipped.unwrap_or(after), skipped.is_none());
        }
    }
    let bearer = |(scheme, _): &(&str, _)| scheme.eq_ignore_ascii_case(SCHEME);
    challenges.into_iter().find(bearer).map(|(_, parameters)| parameters)
}

const OPTIONAL_SPACE: [char; 2] = [' ', '\t'];

/// What follows the comma; an empty text where the list ends.
fn next_element(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(OPTIONAL_SPACE);
    if text.is_empty() || text.starts_with(',') {
        return Some(text.trim_start_matches([',', ' ', '\t']));
    }
    None
}

/// What follows the one value that some schemes have in place of parameters, or nothing at all.
fn skip_token68(text: &str) -> Option<&str> {
    let is_token68 = |c: char| c.is_ascii_alphanumeric() || "-._~+/".contains(c);
    next_element(text.trim_start_matches(is_token68).trim_start_matches('='))
}

fn take_token(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii() || !is_token_byte(c as u8));
    let (token, rest) = text.split_at_checked(end.unwrap_or(text.len()))?;
    (!token.is_empty()).then_some((token, rest))
}

/// A token or a quoted string, and what follows it.
fn parameter_value(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        return take_token(text).map(|(token, rest)| (token.to_owned(), rest));
    };
    let mut value = String::new();
    let mut characters = quoted.chars();
    loop {
        match characters.next()? {
            '"' => return Some((value, characters.as_str())),
            '\\' => value.push(characters.next()?),
            other => value.push(other),
        }
    }
}

fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
