//! The stores that the settings name, opened.

use std::path::PathBuf;
use std::sync::Arc;

use sqlx::postgres::PgConnectOptions;

use super::redis::{Namespace, RedisCounters, RedisUrl};
use super::settings::{COUNTERS, CountersPlace, DATABASE, DatabasePlace, StoreSettings};
use super::{CounterStore, PostgresqlStore, SqliteStore, StoreError};
use crate::users::BuiltInUsers;

/// The stores of a server.
pub(crate) struct Stores {
    pub(crate) counters: Arc<dyn CounterStore>,
    /// `None` where there is no `--database`.
    pub(crate) users: Option<Arc<dyn BuiltInUsers>>,
    /// Where `--database` is PostgreSQL, that.
    pub(crate) postgresql: Option<PostgresqlStore>,
}

/// For what stores are opened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opening {
    /// A file that is missing is made.
    Serve,
    /// A file must be there already.
    Look,
    /// Everything in it may be forgotten.
    Dev,
}

/// Why a store cannot be opened. Names its setting.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenStoreError {
    #[error("--database {path}: {cause}")]
    File { path: PathBuf, cause: StoreError },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl StoreSettings {
    pub(crate) async fn open(self, opening: Opening) -> Result<Stores, OpenStoreError> {
        match self {
            Self::Database(database) => database.open(opening).await,
            Self::DatabaseAndCounters(database, counters) => {
                let stores = database.open(opening).await?;
                Ok(Stores { counters: counters.open(opening).await?, ..stores })
            }
            Self::Counters(counters) => {
                let counters = counters.open(opening).await?;
                Ok(Stores { counters, users: None, postgresql: None })
            }
        }
    }
}

impl Stores {
    /// Waits for what is being done and closes all connections.
    pub(crate) async fn close(&self) {
        if let Some(users) = &self.users {
            users.close().await;
        }
        self.counters.close().await;
    }
}

impl DatabasePlace {
    async fn open(self, opening: Opening) -> Result<Stores, OpenStoreError> {
        match self {
            Self::Sqlite(path) => {
                let opened = match opening {
                    Opening::Serve | Opening::Dev => SqliteStore::open(&path).await,
                    Opening::Look => SqliteStore::open_existing(&path).await,
                };
                let store = opened.map_err(|cause| OpenStoreError::File { path, cause })?;
                Ok(Stores {
                    counters: Arc::new(store.clone()),
                    users: Some(Arc::new(store)),
                    postgresql: None,
                })
            }
            Self::Postgresql(options) => {
                let store = postgresql(*options, DATABASE, opening).await?;
                Ok(Stores {
                    counters: Arc::new(store.clone()),
                    users: Some(Arc::new(store.clone())),
                    postgresql: Some(store),
                })
            }
        }
    }
}

impl CountersPlace {
    async fn open(self, opening: Opening) -> Result<Arc<dyn CounterStore>, StoreError> {
        Ok(match self {
            Self::Postgresql(options) => Arc::new(postgresql(*options, COUNTERS, opening).await?),
            Self::Redis(url) => Arc::new(redis(*url, opening).await?),
        })
    }
}

async fn postgresql(
    options: PgConnectOptions,
    setting: &'static str,
    opening: Opening,
) -> Result<PostgresqlStore, StoreError> {
    let store = PostgresqlStore::open(options, setting).await?;
    match opening {
        Opening::Dev => store.claim_for_dev().await?,
        Opening::Serve | Opening::Look => store.require_not_dev().await?,
    }
    Ok(store)
}

async fn redis(url: RedisUrl, opening: Opening) -> Result<RedisCounters, StoreError> {
    let namespace = match opening {
        Opening::Dev => Namespace::Dev,
        Opening::Serve | Opening::Look => Namespace::Production,
    };
    RedisCounters::open(url, namespace).await
}
