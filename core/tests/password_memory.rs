//! What checking a password asks the system for: memory once where it is kept, never more than the
//! limits admit.
#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use allocation_counter::{AllocationInfo, measure};
use sekisho::password::{Argon2Cost, HashLimits, StoredHash};
use sekisho::{Password, PasswordPolicy};

const KIB: u64 = 1024;
const COST: Argon2Cost = Argon2Cost { m_kib: 4096, t: 1, p: 1 };
const LIMITS: HashLimits = HashLimits { memory_kib: 8192, ..LIMITS_OF_WORK };
const LIMITS_OF_WORK: HashLimits = HashLimits {
    memory_kib: 0,
    work_kib: 1 << 20,
    lanes: 16,
    bcrypt_cost: 4,
    pbkdf2_iterations: 1,
};

fn policy() -> PasswordPolicy {
    PasswordPolicy::new(COST, LIMITS).unwrap()
}

/// What a check of a wrong password against a hash of these parameters allocates.
fn check(policy: &PasswordPolicy, parameters: &str) -> AllocationInfo {
    let stored = format!("{parameters}$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw");
    let stored = StoredHash::parse(&stored, policy).unwrap();
    let password = Password::parse("wrong password").unwrap();
    measure(|| assert!(!policy.verify(&password, Some(&stored)).unwrap().matches))
}

const AS_NEW: &str = "$argon2id$v=19$m=4096,t=1,p=1";

#[test]
fn nothing_is_asked_for_after_the_first_check() {
    let policy = policy().with_kept_memory(1);
    let first = check(&policy, AS_NEW);
    assert!(first.bytes_total >= 4096 * KIB, "{first:?}");
    for parameters in [AS_NEW, "$argon2i$v=19$m=1024,t=1,p=1", "$argon2d$v=16$m=64,t=2,p=4", AS_NEW]
    {
        let later = check(&policy, parameters);
        assert_eq!(later.count_total, 0, "{parameters}: {later:?}");
    }
    let password = Password::parse("wrong password").unwrap();
    let nobody = measure(|| assert!(!policy.verify(&password, None).unwrap().matches));
    assert_eq!(nobody.count_total, 0, "a user without a password: {nobody:?}");
}

#[test]
fn a_hash_of_another_size_leaves_nothing_behind() {
    let policy = policy().with_kept_memory(1);
    check(&policy, AS_NEW);
    for parameters in ["$argon2id$v=19$m=8192,t=1,p=1", "$argon2d$v=19$m=64,t=1,p=1"] {
        assert_eq!(check(&policy, parameters).bytes_current, 0, "{parameters}");
    }
    assert_eq!(check(&policy, AS_NEW).count_total, 0, "what was kept is there");
}

#[test]
fn nothing_is_kept_by_default() {
    let policy = policy();
    for _ in 0..2 {
        let info = check(&policy, AS_NEW);
        assert!(info.bytes_total >= 4096 * KIB && info.bytes_current == 0, "{info:?}");
    }
}

#[test]
fn no_hash_takes_more_memory_than_the_limits_say() {
    let mut costliest = vec!["$argon2id$v=19$m=8192,t=1,p=1", "$argon2i$v=19$m=8192,t=2,p=16"];
    #[cfg(feature = "legacy-hashes")]
    // The table alone; the widest lanes that are admitted; the widest block.
    costliest.extend([
        "$scrypt$ln=13,r=8,p=1",
        "$scrypt$ln=10,r=60,p=16",
        "$scrypt$ln=7,r=500,p=1",
    ]);
    for parameters in costliest {
        let info = check(&policy(), parameters);
        let most = 8192 * KIB * 65 / 64 + 16 * KIB;
        assert!(info.bytes_max <= most, "{parameters}: {info:?}");
        assert!(info.bytes_max >= 7500 * KIB, "{parameters} is near the limit: {info:?}");
    }
}
