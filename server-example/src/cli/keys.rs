//! `keys`: making, rotating, retiring and listing.

use std::path::PathBuf;

use clap::Subcommand;
use sekisho::{Environment, ErrorCode, KeyRing, Timestamp};

use super::{CommandError, KeyArgs};
use crate::app::entropy;
use crate::clock::{Clock, iso8601};
use crate::secret::{self, KEYS, SecretError};
use crate::{key_file, terminal};

/// How long a replaced key still opens, in seconds: longer than any record lives.
const KEEP_OPENING_SECONDS: u64 = 3600;

#[derive(Subcommand)]
pub(super) enum KeysCommand {
    /// Makes a new key ring and writes it to --keys-file, or prints it for `SEKISHO_KEYS`.
    ///
    /// Its text is the secret itself. Whoever has it can make records for every user.
    Generate {
        #[command(flatten)]
        keys: KeyArgs,
    },
    /// Adds a new key that will seal, and lets the others open for another hour.
    ///
    /// In --keys-file the ring is replaced, and a running server takes it over within seconds; a
    /// ring from `SEKISHO_KEYS` is printed. No record is lost, no budget is reset.
    Rotate {
        #[command(flatten)]
        keys: KeyArgs,
        /// Seconds until the new key seals, at most a day. Where several servers share the ring,
        /// all of them must have it by then. A key that was to seal later than that never does.
        #[arg(long, env = "SEKISHO_SEALS_IN", default_value_t = 30, value_name = "SECONDS")]
        #[arg(value_parser = clap::value_parser!(u64).range(0..=86_400))]
        seals_in: u64,
    },
    /// Ends a key that somebody else may have: every record it sealed is refused from then on.
    ///
    /// If it is the one that seals, first `keys rotate --seals-in 0`.
    Retire {
        #[command(flatten)]
        keys: KeyArgs,
        /// The key's id: `keys list` shows them.
        id: String,
        /// Seconds until it opens nothing.
        #[arg(long, env = "SEKISHO_RETIRE_IN", default_value_t = 0, value_name = "SECONDS")]
        r#in: u64,
    },
    /// Shows the ids and times of the keys, without their secrets.
    List {
        #[command(flatten)]
        keys: KeyArgs,
    },
}

pub(super) fn run(command: KeysCommand) -> Result<(), CommandError> {
    let now = Clock::default().now();
    match command {
        KeysCommand::Generate { keys } => generate(keys.keys_file, now),
        KeysCommand::Rotate { keys, seals_in } => rotate(&keys, seals_in, now),
        KeysCommand::Retire { keys, id, r#in } => retire(&keys, &id, now.after(r#in)),
        KeysCommand::List { keys } => {
            list(&read(&keys)?, now);
            Ok(())
        }
    }
}

fn generate(file: Option<PathBuf>, now: Timestamp) -> Result<(), CommandError> {
    let ring = KeyRing::generate(Environment::Production, now, &entropy()?)?;
    match file {
        Some(path) => {
            key_file::create(&path, &ring)?;
            terminal::remark(format_args!("made {}", path.display()));
        }
        None => terminal::line(ring.to_text().as_str()),
    }
    Ok(())
}

fn rotate(keys: &KeyArgs, seals_in: u64, now: Timestamp) -> Result<(), CommandError> {
    let seals_from = now.after(seals_in);
    let opens_until = seals_from.after(KEEP_OPENING_SECONDS);
    let old = read(keys)?;
    let rotated = old.rotate(seals_from, now, &entropy()?);
    let mut ring = rotated.map_err(|error| explain(error, &old))?;
    for key in old.keys().filter(|key| key.opens_until.is_none()) {
        // A key that was to seal later than the new one never seals: the last rotation counts.
        let until = if key.seals_from > seals_from { key.seals_from } else { opens_until };
        ring = ring.retire(key.id, until)?;
    }
    give_out(keys, &ring)?;
    terminal::remark(format_args!("the new key seals from {}", iso8601(seals_from)));
    Ok(())
}

fn retire(keys: &KeyArgs, id: &str, at: Timestamp) -> Result<(), CommandError> {
    let old = read(keys)?;
    let Some(key) = old.keys().find(|key| key.id.to_string() == id) else {
        let message = format!("the ring has no key {id}; `keys list` shows them all");
        return Err(CommandError::Refused(message));
    };
    let ring = old.retire(key.id, at)?;
    if ring.keys().all(|key| key.opens_until.is_some()) {
        let message = "no key would be left that seals for good: `keys rotate` adds one";
        return Err(CommandError::Refused(message.to_owned()));
    }
    give_out(keys, &ring)?;
    terminal::remark(format_args!("the key opens nothing from {}", iso8601(at)));
    Ok(())
}

/// Writes the ring where it came from; one from the environment is printed.
fn give_out(keys: &KeyArgs, ring: &KeyRing) -> Result<(), CommandError> {
    match &keys.keys_file {
        Some(path) => key_file::replace(path, ring)?,
        None => terminal::line(ring.to_text().as_str()),
    }
    Ok(())
}

/// A full ring has room again when its next key has ended.
fn explain(error: sekisho::Error, ring: &KeyRing) -> CommandError {
    match ring.keys().filter_map(|key| key.opens_until).min() {
        Some(next) if error.code() == ErrorCode::KeyRingFull => CommandError::Refused(format!(
            "the ring is full until {}, when its next key ends; `keys retire` ends one before",
            iso8601(next)
        )),
        _ => error.into(),
    }
}

fn list(ring: &KeyRing, now: Timestamp) {
    let sealing = ring.seals_with(now).ok();
    terminal::line(format_args!("{} ring", ring.environment().as_str()));
    for key in ring.keys() {
        let until = key.opens_until.map_or("-".to_owned(), iso8601);
        let mark = if sealing == Some(key.id) { "  seals now" } else { "" };
        let from = iso8601(key.seals_from);
        terminal::line(format_args!("{}  seals from {from}  opens until {until}{mark}", key.id));
    }
}

fn read(keys: &KeyArgs) -> Result<KeyRing, CommandError> {
    match (&keys.keys_file, secret::variable(KEYS)?) {
        (Some(path), None) => Ok(key_file::read(path)?),
        (None, Some(text)) => Ok(key_file::parse(&text, KEYS)?),
        (Some(_), Some(_)) => Err(SecretError::Twice("--keys-file", KEYS).into()),
        (None, None) => Err(CommandError::Refused(
            "missing: --keys-file (SEKISHO_KEYS_FILE) or SEKISHO_KEYS".to_owned(),
        )),
    }
}
