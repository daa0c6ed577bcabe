//! Settings of stores: where counters and the built-in table of users are.

use std::path::PathBuf;

use clap::Args;
use clap::builder::NonEmptyStringValueParser as NonEmpty;
use sqlx::postgres::PgConnectOptions;
use zeroize::Zeroizing;

use super::redis::{RedisUrl, RedisUrlError};
use crate::secret::{self, SecretError};
use crate::sql::{self, PostgresqlUrlError};

pub(super) const DATABASE: &str = "--database";
pub(super) const COUNTERS: &str = "--counters";

/// Where the server keeps what is its own.
#[derive(Args)]
pub(crate) struct DatabaseArgs {
    /// Where the server keeps what is its own: counters, and users without --users-url. A file, in
    /// which SQLite keeps them and which is made at the first start, or
    /// `postgres://USER:PASSWORD@HOST/DATABASE?sslmode=verify-full`, a database of its own that
    /// several servers can share. Not needed with both --users-url and --counters. In the
    /// environment the password is out of sight.
    #[arg(long, env = "SEKISHO_DATABASE", value_name = "FILE|URL", hide_env_values = true)]
    #[arg(value_parser = NonEmpty::new())]
    database: Option<String>,

    /// A file with the URL of --database, instead of the URL itself.
    #[arg(long, env = "SEKISHO_DATABASE_URL_FILE", value_name = "FILE")]
    database_url_file: Option<PathBuf>,
}

/// Where counters are, if elsewhere.
#[derive(Args)]
pub(crate) struct CountersArgs {
    /// Where counters are kept instead of --database: `rediss://USER:PASSWORD@HOST:PORT` or
    /// `redis://…`, Redis (6 or later) or Valkey, or `postgres://…`. docs/scaling.md says what such
    /// a Redis must be set to. In the environment the password is out of sight.
    #[arg(long, env = "SEKISHO_COUNTERS", value_name = "URL", hide_env_values = true)]
    #[arg(value_parser = NonEmpty::new())]
    counters: Option<String>,

    /// A file with that URL, instead of the URL itself.
    #[arg(long, env = "SEKISHO_COUNTERS_URL_FILE", value_name = "FILE")]
    counters_url_file: Option<PathBuf>,
}

/// What `--database` and `--counters` name.
pub(crate) enum StoreSettings {
    /// Everything is there.
    Database(DatabasePlace),
    /// Counters are elsewhere.
    DatabaseAndCounters(DatabasePlace, CountersPlace),
    /// There is nothing but counters.
    Counters(CountersPlace),
}

/// What `--database` names.
pub(crate) enum DatabasePlace {
    Sqlite(PathBuf),
    Postgresql(Box<PgConnectOptions>),
}

/// What `--counters` names.
pub(crate) enum CountersPlace {
    Redis(Box<RedisUrl>),
    Postgresql(Box<PgConnectOptions>),
}

/// Why these settings cannot be. Each names its setting.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreSettingsError {
    #[error(
        "--database is neither a file nor a URL that begins with postgres://. (A file whose name \
         has a colon in it: ./NAME)"
    )]
    Database,
    #[error("--counters must begin with redis://, rediss:// or postgres://")]
    Counters,
    #[error(
        "--database is of no use with both --users-url and --counters: nothing would be kept there"
    )]
    NothingToKeep,
    #[error(
        "--dev keeps nothing in a file: leave --database out, or give it a postgres:// of dev mode's \
         own"
    )]
    FileInDev,
    #[error(transparent)]
    Postgresql(#[from] PostgresqlUrlError),
    #[error(transparent)]
    Redis(#[from] RedisUrlError),
    #[error(transparent)]
    Secret(#[from] SecretError),
}

impl StoreSettings {
    /// `None` where what must be kept has no place yet. `keeps_users` says whether users are among
    /// it.
    pub(crate) fn new(
        database: DatabaseArgs,
        counters: CountersArgs,
        keeps_users: bool,
    ) -> Result<Option<Self>, StoreSettingsError> {
        match (database.place()?, counters.place()?) {
            (Some(_), Some(_)) if !keeps_users => Err(StoreSettingsError::NothingToKeep),
            (None, Some(_)) if keeps_users => Ok(None),
            (database, counters) => Ok(Self::of(database, counters)),
        }
    }

    /// Those of dev mode; `None` where it keeps all in memory.
    pub(crate) fn for_dev(
        database: DatabaseArgs,
        counters: CountersArgs,
    ) -> Result<Option<Self>, StoreSettingsError> {
        match (database.place()?, counters.place()?) {
            (Some(DatabasePlace::Sqlite(_)), _) => Err(StoreSettingsError::FileInDev),
            (database, counters) => Ok(Self::of(database, counters)),
        }
    }

    /// The database alone, for who has no business with counters.
    pub(crate) fn of_database(database: DatabaseArgs) -> Result<Option<Self>, StoreSettingsError> {
        Ok(database.place()?.map(Self::Database))
    }

    fn of(database: Option<DatabasePlace>, counters: Option<CountersPlace>) -> Option<Self> {
        match (database, counters) {
            (Some(database), None) => Some(Self::Database(database)),
            (Some(database), Some(counters)) => Some(Self::DatabaseAndCounters(database, counters)),
            (None, Some(counters)) => Some(Self::Counters(counters)),
            (None, None) => None,
        }
    }
}

impl DatabaseArgs {
    fn place(self) -> Result<Option<DatabasePlace>, StoreSettingsError> {
        let file = ("--database-url-file", self.database_url_file.as_deref());
        let given = secret::choose((DATABASE, self.database.map(Zeroizing::new)), file)?;
        given.map(|given| DatabasePlace::parse(&given.text)).transpose()
    }
}

impl CountersArgs {
    fn place(self) -> Result<Option<CountersPlace>, StoreSettingsError> {
        let file = ("--counters-url-file", self.counters_url_file.as_deref());
        let given = secret::choose((COUNTERS, self.counters.map(Zeroizing::new)), file)?;
        given.map(|given| CountersPlace::parse(&given.text)).transpose()
    }
}

impl DatabasePlace {
    fn parse(text: &str) -> Result<Self, StoreSettingsError> {
        if sql::is_postgresql(text) {
            return Ok(Self::Postgresql(sql::postgresql(DATABASE, text)?.into()));
        }
        // A URL that went wrong would else become the name of a file, password and all.
        let before_slash = text.split('/').next().unwrap_or_default();
        if before_slash.contains(':') {
            return Err(StoreSettingsError::Database);
        }
        Ok(Self::Sqlite(text.into()))
    }
}

impl CountersPlace {
    fn parse(text: &str) -> Result<Self, StoreSettingsError> {
        if sql::is_postgresql(text) {
            return Ok(Self::Postgresql(sql::postgresql(COUNTERS, text)?.into()));
        }
        if text.starts_with("redis://") || text.starts_with("rediss://") {
            return Ok(Self::Redis(RedisUrl::parse(text)?.into()));
        }
        Err(StoreSettingsError::Counters)
    }
}
