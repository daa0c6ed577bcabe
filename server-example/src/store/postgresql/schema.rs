//! The schema, and how a database of an earlier version comes to this one's.

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use super::within;
use crate::store::StoreError;
use crate::store::migrations::migrator;

const MIGRATIONS: [(&str, &str); 1] = [(
    "users and counters",
    include_str!("../../../migrations/postgresql/0001_users_and_counters.sql"),
)];

/// Brings the database to this version's schema. Of servers that start together one does it, and the
/// others wait.
pub(super) async fn bring_up(
    options: &PgConnectOptions,
    setting: &'static str,
) -> Result<(), StoreError> {
    let mut connection: PgConnection = within(setting, options.connect()).await?;
    let migrated = migrator(&MIGRATIONS).run(&mut connection).await;
    migrated.map_err(|cause| StoreError::PostgresqlMigration { setting, cause })?;
    within(setting, connection.close()).await
}
