//! What a stored hash may cost to check.

use crate::{Error, ErrorCode};

/// What checking one stored hash may cost at most. A stored hash carries its own parameters, and
/// whoever can write one into the database must not be able to stop the host with it, so they are
/// held against these limits before any work is done.
///
/// The default admits what OWASP's Password Storage Cheat Sheet recommends for each algorithm and
/// what Logto ever stored; the costliest hash it admits takes a second or two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashLimits {
    /// Memory of one Argon2 or scrypt computation, in KiB: 8 to 2^22; by default 2^17 (128 MiB).
    /// scrypt's lanes may take a 64th of it on top of its table.
    pub memory_kib: u32,
    /// Memory times passes of one Argon2 or scrypt computation, in KiB: 8 to 2^26; by default
    /// 2^20. scrypt passes over its memory twice for each lane.
    pub work_kib: u32,
    /// Lanes (`p`) of Argon2 and scrypt: 1 to 255; by default 16.
    pub lanes: u32,
    /// The cost of bcrypt, a power of 2: 4 to 31; by default 14.
    pub bcrypt_cost: u32,
    /// Iterations of PBKDF2, times the digests that its output fills: at least 1; by default
    /// 1 500 000.
    pub pbkdf2_iterations: u32,
}

impl Default for HashLimits {
    fn default() -> Self {
        Self {
            memory_kib: 1 << 17,
            work_kib: 1 << 20,
            lanes: 16,
            bcrypt_cost: 14,
            pbkdf2_iterations: 1_500_000,
        }
    }
}

impl HashLimits {
    pub(super) fn are_in_bounds(&self) -> bool {
        (8..=1 << 22).contains(&self.memory_kib)
            && (8..=1 << 26).contains(&self.work_kib)
            && (1..=255).contains(&self.lanes)
            && (4..=31).contains(&self.bcrypt_cost)
            && self.pbkdf2_iterations >= 1
    }

    pub(super) fn admit_argon2(&self, m_kib: u32, t: u32, p: u32) -> Result<(), Error> {
        let work_kib = u64::from(m_kib) * u64::from(t);
        admit(m_kib <= self.memory_kib && work_kib <= self.work_kib.into() && p <= self.lanes)
    }

    #[cfg(feature = "legacy-hashes")]
    pub(super) fn admit_bcrypt(&self, cost: u32) -> Result<(), Error> {
        admit(cost <= self.bcrypt_cost)
    }

    #[cfg(feature = "legacy-hashes")]
    pub(super) fn admit_pbkdf2(&self, iterations: u32, digests: usize) -> Result<(), Error> {
        let digests = u64::try_from(digests).unwrap_or(u64::MAX);
        let work = u64::from(iterations).saturating_mul(digests);
        admit(work <= self.pbkdf2_iterations.into())
    }

    /// `N` = 2^`ln` blocks of 128 `r` bytes are one lane's table; `p` more blocks are the lanes, and
    /// one is worked on. OWASP's costliest fills the table's limit, so the others have their own.
    #[cfg(feature = "legacy-hashes")]
    pub(super) fn admit_scrypt(&self, ln: u32, r: u32, p: u32) -> Result<(), Error> {
        let block = 128 * u128::from(r);
        let table = block * 1_u128.checked_shl(ln).unwrap_or(u128::from(u64::MAX));
        let lanes = block * (u128::from(p) + 1);
        let memory = u128::from(self.memory_kib) * 1024;
        let work = u128::from(self.work_kib) * 1024;
        admit(
            ln < 32
                && p <= self.lanes
                && table <= memory
                && lanes <= memory / 64
                && 2 * table * u128::from(p) <= work,
        )
    }
}

