//! PBKDF2 (RFC 8018) as PHC strings.

use alloc::vec::Vec;

use argon2::password_hash::phc::PasswordHash;
use subtle::ConstantTimeEq;

use super::super::limits::HashLimits;
use super::super::stored::MIN_TAG_BYTES;
use super::hash_function::HashFunction;
use super::{decimals, unreadable};
use crate::Error;

/// Longest tag, in bytes; a longer one costs more and is no safer.
const MAX_TAG_BYTES: usize = 128;

pub(in crate::password) struct Pbkdf2Hash {
    function: HashFunction,
    iterations: u32,
    salt: Vec<u8>,
    tag: Vec<u8>,
}

impl Pbkdf2Hash {
    /// Reads `$pbkdf2-sha256$i=…[,l=…]$salt$tag`, `l` being the bytes of the tag.
    pub(super) fn parse(text: &str, limits: &HashLimits) -> Result<Self, Error> {
        let phc = PasswordHash::new(text).map_err(|_| unreadable())?;
        let function = match phc.algorithm.as_str() {
            "pbkdf2" => HashFunction::Sha1,
            "pbkdf2-sha256" => HashFunction::Sha256,
            "pbkdf2-sha512" => HashFunction::Sha512,
            _ => return Err(unreadable()),
        };
        let [iterations, bytes] = decimals(&phc.params, ["i", "l"])?;
        let iterations = iterations.ok_or_else(unreadable)?;
        let salt = phc.salt.ok_or_else(unreadable)?;
        let tag = phc.hash.ok_or_else(unreadable)?;
        let is_length = bytes.is_none_or(|bytes| usize::try_from(bytes) == Ok(tag.len()));
        if phc.version.is_some() || !is_length {
            return Err(unreadable());
        }
        Self::new(function, iterations, salt.to_vec(), tag.as_bytes().to_vec(), limits)
    }

    pub(super) fn new(
        function: HashFunction,
        iterations: u32,
        salt: Vec<u8>,
        tag: Vec<u8>,
        limits: &HashLimits,
    ) -> Result<Self, Error> {
        if iterations == 0 || !(MIN_TAG_BYTES..=MAX_TAG_BYTES).contains(&tag.len()) {
            return Err(unreadable());
        }
        limits.admit_pbkdf2(iterations, tag.len().div_ceil(function.digest_bytes()))?;
        Ok(Self { function, iterations, salt, tag })
    }

    pub(super) fn matches(&self, password: &[u8]) -> bool {
        let tag = self.function.pbkdf2(password, &self.salt, self.iterations, self.tag.len());
        tag.ct_eq(&self.tag).into()
    }
}
