//! A password check with kept memory against one that asks the system for it each time.

use std::error::Error;
use std::path::Path;

use sekisho::password::StoredHash;
use sekisho::{ErrorCode, Password, PasswordPolicy};

use crate::sides::take_turns;

pub(crate) const PASSWORD: &str = "correct horse, wrong barrier";

/// Checks in one turn: each takes tens of milliseconds.
const CALLS: u32 = 1;

pub(crate) fn measure(_target: &Path) -> Result<String, Box<dyn Error>> {
    let (keeping, asking) = (Check::new(1)?, Check::new(0)?);
    keeping.run()?;
    asking.run()?;
    let (kept, asked) = take_turns(CALLS, || keeping.run(), || asking.run());
    Ok(format!(
        "## Password check: Argon2id, m=19456, t=2, p=1, one thread\n\n\
         | memory | median ms | least ms |\n| --- | ---: | ---: |\n\
         | kept from the check before | {:.1} | {:.1} |\n| asked from the system | {:.1} | {:.1} |\n\n\
         Ratio of medians: {:.2}.\n",
        kept.median / 1e6,
        kept.least / 1e6,
        asked.median / 1e6,
        asked.least / 1e6,
        asked.median / kept.median,
    ))
}

/// A right password and its hash.
pub(crate) struct Check {
    policy: PasswordPolicy,
    stored: StoredHash,
    password: Password,
}

impl Check {
    /// With memory kept for so many checks at once.
    pub(crate) fn new(kept: usize) -> Result<Self, Box<dyn Error>> {
        let policy = PasswordPolicy::default().with_kept_memory(kept);
        let password = Password::parse(PASSWORD)?;
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(|error| error.to_string())?;
        let stored = StoredHash::parse(&policy.hash(&password, salt)?, &policy)?;
        Ok(Self { policy, stored, password })
    }

    pub(crate) fn run(&self) -> Result<(), sekisho::Error> {
        let matches = self.policy.verify(&self.password, Some(&self.stored))?.matches;
        if matches { Ok(()) } else { Err(ErrorCode::InvalidCredentials.into()) }
    }
}
