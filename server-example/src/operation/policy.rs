//! What the operator demands for each type of operation.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use sekisho::message::MessageTemplate;
use sekisho::{Method, Purpose, Requirement};
use serde::{Deserialize, Serialize};

use crate::delivery::Locale;

/// The types of operations there are, by the word that an operation has as its `type`.
pub(crate) type Operations = BTreeMap<String, OperationPolicy>;

/// What one type of operation demands, and the sentence that shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct OperationPolicy {
    /// The methods by which a user can verify for it.
    pub(crate) methods: Vec<MethodWord>,
    /// How many of them a user needs.
    #[serde(default)]
    pub(crate) r#match: Combination,
    /// The greatest age of a verification in seconds; the record's life if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) max_age_seconds: Option<u64>,
    /// A verification is for one operation and no other.
    #[serde(default = "yes")]
    pub(crate) bound: bool,
    /// A verification is used up.
    #[serde(default = "yes")]
    pub(crate) single_use: bool,
    /// Only a verification of the very session of the request.
    #[serde(default)]
    pub(crate) same_session: bool,
    /// What the user reads, by language.
    pub(crate) message: BTreeMap<String, String>,
}

/// A method as it is written in settings and answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MethodWord {
    Password,
    EmailCode,
    PhoneCode,
}

/// How many of the methods a user needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Combination {
    /// Each is enough by itself.
    #[default]
    Any,
    /// Every one.
    All,
}

/// Why an operation cannot be demanded like this. It names the key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OperationError {
    #[error("operations.{name}: a type is 1 to 64 letters, digits, _ and - in ASCII")]
    Name { name: String },
    #[error("operations.{name}.methods names no method, so nobody could ever do it")]
    NoMethod { name: String },
    #[error("operations.{name}.methods names {method} twice")]
    MethodTwice { name: String, number: usize, method: &'static str },
    #[error("operations.{name}.maxAgeSeconds is {value}, but it must be {start} to {end}",
        start = MAX_AGE_BOUNDS.start(), end = MAX_AGE_BOUNDS.end())]
    MaxAge { name: String, value: u64 },
    #[error(
        "operations.{name}.message has no {DEFAULT_LANGUAGE}, which is for all who ask for none of the others"
    )]
    NoMessage { name: String },
    #[error("operations.{name}.message.{language} is not a language (en, ja, pt-BR)")]
    Language { name: String, language: String },
    #[error(
        "operations.{name}.message.{language} shows no field of the operation: write {{amount}}"
    )]
    NoField { name: String, language: String },
    #[error("operations.{name}.message.{language}: no operation has a field named {field:?}")]
    Field { name: String, language: String, field: String },
    #[error("operations.{name}.message.{language}: {cause}")]
    Message { name: String, language: String, cause: sekisho::Error },
}

impl OperationError {
    /// The keys that lead to what is wrong, and of an entry its number in the list.
    pub(crate) fn path(&self) -> Vec<String> {
        let (name, keys) = match self {
            Self::Name { name } => (name, vec![]),
            Self::NoMethod { name } => (name, vec!["methods".to_owned()]),
            Self::MethodTwice { name, number, .. } => {
                (name, vec!["methods".to_owned(), number.to_string()])
            }
            Self::MaxAge { name, .. } => (name, vec!["maxAgeSeconds".to_owned()]),
            Self::NoMessage { name } => (name, vec!["message".to_owned()]),
            Self::Language { name, language }
            | Self::NoField { name, language }
            | Self::Field { name, language, .. }
            | Self::Message { name, language, .. } => {
                (name, vec!["message".to_owned(), language.clone()])
            }
        };
        ["operations".to_owned(), name.clone()].into_iter().chain(keys).collect()
    }
}

/// The type of dev mode's example.
pub(crate) const TRANSFER: &str = "transfer";

/// The language of who asks for none that there is.
pub(super) const DEFAULT_LANGUAGE: &str = "en";

const MAX_AGE_BOUNDS: RangeInclusive<u64> = 1..=86_400;

impl OperationPolicy {
    /// The example of dev mode.
    pub(crate) fn transfer() -> (String, Self) {
        let message = [
            ("en", "Transfer {amount} {currency} to {payee}"),
            ("ja", "{payee} に {amount} {currency} を送金"),
        ];
        let policy = Self {
            methods: vec![MethodWord::Password, MethodWord::EmailCode, MethodWord::PhoneCode],
            r#match: Combination::Any,
            max_age_seconds: Some(300),
            bound: true,
            single_use: true,
            same_session: false,
            message: message.map(|(tag, text)| (tag.to_owned(), text.to_owned())).into(),
        };
        (TRANSFER.to_owned(), policy)
    }

