//! Counters and the built-in table of users in PostgreSQL, which several servers share.

mod counters;
mod dev;
mod schema;
#[cfg(test)]
mod tests;

use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;
use tokio::time::timeout;

use super::StoreError;
use crate::sql::{self, PATIENCE};

/// Users and counters. Cheap to clone.
#[derive(Clone)]
pub(crate) struct PostgresqlStore {
    pool: PgPool,
    setting: &'static str,
}

impl PostgresqlStore {
    /// Connects, and brings the database to this version's schema. `setting` is the one that names
    /// it.
    pub(crate) async fn open(
        options: PgConnectOptions,
        setting: &'static str,
    ) -> Result<Self, StoreError> {
        sql::warn_of_clear_text(setting, &options);
        schema::bring_up(&options, setting).await?;
        Ok(Self { pool: sql::pool().connect_lazy_with(options), setting })
    }

    /// For queries, within [`within`](Self::within).
    pub(crate) const fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// What work on it answers, in time.
    pub(crate) async fn within<T>(
        &self,
        work: impl Future<Output = Result<T, sqlx::Error>> + Send,
    ) -> Result<T, StoreError> {
        within(self.setting, work).await
    }

    /// What a failure of it is to the server.
    pub(crate) const fn failed(&self, cause: sqlx::Error) -> StoreError {
        StoreError::Postgresql { setting: self.setting, cause }
    }

    /// Waits for what is being done and closes all connections.
    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

async fn within<T>(
    setting: &'static str,
    work: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, StoreError> {
    match timeout(PATIENCE, work).await {
        Ok(Err(sqlx::Error::PoolClosed)) => Err(StoreError::Closed),
        Ok(done) => done.map_err(|cause| StoreError::Postgresql { setting, cause }),
        Err(_) => Err(StoreError::TimedOut { setting, patience: PATIENCE }),
    }
}