fn admit(is_within: bool) -> Result<(), Error> {
    if is_within { Ok(()) } else { Err(ErrorCode::PasswordHashTooCostly.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: HashLimits = HashLimits {
        memory_kib: 1 << 17,
        work_kib: 1 << 20,
        lanes: 16,
        bcrypt_cost: 14,
        pbkdf2_iterations: 1_500_000,
    };

    #[test]
    fn the_default_is_what_its_documentation_says() {
        assert_eq!(HashLimits::default(), LIMITS);
        assert!(LIMITS.are_in_bounds());
    }

    #[test]
    fn argon2_is_admitted_up_to_each_limit_and_no_further() {
        for (m, t, p) in [(1 << 17, 8, 1), (1 << 10, 1 << 10, 16), (8, 1 << 17, 1)] {
            assert!(LIMITS.admit_argon2(m, t, p).is_ok(), "m={m},t={t},p={p}");
        }
        for (m, t, p) in [
            ((1 << 17) + 1, 1, 1),
            (1 << 17, 9, 1),
            (8, (1 << 17) + 1, 1),
            (1 << 10, 1, 17),
            (u32::MAX, u32::MAX, u32::MAX),
        ] {
            let error = LIMITS.admit_argon2(m, t, p).unwrap_err();
            assert_eq!(error.code(), ErrorCode::PasswordHashTooCostly, "m={m},t={t},p={p}");
        }
    }

    #[test]
    #[cfg(feature = "legacy-hashes")]
    fn what_owasp_recommends_is_admitted() {
        for (m, t) in [(47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5)] {
            assert!(LIMITS.admit_argon2(m, t, 1).is_ok(), "argon2 m={m},t={t}");
        }
        for (ln, p) in [(17, 1), (16, 2), (15, 3), (14, 5), (13, 10)] {
            assert!(LIMITS.admit_scrypt(ln, 8, p).is_ok(), "scrypt ln={ln},p={p}");
        }
        for iterations in [600_000, 210_000, 1_300_000] {
            assert!(LIMITS.admit_pbkdf2(iterations, 1).is_ok(), "pbkdf2 i={iterations}");
        }
        assert!(LIMITS.admit_bcrypt(10).is_ok());
    }

    #[test]
    #[cfg(feature = "legacy-hashes")]
    fn legacy_work_beyond_a_limit_is_refused() {
        assert!(LIMITS.admit_bcrypt(14).is_ok());
        assert!(LIMITS.admit_bcrypt(15).is_err());
        assert!(LIMITS.admit_pbkdf2(1_500_000, 1).is_ok());
        assert!(LIMITS.admit_pbkdf2(1_500_001, 1).is_err());
        assert!(LIMITS.admit_pbkdf2(750_001, 2).is_err());
        assert!(LIMITS.admit_pbkdf2(u32::MAX, usize::MAX).is_err());
        for (ln, r, p) in [
            (18, 8, 1),
            (17, 9, 1),
            (17, 8, 5),
            (10, 8, 17),
            (1, 1 << 18, 16),
            (1, 1 << 14, 1),
            (1, 1 << 10, 16),
            (32, 1, 1),
            (63, 1, 1),
            (200, 1, 1),
            (1, u32::MAX, u32::MAX),
        ] {
            assert!(LIMITS.admit_scrypt(ln, r, p).is_err(), "ln={ln},r={r},p={p}");
        }
    }

    #[test]
    fn every_limit_has_bounds() {
        for (name, limits) in [
            ("no memory", HashLimits { memory_kib: 7, ..LIMITS }),
            ("memory", HashLimits { memory_kib: (1 << 22) + 1, ..LIMITS }),
            ("no work", HashLimits { work_kib: 7, ..LIMITS }),
            ("work", HashLimits { work_kib: (1 << 26) + 1, ..LIMITS }),
            ("no lanes", HashLimits { lanes: 0, ..LIMITS }),
            ("lanes", HashLimits { lanes: 256, ..LIMITS }),
            ("low bcrypt", HashLimits { bcrypt_cost: 3, ..LIMITS }),
            ("bcrypt", HashLimits { bcrypt_cost: 32, ..LIMITS }),
            ("no iterations", HashLimits { pbkdf2_iterations: 0, ..LIMITS }),
        ] {
            assert!(!limits.are_in_bounds(), "{name}");
        }
    }
}
