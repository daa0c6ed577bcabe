//! The schema, and how a file made by an earlier version comes to this one's.

use std::path::Path;

use rusqlite::Connection;
use sqlx::error::DatabaseError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode};
use sqlx::{ConnectOptions, Connection as _};

use super::BUSY_TIMEOUT;
use crate::store::StoreError;
use crate::store::migrations::migrator;

const MIGRATIONS: [(&str, &str); 2] = [
    ("users and counters", include_str!("../../../migrations/sqlite/0001_users_and_counters.sql")),
    (
        "counters without index",
        include_str!("../../../migrations/sqlite/0002_counters_without_index.sql"),
    ),
];

/// Counters stand in no order of their making, so each one that changes has a whole page written. In
/// pages of this size a user still fits. A file that was made with other pages keeps them.
const PAGE_BYTES: u32 = 2048;

/// Brings the file to this version's schema.
pub(super) async fn bring_up(file: &Path) -> Result<(), StoreError> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        .busy_timeout(BUSY_TIMEOUT)
        .page_size(PAGE_BYTES);
    let mut connection: SqliteConnection = options.connect().await.map_err(not_opened)?;
    migrator(&MIGRATIONS).run(&mut connection).await?;
    connection.close().await.map_err(StoreError::Opening)
}

/// Makes it in a database that is empty.
pub(super) fn make(connection: &Connection) -> rusqlite::Result<()> {
    MIGRATIONS.iter().try_for_each(|(_, sql)| connection.execute_batch(sql))
}

fn not_opened(error: sqlx::Error) -> StoreError {
    let code = error.as_database_error().and_then(DatabaseError::code);
    let is_cantopen = code.is_some_and(|code| code == "14");
    if is_cantopen { StoreError::NotOpened } else { StoreError::Opening(error) }
}
