//! bcrypt in its modular crypt format.

use base64ct::{Base64Bcrypt, Encoding};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::super::limits::HashLimits;
use super::unreadable;
use crate::Error;

/// bcrypt's key is the password and a zero byte, cut off here.
const KEY_BYTES: usize = 72;
/// The least cost that bcrypt has.
const MIN_COST: u32 = 4;
/// Characters of the salt; the tag follows.
const SALT_CHARACTERS: usize = 22;

pub(in crate::password) struct BcryptHash {
    cost: u32,
    salt: [u8; 16],
    tag: [u8; 23],
}

impl BcryptHash {
    /// Reads `$2b$12$` with 22 characters of salt and 31 of tag. `2a`, `2b` and `2y` mean the same
    /// here; `2x` marks hashes of an implementation that got some passwords wrong, and is refused.
    pub(super) fn parse(text: &str, limits: &HashLimits) -> Result<Self, Error> {
        let mut fields = text.split('$').skip(1);
        let (Some("2a" | "2b" | "2y"), Some(cost), Some(rest), None) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            return Err(unreadable());
        };
        if cost.len() != 2 || !cost.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(unreadable());
        }
        let cost = cost.parse().map_err(|_| unreadable())?;
        if cost < MIN_COST {
            return Err(unreadable());
        }
        limits.admit_bcrypt(cost)?;
        let (salt, tag) = rest.split_at_checked(SALT_CHARACTERS).ok_or_else(unreadable)?;
        Ok(Self { cost, salt: decode(salt)?, tag: decode(tag)? })
    }

    pub(super) fn matches(&self, password: &[u8]) -> bool {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        key.iter_mut().zip(password).for_each(|(key, byte)| *key = *byte);
        let used = key.get(..=password.len()).unwrap_or(key.as_slice());
        let tag = Zeroizing::new(bcrypt::bcrypt(self.cost, self.salt, used));
        // The last of the 24 bytes is never stored.
        tag.get(..self.tag.len()).is_some_and(|tag| tag.ct_eq(&self.tag).into())
    }
}

fn decode<const N: usize>(text: &str) -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    match Base64Bcrypt::decode(text, &mut bytes) {
        Ok(decoded) if decoded.len() == N => Ok(bytes),
        _ => Err(unreadable()),
    }
}
