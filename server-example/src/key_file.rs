//! The key ring's file: read, written in one step, and read again when it changes.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sekisho::{Environment, KeyRing};
use tempfile::NamedTempFile;
use tokio::time::sleep;
use zeroize::Zeroizing;

use crate::rules::Rules;

/// How often the file is looked at.
const INTERVAL: Duration = Duration::from_secs(2);

/// Why a key ring cannot be used. Never holds a part of it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyFileError {
    #[error("--keys-file {path}: {cause}")]
    Io { path: PathBuf, cause: io::Error },
    #[error("{place}: {cause}")]
    Ring { place: String, cause: sekisho::Error },
    #[error(
        "{place} holds a development ring. A server for real users needs a production ring: \
         `keys generate` makes one"
    )]
    Development { place: String },
}

/// Reads a ring from its text. `place` says where it stood, for people.
pub(crate) fn parse(text: &str, place: &str) -> Result<KeyRing, KeyFileError> {
    KeyRing::parse(text.trim())
        .map_err(|cause| KeyFileError::Ring { place: place.to_owned(), cause })
}

/// Refuses a ring that is not for real users.
pub(crate) fn require_production(ring: KeyRing, place: &str) -> Result<KeyRing, KeyFileError> {
    match ring.environment() {
        Environment::Production => Ok(ring),
        Environment::Development => Err(KeyFileError::Development { place: place.to_owned() }),
    }
}

pub(crate) fn read(path: &Path) -> Result<KeyRing, KeyFileError> {
    let text =
        fs::read_to_string(path).map(Zeroizing::new).map_err(|cause| io_error(path, cause))?;
    parse(&text, &place(path))
}

/// Writes a new file that only its owner can read.
///
/// # Errors
/// [`KeyFileError::Io`] also where there is a file already: a ring is never lost by mistake.
pub(crate) fn create(path: &Path, ring: &KeyRing) -> Result<(), KeyFileError> {
    let file = prepare(path, ring).map_err(|cause| io_error(path, cause))?;
    file.persist_noclobber(path).map_err(|error| io_error(path, error.error))?;
    Ok(())
}

/// Replaces the file in one step: whoever reads it meanwhile sees the old ring or the new one.
pub(crate) fn replace(path: &Path, ring: &KeyRing) -> Result<(), KeyFileError> {
    let file = prepare(path, ring).map_err(|cause| io_error(path, cause))?;
    file.persist(path).map_err(|error| io_error(path, error.error))?;
    Ok(())
}

/// A ring's file that is looked at again and again.
pub(crate) struct WatchedKeyFile {
    path: PathBuf,
    seen: Option<Stamp>,
}

impl WatchedKeyFile {
    /// Reads the production ring that is there now.
    pub(crate) fn open(path: PathBuf) -> Result<(KeyRing, Self), KeyFileError> {
        let seen = stamp(&path);
        let ring = read_production(&path)?;
        Ok((ring, Self { path, seen }))
    }

    /// Puts every new ring of the file in force, for ever. A file that cannot be used changes
    /// nothing.
    pub(crate) async fn watch(mut self, rules: &Rules) {
        loop {
            sleep(INTERVAL).await;
            let now = stamp(&self.path);
            if now != self.seen {
                self.seen = now;
                self.reload(rules);
            }
        }
    }

    fn reload(&self, rules: &Rules) {
        let replaced = match read_production(&self.path) {
            Ok(ring) => rules.replace_keys(ring).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        match replaced {
            Ok(()) => tracing::info!("the key ring has changed and is in force"),
            Err(error) => tracing::error!(error, "the old key ring stays in force"),
        }
    }
}

/// When a file was written, and its length.
type Stamp = (SystemTime, u64);

fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

fn read_production(path: &Path) -> Result<KeyRing, KeyFileError> {
    require_production(read(path)?, &place(path))
}

/// A file beside the one to be, with rights for its owner alone.
fn prepare(path: &Path, ring: &KeyRing) -> io::Result<NamedTempFile> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let mut file = NamedTempFile::new_in(directory.unwrap_or(Path::new(".")))?;
    writeln!(file, "{}", ring.to_text().as_str())?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn place(path: &Path) -> String {
    format!("--keys-file {}", path.display())
}

fn io_error(path: &Path, cause: io::Error) -> KeyFileError {
    KeyFileError::Io { path: path.to_owned(), cause }
}

#[cfg(test)]
mod tests {
    use sekisho::{Entropy, Timestamp};

    use super::*;
    use crate::policy::AccountPolicy;

    fn ring(environment: Environment, seed: u8) -> KeyRing {
        let mut bytes = [seed; 32];
        bytes[0] = !seed;
        let now = Timestamp::from_unix_seconds(1_764_000_000).unwrap();
        KeyRing::generate(environment, now, &Entropy::from_bytes(bytes).unwrap()).unwrap()
    }

    fn text(ring: &KeyRing) -> String {
        ring.to_text().to_string()
    }

    #[test]
    fn a_ring_is_never_overwritten_by_a_new_one() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keys");
        let (first, second) = (ring(Environment::Production, 1), ring(Environment::Production, 2));
        create(&path, &first).unwrap();
        assert!(matches!(create(&path, &second), Err(KeyFileError::Io { .. })));
        assert_eq!(text(&read(&path).unwrap()), text(&first));
        replace(&path, &second).unwrap();
        assert_eq!(text(&read(&path).unwrap()), text(&second));
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "no file is left over");
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keys");
        create(&path, &ring(Environment::Production, 1)).unwrap();
        replace(&path, &ring(Environment::Production, 2)).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_development_ring_does_not_serve_real_users() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keys");
        create(&path, &ring(Environment::Development, 1)).unwrap();
        let refused = WatchedKeyFile::open(path).err().unwrap();
        assert!(matches!(refused, KeyFileError::Development { .. }), "{refused}");
    }

    #[test]
    fn a_changed_file_is_put_in_force_and_a_broken_one_is_not() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keys");
        create(&path, &ring(Environment::Production, 1)).unwrap();
        let (first, file) = WatchedKeyFile::open(path.clone()).unwrap();
        let rules = Rules::new(first, AccountPolicy::default()).unwrap();
        let in_force = || text(rules.in_force().verifier.keys());
        let second = ring(Environment::Production, 2);
        replace(&path, &second).unwrap();
        file.reload(&rules);
        assert_eq!(in_force(), text(&second));
        for broken in [String::new(), "x".into(), text(&ring(Environment::Development, 3))] {
            fs::write(&path, &broken).unwrap();
            file.reload(&rules);
            assert_eq!(in_force(), text(&second), "{broken:.20}");
        }
    }
}
