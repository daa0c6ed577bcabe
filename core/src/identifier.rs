//! E-mail addresses and phone numbers, to which codes are sent.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

use crate::cursor::{Fields, characters};
use crate::{Error, ErrorCode, Method};

/// The longest e-mail address, in characters (RFC 5321 §4.5.3.1.3 allows 254 of them in a path).
pub const MAX_EMAIL_CHARS: usize = 256;

/// The longest phone number, in digits (ITU-T E.164 §6.2.1).
pub const MAX_PHONE_DIGITS: usize = 15;

/// Where a code goes: an e-mail address or a phone number.
///
/// Two identifiers are equal if they are equal byte for byte; [`canonical`](Self::canonical) is
/// what a budget or an index compares. The value is personal data: Debug does not show it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Identifier {
    /// An e-mail address, as it was typed.
    Email(Email),
    /// A phone number.
    Phone(Phone),
}

/// A parsed e-mail address.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email {
    value: String,
    lower_case: String,
}

/// A parsed phone number.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

impl Identifier {
    /// An e-mail address: `something@something.something`, at most [`MAX_EMAIL_CHARS`] characters,
    /// one `@`, without white space, control characters or `<>,;:"()[]\`, which mail software
    /// could read as more than one address. The domain is ASCII, an internationalised one in its
    /// `xn--` form (RFC 5890): other characters have many spellings that lead to one mailbox, each
    /// of which would have a budget and an owner of its own. Needs the feature `unicode`.
    ///
    /// # Errors
    /// [`ErrorCode::IdentifierInvalid`] for anything else.
    #[cfg(feature = "unicode")]
    pub fn email(value: &str) -> Result<Self, Error> {
        // Only an address is worth the work of lower case.
        if is_email(value) {
            return Self::email_from_forms(value, &value.to_lowercase());
        }
        Err(ErrorCode::IdentifierInvalid.into())
    }

    /// As [`email`](Self::email), for a host that has Unicode's tables itself, as every JavaScript
    /// engine has: `lower_case` is the address in lower case by Unicode's default, without regard to
    /// a language. If it is anything else, spellings of one address have budgets of their own.
    ///
    /// # Errors
    /// [`ErrorCode::IdentifierInvalid`] where one of them is no e-mail address.
    pub fn email_from_forms(value: &str, lower_case: &str) -> Result<Self, Error> {
        if is_email(value) && is_address(lower_case) {
            let (value, lower_case) = (value.to_owned(), lower_case.to_owned());
            return Ok(Self::Email(Email { value, lower_case }));
        }
        Err(ErrorCode::IdentifierInvalid.into())
    }

    /// A phone number: 1 to [`MAX_PHONE_DIGITS`] ASCII digits, the country code first, no `+`.
    ///
    /// # Errors
    /// [`ErrorCode::IdentifierInvalid`] for anything else.
    pub fn phone(value: &str) -> Result<Self, Error> {
        let digits = value.bytes().all(|byte| byte.is_ascii_digit());
        if digits && (1..=MAX_PHONE_DIGITS).contains(&value.len()) {
            return Ok(Self::Phone(Phone(value.to_owned())));
        }
        Err(ErrorCode::IdentifierInvalid.into())
    }

    /// The value as it was given.
    pub fn value(&self) -> &str {
        match self {
            Self::Email(Email { value, .. }) | Self::Phone(Phone(value)) => value,
        }
    }

    /// The form under which different spellings of one recipient are the same: an e-mail address
    /// in lower case, a phone number's digits.
    pub fn canonical(&self) -> String {
        match self {
            Self::Email(Email { lower_case, .. }) => lower_case.clone(),
            Self::Phone(Phone(value)) => value.clone(),
        }
    }

    /// `email` or `phone`, as in the contract's `identifier.type`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Email(_) => "email",
            Self::Phone(_) => "phone",
        }
    }

    /// The method by which a code sent here verifies.
    pub const fn method(&self) -> Method {
        match self {
            Self::Email(_) => Method::EmailCode,
            Self::Phone(_) => Method::PhoneCode,
        }
    }

    /// What is wrong where a code was sent to another one.
    pub(crate) const fn mismatch(&self) -> ErrorCode {
        match self {
            Self::Email(_) => ErrorCode::CodeEmailMismatch,
            Self::Phone(_) => ErrorCode::CodePhoneMismatch,
        }
    }
}

impl fmt::Debug for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identifier({}, ..)", self.kind())
    }
}

fn is_email(value: &str) -> bool {
    characters(value) <= MAX_EMAIL_CHARS && is_address(value)
}

fn is_address(value: &str) -> bool {
    let forbidden = |c: char| {
        let is_syntax =
            matches!(c, '<' | '>' | ',' | ';' | ':' | '"' | '(' | ')' | '[' | ']' | '\\');
        is_syntax || c.is_whitespace() || c.is_control()
    };
    let mut halves = Fields::new(value, b'@');
    let (Some(local), Some(domain), None) = (halves.next(), halves.next(), halves.next()) else {
        return false;
    };
    let is_dotted = Fields::new(domain, b'.').count() > 1;
    let is_whole = !local.is_empty() && Fields::new(domain, b'.').all(|label| !label.is_empty());
    is_whole && is_dotted && domain.is_ascii() && !value.chars().any(forbidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_may_give_the_lower_case() {
        let email = Identifier::email_from_forms("Ana@Example.com", "ana@example.com").unwrap();
        assert_eq!(email.value(), "Ana@Example.com");
        assert_eq!(email.canonical(), "ana@example.com");
        #[cfg(feature = "unicode")]
        assert_eq!(Identifier::email("Ana@Example.com"), Ok(email));
        for (value, lower_case) in [("ana", "ana"), ("ana@example.com", "ana"), ("a@b.c", "")] {
            let refused = Identifier::email_from_forms(value, lower_case).unwrap_err();
            assert_eq!(refused.code(), ErrorCode::IdentifierInvalid, "{value} {lower_case}");
        }
    }
}
