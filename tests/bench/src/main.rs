//! Measures side by side in one run: the sides take turns, so that a machine whose speed drifts
//! slows both. Prints Markdown and keeps it in `target/bench`.

#![allow(clippy::print_stdout, reason = "the tables are what this program is for")]

use std::env;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

mod machine;
mod server;
mod sides;
mod token;

fn main() -> Result<(), Box<dyn Error>> {
    let target = PathBuf::from(env::var_os("CARGO_TARGET_DIR").unwrap_or("target".into()));
    let report = [machine::describe(), token::compare()?, server::measure(&target)?].join("\n");
    let folder = target.join("bench");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("bench.md"), &report)?;
    println!("{report}");
    Ok(())
}
