//! Secrets among the settings: each comes from the environment or from a file of its own, never
//! from the command line, which everybody on the machine can read.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// The key ring's text.
pub(crate) const KEYS: &str = "SEKISHO_KEYS";
/// The secret shared with the issuer of access tokens.
pub(crate) const ACCESS_TOKEN_SECRET: &str = "SEKISHO_ACCESS_TOKEN_SECRET";
/// The secret of the client that asks about opaque tokens.
pub(crate) const INTROSPECTION_CLIENT_SECRET: &str = "SEKISHO_INTROSPECTION_CLIENT_SECRET";
/// The secret that requests to the SMS webhook are signed with.
pub(crate) const SMS_SECRET: &str = "SEKISHO_SMS_SECRET";

/// The variables that are no option's, with what is in them.
pub(crate) const VARIABLES: [(&str, &str); 4] = [
    (
        KEYS,
        "The key ring itself, instead of `--keys-file`. It cannot change while the server runs.",
    ),
    (ACCESS_TOKEN_SECRET, "The HS256 secret of access tokens, at least 32 bytes."),
    (INTROSPECTION_CLIENT_SECRET, "The secret of `--introspection-client-id`."),
    (SMS_SECRET, "The secret of the SMS webhook, `whsec_…`."),
];

/// Why a secret cannot be read. Never holds a part of it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SecretError {
    #[error("{0} is set, but its value is not text")]
    NotText(&'static str),
    #[error("{0} and {1} are two answers to one question: give one of them")]
    Twice(&'static str, &'static str),
    #[error("{setting} {path}: the file is empty")]
    Empty { setting: &'static str, path: PathBuf },
    #[error("{setting} {path}: {cause}")]
    File { setting: &'static str, path: PathBuf, cause: io::Error },
}

/// A secret, and the setting it comes from.
pub(crate) struct Secret {
    pub(crate) text: Zeroizing<String>,
    pub(crate) setting: &'static str,
}

/// A secret from its variable, or from the file that an option names.
pub(crate) fn of_variable(
    variable: &'static str,
    option: &'static str,
    file: Option<&Path>,
) -> Result<Option<Secret>, SecretError> {
    choose((variable, self::variable(variable)?), (option, file))
}

/// A secret given outright (a URL that may hold a password), or in the file that an option names.
pub(crate) fn choose(
    (setting, outright): (&'static str, Option<Zeroizing<String>>),
    (option, file): (&'static str, Option<&Path>),
) -> Result<Option<Secret>, SecretError> {
    match (outright, file) {
        (Some(_), Some(_)) => Err(SecretError::Twice(setting, option)),
        (Some(text), None) => Ok(Some(Secret { text, setting })),
        (None, Some(path)) => Ok(Some(Secret { text: read(option, path)?, setting: option })),
        (None, None) => Ok(None),
    }
}

/// What is in a variable; an empty one is not set.
pub(crate) fn variable(name: &'static str) -> Result<Option<Zeroizing<String>>, SecretError> {
    match env::var(name) {
        Ok(value) if value.is_empty() => Ok(None),
        Ok(value) => Ok(Some(Zeroizing::new(value))),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(SecretError::NotText(name)),
    }
}

/// A secret in a file of its own. What editors add is no part of it: the mark at its beginning
/// (U+FEFF) and the line break at its end.
fn read(setting: &'static str, path: &Path) -> Result<Zeroizing<String>, SecretError> {
    let failed = |cause| SecretError::File { setting, path: path.to_owned(), cause };
    let text = fs::read_to_string(path).map(Zeroizing::new).map_err(failed)?;
    let secret = text.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']);
    if secret.trim().is_empty() {
        return Err(SecretError::Empty { setting, path: path.to_owned() });
    }
    Ok(Zeroizing::new(secret.to_owned()))
}
