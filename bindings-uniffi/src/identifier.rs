//! E-mail addresses and phone numbers.

use sekisho::Error;

use crate::SekishoError;

/// Where a code goes.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Identifier {
    /// An e-mail address.
    Email {
        /// `something@something.something`, the domain in ASCII, at most 256 characters.
        value: String,
    },
    /// A phone number.
    Phone {
        /// 1 to 15 digits, the country code first, no `+`.
        value: String,
    },
}

impl Identifier {
    pub(crate) fn parse(&self) -> Result<sekisho::Identifier, Error> {
        match self {
            Self::Email { value } => sekisho::Identifier::email(value),
            Self::Phone { value } => sekisho::Identifier::phone(value),
        }
    }
}

/// The form under which different spellings of one recipient are the same: what a unique index
/// holds.
///
/// Fails with `identifier_invalid` for what is no e-mail address or phone number.
#[uniffi::export]
pub fn canonical(identifier: Identifier) -> Result<String, SekishoError> {
    Ok(identifier.parse()?.canonical())
}
