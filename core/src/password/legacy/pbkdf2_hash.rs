//! PBKDF2 (RFC 8018) as PHC strings.

use alloc::vec::Vec;

use subtle::ConstantTimeEq;

use super::super::limits::HashLimits;
use super::super::phc::{PhcString, TAG_BYTES, decimal};
use super::hash_function::HashFunction;
use super::unreadable;
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
        let phc = PhcString::parse(text)?;
        let function = match phc.algorithm {
            "pbkdf2" => HashFunction::Sha1,
            "pbkdf2-sha256" => HashFunction::Sha256,
            "pbkdf2-sha512" => HashFunction::Sha512,
            _ => return Err(unreadable()),
        };
        let [Some(iterations), bytes] = phc.params(["i", "l"])? else {
            return Err(unreadable());
        };
        let bytes = bytes.map(decimal).transpose()?;
        let is_length = bytes.is_none_or(|bytes| usize::try_from(bytes) == Ok(phc.tag.len()));
        if phc.version.is_some() || !is_length {
            return Err(unreadable());
        }
        Self::new(function, decimal(iterations)?, phc.salt, phc.tag, limits)
    }

    pub(super) fn new(
        function: HashFunction,
        iterations: u32,
        salt: Vec<u8>,
        tag: Vec<u8>,
        limits: &HashLimits,
    ) -> Result<Self, Error> {
        if iterations == 0 || !(*TAG_BYTES.start()..=MAX_TAG_BYTES).contains(&tag.len()) {
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
