//! What a store can fail with.

use std::io;
use std::sync::Arc;
use std::time::Duration;

/// What a store operation can fail with. Its text is for the operator's log, never for an answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// The database did not answer, refused or is damaged.
    #[error("SQLite failed: {0}")]
    Database(#[from] rusqlite::Error),
    /// The same, for all whose additions were in one transaction.
    #[error("SQLite failed: {0}")]
    Additions(Arc<rusqlite::Error>),
    /// PostgreSQL did not answer, or refused.
    #[error("{setting}: PostgreSQL failed: {cause}")]
    Postgresql { setting: &'static str, cause: sqlx::Error },
    /// The database was made by a newer version, or holds tables of somebody else's.
    #[error(
        "{setting}: the database cannot be brought to this version: {cause}. (It must be a database, \
         or a schema, of its own, and the role must own it)"
    )]
    PostgresqlMigration { setting: &'static str, cause: sqlx::migrate::MigrateError },
    /// Redis did not answer, or refused.
    #[error("--counters: Redis failed: {0}")]
    Redis(#[from] redis::RedisError),
    /// Redis answered with something else than counts.
    #[error("--counters: Redis answered with {found} counts to {expected} additions")]
    Counts { found: usize, expected: usize },
    /// No answer came in time.
    #[error("{setting}: no answer came within {} s", .patience.as_secs())]
    TimedOut { setting: &'static str, patience: Duration },
    /// Redis may throw counters away.
    #[error(
        "--counters: this Redis throws keys away when its memory is full (maxmemory-policy {0}), \
         and with them failures that were counted and codes that were used. Set maxmemory-policy \
         noeviction: then a full Redis refuses, and so does this server"
    )]
    Evicts(String),
    /// Dev mode would forget what is in there.
    #[error(
        "{setting}: this database has users or counters, and dev mode removes them at each reset. \
         Give dev mode a database of its own"
    )]
    NotForDev { setting: &'static str },
    /// Dev mode may forget what is in there.
    #[error(
        "{setting}: this database is dev mode's, which removes all users at each reset. Give the \
         server one of its own"
    )]
    OfDev { setting: &'static str },
    /// It was closed, because the server stops.
    #[error("the database is closed")]
    Closed,
    /// The system has no thread for it.
    #[error("no thread for the database could be started: {0}")]
    Thread(io::Error),
    #[error("the database cannot be opened: {0}")]
    Opening(sqlx::Error),
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
