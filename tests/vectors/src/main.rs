//! Writes the test vectors: `cargo run -p sekisho-vectors`.
//!
//! With `--check` it writes nothing and ends with 1 where a file on disk is not byte for byte what
//! it would write. Tokens, digests, keys and codes come from [`reference`](mod@reference), an
//! implementation beside `sekisho`'s own; what a flow asks for and answers is written down by hand.
//! Only the list of error codes is read from `sekisho`.

#![expect(clippy::needless_pass_by_value, reason = "cases are built from json! values")]

mod code;
mod document;
mod errors;
mod flow;
mod identifier;
mod keyring;
mod message;
mod operation;
mod record;
mod reference;
mod requirement;
mod token;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

use document::Document;

const USAGE: &str = "usage: sekisho-vectors [--check]";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => each_document(write),
        ["--check"] => each_document(check),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            let _ = writeln!(io::stderr(), "{message}");
            ExitCode::FAILURE
        }
    }
}

/// Every file but `password.json`, whose expectations were computed by independent programs.
fn each_document(act: fn(&Path, &Document) -> Result<(), String>) -> Result<(), String> {
    let documents = [
        keyring::document(),
        token::document(),
        identifier::document(),
        operation::document(),
        message::document(),
        code::document(),
        flow::document(),
        requirement::document(),
        errors::document(),
    ];
    documents.iter().try_for_each(|document| {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(document.file_name());
        document.check_ids().and_then(|()| act(&path, document))
    })
}

fn write(path: &Path, document: &Document) -> Result<(), String> {
    fs::write(path, document.to_text()?)
        .map_err(|error| format!("cannot write {}: {error}", path.display()))
}

fn check(path: &Path, document: &Document) -> Result<(), String> {
    let on_disk = fs::read_to_string(path)
        .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    match document.first_difference(&on_disk)? {
        None => Ok(()),
        Some(difference) => Err(format!(
            "{} differs: {difference}. Run `cargo run -p sekisho-vectors` and look at the change.",
            path.display()
        )),
    }
}
