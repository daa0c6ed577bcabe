//! Migrations: how a database comes from version to version.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// Takes migrations in their order, each by its description and its SQL.
pub(super) fn migrator(migrations: &[(&'static str, &'static str)]) -> Migrator {
    let migration = |(version, &(description, sql)): (i64, &(&'static str, &'static str))| {
        let kind = MigrationType::Simple;
        Migration::new(version, description.into(), kind, sql.into_sql_str(), false)
    };
    Migrator::with_migrations((1..).zip(migrations).map(migration).collect())
}
