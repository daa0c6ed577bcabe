//! Counters and the built-in table of users in one SQLite file.

mod connection_thread;
mod counter_changes;
mod counters;
mod group_commit;
mod schema;

use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use self::connection_thread::ConnectionThread;
use super::StoreError;

/// Users and counters. Cheap to clone.
///
/// SQLite has one writer at a time, so one thread does all writing: a fair queue, where several
/// connections would poll each other's lock. Additions to counters share its transactions.
#[derive(Clone, Debug)]
pub(crate) struct SqliteStore {
    writer: ConnectionThread,
    reader: Reader,
}

/// What reads does not wait for the disk behind what writes.
#[derive(Clone, Debug)]
enum Reader {
    /// It reads on the thread of whoever asks: a row by its key is there in microseconds, and the way
    /// to another thread and back takes longer.
    OfItsOwn(Arc<Mutex<Option<Connection>>>),
    /// A database in memory has one connection.
    Writer,
}

impl SqliteStore {
    /// Opens the file, making it at the first start, and brings it to this version's schema.
    pub(crate) async fn open(file: &Path) -> Result<Self, StoreError> {
        Self::open_file(file, true).await
    }

    /// Opens a file that is there already.
    pub(crate) async fn open_existing(file: &Path) -> Result<Self, StoreError> {
        Self::open_file(file, false).await
    }

    async fn open_file(file: &Path, make_if_missing: bool) -> Result<Self, StoreError> {
        if make_if_missing {
            make_for_owner(file).map_err(not_made)?;
        }
        look_at(file)?;
        schema::bring_up(file).await?;
        let writer = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE | OWNED)?;
        // Not even a power cut may bring a used code back to life.
        writer.pragma_update(None, "synchronous", "FULL")?;
        writer.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
        // What a statement may have to undo would else go into a file of its own each time.
        writer.pragma_update(None, "temp_store", "MEMORY")?;
        let reader = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY | OWNED)?;
        for connection in [&writer, &reader] {
            connection.busy_timeout(BUSY_TIMEOUT)?;
        }
        Ok(Self {
            writer: on_its_thread(writer)?,
            reader: Reader::OfItsOwn(Arc::new(Mutex::new(Some(reader)))),
        })
    }

    /// A store that lives in memory and ends with the process, for dev mode and tests.
    pub(crate) fn in_memory() -> Result<Self, StoreError> {
        let connection = Connection::open_in_memory()?;
        schema::make(&connection)?;
        Ok(Self { writer: on_its_thread(connection)?, reader: Reader::Writer })
    }

    /// What a read on the connection answers. It must change nothing.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        match &self.reader {
            Reader::OfItsOwn(reader) => {
                let mut reader = lock(reader);
                Ok(read(reader.as_mut().ok_or(StoreError::Closed)?)?)
            }
            Reader::Writer => self.writer.run(read).await,
        }
    }

    /// What a change on the connection answers, once it is safe on the disk.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.writer.run(write).await
    }

    /// Waits for what is being written and closes the file.
    pub(crate) async fn close(&self) {
        if let Reader::OfItsOwn(reader) = &self.reader {
            *lock(reader) = None;
        }
        self.writer.close().await;
    }
}

fn lock(reader: &Mutex<Option<Connection>>) -> MutexGuard<'_, Option<Connection>> {
    reader.lock().unwrap_or_else(PoisonError::into_inner)
}

fn on_its_thread(connection: Connection) -> Result<ConnectionThread, StoreError> {
    ConnectionThread::new(connection).map_err(StoreError::Thread)
}

/// Makes an empty file that only its owner can read, if there is none: it will hold addresses and
/// password hashes. SQLite gives its companions the same rights.
fn make_for_owner(file: &Path) -> io::Result<()> {
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    match made {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn not_made(error: io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::NotFound => StoreError::NoFolder,
        io::ErrorKind::IsADirectory => StoreError::IsFolder,
        _ => StoreError::NotMade(error),
    }
}

/// Finds out what SQLite would call "unable to open", whatever it is.
pub(crate) fn look_at(file: &Path) -> Result<(), StoreError> {
    match fs::metadata(file) {
        Ok(found) if found.is_dir() => Err(StoreError::IsFolder),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(StoreError::NoFile),
        // Whatever else there is, it has to be opened to be known.
        Ok(_) | Err(_) => Ok(()),
    }
}

const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How long the write-ahead log grows before its pages go into the file: 16 MiB. Many changes of a
/// page then cost one write there, and the log is still read through in a moment after a crash.
const CHECKPOINT_PAGES: u32 = 8192;

/// One thread alone uses it.
const OWNED: OpenFlags = OpenFlags::SQLITE_OPEN_NO_MUTEX;

#[cfg(test)]
impl SqliteStore {
    /// Has all writing wait until what this answers is dropped.
    pub(crate) async fn hold_writer(&self) -> std::sync::mpsc::Sender<()> {
        let (held, release) = std::sync::mpsc::channel::<()>();
        let (begun, begins) = tokio::sync::oneshot::channel();
        let store = self.clone();
        tokio::spawn(async move {
            let wait = move |_: &mut Connection| {
                let _ = begun.send(());
                let _ = release.recv();
                Ok(())
            };
            store.write(wait).await
        });
        begins.await.unwrap();
        held
    }
}
