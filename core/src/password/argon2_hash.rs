//! Argon2 (RFC 9106), the algorithm of new hashes, as PHC strings.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use argon2::{Algorithm, Argon2, Params, ParamsBuilder, Version};
use base64ct::{Base64Unpadded, Encoding};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::limits::HashLimits;
use super::memory::KeptMemory;
use super::pepper::Peppers;
use super::phc::{PhcString, decimal, unreadable};
use super::policy::Argon2Cost;
use crate::{Error, ErrorCode, digits};

/// Bytes of the tag of new hashes (RFC 9106, section 4).
const TAG_BYTES: usize = 32;
/// Bytes of the salt of new hashes (RFC 9106, section 4).
pub(super) const SALT_BYTES: usize = 16;

/// A stored Argon2 hash: Argon2id, 2i or 2d, version 19 or 16, its parameters within the limits.
pub(super) struct Argon2Hash {
    algorithm: Algorithm,
    version: Version,
    params: Params,
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
        let mut params = ParamsBuilder::new();
        params.m_cost(decimal(m)?).t_cost(decimal(t)?).p_cost(decimal(p)?);
        if let Some(keyid) = keyid {
            params.keyid(keyid.parse().map_err(|_| unreadable())?);
        }
        if let Some(data) = data {
            params.data(data.parse().map_err(|_| unreadable())?);
        }
        let params = params.build().map_err(|_| unreadable())?;
        limits.admit_argon2(params.m_cost(), params.t_cost(), params.p_cost())?;
        let version = phc.version.unwrap_or(Version::V0x10.into());
        Ok(Self {
            algorithm: Algorithm::new(phc.algorithm).map_err(|_| unreadable())?,
            version: Version::try_from(version).map_err(|_| unreadable())?,
            params,
            salt: phc.salt,
            tag: phc.tag,
        })
    }

    /// The id of the pepper in it; empty for none.
    pub(super) fn pepper_id(&self) -> &[u8] {
        self.params.keyid()
    }

    pub(super) fn matches(
        &self,
        password: &[u8],
        peppers: &Peppers,
        kept: &KeptMemory,
    ) -> Result<bool, Error> {
        let pepper = peppers.key(self.pepper_id())?;
        let argon2 = context(self.algorithm, self.version, self.params.clone(), pepper)?;
        let mut tag = Zeroizing::new(vec![0; self.tag.len()]);
        derive(&argon2, password, &self.salt, kept, &mut tag)?;
        Ok(tag.ct_eq(&self.tag).into())
    }

    /// Whether a new hash would have just these parameters, salt and tag aside.
    pub(super) fn is_as_new(&self, cost: Argon2Cost, peppers: &Peppers) -> bool {
        self.algorithm == Algorithm::Argon2id
            && self.version == Version::V0x13
            && self.params.m_cost() == cost.m_kib
            && self.params.t_cost() == cost.t
            && self.params.p_cost() == cost.p
            && self.params.data().is_empty()
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
    let Argon2Cost { m_kib, t, p } = cost;
    let params = Params::new(m_kib, t, p, Some(TAG_BYTES)).map_err(|_| ErrorCode::PolicyInvalid)?;
    let pepper = peppers.key(peppers.current_id())?;
    let argon2 = context(Algorithm::Argon2id, Version::V0x13, params, pepper)?;
    let mut tag = Zeroizing::new([0; TAG_BYTES]);
    derive(&argon2, password, salt, kept, tag.as_mut_slice())?;
    let [m, t, p] = [m_kib, t, p].map(digits::to_text);
    let [keyid, salt, tag] =
        [peppers.current_id(), salt, tag.as_slice()].map(Base64Unpadded::encode_string);
    let keyid_name = if keyid.is_empty() { "" } else { ",keyid=" };
    let mut text = String::from("$argon2id$v=19$m=");
    for piece in [&m, ",t=", &t, ",p=", &p, keyid_name, &keyid, "$", &salt, "$", &tag] {
        text.push_str(piece);
    }
    Ok(text)
}

fn context(
    algorithm: Algorithm,
    version: Version,
    params: Params,
    pepper: Option<&[u8]>,
) -> Result<Argon2<'_>, Error> {
    match pepper {
        Some(key) => {
            Argon2::new_with_secret(key, algorithm, version, params).map_err(|_| unreadable())
        }
        None => Ok(Argon2::new(algorithm, version, params)),
    }
}

fn derive(
    argon2: &Argon2<'_>,
    password: &[u8],
    salt: &[u8],
    kept: &KeptMemory,
    tag: &mut [u8],
) -> Result<(), Error> {
    let mut memory = kept.take(argon2.params().block_count())?;
    argon2
        .hash_password_into_with_memory(password, salt, tag, memory.as_mut_slice())
        .map_err(|_| unreadable())
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
}
