//! How new passwords are hashed and stored hashes are checked.

use alloc::string::String;
use alloc::vec::Vec;
use core::hint::black_box;

use super::argon2_hash::{self, SALT_BYTES};
use super::limits::HashLimits;
use super::memory::KeptMemory;
use super::pepper::{Pepper, Peppers};
use super::secret::Password;
use super::stored::StoredHash;
use crate::{Error, ErrorCode};

/// The cost of new hashes: the parameters of Argon2id (RFC 9106, section 3.1).
///
/// The default is OWASP's minimum (Password Storage Cheat Sheet): 19456 KiB, 2 passes, 1 lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argon2Cost {
    /// Memory in KiB, at least 8 for each lane.
    pub m_kib: u32,
    /// Passes over the memory, at least 1.
    pub t: u32,
    /// Lanes, at least 1. They are computed one after the other.
    pub p: u32,
}

impl Default for Argon2Cost {
    fn default() -> Self {
        Self { m_kib: 19_456, t: 2, p: 1 }
    }
}

/// How new passwords are hashed, and which stored hashes are checked at which cost at most.
#[derive(Debug, Default)]
pub struct PasswordPolicy {
    pub(super) cost: Argon2Cost,
    pub(super) limits: HashLimits,
    pub(super) peppers: Peppers,
    memory: KeptMemory,
}

/// What came of checking a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Verification {
    /// Whether the password is the one that was hashed.
    pub matches: bool,
    /// Whether the stored hash should now be replaced by a new one of this password. Only ever
    /// true together with `matches`.
    ///
    /// That is so unless it is just what [`PasswordPolicy::hash`] makes: Argon2id, version 19,
    /// exactly the policy's cost (a costlier hash is replaced too, so that one policy means one
    /// time for every check), a tag of 32 bytes, a salt of 16 bytes or more, the current pepper
    /// or none where there is none, and of the password's NFKC form.
    pub needs_rehash: bool,
}

impl Verification {
    const NO_MATCH: Self = Self { matches: false, needs_rehash: false };
}

impl PasswordPolicy {
    /// A policy without pepper.
    ///
    /// # Errors
    /// [`ErrorCode::PolicyInvalid`] where a limit or the cost is outside its bounds, or the cost
    /// above the limits.
    pub fn new(cost: Argon2Cost, limits: HashLimits) -> Result<Self, Error> {
        let Argon2Cost { m_kib, t, p } = cost;
        let is_within = limits.admit_argon2(m_kib, t, p).is_ok();
        if !limits.are_in_bounds() || cost.blocks().is_none() || !is_within {
            return Err(ErrorCode::PolicyInvalid.into());
        }
        Ok(Self { cost, limits, ..Self::default() })
    }

    /// The same policy with these peppers: `current` goes into new hashes, `older` ones still
    /// verify. Where `current` is `None`, new hashes have no pepper.
    ///
    /// # Errors
    /// [`ErrorCode::KeyRepeated`] where two of them have the same id or key.
    pub fn with_peppers(self, current: Option<Pepper>, older: Vec<Pepper>) -> Result<Self, Error> {
        Ok(Self { peppers: Peppers::new(current, older)?, ..self })
    }

    /// The same policy, which keeps the memory of up to so many computations for later ones instead
    /// of asking the system for it each time: as many as the host does at once. None by default.
    ///
    /// What is kept is wiped, and is `computations` times the policy's `m_kib`. A stored hash that
    /// needs more gets memory of its own, at most [`HashLimits::memory_kib`], while it is checked.
    ///
    /// Needs the feature `std`.
    #[cfg(feature = "std")]
    #[must_use]
    pub fn with_kept_memory(self, computations: usize) -> Self {
        let blocks = usize::try_from(self.cost.m_kib).unwrap_or(usize::MAX);
        Self { memory: KeptMemory::new(computations, blocks), ..self }
    }

