//! Measures side by side in one run: the sides take turns, so that a machine whose speed drifts
//! slows both. Prints Markdown and keeps it in `target/bench`.

#![allow(clippy::print_stdout, reason = "the tables are what this program is for")]

use std::error::Error;
use std::fs;
use std::path::Path;

mod machine;
mod server;
mod sides;
mod token;

fn main() -> Result<(), Box<dyn Error>> {
    let report = [machine::describe(), token::compare()?, server::measure()?].join("\n");
    let folder =
        Path::new(&std::env::var("CARGO_TARGET_DIR").unwrap_or("target".into())).join("bench");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("bench.md"), &report)?;
    println!("{report}");
    Ok(())
}
