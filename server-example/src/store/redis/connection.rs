//! The connection to Redis, which is replaced where it does not answer.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, RedisError};
use tokio::time::timeout;

use super::PATIENCE;
use crate::store::StoreError;
use crate::store::settings::COUNTERS;

/// One connection for all. The library makes one anew that was closed. One that is held open and
/// answers nothing, by a proxy whose Redis is gone, it would keep for ever, so that is left here.
pub(super) struct Connection {
    client: Client,
    current: Mutex<Numbered>,
}

struct Numbered {
    number: u64,
    connection: ConnectionManager,
}

/// How long a connection may take to come about: it leaves time for an answer.
const CONNECTING: Duration = Duration::from_secs(1);

impl Connection {
    pub(super) async fn open(client: Client) -> Result<Self, StoreError> {
        let connecting = ConnectionManager::new_with_config(client.clone(), config());
        let connection = timeout(PATIENCE, connecting).await.map_err(|_| timed_out())??;
        Ok(Self { client, current: Mutex::new(Numbered { number: 0, connection }) })
    }

    /// What work on the connection answers, in time.
    pub(super) async fn within<T, W>(
        &self,
        work: impl FnOnce(ConnectionManager) -> W + Send,
    ) -> Result<T, StoreError>
    where
        W: Future<Output = Result<T, RedisError>> + Send,
    {
        let (number, connection) = {
            let current = self.lock();
            (current.number, current.connection.clone())
        };
        if let Ok(done) = timeout(PATIENCE, work(connection)).await {
            return Ok(done?);
        }
        self.leave(number)?;
        Err(timed_out())
    }

    /// The next one who comes connects anew. Of all that waited for one connection, the first leaves
    /// it.
    fn leave(&self, number: u64) -> Result<(), StoreError> {
        let mut current = self.lock();
        if current.number == number {
            let client = self.client.clone();
            let connection = ConnectionManager::new_lazy_with_config(client, config())?;
            *current = Numbered { number: number + 1, connection };
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Numbered> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn config() -> ConnectionManagerConfig {
    ConnectionManagerConfig::new()
        .set_connection_timeout(Some(CONNECTING))
        // The library does not leave a connection that it has waited for.
        .set_response_timeout(None)
        // Who waits for a Redis that is away would rather be told.
        .set_number_of_retries(0)
}

fn timed_out() -> StoreError {
    StoreError::TimedOut { setting: COUNTERS, patience: PATIENCE }
}
