//! How passwords are hashed.

use std::sync::Arc;

use sekisho::Error;
use sekisho::password::{Argon2Cost, HashLimits, Password, StoredHash};
use zeroize::Zeroizing;

use crate::SekishoError;
use crate::argument::random;

/// A secret that is part of hashes, kept apart from them.
#[derive(Clone, uniffi::Record)]
pub struct Pepper {
    /// Names it inside hashes: 1 to 8 ASCII letters, digits, `-` or `_`.
    pub id: String,
    /// 32 to 64 random bytes.
    pub key: Vec<u8>,
}

/// What came of checking a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Verification {
    /// Whether the password is the one that was hashed.
    pub matches: bool,
    /// Whether the stored hash should be replaced by a new one of this password.
    pub needs_rehash: bool,
}

/// How new passwords are hashed, by Argon2id (RFC 9106), and stored hashes checked.
///
/// Both block the thread for tens of milliseconds and take the memory of their cost: run them where
/// that harms nobody, never on a thread of the user interface or of an event loop.
#[derive(uniffi::Object)]
pub struct PasswordPolicy(Arc<sekisho::PasswordPolicy>);

#[uniffi::export]
impl PasswordPolicy {
    /// The cost of new hashes, OWASP's minimum by default: memory in KiB, 8 for each lane to
    /// 131072, passes over it, and lanes, 1 to 16. New hashes are peppered with `pepper`; older
    /// ones may have been with `older_peppers`.
    ///
    /// Fails with `policy_invalid` outside the bounds, `key_weak`, `key_repeated`.
    #[uniffi::constructor(default(
        memory_kib = None, passes = None, lanes = None, pepper = None, older_peppers = []
    ))]
    pub fn new(
        memory_kib: Option<i32>,
        passes: Option<i32>,
        lanes: Option<i32>,
        pepper: Option<Pepper>,
        older_peppers: Vec<Pepper>,
    ) -> Result<Self, SekishoError> {
        let Argon2Cost { m_kib, t, p } = Argon2Cost::default();
        let or = |given: Option<i32>, default| {
            given.map_or(default, |it| u32::try_from(it).unwrap_or(u32::MAX))
        };
        let cost = Argon2Cost { m_kib: or(memory_kib, m_kib), t: or(passes, t), p: or(lanes, p) };
        let older = older_peppers.into_iter().map(Pepper::parse).collect::<Result<_, _>>()?;
        let policy = sekisho::PasswordPolicy::new(cost, HashLimits::default())?
            .with_peppers(pepper.map(Pepper::parse).transpose()?, older)?;
        Ok(Self(Arc::new(policy)))
    }

    /// Hashes a new password: a PHC string. Blocks the thread. `salt` is for tests: 16 bytes in
    /// place of the platform's randomness.
    ///
    /// Fails with `password_invalid`, `out_of_memory`.
    #[uniffi::method(default(salt = None))]
    pub fn hash(&self, password: String, salt: Option<Vec<u8>>) -> Result<String, SekishoError> {
        Ok(self.0.hash(&parse(password)?, random(salt)?)?)
    }

    /// Checks a password against a stored hash; without one it takes the same time and never
    /// matches. Blocks the thread.
    ///
    /// Fails with `password_invalid`, `password_hash_invalid`, `password_hash_too_costly`,
    /// `pepper_unknown`, `out_of_memory`.
    pub fn verify(
        &self,
        password: String,
        password_hash: Option<String>,
    ) -> Result<Verification, SekishoError> {
        let stored = self.stored(password_hash.as_deref())?;
        let verified = self.0.verify(&parse(password)?, stored.as_ref())?;
        Ok(Verification { matches: verified.matches, needs_rehash: verified.needs_rehash })
    }
}

impl PasswordPolicy {
    pub(crate) fn owasp() -> Self {
        Self(Arc::new(sekisho::PasswordPolicy::default()))
    }

    pub(crate) fn rules(&self) -> Arc<sekisho::PasswordPolicy> {
        Arc::clone(&self.0)
    }

    pub(crate) fn stored(&self, hash: Option<&str>) -> Result<Option<StoredHash>, Error> {
        hash.map(|text| StoredHash::parse(text, &self.0)).transpose()
    }
}

impl Pepper {
    fn parse(self) -> Result<sekisho::password::Pepper, Error> {
        sekisho::password::Pepper::new(&self.id, &Zeroizing::new(self.key))
    }
}

/// Takes a password and wipes its text.
pub(crate) fn parse(password: String) -> Result<Password, Error> {
    Password::parse(&Zeroizing::new(password))
}