    /// Hashes a new password: the PHC string of Argon2id, version 19, of its NFKC form.
    ///
    /// `salt` is 16 bytes from a secure random source, used for this hash alone.
    ///
    /// # Errors
    /// [`ErrorCode::EntropyUnusable`] where all bytes of the salt are equal,
    /// [`ErrorCode::OutOfMemory`] where the memory cannot be had.
    pub fn hash(&self, password: &Password, salt: [u8; SALT_BYTES]) -> Result<String, Error> {
        if salt.iter().all(|byte| salt.first() == Some(byte)) {
            return Err(ErrorCode::EntropyUnusable.into());
        }
        let bytes = password.nfkc().as_bytes();
        argon2_hash::hash(bytes, &salt, self.cost, &self.peppers, &self.memory)
    }

    /// Checks a password against a user's stored hash; `None` for a user who has no password.
    ///
    /// The latter takes the same time as a wrong password at the policy's cost and never matches,
    /// so that the time does not tell who has a password. A wrong password against a hash that is
    /// much quicker to check (PBKDF2, plain digests) is made to take that time on top. Tags are
    /// compared in constant time.
    ///
    /// A password that its NFKC form changes is tried in both forms, at twice the time, since
    /// hashes made elsewhere may be of the form as typed.
    ///
    /// # Errors
    /// - [`ErrorCode::PepperUnknown`]: the hash was read under a policy with other peppers.
    /// - [`ErrorCode::OutOfMemory`]: the memory cannot be had.
    pub fn verify(
        &self,
        password: &Password,
        stored: Option<&StoredHash>,
    ) -> Result<Verification, Error> {
        let Some(stored) = stored else {
            return self.decoy(password);
        };
        for (tried_before, form) in password.forms().enumerate() {
            if stored.matches(form.as_bytes(), &self.peppers, &self.memory)? {
                let is_as_new = stored.is_as_new(self.cost, &self.peppers);
                let needs_rehash = tried_before > 0 || !is_as_new;
                return Ok(Verification { matches: true, needs_rehash });
            }
        }
        if stored.is_cheap() {
            return self.decoy(password);
        }
        Ok(Verification::NO_MATCH)
    }

    /// The work of checking a wrong password against a new hash.
    fn decoy(&self, password: &Password) -> Result<Verification, Error> {
        for form in password.forms() {
            let salt = [0; SALT_BYTES];
            let bytes = form.as_bytes();
            black_box(argon2_hash::tag(bytes, &salt, self.cost, &self.peppers, &self.memory)?);
        }
        Ok(Verification::NO_MATCH)
    }
}

