//! The list of leaked passwords.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use sekisho::password::LeakedPasswords;

use super::{ConfigError, file_error};

/// One password a line. Lists that are passed around hold lines that are not UTF-8: nobody types
/// those.
pub(super) fn read(path: &Path) -> Result<LeakedPasswords, ConfigError> {
    let failed = |cause| file_error("--leaked-passwords-file", path, cause);
    let refused = |problem| ConfigError::LeakedPasswords { path: path.to_owned(), problem };
    let lines = BufReader::new(File::open(path).map_err(failed)?).split(b'\n');
    let mut hashes = 0_usize;
    let lines = lines.filter_map(|line| line.map(text).transpose()).inspect(|line| {
        hashes += usize::from(line.as_deref().is_ok_and(is_hash));
    });
    let read: LeakedPasswords = lines.collect::<io::Result<_>>().map_err(failed)?;
    if read.is_empty() {
        return Err(refused("there is no password in it, one a line"));
    }
    if 2 * hashes > read.len() {
        return Err(refused("it holds hashes: it must be the passwords themselves, one a line"));
    }
    tracing::info!(passwords = read.len(), "leaked passwords are rejected");
    Ok(read)
}

/// A line without the carriage return that some systems leave at its end.
fn text(line: Vec<u8>) -> Option<String> {
    let mut line = String::from_utf8(line).ok()?;
    if line.ends_with('\r') {
        line.pop();
    }
    Some(line)
}

/// Whether a line is like those of Have I Been Pwned: a digest in hexadecimal, and perhaps a count.
fn is_hash(line: &str) -> bool {
    let digest = line.split_once(':').map_or(line, |(digest, _)| digest);
    [32, 40].contains(&digest.len()) && digest.bytes().all(|byte| byte.is_ascii_hexdigit())
}
