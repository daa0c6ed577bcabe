//! The URL of the operator's database.

use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use crate::sql::{self, PostgresqlUrlError};

/// How to connect to it.
pub(crate) enum DatabaseUrl {
    Postgres(Box<PgConnectOptions>),
    Sqlite(Box<SqliteConnectOptions>),
}

/// Why there cannot be such a database. Never shows a password.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UrlError {
    #[error("--users-url must begin with postgres:// or sqlite://")]
    Scheme,
    #[error("--users-url: {0}")]
    Malformed(sqlx::Error),
    #[error(transparent)]
    Postgresql(#[from] PostgresqlUrlError),
}

impl DatabaseUrl {
    pub(crate) fn parse(url: &str) -> Result<Self, UrlError> {
        if sql::is_postgresql(url) {
            return Ok(Self::Postgres(sql::postgresql("--users-url", url)?.into()));
        }
        if url.starts_with("sqlite:") {
            let options: SqliteConnectOptions = url.parse().map_err(UrlError::Malformed)?;
            return Ok(Self::Sqlite(options.into()));
        }
        Err(UrlError::Scheme)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_every_parameter_that_sqlx_knows_and_no_other() {
        let known = "postgres://u:p@h/db?sslmode=verify-full&sslrootcert=ca&sslcert=c&sslkey=k\
                     &statement-cache-capacity=1&hostaddr=::1&port=1&dbname=d&user=u&password=p\
                     &application_name=a&options=-c%20a%3Db&options[search_path]=shop";
        for url in [known, "postgresql://h", "postgres:///db?host=/run", "sqlite:x", "sqlite:///x"]
        {
            assert!(DatabaseUrl::parse(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn tells_what_is_wrong_and_no_password() {
        for (url, told) in [
            ("mysql://u:hunter2@h/db", "postgres://"),
            ("postgres//hunter2", "postgres://"),
            ("postgres:hunter2", "postgres://"),
            ("hunter2", "postgres://"),
            ("postgres://u:hunter2@h:99999/db", "port"),
            ("postgres://u:hunter2@h:port/db", "port"),
            ("postgres://u:hunter2@/db", "host"),
            ("postgres://u:hunter2@h/db?pasword=hunter3", "\"pasword\""),
            ("postgres://u:hunter2@h/db?sslmod=verify-full", "\"sslmod\""),
            ("postgres://u:hunter2@h/db?options[x=hunter3", "\"options[x\""),
            ("postgres://u:hunter2@h/db?sslmode=verify", "verify"),
            ("sqlite:///x?pasword=hunter3", "`pasword`"),
        ] {
            let message = DatabaseUrl::parse(url).err().expect(url).to_string();
            assert!(message.starts_with("--users-url"), "{message}");
            assert!(message.contains(told), "{message}");
            assert!(!message.contains("hunter"), "{message}");
        }
    }
}
