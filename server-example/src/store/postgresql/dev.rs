//! Databases of dev mode, which forgets everything at each reset: they are marked, so that none with
//! real users is ever taken for one.

use sqlx::{PgConnection, PgPool};

use super::PostgresqlStore;
use crate::store::StoreError;

impl PostgresqlStore {
    /// Marks the database as one of dev mode.
    ///
    /// # Errors
    /// [`StoreError::NotForDev`] where it is not marked and has users or counters.
    pub(crate) async fn claim_for_dev(&self) -> Result<(), StoreError> {
        let is_claimed = self.within(claim(self.pool())).await?;
        if is_claimed { Ok(()) } else { Err(StoreError::NotForDev { setting: self.setting }) }
    }

    /// # Errors
    /// [`StoreError::OfDev`] where the database is marked as one of dev mode.
    pub(crate) async fn require_not_dev(&self) -> Result<(), StoreError> {
        let is_marked = sqlx::query_scalar(IS_MARKED).fetch_one(self.pool());
        let is_of_dev: bool = self.within(is_marked).await?;
        if is_of_dev { Err(StoreError::OfDev { setting: self.setting }) } else { Ok(()) }
    }
}

async fn claim(pool: &PgPool) -> Result<bool, sqlx::Error> {
    let mut transaction = pool.begin().await?;
    let is_claimed = claim_in(&mut transaction).await?;
    transaction.commit().await?;
    Ok(is_claimed)
}

/// Of servers that start together, one after the other.
async fn claim_in(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query(LOCK).execute(&mut *connection).await?;
    let is_marked: bool = sqlx::query_scalar(IS_MARKED).fetch_one(&mut *connection).await?;
    if is_marked {
        return Ok(true);
    }
    let is_used: bool = sqlx::query_scalar(IS_USED).fetch_one(&mut *connection).await?;
    if is_used {
        return Ok(false);
    }
    sqlx::raw_sql(MARK).execute(&mut *connection).await?;
    Ok(true)
}

const LOCK: &str = "SELECT pg_advisory_xact_lock(hashtextextended('sekisho dev mode', 0))";

const IS_MARKED: &str = "SELECT to_regclass('dev_state') IS NOT NULL";

const IS_USED: &str = "SELECT EXISTS (SELECT FROM users) OR EXISTS (SELECT FROM counters)";

/// The tables of what servers in dev mode share.
const MARK: &str = include_str!("../../../migrations/postgresql/dev.sql");
