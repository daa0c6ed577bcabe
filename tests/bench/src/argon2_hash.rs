//! Argon2 by the core against the crate `argon2`, at two of OWASP's settings.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use sekisho::password::{Argon2Cost, HashLimits};
use sekisho::{Password, PasswordPolicy};

use crate::kept_memory::PASSWORD;
use crate::sides::take_turns;

/// Hashes in one turn: each takes milliseconds.
const CALLS: u32 = 1;

/// Password Storage Cheat Sheet: memory in KiB, passes.
const SETTINGS: [(u32, u32); 2] = [(19_456, 2), (47_104, 1)];

pub(crate) fn measure(_target: &Path) -> Result<String, Box<dyn Error>> {
    let mut table = String::from(
        "## Argon2id, one lane, one thread, memory kept from the hash before\n\n\
         The core wipes the memory after each hash, the crate does not.\n\n\
         | setting | side | median ms | least ms | times as fast |\n| --- | --- | ---: | ---: | ---: |\n",
    );
    for (m_kib, t) in SETTINGS {
        let (ours, theirs) = (core_hash(m_kib, t)?, crate_hash(m_kib, t)?);
        let (ours, theirs) = take_turns(CALLS, ours, theirs);
        for (side, timing) in [("core", &ours), ("crate `argon2`", &theirs)] {
            writeln!(
                table,
                "| m={m_kib}, t={t} | {side} | {:.1} | {:.1} | {:.2} |",
                timing.median / 1e6,
                timing.least / 1e6,
                theirs.median / timing.median,
            )?;
        }
    }
    Ok(table)
}

fn core_hash(m_kib: u32, t: u32) -> Result<impl FnMut() -> String, Box<dyn Error>> {
    let cost = Argon2Cost { m_kib, t, p: 1 };
    let policy = PasswordPolicy::new(cost, HashLimits::default())?.with_kept_memory(1);
    let password = Password::parse(PASSWORD)?;
    Ok(move || policy.hash(&password, salt()).unwrap_or_default())
}

fn crate_hash(m_kib: u32, t: u32) -> Result<impl FnMut() -> [u8; 32], Box<dyn Error>> {
    let params = Params::new(m_kib, t, 1, Some(32)).map_err(|error| error.to_string())?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut memory = vec![Block::new(); argon2.params().block_count()];
    Ok(move || {
        let mut tag = [0; 32];
        let hashed = argon2.hash_password_into_with_memory(
            PASSWORD.as_bytes(),
            &salt(),
            &mut tag,
            &mut memory,
        );
        hashed.map(|()| tag).unwrap_or_default()
    })
}

const fn salt() -> [u8; 16] {
    *b"sixteen bytes it"
}
