//! The store: counters and the built-in table of users in one SQLite file.

mod counter_changes;
mod counters;
mod group_commit;
mod probe;
mod timed;

use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::error::DatabaseError;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection, SqlSafeStr};

use group_commit::AdditionQueue;

pub(crate) use counters::CounterStore;
pub(crate) use timed::Timed;

/// What a store operation can fail with. Its text is for the operator's log, never for an answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// The database did not answer, refused or is damaged.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The same, for all whose additions were in one transaction.
    #[error("the database failed: {0}")]
    Additions(Arc<sqlx::Error>),
    /// The database was made by a newer version, or a migration was changed.
    #[error("the database cannot be brought to this version: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error(
        "there is no file of this name. (A relative name begins at the folder in which the command \
         was given; `serve` and `user add` make the built-in database)"
    )]
    NoFile,
    #[error("this is a folder. Name a file in it, such as sekisho.db")]
    IsFolder,
    #[error("the folder of this file does not exist. Make it first")]
    NoFolder,
    #[error("the file cannot be made: {0}")]
    NotMade(io::Error),
    #[error(
        "SQLite cannot open it: whoever runs the server must be able to read and write the file, \
         and to make files in its folder"
    )]
    NotOpened,
}

/// Users and counters. Cheap to clone.
///
/// SQLite has one writer at a time, so all writing waits its turn in a pool of one connection:
/// a fair queue, where several connections would poll each other's lock. Additions to counters
/// wait in a queue of their own for a turn that they share.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    pub(crate) writer: SqlitePool,
    pub(crate) reader: SqlitePool,
    additions: AdditionQueue,
}

impl Store {
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
        let options = SqliteConnectOptions::new()
            .filename(file)
            .journal_mode(SqliteJournalMode::Wal)
            // Not even a power cut may bring a used code back to life.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT)
            .page_size(PAGE_BYTES)
            // What a statement may have to undo would else go into a file of its own each time.
            .pragma("temp_store", "MEMORY")
            .pragma("wal_autocheckpoint", CHECKPOINT_PAGES);
        let writer = recycled(pool(1)).connect_with(options.clone()).await.map_err(not_opened)?;
        migrator().run(&writer).await?;
        let reader = pool(READERS).connect_lazy_with(options.read_only(true));
        Ok(Self { additions: AdditionQueue::new(writer.clone()), writer, reader })
    }

    /// A store that lives in memory and ends with the process, for dev mode and tests.
    pub(crate) async fn in_memory() -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new().in_memory(true);
        let only = pool(1).connect_with(options).await?;
        migrator().run(&only).await?;
        let additions = AdditionQueue::new(only.clone());
        Ok(Self { writer: only.clone(), reader: only, additions })
    }

    /// Waits for what is being written and closes the file.
    pub(crate) async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
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

fn not_opened(error: sqlx::Error) -> StoreError {
    let code = error.as_database_error().and_then(DatabaseError::code);
    let is_cantopen = code.is_some_and(|code| code == "14");
    if is_cantopen { StoreError::NotOpened } else { error.into() }
}

const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const READERS: u32 = 4;

/// Counters stand in no order of their making, so each one that changes has a whole page written. In
/// pages of this size a user still fits. A file that was made with other pages keeps them.
const PAGE_BYTES: u32 = 2048;

/// How long the write-ahead log grows before its pages go into the file: 16 MiB. Many changes of a
/// page then cost one write there, and the log is still read through in a moment after a crash.
const CHECKPOINT_PAGES: &str = "8192";

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(BUSY_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

/// Closes connections that come back in a transaction instead of using them again.
///
/// Where the disk is full or fails, SQLite rolls back by itself. sqlx, whose own ROLLBACK then finds
/// nothing to do, would believe in that transaction for ever and begin no other.
fn recycled(pool: SqlitePoolOptions) -> SqlitePoolOptions {
    pool.after_release(|connection, _| {
        Box::pin(async move {
            if !connection.is_in_transaction() {
                return Ok(true);
            }
            // A rollback that is still queued comes before the ping's answer.
            connection.ping().await?;
            Ok(!connection.is_in_transaction())
        })
    })
}

fn migrator() -> Migrator {
    let migrations = [
        ("users and counters", include_str!("../../migrations/0001_users_and_counters.sql")),
        (
            "counters without index",
            include_str!("../../migrations/0002_counters_without_index.sql"),
        ),
    ];
    let migration = |(version, (description, sql)): (i64, (&'static str, &'static str))| {
        let kind = MigrationType::Simple;
        Migration::new(version, description.into(), kind, sql.into_sql_str(), false)
    };
    Migrator::with_migrations((1..).zip(migrations).map(migration).collect())
}
