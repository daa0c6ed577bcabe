//! Measures side by side in one run: the sides take turns, so that a machine whose speed drifts
//! slows both. Prints Markdown and keeps it in `target/bench`.
//!
//! Arguments are the names of the sections to measure; without any, all are but those that have a
//! command of their own.

#![allow(clippy::print_stdout, reason = "the tables are what this program is for")]

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

mod account;
mod balancer;
mod code_checks;
mod constant_time;
mod hanging;
mod instances;
mod issuer;
mod kept_memory;
mod load;
mod machine;
mod password_checks;
mod rest;
mod server;
mod sides;
mod steady;
mod token;
mod welch;

/// Measures something of what is built in the target folder and answers with its table.
type Measure = fn(&Path) -> Result<String, Box<dyn Error>>;

const SECTIONS: [(&str, Measure); 7] = [
    ("token", token::measure),
    ("constant-time", constant_time::measure),
    ("rest", rest::measure),
    ("code-checks", code_checks::measure),
    ("kept-memory", kept_memory::measure),
    ("password-checks", password_checks::measure),
    ("hanging", hanging::measure),
];

/// Measures something, tells it and keeps it.
type MeasureAlone = fn(&Path) -> Result<(), Box<dyn Error>>;

/// Those that take minutes or need other programs: `make load` and `instances.sh` call them.
const ALONE: [(&str, MeasureAlone); 2] =
    [("load", steady::measure), ("instances", instances::measure)];

fn main() -> Result<(), Box<dyn Error>> {
    let target = PathBuf::from(env::var_os("CARGO_TARGET_DIR").unwrap_or("target".into()));
    let asked: Vec<_> = env::args().skip(1).collect();
    if let [name] = asked.as_slice()
        && let Some((_, measure)) = ALONE.iter().find(|(known, _)| known == name)
    {
        return measure(&target);
    }
    if let Some(unknown) = asked.iter().find(|name| SECTIONS.iter().all(|(known, _)| known != name))
    {
        let known = SECTIONS.map(|(name, _)| name).join(", ");
        let alone = ALONE.map(|(name, _)| name).join(", ");
        return Err(format!("{unknown} is no section. There are: {known}; alone: {alone}").into());
    }
    let mut report = Vec::new();
    for (_, measure) in
        SECTIONS.iter().filter(|(name, _)| asked.is_empty() || asked.iter().any(|a| a == name))
    {
        report.push(measure(&target)?);
    }
    tell(&report, &target, "bench.md")
}

/// Prints the sections, after what they were measured on, and keeps them.
fn tell(sections: &[String], target: &Path, file: &str) -> Result<(), Box<dyn Error>> {
    let report = format!("{}\n{}", machine::describe(), sections.join("\n"));
    let folder = target.join("bench");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(file), &report)?;
    println!("{report}");
    Ok(())
}
