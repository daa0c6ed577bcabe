//! Counters in Redis or Valkey.

mod connection;
#[cfg(test)]
mod tests;
mod url;

use std::time::Duration;

use async_trait::async_trait;
use redis::aio::ConnectionManager;
use redis::{AsyncCommands, Client, RedisError, Script};
use sekisho::{CounterOp, Timestamp};

use self::connection::Connection;
use super::StoreError;
use super::counter_store::{CounterStore, KEPT_AFTER_END, end};

pub(crate) use url::{RedisUrl, RedisUrlError};

/// Counters in Redis (6 or later) or Valkey. Each batch of additions is one script: one way there and
/// one back, and nobody else's in between.
///
/// A counter's end is in its value, because it counts by the server's clock. Redis removes it by its
/// own clock, later.
pub(crate) struct RedisCounters {
    connection: Connection,
    add: Script,
    prefix: &'static str,
}

/// Whose counters they are: what the keys begin with.
#[derive(Clone, Copy)]
pub(crate) enum Namespace {
    Production,
    /// Dev mode forgets all of them at each reset.
    Dev,
}

/// How long anything is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// A hundred years, in seconds: longer than Redis keeps anything.
const LONGEST_KEPT: u64 = 100 * 366 * 86_400;

impl RedisCounters {
    /// Connects, and sees that no counter is thrown away.
    pub(crate) async fn open(url: RedisUrl, namespace: Namespace) -> Result<Self, StoreError> {
        url.warn_of_clear_text();
        let connection = Connection::open(Client::open(url.into_connection_info())?).await?;
        let prefix = match namespace {
            Namespace::Production => "sekisho-server:",
            Namespace::Dev => "sekisho-dev:",
        };
        let counters = Self { connection, add: Script::new(include_str!("add.lua")), prefix };
        counters.require_no_eviction().await?;
        Ok(counters)
    }

    async fn require_no_eviction(&self) -> Result<(), StoreError> {
        let ask = async |mut connection: ConnectionManager| {
            redis::cmd("INFO").arg("memory").query_async(&mut connection).await
        };
        let info = self.connection.within(ask).await;
        let info: redis::InfoDict = match info {
            Err(StoreError::Redis(error)) if error.code() == Some("NOPERM") => {
                tracing::warn!(
                    "--counters: this user of Redis may not ask it for INFO, so it is not known \
                     whether it throws counters away. Its maxmemory-policy must be noeviction"
                );
                return Ok(());
            }
            info => info?,
        };
        let limit: u64 = info.get("maxmemory").unwrap_or(0);
        let policy: String = info.get("maxmemory_policy").unwrap_or_default();
        if limit > 0 && policy != "noeviction" {
            return Err(StoreError::Evicts(policy));
        }
        Ok(())
    }

    async fn add_at_once(
        &self,
        ops: &[CounterOp],
        now: Timestamp,
        since: Option<Timestamp>,
    ) -> Result<Option<Vec<u64>>, StoreError> {
        let add = async |mut connection| match self.add_once(&mut connection, ops, now, since).await
        {
            // The attempt to connect that failed may be an old one, and Redis be back. Nothing was
            // sent.
            Err(error) if error.is_connection_refusal() => {
                self.add_once(&mut connection, ops, now, since).await
            }
            added => added,
        };
        let counts = self.connection.within(add).await?;
        let (found, expected) = (counts.as_ref().map_or(ops.len(), Vec::len), ops.len());
        if found == expected { Ok(counts) } else { Err(StoreError::Counts { found, expected }) }
    }

    async fn add_once(
        &self,
        connection: &mut ConnectionManager,
        ops: &[CounterOp],
        now: Timestamp,
        since: Option<Timestamp>,
    ) -> Result<Option<Vec<u64>>, RedisError> {
        let mut call = self.add.prepare_invoke();
        call.key(format!("{}since", self.prefix)).arg(now.unix_seconds());
        call.arg(since.map_or_else(String::new, |since| since.unix_seconds().to_string()));
        for op in ops {
            let kept = op.ttl.saturating_add(KEPT_AFTER_END).min(LONGEST_KEPT);
            call.key(format!("{}{}", self.prefix, op.key));
            call.arg(op.delta).arg(end(now, op.ttl)).arg(kept);
        }
        call.invoke_async(connection).await
    }

    async fn scanned(&self, cursor: u64) -> Result<(u64, Vec<String>), StoreError> {
        let mut scan = redis::cmd("SCAN");
        scan.arg(cursor).arg("MATCH").arg(format!("{}*", self.prefix)).arg("COUNT").arg(1000);
        let ask = async |mut connection| scan.query_async(&mut connection).await;
        self.connection.within(ask).await
    }
}

#[async_trait]
impl CounterStore for RedisCounters {
    async fn add(&self, ops: &[CounterOp], now: Timestamp) -> Result<Vec<u64>, StoreError> {
        let counts = self.add_at_once(ops, now, None).await?;
        counts.ok_or(StoreError::Counts { found: 0, expected: ops.len() })
    }

    async fn add_remembering(
        &self,
        ops: &[CounterOp],
        now: Timestamp,
        since: Timestamp,
    ) -> Result<Option<Vec<u64>>, StoreError> {
        self.add_at_once(ops, now, Some(since)).await
    }

    /// Redis does so by itself.
    async fn sweep(&self, _now: Timestamp) -> Result<u64, StoreError> {
        Ok(0)
    }

    async fn clear(&self) -> Result<(), StoreError> {
        let mut cursor = 0;
        loop {
            let (next, keys) = self.scanned(cursor).await?;
            if !keys.is_empty() {
                let unlink =
                    async |mut connection: ConnectionManager| connection.unlink(keys).await;
                let () = self.connection.within(unlink).await?;
            }
            cursor = next;
            if cursor == 0 {
                return Ok(());
            }
        }
    }

    /// No counter has this name: theirs have 22 characters.
    async fn probe(&self, _now: Timestamp) -> Result<(), StoreError> {
        let key = format!("{}probe", self.prefix);
        let write = async |mut connection: ConnectionManager| {
            connection.set_ex(key, "1 0", PROBE_KEPT_FOR).await
        };
        self.connection.within(write).await
    }

    /// The connection ends with its last clone.
    async fn close(&self) {}
}

/// Seconds until Redis removes what a probe writes.
const PROBE_KEPT_FOR: u64 = 60;
