//! scrypt (RFC 7914) as PHC strings.

use alloc::vec;
use alloc::vec::Vec;

use scrypt::{Params, scrypt};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::super::limits::HashLimits;
use super::super::phc::{PhcString, decimal};
use super::unreadable;
use crate::{Error, ErrorCode};

pub(in crate::password) struct ScryptHash {
    params: Params,
    salt: Vec<u8>,
    tag: Vec<u8>,
}

impl ScryptHash {
    /// Reads `$scrypt$ln=…,r=…,p=…$salt$tag`, `ln` being the binary logarithm of `N`.
    pub(super) fn parse(text: &str, limits: &HashLimits) -> Result<Self, Error> {
        let phc = PhcString::parse(text)?;
        let [Some(ln), Some(r), Some(p)] = phc.params(["ln", "r", "p"])? else {
            return Err(unreadable());
        };
        let (ln, r, p) = (decimal(ln)?, decimal(r)?, decimal(p)?);
        if phc.version.is_some() || ln == 0 {
            return Err(unreadable());
        }
        limits.admit_scrypt(ln, r, p)?;
        let ln = u8::try_from(ln).map_err(|_| unreadable())?;
        Ok(Self {
            params: Params::new(ln, r, p).map_err(|_| unreadable())?,
            salt: phc.salt,
            tag: phc.tag,
        })
    }

    pub(super) fn matches(&self, password: &[u8]) -> Result<bool, Error> {
        self.try_memory()?;
        let mut tag = Zeroizing::new(vec![0; self.tag.len()]);
        scrypt(password, &self.salt, &self.params, &mut tag).map_err(|_| unreadable())?;
        Ok(tag.ct_eq(&self.tag).into())
    }

    /// The scrypt crate aborts the process where it gets no memory, so the amount is asked for
    /// here first.
    fn try_memory(&self) -> Result<(), Error> {
        let blocks = (1_u64 << self.params.log_n()) + u64::from(self.params.p()) + 1;
        let bytes = blocks.saturating_mul(128 * u64::from(self.params.r()));
        let bytes = usize::try_from(bytes).map_err(|_| ErrorCode::OutOfMemory)?;
        let mut memory = Vec::<u8>::new();
        memory.try_reserve_exact(bytes).map_err(|_| ErrorCode::OutOfMemory)?;
        Ok(())
    }
}
