//! Pseudonyms: what logs call people, sessions and addresses.

use core::fmt;

use crate::mac::leftmost;
use crate::{Identifier, KeyRing, Session, Subject};

/// A user, session or address as logs name it: a keyed digest, by which events about the same one
/// are found together and nobody without the key ring learns, or tries out, which one it is
/// (pseudonymisation, GDPR art. 4 (5)). Displays as 32 lower-case hexadecimal digits.
///
/// It depends on the ring's digest secret alone: rotating keys changes no pseudonym.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pseudonym([u8; 16]);

impl Pseudonym {
    /// The user's.
    pub fn of_subject(keys: &KeyRing, subject: &Subject) -> Self {
        Self::new(keys, "subject", subject.as_str())
    }

    /// The session's.
    pub fn of_session(keys: &KeyRing, session: &Session) -> Self {
        Self::new(keys, "session", session.as_str())
    }

    /// The address's or number's, the same for every spelling of one recipient.
    pub fn of_identifier(keys: &KeyRing, identifier: &Identifier) -> Self {
        Self::new(keys, identifier.kind(), &identifier.canonical())
    }

    fn new(keys: &KeyRing, label: &str, value: &str) -> Self {
        let parts: [&[u8]; 3] = [label.as_bytes(), &[0], value.as_bytes()];
        Self(leftmost(&keys.pseudonym_key().mac(&parts)))
    }
}

impl fmt::Display for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}