    /// # Errors
    /// [`OperationError`] names the first key that does not hold.
    pub(crate) fn check(&self, name: &str) -> Result<(), OperationError> {
        let of = || name.to_owned();
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if !(1..=64).contains(&name.len()) || !name.bytes().all(is_word) {
            return Err(OperationError::Name { name: of() });
        }
        let methods = self.methods();
        if methods.is_empty() {
            return Err(OperationError::NoMethod { name: of() });
        }
        let mut numbered = methods.iter().enumerate();
        let repeated =
            numbered.find(|(number, method)| methods.iter().take(*number).any(|m| m == *method));
        if let Some((number, method)) = repeated {
            return Err(OperationError::MethodTwice {
                name: of(),
                number,
                method: method.as_str(),
            });
        }
        if let Some(value) = self.max_age_seconds.filter(|age| !MAX_AGE_BOUNDS.contains(age)) {
            return Err(OperationError::MaxAge { name: of(), value });
        }
        self.check_messages(name)
    }

    fn check_messages(&self, name: &str) -> Result<(), OperationError> {
        let of = || name.to_owned();
        if !self.message.contains_key(DEFAULT_LANGUAGE) {
            return Err(OperationError::NoMessage { name: of() });
        }
        for (language, text) in &self.message {
            let language = || language.clone();
            if Locale::parse(&language()).is_none() {
                return Err(OperationError::Language { name: of(), language: language() });
            }
            let template = MessageTemplate::parse(text).map_err(|cause| {
                OperationError::Message { name: of(), language: language(), cause }
            })?;
            if template.fields().next().is_none() {
                return Err(OperationError::NoField { name: of(), language: language() });
            }
            if let Some(field) = template.fields().find(|field| field.trim() != *field) {
                let field = field.to_owned();
                return Err(OperationError::Field { name: of(), language: language(), field });
            }
        }
        Ok(())
    }

    /// The methods, in the operator's order.
    pub(crate) fn methods(&self) -> Vec<Method> {
        self.methods.iter().map(|word| word.method()).collect()
    }

    /// What a record of one of these methods must be.
    pub(crate) fn requirement(&self, methods: Vec<Method>) -> Requirement {
        Requirement {
            methods,
            purpose: Purpose::UserPermissionValidation,
            max_age: self.max_age_seconds,
            same_session: self.same_session,
            identifier: None,
            single_use: self.single_use,
        }
    }
}

impl MethodWord {
    const fn method(self) -> Method {
        match self {
            Self::Password => Method::Password,
            Self::EmailCode => Method::EmailCode,
            Self::PhoneCode => Method::PhoneCode,
        }
    }
}

const fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(change: impl FnOnce(&mut OperationPolicy)) -> String {
        let (name, mut policy) = OperationPolicy::transfer();
        change(&mut policy);
        policy.check(&name).unwrap_err().to_string()
    }

    #[test]
    fn what_is_wrong_is_named_by_its_key() {
        let (name, policy) = OperationPolicy::transfer();
        policy.check(&name).unwrap();
        for name in ["", "trans fer", "überweisung", &"x".repeat(65)] {
            let told = policy.check(name).unwrap_err().to_string();
            assert!(told.starts_with(&format!("operations.{name}: a type is")), "{told}");
        }
        let message =
            |text: &str| error(|p| drop(p.message.insert("ja".to_owned(), text.to_owned())));
        let rows: [(String, &str); 9] = [
            (message("Please go on"), "transfer.message.ja shows no field"),
            (message("{ amount }"), "no operation has a field named \" amount \""),
            (error(|p| p.methods.clear()), "transfer.methods names no method"),
            (
                error(|p| p.methods = vec![MethodWord::Password; 2]),
                "transfer.methods names password twice",
            ),
            (error(|p| p.max_age_seconds = Some(0)), "transfer.maxAgeSeconds is 0"),
            (error(|p| p.max_age_seconds = Some(86_401)), "must be 1 to 86400"),
            (error(|p| p.message.clear()), "transfer.message has no en"),
            (
                error(|p| drop(p.message.insert("j".to_owned(), "x".to_owned()))),
                "transfer.message.j is not a language",
            ),
            (
                error(|p| drop(p.message.insert("ja".to_owned(), "{amount".to_owned()))),
                "transfer.message.ja: A message template must be",
            ),
        ];
        for (told, part) in rows {
            assert!(told.contains(part), "{told}");
        }
    }
}
