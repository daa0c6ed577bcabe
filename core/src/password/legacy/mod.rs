//! Hashes that an operator brings from elsewhere. They are checked, never made.

mod bcrypt_hash;
mod digest;
mod hash_function;
mod logto;
mod pbkdf2_hash;
mod scrypt_hash;

use alloc::vec::Vec;

use argon2::password_hash::phc::ParamsString;

use self::bcrypt_hash::BcryptHash;
use self::digest::Digest;
use self::pbkdf2_hash::Pbkdf2Hash;
use self::scrypt_hash::ScryptHash;
use super::limits::HashLimits;
use crate::{Error, ErrorCode};

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

/// The decimal parameters of a PHC string under these names, each at most once; no other may be
/// there.
fn decimals<const N: usize>(
    params: &ParamsString,
    names: [&str; N],
) -> Result<[Option<u32>; N], Error> {
    let mut values = [None; N];
    for (name, value) in params.iter() {
        let mut places = names.iter().zip(&mut values);
        let place = places.find(|(known, _)| **known == name.as_str()).map(|(_, place)| place);
        match place {
            Some(place @ None) => *place = Some(value.decimal().map_err(|_| unreadable())?),
            _ => return Err(unreadable()),
        }
    }
    Ok(values)
}

/// The bytes that an even number of hex digits of either case stand for.
fn hex(text: &str) -> Option<Vec<u8>> {
    base16ct::mixed::decode_vec(text).ok()
}

fn unreadable() -> Error {
    ErrorCode::PasswordHashInvalid.into()
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

    #[test]
    fn parameters_are_read_by_name() {
        let read = |text: &str| decimals(&text.parse().unwrap(), ["i", "l"]);
        assert_eq!(read("i=7,l=32").unwrap(), [Some(7), Some(32)]);
        assert_eq!(read("l=32,i=7").unwrap(), [Some(7), Some(32)]);
        assert_eq!(read("i=7").unwrap(), [Some(7), None]);
        for text in ["i=7,i=7", "i=7,x=1", "i=", "i=-1", "i=07", "i=4294967296", "i=a"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
