//! A password, a line end, and any text as what is stored of it. What is read is checked without an
//! error, and what is hashed is verified.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sekisho::password::{Argon2Cost, HashLimits, StoredHash};
use sekisho::{Password, PasswordPolicy};

/// Costs that keep a check far below a millisecond.
const LIMITS: HashLimits =
    HashLimits { memory_kib: 64, work_kib: 256, lanes: 2, bcrypt_cost: 4, pbkdf2_iterations: 2000 };

fuzz_target!(|input: &str| {
    let policy = PasswordPolicy::new(Argon2Cost { m_kib: 8, t: 1, p: 1 }, LIMITS).unwrap();
    let (typed, stored) = input.split_once('\n').unwrap_or(("password", input));
    let Ok(password) = Password::parse(typed) else { return };
    let Ok(stored) = StoredHash::parse(stored, &policy) else { return };
    assert!(policy.verify(&password, Some(&stored)).is_ok());
    let own = policy.hash(&password, *b"salt of 16 bytes").unwrap();
    let own = StoredHash::parse(&own, &policy).unwrap();
    assert!(policy.verify(&password, Some(&own)).unwrap().matches);
});