#[cfg(test)]
#[cfg(feature = "unicode")]
#[expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests of timing")]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    const SALT: [u8; SALT_BYTES] = *b"0123456789abcdef";

    fn cost(m_kib: u32, t: u32, p: u32) -> Result<PasswordPolicy, ErrorCode> {
        let policy = PasswordPolicy::new(Argon2Cost { m_kib, t, p }, HashLimits::default());
        policy.map_err(|error| error.code())
    }

    fn password(typed: &str) -> Password {
        Password::parse(typed).unwrap()
    }

    #[test]
    fn the_default_costs_what_owasp_wants_at_least() {
        let Argon2Cost { m_kib, t, p } = PasswordPolicy::default().cost;
        assert_eq!((m_kib, t, p), (19_456, 2, 1));
        assert!(cost(m_kib, t, p).is_ok(), "the default is within its own bounds");
    }

    #[test]
    fn a_cost_outside_its_bounds_is_refused() {
        for (m_kib, t, p) in [(8, 1, 1), (128, 1, 16), (1 << 17, 8, 1)] {
            assert!(cost(m_kib, t, p).is_ok(), "m={m_kib},t={t},p={p}");
        }
        for (m_kib, t, p) in [
            (7, 1, 1),
            (8, 0, 1),
            (8, 1, 0),
            (127, 1, 16),
            (1 << 10, 1, 17),
            ((1 << 17) + 1, 1, 1),
            (1 << 17, 9, 1),
            (u32::MAX, u32::MAX, u32::MAX),
        ] {
            let refused = cost(m_kib, t, p).unwrap_err();
            assert_eq!(refused, ErrorCode::PolicyInvalid, "m={m_kib},t={t},p={p}");
        }
    }

    #[test]
    fn limits_outside_their_bounds_are_refused() {
        let limits = HashLimits { bcrypt_cost: 32, ..HashLimits::default() };
        let error = PasswordPolicy::new(Argon2Cost::default(), limits).unwrap_err();
        assert_eq!(error.code(), ErrorCode::PolicyInvalid);
    }

    #[test]
    fn what_it_hashes_it_verifies() {
        let policy = cost(64, 1, 1).unwrap();
        let text = policy.hash(&password("hunter42"), SALT).unwrap();
        let stored = StoredHash::parse(&text, &policy).unwrap();
        let right = policy.verify(&password("hunter42"), Some(&stored)).unwrap();
        assert_eq!(right, Verification { matches: true, needs_rehash: false });
        let wrong = policy.verify(&password("hunter43"), Some(&stored)).unwrap();
        assert_eq!(wrong, Verification::NO_MATCH);
        assert_eq!(format!("{stored:?}"), "StoredHash(..)");
    }

    #[test]
    fn nobody_without_a_password_ever_matches() {
        let policy = cost(64, 1, 1).unwrap();
        for typed in ["hunter42", "\u{ff21}", "\0"] {
            let verification = policy.verify(&password(typed), None).unwrap();
            assert_eq!(verification, Verification::NO_MATCH, "{typed:?}");
        }
    }

    /// The shortest of several times of each check, taken in turn: whatever else the machine does
    /// makes times longer, never shorter, and hits all checks alike.
    fn times<const N: usize>(
        policy: &PasswordPolicy,
        checks: [(&str, Option<&StoredHash>); N],
    ) -> [Duration; N] {
        let mut shortest = [Duration::MAX; N];
        for _ in 0..7 {
            for ((typed, stored), shortest) in checks.iter().zip(&mut shortest) {
                let start = Instant::now();
                assert!(!policy.verify(&password(typed), *stored).unwrap().matches);
                *shortest = start.elapsed().min(*shortest);
            }
        }
        shortest
    }

    #[test]
    fn the_time_does_not_tell_who_has_no_password() {
        let policy = cost(8_192, 4, 1).unwrap();
        let text = policy.hash(&password("hunter42"), SALT).unwrap();
        let stored = StoredHash::parse(&text, &policy).unwrap();
        let [wrong, none, none_in_two_forms] =
            times(&policy, [("wrong", Some(&stored)), ("wrong", None), ("\u{ff37}rong", None)]);
        assert!(none > wrong / 2, "{none:?} without password, {wrong:?} with one");
        assert!(none_in_two_forms > wrong, "{none_in_two_forms:?} for two, {wrong:?} for one");
    }

    #[test]
    #[cfg(feature = "legacy-hashes")]
    fn a_wrong_password_against_a_cheap_hash_takes_as_long_as_against_none() {
        let policy = cost(8_192, 4, 1).unwrap();
        let digest = StoredHash::parse("5d41402abc4b2a76b9719d911017c592", &policy).unwrap();
        let [cheap, none] = times(&policy, [("wrong", Some(&digest)), ("wrong", None)]);
        assert!(cheap > none / 2, "{cheap:?} for MD5, {none:?} without password");
    }

    #[test]
    fn a_hash_read_under_other_peppers_is_not_checked() {
        let key: Vec<u8> = (0..32).collect();
        let pepper = Pepper::new("a", &key).unwrap();
        let peppered = cost(64, 1, 1).unwrap().with_peppers(Some(pepper), Vec::new()).unwrap();
        let text = peppered.hash(&password("hunter42"), SALT).unwrap();
        let stored = StoredHash::parse(&text, &peppered).unwrap();
        let error = cost(64, 1, 1).unwrap().verify(&password("hunter42"), Some(&stored));
        assert_eq!(error.unwrap_err().code(), ErrorCode::PepperUnknown);
    }
}
