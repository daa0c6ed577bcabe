//! Argon2 (RFC 9106), the algorithm of new hashes, as PHC strings.

use alloc::string::String;
use alloc::vec::Vec;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::argon2::{self, Input, Variant, Version};
use super::limits::HashLimits;
use super::memory::KeptMemory;
use super::pepper::Peppers;
use super::phc::{self, PhcString, decimal, unreadable};
use super::policy::Argon2Cost;
use crate::{Error, ErrorCode, base64, digits};

/// Bytes of the tag of new hashes (RFC 9106, section 4).
const TAG_BYTES: usize = 32;
/// Bytes of the salt of new hashes (RFC 9106, section 4).
pub(super) const SALT_BYTES: usize = 16;

/// Longest pepper id and associated data, in bytes, that a PHC string of Argon2 may carry
/// (<https://github.com/P-H-C/phc-string-format>).
const MAX_KEYID_BYTES: usize = 8;
const MAX_DATA_BYTES: usize = 32;

/// A stored Argon2 hash: Argon2id, 2i or 2d, version 19 or 16, its parameters within the limits.
pub(super) struct Argon2Hash {
    variant: Variant,
    version: Version,
    cost: Argon2Cost,
    keyid: Vec<u8>,
    data: Vec<u8>,
    salt: Vec<u8>,
    tag: Vec<u8>,
}

impl Argon2Hash {
    /// Reads `$argon2id$v=19$m=…,t=…,p=…[,keyid=…][,data=…]$salt$tag`. A string without `v` is of
    /// version 16, older than the parameter.
    pub(super) fn parse(text: &str, limits: &HashLimits) -> Result<Self, Error> {
        let phc = PhcString::parse(text)?;
        let [Some(m), Some(t), Some(p), keyid, data] =
            phc.params(["m", "t", "p", "keyid", "data"])?
        else {
            return Err(unreadable());
        };
        let cost = Argon2Cost { m_kib: decimal(m)?, t: decimal(t)?, p: decimal(p)? };
        cost.blocks().ok_or_else(unreadable)?;
        limits.admit_argon2(cost.m_kib, cost.t, cost.p)?;
        Ok(Self {
            variant: variant(phc.algorithm).ok_or_else(unreadable)?,
            version: version(phc.version).ok_or_else(unreadable)?,
            cost,
            keyid: bytes(keyid, MAX_KEYID_BYTES)?,
            data: bytes(data, MAX_DATA_BYTES)?,
            salt: phc.salt,
            tag: phc.tag,
        })
    }

    /// The id of the pepper in it; empty for none.
    pub(super) fn pepper_id(&self) -> &[u8] {
        &self.keyid
    }

    pub(super) fn matches(
        &self,
        password: &[u8],
        peppers: &Peppers,
        kept: &KeptMemory,
    ) -> Result<bool, Error> {
        let input = Input {
            variant: self.variant,
            version: self.version,
            cost: self.cost,
            password,
            salt: &self.salt,
            secret: peppers.key(self.pepper_id())?.unwrap_or_default(),
            data: &self.data,
        };
        let mut longest = Zeroizing::new([0; *phc::TAG_BYTES.end()]);
        let tag = longest.get_mut(..self.tag.len()).ok_or_else(unreadable)?;
        derive(&input, kept, tag)?;
        Ok(tag.ct_eq(&self.tag).into())
    }

    /// Whether a new hash would have just these parameters, salt and tag aside.
    pub(super) fn is_as_new(&self, cost: Argon2Cost, peppers: &Peppers) -> bool {
        self.variant == Variant::Argon2id
            && self.version == Version::V0x13
            && self.cost == cost
            && self.data.is_empty()
            && self.pepper_id() == peppers.current_id()
            && self.salt.len() >= SALT_BYTES
            && self.tag.len() == TAG_BYTES
    }
}

/// The PHC string of a new hash: Argon2id, version 19, with the current pepper.
pub(super) fn hash(
    password: &[u8],
    salt: &[u8; SALT_BYTES],
    cost: Argon2Cost,
    peppers: &Peppers,
    kept: &KeptMemory,
) -> Result<String, Error> {
    let tag = tag(password, salt, cost, peppers, kept)?;
    let Argon2Cost { m_kib, t, p } = cost;
    let [m, t, p] = [m_kib, t, p].map(digits::to_text);
    let [keyid, salt, tag] =
        [peppers.current_id(), salt, tag.as_slice()].map(base64::encode_standard);
    let keyid_name = if keyid.is_empty() { "" } else { ",keyid=" };
    let mut text = String::from("$argon2id$v=19$m=");
    for piece in [&m, ",t=", &t, ",p=", &p, keyid_name, &keyid, "$", &salt, "$", &tag] {
        text.push_str(piece);
    }
    Ok(text)
}

