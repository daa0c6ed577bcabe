//! How passwords are hashed.

use alloc::sync::Arc;
use alloc::vec::Vec;

use sekisho::password::{Argon2Cost, HashLimits, Pepper};
use sekisho::{Error, PasswordPolicy};

use crate::answer::Answer;
use crate::argument::Arguments;
use crate::held::Value;

/// A policy of memory in KiB, passes and lanes; then whether the first pepper is the current one, and
/// the peppers, id and key of each.
pub(crate) fn make(arguments: &mut Arguments<'_>) -> Result<Value, Error> {
    let Argon2Cost { m_kib, t, p } = Argon2Cost::default();
    let cost = Argon2Cost {
        m_kib: arguments.number_or(m_kib),
        t: arguments.number_or(t),
        p: arguments.number_or(p),
    };
    let has_current = arguments.is_true();
    let current = if has_current { Some(pepper(arguments)?) } else { None };
    let mut older = Vec::new();
    while !arguments.is_at_end() {
        older.push(pepper(arguments)?);
    }
    let policy = PasswordPolicy::new(cost, HashLimits::default())?.with_peppers(current, older)?;
    Ok(Value::PasswordPolicy(Arc::new(policy)))
}

/// Hashes a new password: password, its NFKC form, salt.
pub(crate) fn hash(
    policy: &PasswordPolicy,
    arguments: &mut Arguments<'_>,
) -> Result<Answer, Error> {
    Ok(Answer::of(&policy.hash(&arguments.password()?, arguments.random()?)?))
}

/// Checks a password against a stored hash: password, its NFKC form, hash. Whether it matches, whether
/// to hash it anew.
pub(crate) fn verify(
    policy: &PasswordPolicy,
    arguments: &mut Arguments<'_>,
) -> Result<Answer, Error> {
    let password = arguments.password()?;
    let verified = policy.verify(&password, arguments.stored_hash(policy)?.as_ref())?;
    let mut answer = Answer::new();
    answer.flag(verified.matches);
    answer.flag(verified.needs_rehash);
    Ok(answer)
}

fn pepper(arguments: &mut Arguments<'_>) -> Result<Pepper, Error> {
    Pepper::new(arguments.text(), arguments.bytes())
}
