//! The places where counters are kept in the tests.

use std::sync::Arc;

use rusqlite::Connection;
use sqlx::{AssertSqlSafe, PgPool};
use tempfile::TempDir;

use super::op;
use crate::store::redis::{Namespace, RedisCounters, RedisUrl};
use crate::store::{CounterStore, PostgresqlStore, SqliteStore};
use crate::test_servers::{Postgresql, Redis};

/// Where counters are kept.
pub(super) enum Place {
    Memory(SqliteStore),
    File(TempDir),
    Postgresql(Postgresql),
    Redis(Redis),
}

impl Place {
    pub(super) fn memory() -> Self {
        Self::Memory(SqliteStore::in_memory().unwrap())
    }

    pub(super) fn file() -> Self {
        Self::File(tempfile::tempdir().unwrap())
    }

    pub(super) async fn postgresql() -> Self {
        Self::Postgresql(Postgresql::start().await)
    }

    pub(super) async fn redis() -> Self {
        Self::Redis(Redis::start().await)
    }

    /// The store as a process opens it that has just started.
    pub(super) async fn open(&self) -> Arc<dyn CounterStore> {
        match self {
            Self::Memory(store) => Arc::new(store.clone()),
            Self::File(_) => Arc::new(self.sqlite().await),
            Self::Postgresql(server) => {
                let options = crate::sql::postgresql("--database", &server.url()).unwrap();
                Arc::new(PostgresqlStore::open(options, "--database").await.unwrap())
            }
            Self::Redis(server) => {
                let url = RedisUrl::parse(&server.url()).unwrap();
                Arc::new(RedisCounters::open(url, Namespace::Production).await.unwrap())
            }
        }
    }

    /// The store, without counters.
    pub(super) async fn empty(&self) -> Arc<dyn CounterStore> {
        let store = self.open().await;
        store.clear().await.unwrap();
        store
    }

    /// Whether what has expired is removed by sweeping.
    pub(super) const fn sweeps(&self) -> bool {
        !matches!(self, Self::Redis(_))
    }

    /// From now on whatever adds to this counter fails.
    pub(super) async fn refuse(&self, name: &str) {
        let key = op(name, 0).key;
        match self {
            Self::Memory(_) | Self::File(_) => {
                let sql = format!(
                    "CREATE TRIGGER refuse BEFORE INSERT ON counters WHEN NEW.key = '{key}'
                     BEGIN SELECT RAISE(ABORT, 'not this one'); END"
                );
                let refuse = move |connection: &mut Connection| connection.execute_batch(&sql);
                self.sqlite().await.write(refuse).await.unwrap();
            }
            Self::Postgresql(server) => {
                let pool = PgPool::connect(&server.url()).await.unwrap();
                let sql = format!(
                    "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                     $$ BEGIN RAISE 'not this one'; END $$;
                     CREATE TRIGGER refuse BEFORE INSERT ON counters
                     FOR EACH ROW WHEN (NEW.key = '{key}') EXECUTE FUNCTION refuse()"
                );
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&pool).await.unwrap();
            }
            Self::Redis(server) => {
                let client = redis::Client::open(server.url()).unwrap();
                let mut connection = client.get_multiplexed_async_connection().await.unwrap();
                let mut push = redis::cmd("RPUSH");
                push.arg(format!("sekisho-server:{key}")).arg("no counter");
                let _: u64 = push.query_async(&mut connection).await.unwrap();
            }
        }
    }

    async fn sqlite(&self) -> SqliteStore {
        match self {
            Self::Memory(store) => store.clone(),
            Self::File(folder) => {
                SqliteStore::open(&folder.path().join("counters.db")).await.unwrap()
            }
            Self::Postgresql(_) | Self::Redis(_) => panic!("this is not SQLite"),
        }
    }
}
