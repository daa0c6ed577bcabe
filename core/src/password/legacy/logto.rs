//! The form in which Logto keeps hashes that were made elsewhere (its encryption method `Legacy`):
//! a JSON array of algorithm, arguments and hex result, `@` among the arguments being the password.

use alloc::string::String;
use alloc::vec::Vec;

use super::super::limits::HashLimits;
use super::digest::{Digest, Piece};
use super::hash_function::HashFunction;
use super::pbkdf2_hash::Pbkdf2Hash;
use super::{LegacyHash, hex, unreadable};
use crate::Error;

/// The argument that stands for the password.
const PASSWORD: &str = "@";
/// Marks a PBKDF2 salt that is given as hex digits, not as text.
const HEX_SALT: &str = "hex:";

pub(super) fn parse(text: &str, limits: &HashLimits) -> Result<LegacyHash, Error> {
    let (algorithm, arguments, tag): (String, Vec<String>, String) =
        serde_json::from_str(text).map_err(|_| unreadable())?;
    if !arguments.iter().any(|argument| argument == PASSWORD) {
        return Err(unreadable());
    }
    if algorithm == "pbkdf2" || algorithm == "pbkdf2Sync" {
        return pbkdf2(&arguments, &tag, limits).map(LegacyHash::Pbkdf2);
    }
    let function = HashFunction::named(&algorithm).ok_or_else(unreadable)?;
    let pieces = arguments.into_iter().map(|argument| match argument.as_str() {
        PASSWORD => Piece::Password,
        _ => Piece::Salt(argument),
    });
    Digest::new(function, pieces.collect(), &tag).map(LegacyHash::Digest)
}

fn pbkdf2(arguments: &[String], tag: &str, limits: &HashLimits) -> Result<Pbkdf2Hash, Error> {
    let [salt, iterations, bytes, function, ..] = arguments else {
        return Err(unreadable());
    };
    let salt = match salt.strip_prefix(HEX_SALT) {
        Some(digits) => hex(digits).ok_or_else(unreadable)?,
        None if salt == PASSWORD => return Err(unreadable()),
        None => salt.as_bytes().to_vec(),
    };
    let function = HashFunction::named(function).ok_or_else(unreadable)?;
    let tag = hex(tag).ok_or_else(unreadable)?;
    if salt.is_empty() || decimal(bytes) != u32::try_from(tag.len()).ok() {
        return Err(unreadable());
    }
    Pbkdf2Hash::new(function, decimal(iterations).ok_or_else(unreadable)?, salt, tag, limits)
}

fn decimal(text: &str) -> Option<u32> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}
