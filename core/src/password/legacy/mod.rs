//! Hashes that an operator brings from elsewhere. They are checked, never made.

mod bcrypt_hash;
mod digest;
mod hash_function;
mod logto;
mod pbkdf2_hash;
mod scrypt_hash;

use alloc::vec::Vec;

use self::bcrypt_hash::BcryptHash;
use self::digest::Digest;
use self::pbkdf2_hash::Pbkdf2Hash;
use self::scrypt_hash::ScryptHash;
use super::limits::HashLimits;
use super::phc::unreadable;
use crate::Error;

/// A stored hash of an algorithm other than Argon2.
pub(super) enum LegacyHash {
    Bcrypt(BcryptHash),
    Digest(Digest),
    Pbkdf2(Pbkdf2Hash),
    Scrypt(ScryptHash),
}

impl LegacyHash {
    pub(super) fn parse(text: &str, limits: &HashLimits) -> Result<Self, Error> {
        if text.starts_with('[') {
            logto::parse(text, limits)
        } else if text.starts_with("$2") {
            BcryptHash::parse(text, limits).map(Self::Bcrypt)
        } else if text.starts_with("$pbkdf2") {
            Pbkdf2Hash::parse(text, limits).map(Self::Pbkdf2)
        } else if text.starts_with("$scrypt$") {
            ScryptHash::parse(text, limits).map(Self::Scrypt)
        } else {
            Digest::parse(text).map(Self::Digest)
        }
    }

    pub(super) fn matches(&self, password: &[u8]) -> Result<bool, Error> {
        match self {
            Self::Bcrypt(hash) => Ok(hash.matches(password)),
            Self::Digest(hash) => Ok(hash.matches(password)),
            Self::Pbkdf2(hash) => Ok(hash.matches(password)),
            Self::Scrypt(hash) => hash.matches(password),
        }
    }

    pub(super) fn is_cheap(&self) -> bool {
        matches!(self, Self::Digest(_) | Self::Pbkdf2(_))
    }
}

/// The bytes that an even number of hex digits of either case stand for.
fn hex(text: &str) -> Option<Vec<u8>> {
    base16ct::mixed::decode_vec(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_read_in_either_case_and_nothing_else_is() {
        assert_eq!(hex("00fFA9"), Some(vec![0, 0xff, 0xa9]));
        assert_eq!(hex(""), Some(vec![]));
        for text in ["0", "000", "0g", "+f", " 0", "é", "0é0"] {
            assert_eq!(hex(text), None, "{text}");
        }
    }
}
