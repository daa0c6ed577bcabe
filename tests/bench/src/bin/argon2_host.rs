//! Makes the Argon2 hashes that are asked for on standard input, a line of JSON each, by the core and by
//! the crate `argon2`, and answers with how long each one took and its tag. `argon2/main.mjs` asks.

#![allow(clippy::print_stdout, reason = "the answers are what this program is for")]

use std::collections::HashMap;
use std::error::Error;
use std::fmt::Write;
use std::io::stdin;
use std::time::Instant;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64ct::{Base64Unpadded, Encoding};
use sekisho::password::{Argon2Cost, HashLimits};
use sekisho::{Password, PasswordPolicy};
use serde::Deserialize;
use serde_json::json;

const TAG_BYTES: usize = 32;

#[derive(Deserialize)]
struct Asked {
    side: String,
    setting: Setting,
    password: String,
    salt: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Setting {
    memory_kib: u32,
    passes: u32,
}

/// Makes one hash.
type Hash = Box<dyn FnMut() -> Result<Vec<u8>, Box<dyn Error>>>;

fn main() -> Result<(), Box<dyn Error>> {
    // Each has its memory from its hash before.
    let mut hashes = HashMap::<(String, Setting), Hash>::new();
    for line in stdin().lines() {
        let asked: Asked = serde_json::from_str(&line?)?;
        let key = (asked.side.clone(), asked.setting);
        if !hashes.contains_key(&key) {
            hashes.insert(key.clone(), hash_of(&asked)?);
        }
        let hash = hashes.get_mut(&key).ok_or("it was just made")?;
        let start = Instant::now();
        let tag = hash()?;
        let milliseconds = start.elapsed().as_secs_f64() * 1e3;
        println!("{}", json!({ "milliseconds": milliseconds, "tag": hexadecimal(&tag)? }));
    }
    Ok(())
}

fn hash_of(asked: &Asked) -> Result<Hash, Box<dyn Error>> {
    match asked.side.as_str() {
        "sekisho" => core_hash(asked),
        "crate argon2" => crate_hash(asked),
        unknown => Err(format!("there is no {unknown} here").into()),
    }
}

fn core_hash(asked: &Asked) -> Result<Hash, Box<dyn Error>> {
    let Setting { memory_kib, passes } = asked.setting;
    let cost = Argon2Cost { m_kib: memory_kib, t: passes, p: 1 };
    let policy = PasswordPolicy::new(cost, HashLimits::default())?.with_kept_memory(1);
    let password = Password::parse(&asked.password)?;
    let salt = asked.salt.as_bytes().try_into()?;
    Ok(Box::new(move || {
        let hash = policy.hash(&password, salt)?;
        let (_, tag) = hash.rsplit_once('$').ok_or("no tag")?;
        Base64Unpadded::decode_vec(tag).map_err(|error| error.to_string().into())
    }))
}

fn crate_hash(asked: &Asked) -> Result<Hash, Box<dyn Error>> {
    let Setting { memory_kib, passes } = asked.setting;
    let params = Params::new(memory_kib, passes, 1, Some(TAG_BYTES));
    let params = params.map_err(|error| error.to_string())?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut memory = vec![Block::new(); argon2.params().block_count()];
    let (password, salt) = (asked.password.clone(), asked.salt.clone());
    Ok(Box::new(move || {
        let mut tag = vec![0; TAG_BYTES];
        let (password, salt) = (password.as_bytes(), salt.as_bytes());
        let hashed = argon2.hash_password_into_with_memory(password, salt, &mut tag, &mut memory);
        hashed.map_err(|error| error.to_string())?;
        Ok(tag)
    }))
}

fn hexadecimal(bytes: &[u8]) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    bytes.iter().try_for_each(|byte| write!(text, "{byte:02x}"))?;
    Ok(text)
}
