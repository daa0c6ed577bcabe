//! Connections to the relay, a few of which are kept.
//!
//! Not lettre's own pool: that one keeps a connection whose conversation was broken off in the
//! middle, and the next message then takes the replies to the last one for its own. Nor has it a
//! bound on connections.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use super::relay::Relay;

/// Conversations at a time, and connections kept. Relays limit how many a client may have.
const MAX_CONNECTIONS: usize = 8;

/// How long a connection is kept without use; servers wait five minutes (RFC 5321 §4.5.3.2.7).
const MAX_IDLE: Duration = Duration::from_mins(1);

/// How long a kept connection may take to show that it is alive.
const NOOP_TIMEOUT: Duration = Duration::from_secs(2);

/// The pause before a connection that failed is tried once more.
const RECONNECT_PAUSE: Duration = Duration::from_millis(250);

/// Connections to one relay. A conversation that is dropped before its end takes its connection
/// with it.
pub(super) struct Pool {
    relay: Relay,
    seats: Semaphore,
    idle: Mutex<Vec<Idle>>,
}

struct Idle {
    connection: AsyncSmtpConnection,
    since: Instant,
}

impl Pool {
    pub(super) const fn new(relay: Relay) -> Self {
        let seats = Semaphore::const_new(MAX_CONNECTIONS);
        Self { relay, seats, idle: Mutex::new(Vec::new()) }
    }

    pub(super) const fn relay(&self) -> &Relay {
        &self.relay
    }

    /// Hands over one message, and never tries that twice: who cannot tell whether the first one
    /// arrived would send a second.
    pub(super) async fn send(&self, envelope: &Envelope, mail: &[u8]) -> Result<(), Error> {
        // Only a closed semaphore gives none, and this one is never closed.
        let _seat = self.seats.acquire().await;
        let mut connection = self.connection().await?;
        connection.send(envelope, mail).await?;
        self.lock().push(Idle { connection, since: Instant::now() });
        Ok(())
    }

    async fn connection(&self) -> Result<AsyncSmtpConnection, Error> {
        while let Some(mut connection) = self.take_idle() {
            if timeout(NOOP_TIMEOUT, connection.test_connected()).await == Ok(true) {
                return Ok(connection);
            }
        }
        match self.relay.connect().await {
            // A refusal for good (5xx), such as of the password, stays one.
            Err(error) if !error.is_permanent() => {
                sleep(RECONNECT_PAUSE).await;
                self.relay.connect().await
            }
            connected => connected,
        }
    }

    fn take_idle(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.lock();
        idle.retain(|idle| idle.since.elapsed() < MAX_IDLE);
        idle.pop().map(|idle| idle.connection)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
