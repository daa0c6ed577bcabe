//! The key ring's file: read, written in one step, and read again when it changes.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, fchown};
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
    #[error("--keys-file {path}: {cause}{}", hint(.cause))]
    Io { path: PathBuf, cause: io::Error },
    #[error("{place}: {cause}")]
    Ring { place: String, cause: sekisho::Error },
    #[error(
        "{place} holds a development ring. A server for real users needs a production ring: \
         `keys generate` makes one"
    )]
    Development { place: String },
}

/// What to do about it, where that is known.
fn hint(cause: &io::Error) -> &'static str {
    match cause.kind() {
        io::ErrorKind::NotFound => {
            ". (`keys generate` makes a file in a folder that exists. Paths are relative to the folder \
             that the server is started in)"
        }
        io::ErrorKind::AlreadyExists => ". (There is a ring already: `keys rotate` changes it)",
        io::ErrorKind::PermissionDenied => ". (Run this as the user whose file it is)",
        _ => "",
    }
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

/// Replaces the file in one step: whoever reads it meanwhile sees the old ring or the new one. It
/// stays its owner's, with the rights it had; where it is a symbolic link, its target is replaced.
pub(crate) fn replace(path: &Path, ring: &KeyRing) -> Result<(), KeyFileError> {
    replace_target(path, ring).map_err(|cause| io_error(path, cause))
}

fn replace_target(path: &Path, ring: &KeyRing) -> io::Result<()> {
    let target = path.canonicalize()?;
    let file = prepare(&target, ring)?;
    let (old, new) = (fs::metadata(&target)?, file.as_file().metadata()?);
    if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
        fchown(file.as_file(), Some(old.uid()), Some(old.gid())).map_err(|cause| {
            let whose = format!("it must stay user {}'s, group {}'s", old.uid(), old.gid());
            io::Error::new(cause.kind(), format!("{whose}; run this as that user: {cause}"))
        })?;
    }
    file.as_file().set_permissions(old.permissions())?;
    file.persist(&target)?;
    Ok(())
}

/// A ring's file that is looked at again and again.
pub(crate) struct WatchedKeyFile {
    path: PathBuf,
    /// Of the ring in force.
    seen: Option<Stamp>,
    /// The last failure that was logged, and what the file was like then.
    told: Option<(Option<Stamp>, String)>,
}

impl WatchedKeyFile {
    /// Reads the production ring that is there now.
    pub(crate) fn open(path: PathBuf) -> Result<(KeyRing, Self), KeyFileError> {
        let seen = stamp(&path);
        let ring = read_production(&path)?;
        Ok((ring, Self { path, seen, told: None }))
    }

    /// Puts every new ring of the file in force, for ever. A file that cannot be used changes
    /// nothing.
    pub(crate) async fn watch(mut self, rules: &Rules) {
        loop {
            sleep(INTERVAL).await;
            self.look(rules);
        }
    }

    /// Takes over what has changed. What fails is tried again the next time, and logged once.
    fn look(&mut self, rules: &Rules) {
        let now = stamp(&self.path);
        if now.is_some() && now == self.seen {
            return;
        }
        match self.reload(rules) {
            Ok(()) => {
                tracing::info!("the key ring has changed and is in force");
                (self.seen, self.told) = (now, None);
            }
            Err(error) => {
                let failure = Some((now, error));
                if failure != self.told {
                    let error = failure.as_ref().map(|(_, error)| error.as_str());
                    tracing::error!(error, "the old key ring stays in force");
                    self.told = failure;
                }
            }
        }
    }

    fn reload(&self, rules: &Rules) -> Result<(), String> {
        let ring = read_production(&self.path).map_err(|error| error.to_string())?;
        rules.replace_keys(ring).map_err(|error| error.to_string())
    }
}

/// When a file was written, its length and its inode, another one for each file put in its place.
type Stamp = (SystemTime, u64, u64);

fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len(), metadata.ino()))
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
    use std::fs::{File, Permissions};
    use std::os::unix::fs::{PermissionsExt, chown, symlink};

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

    #[test]
    fn only_its_owner_can_read_it() {
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
        let (first, mut file) = WatchedKeyFile::open(path.clone()).unwrap();
        let rules = Rules::new(first, AccountPolicy::default()).unwrap();
        let in_force = || text(rules.in_force().verifier.keys());
        let second = ring(Environment::Production, 2);
        replace(&path, &second).unwrap();
        file.look(&rules);
        assert_eq!(in_force(), text(&second));
        for broken in [String::new(), "x".into(), text(&ring(Environment::Development, 3))] {
            fs::write(&path, &broken).unwrap();
            file.look(&rules);
            assert_eq!(in_force(), text(&second), "{broken:.20}");
        }
    }

    #[test]
    fn a_replaced_file_keeps_its_owner_its_rights_and_its_place() {
        let directory = tempfile::tempdir().unwrap();
        let (path, link) = (directory.path().join("keys"), directory.path().join("link"));
        create(&path, &ring(Environment::Production, 1)).unwrap();
        symlink(&path, &link).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        // Only root can give a file away.
        let is_given_away = chown(&path, Some(12345), Some(23456)).is_ok();
        let second = ring(Environment::Production, 2);
        replace(&link, &second).unwrap();
        assert_eq!(text(&read(&path).unwrap()), text(&second));
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        let metadata = fs::metadata(&path).unwrap();
        assert_eq!(metadata.mode() & 0o777, 0o640);
        if is_given_away {
            assert_eq!((metadata.uid(), metadata.gid()), (12345, 23456));
        }
    }

    #[test]
    fn a_ring_that_could_not_be_read_is_tried_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keys");
        create(&path, &ring(Environment::Production, 1)).unwrap();
        let (first, mut file) = WatchedKeyFile::open(path.clone()).unwrap();
        let rules = Rules::new(first, AccountPolicy::default()).unwrap();
        let in_force = || text(rules.in_force().verifier.keys());

        // A broken file is mended with its time and length as they were.
        let second = ring(Environment::Production, 2);
        let mended = text(&second);
        fs::write(&path, "x".repeat(mended.len())).unwrap();
        let written = fs::metadata(&path).unwrap().modified().unwrap();
        file.look(&rules);
        let told = file.told.clone();
        assert!(told.is_some());
        file.look(&rules);
        assert_eq!(file.told, told, "the same failure is not told twice");
        fs::write(&path, &mended).unwrap();
        File::options().write(true).open(&path).unwrap().set_modified(written).unwrap();
        file.look(&rules);
        assert_eq!(in_force(), mended);
        assert!(file.told.is_none());

        // Another file with the same time and length.
        let third = ring(Environment::Production, 3);
        replace(&path, &third).unwrap();
        File::options().write(true).open(&path).unwrap().set_modified(written).unwrap();
        assert_eq!(text(&third).len(), mended.len());
        file.look(&rules);
        assert_eq!(in_force(), text(&third));
    }
}