/// The tag of a new hash.
pub(super) fn tag(
    password: &[u8],
    salt: &[u8; SALT_BYTES],
    cost: Argon2Cost,
    peppers: &Peppers,
    kept: &KeptMemory,
) -> Result<Zeroizing<[u8; TAG_BYTES]>, Error> {
    let input = Input {
        variant: Variant::Argon2id,
        version: Version::V0x13,
        cost,
        password,
        salt,
        secret: peppers.key(peppers.current_id())?.unwrap_or_default(),
        data: &[],
    };
    let mut tag = Zeroizing::new([0; TAG_BYTES]);
    derive(&input, kept, tag.as_mut_slice())?;
    Ok(tag)
}

fn derive(input: &Input<'_>, kept: &KeptMemory, tag: &mut [u8]) -> Result<(), Error> {
    let blocks = input.cost.blocks().ok_or(ErrorCode::PolicyInvalid)?;
    let mut memory = kept.take(blocks)?;
    argon2::derive(input, memory.as_mut_slice(), tag).ok_or_else(unreadable)
}

fn variant(algorithm: &str) -> Option<Variant> {
    Some(match algorithm {
        "argon2d" => Variant::Argon2d,
        "argon2i" => Variant::Argon2i,
        "argon2id" => Variant::Argon2id,
        _ => return None,
    })
}

fn version(number: Option<u32>) -> Option<Version> {
    match number {
        None | Some(0x10) => Some(Version::V0x10),
        Some(0x13) => Some(Version::V0x13),
        Some(_) => None,
    }
}

fn bytes(text: Option<&str>, max_bytes: usize) -> Result<Vec<u8>, Error> {
    let bytes = base64::decode_standard(text.unwrap_or_default());
    bytes.filter(|bytes| bytes.len() <= max_bytes).ok_or_else(unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::password::Pepper;

    /// RFC 9106, section 5: 32 bytes 01, salt of 16 bytes 02, secret of 8 bytes 03, associated
    /// data of 12 bytes 04.
    #[test]
    fn matches_the_vectors_of_rfc_9106() {
        let secret = Pepper::unchecked("rfc", &[3; 8]);
        let peppers = Peppers::new(Some(secret), Vec::new()).unwrap();
        let kept = KeptMemory::default();
        for (algorithm, tag) in [
            ("argon2d", "USs5G28RYpdTcdMJGXNClPho4745hPPBoTpNufq+Sss"),
            ("argon2i", "yBTZ0dx/N6oT8Nd/JJS9ocjeawFt04jSmVKkxGcrbOg"),
            ("argon2id", "DWQN9Y14dmwIwDejSotTydAe8EUtdbZetSUg6WsB5lk"),
        ] {
            let stored = format!(
                "${algorithm}$v=19$m=32,t=3,p=4,keyid=cmZj,data=BAQEBAQEBAQEBAQE$AgICAgICAgICAgICAgICAg${tag}"
            );
            let hash = Argon2Hash::parse(&stored, &HashLimits::default()).unwrap();
            assert!(hash.matches(&[1; 32], &peppers, &kept).unwrap(), "{algorithm}");
            assert!(!hash.matches(&[1; 31], &peppers, &kept).unwrap(), "{algorithm}");
            let none = hash.matches(&[1; 32], &Peppers::default(), &kept).unwrap_err();
            assert_eq!(none.code(), ErrorCode::PepperUnknown, "{algorithm}");
        }
    }

    #[test]
    fn a_cost_out_of_bounds_is_refused_however_large() {
        for p in ["0", "16777216", "1073741824", "4294967295"] {
            let stored = format!(
                "$argon2id$v=19$m=4294967295,t=1,p={p}$AgICAgICAgICAgICAgICAg$DWQN9Y14dmwIwDejSotTydAe8EUtdbZetSUg6WsB5lk"
            );
            let error = Argon2Hash::parse(&stored, &HashLimits::default()).map(|_| ()).unwrap_err();
            assert_eq!(error.code(), ErrorCode::PasswordHashInvalid, "{p}");
        }
    }
}
