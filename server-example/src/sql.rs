//! SQL databases that a URL names: how the URL is read, and how they are connected to.

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use sqlx::pool::PoolOptions;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{ConnectOptions as _, Connection, Database};
use tokio::time::timeout;
use url::Url;

/// How long anything is waited for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// How long a connection that was idle may take to show that it is still there. One that a proxy holds
/// open, whose database is gone, is replaced then, and who asked still has an answer.
const IDLE_PATIENCE: Duration = Duration::from_secs(1);

/// Connections that are used at once, at most.
const CONNECTIONS: u32 = 8;

/// Why a URL is not one of PostgreSQL. Never shows a password.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PostgresqlUrlError {
    #[error("{setting}: {cause}")]
    Malformed { setting: &'static str, cause: sqlx::Error },
    #[error(
        "{setting} has the parameter {parameter:?}, which is not known. There are: {known}",
        known = PARAMETERS.join(", ")
    )]
    UnknownParameter { setting: &'static str, parameter: String },
}

/// What sqlx knows of PostgreSQL's parameters. It would log any other with its value, which may be
/// the password, and go on without it, which may be `sslmode`.
const PARAMETERS: [&str; 18] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];

/// Whether it is for PostgreSQL, as far as its beginning tells.
pub(crate) fn is_postgresql(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// How to connect to the PostgreSQL that a setting's URL names.
pub(crate) fn postgresql(
    setting: &'static str,
    url: &str,
) -> Result<PgConnectOptions, PostgresqlUrlError> {
    let malformed = |cause| PostgresqlUrlError::Malformed { setting, cause };
    let parsed: Result<Url, url::ParseError> = url.parse();
    let url = parsed.map_err(|cause| malformed(sqlx::Error::Configuration(cause.into())))?;
    let unknown = url.query_pairs().map(|(key, _)| key).find(|key| !is_known(key));
    if let Some(key) = unknown {
        let parameter = key.into_owned();
        return Err(PostgresqlUrlError::UnknownParameter { setting, parameter });
    }
    PgConnectOptions::from_url(&url).map(named).map_err(malformed)
}

fn is_known(key: &str) -> bool {
    PARAMETERS.contains(&key) || (key.starts_with("options[") && key.ends_with(']'))
}

fn named(options: PgConnectOptions) -> PgConnectOptions {
    let is_named = options.get_application_name().is_some();
    if is_named { options } else { options.application_name("sekisho-server") }
}

/// Tells the operator where users and counters can be read and changed on their way.
pub(crate) fn warn_of_clear_text(setting: &str, options: &PgConnectOptions) {
    let is_checked = matches!(options.get_ssl_mode(), PgSslMode::VerifyCa | PgSslMode::VerifyFull);
    if !is_checked && !is_here(options) {
        tracing::warn!(
            "{setting} has no sslmode=verify-full: whoever is between here and the database can read \
             and change what is in it"
        );
    }
}

fn is_here(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    options.get_socket().is_some() || host.starts_with('/') || is_loopback(host)
}

/// Whether a host is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A pool of connections. One that has failed or does not answer is not used again, so a database that
/// was away comes back by itself.
pub(crate) fn pool<DB: Database>() -> PoolOptions<DB> {
    PoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(PATIENCE)
        // The check that sqlx makes itself has no bound of its own.
        .test_before_acquire(false)
        .before_acquire(|connection: &mut DB::Connection, _| {
            Box::pin(async move { ping(connection, IDLE_PATIENCE).await.map(|()| true) })
        })
        // A database that hangs would keep the connections that wait for it.
        .after_release(|connection: &mut DB::Connection, _| {
            Box::pin(async move {
                ping(connection, PATIENCE).await?;
                // Where SQLite has rolled back by itself, sqlx believes in the transaction for ever.
                Ok(!connection.is_in_transaction())
            })
        })
}

async fn ping(connection: &mut impl Connection, patience: Duration) -> Result<(), sqlx::Error> {
    let answered = timeout(patience, connection.ping()).await;
    answered.unwrap_or_else(|_| Err(timed_out()))
}

/// What a database that does not answer in time fails with.
pub(crate) fn timed_out() -> sqlx::Error {
    io::Error::from(io::ErrorKind::TimedOut).into()
}
