//! Password hashes as a database holds them.

use core::fmt;

use super::argon2_hash::Argon2Hash;
#[cfg(feature = "legacy-hashes")]
use super::legacy::LegacyHash;
use super::memory::KeptMemory;
use super::pepper::Peppers;
use super::policy::{Argon2Cost, PasswordPolicy};
use crate::{Error, ErrorCode};

/// Longest text of a stored hash, in bytes.
const MAX_TEXT_BYTES: usize = 1024;

/// A stored password hash that has been read and may be checked. Its text is trusted with nothing:
/// whatever it asks for is held against the policy's [`HashLimits`](super::HashLimits) first.
pub struct StoredHash(Form);

enum Form {
    Argon2(Argon2Hash),
    #[cfg(feature = "legacy-hashes")]
    Legacy(LegacyHash),
}

impl StoredHash {
    /// Reads a stored hash of one of these forms, at most 1024 bytes, with 8 to 48 bytes of salt
    /// and 16 to 64 bytes of tag where it is a PHC string:
    ///
    /// - Argon2id, Argon2i, Argon2d of version 19 or 16 (`$argon2…`; without `v`, version 16);
    ///   Logto's hashes are of this form;
    ///
    /// and with the feature `legacy-hashes`:
    ///
    /// - bcrypt (`$2a$`, `$2b$`, `$2y$`), which knows only the first 72 bytes of a password;
    /// - PBKDF2 (`$pbkdf2$i=…`, `$pbkdf2-sha256$i=…`, `$pbkdf2-sha512$i=…`);
    /// - scrypt (`$scrypt$ln=…,r=…,p=…`);
    /// - Logto's `Legacy` form, `["pbkdf2",["salt","iterations","bytes","sha256","@"],"hex"]` or
    ///   `["sha256",["before","@","after"],"hex"]`, with MD5, SHA-1, SHA-256 or SHA-512;
    /// - an unsalted MD5, SHA-1 or SHA-256 digest, 32, 40 or 64 hex digits.
    ///
    /// # Errors
    /// - [`ErrorCode::PasswordHashInvalid`]: it is of no such form.
    /// - [`ErrorCode::PasswordHashTooCostly`]: it asks for more than the policy's limits.
    /// - [`ErrorCode::PepperUnknown`]: it names a pepper that the policy does not have.
    pub fn parse(text: &str, policy: &PasswordPolicy) -> Result<Self, Error> {
        if text.len() > MAX_TEXT_BYTES {
            return Err(ErrorCode::PasswordHashInvalid.into());
        }
        if text.starts_with("$argon2") {
            let hash = Argon2Hash::parse(text, &policy.limits)?;
            policy.peppers.key(hash.pepper_id())?;
            return Ok(Self(Form::Argon2(hash)));
        }
        #[cfg(feature = "legacy-hashes")]
        return LegacyHash::parse(text, &policy.limits).map(|hash| Self(Form::Legacy(hash)));
        #[cfg(not(feature = "legacy-hashes"))]
        Err(ErrorCode::PasswordHashInvalid.into())
    }

    pub(super) fn matches(
        &self,
        password: &[u8],
        peppers: &Peppers,
        kept: &KeptMemory,
    ) -> Result<bool, Error> {
        match &self.0 {
            Form::Argon2(hash) => hash.matches(password, peppers, kept),
            #[cfg(feature = "legacy-hashes")]
            Form::Legacy(hash) => hash.matches(password),
        }
    }

    pub(super) fn is_as_new(&self, cost: Argon2Cost, peppers: &Peppers) -> bool {
        match &self.0 {
            Form::Argon2(hash) => hash.is_as_new(cost, peppers),
            #[cfg(feature = "legacy-hashes")]
            Form::Legacy(_) => false,
        }
    }

    /// Whether a check is so much quicker than one of a new hash that the time tells it.
    pub(super) fn is_cheap(&self) -> bool {
        match &self.0 {
            Form::Argon2(_) => false,
            #[cfg(feature = "legacy-hashes")]
            Form::Legacy(hash) => hash.is_cheap(),
        }
    }
}

impl fmt::Debug for StoredHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredHash(..)")
    }
}
