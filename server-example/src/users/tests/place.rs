//! The places where users are kept in the tests: a table of ours, and tables of somebody else's.

use std::ops::Deref;

use clap::{Args as _, Command, FromArgMatches as _};
use sekisho::Identifier;
use sqlx::{PgPool, SqlitePool};
use tempfile::TempDir;

use crate::store::{PostgresqlStore, SqliteStore};
use crate::test_servers::Postgresql;
use crate::users::{BuiltInUsers, NewUser, SqlUsers, Users, UsersArgs, UsersSettings};

/// Where tables of users can be made.
pub(super) enum Place {
    BuiltIn,
    BuiltInPostgresql(Postgresql),
    Sqlite(TempDir),
    Postgresql(Postgresql),
}

/// A table with users in it.
pub(super) struct Filled(Box<dyn Users>);

/// When users came: the one moment there is.
const CREATED_AT: i64 = 1_764_000_000_123;

/// Somebody else's table, in what both databases understand.
const TABLE: &str = "
    CREATE TABLE accounts (
        account  VARCHAR(80) PRIMARY KEY,
        handle   VARCHAR(80) UNIQUE,
        mail     VARCHAR(300),
        mobile   VARCHAR(20) UNIQUE,
        called   TEXT,
        secret   TEXT,
        locked   BOOLEAN,
        joined   BIGINT NOT NULL
    )";

const INDEX: &str = "CREATE UNIQUE INDEX accounts_mail ON accounts (lower(mail))";

const INSERT: &str =
    "INSERT INTO accounts (account, handle, mail, mobile, called, secret, locked, joined)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

/// As an operator would set it.
pub(super) const STATEMENTS: [(&str, &str); 8] = [
    (
        "--users-find-sql",
        "SELECT account AS id, handle AS username, mail AS primary_email,
                ltrim(mobile, '+') AS primary_phone, called AS name, secret AS password_hash,
                locked AS suspended, joined AS created_at
         FROM accounts WHERE account = $1",
    ),
    ("--users-set-password-sql", "UPDATE accounts SET secret = $2 WHERE account = $1"),
    (
        "--users-set-first-password-sql",
        "UPDATE accounts SET secret = $2
         WHERE account = $1 AND secret IS NULL AND mail IS NULL AND mobile IS NULL",
    ),
    (
        "--users-rewrite-password-sql",
        "UPDATE accounts SET secret = $2 WHERE account = $1 AND secret = $3",
    ),
    ("--users-set-email-sql", "UPDATE accounts SET mail = $2 WHERE account = $1"),
    (
        "--users-remove-email-sql",
        "UPDATE accounts SET mail = NULL WHERE account = $1
         AND (mobile IS NOT NULL OR (handle IS NOT NULL AND secret IS NOT NULL))",
    ),
    ("--users-set-phone-sql", "UPDATE accounts SET mobile = '+' || $2 WHERE account = $1"),
    (
        "--users-remove-phone-sql",
        "UPDATE accounts SET mobile = NULL WHERE account = $1
         AND (mail IS NOT NULL OR (handle IS NOT NULL AND secret IS NOT NULL))",
    ),
];

impl Place {
    pub(super) const fn built_in() -> Self {
        Self::BuiltIn
    }

    pub(super) async fn built_in_postgresql() -> Self {
        Self::BuiltInPostgresql(Postgresql::start().await)
    }

    pub(super) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    pub(super) async fn postgresql() -> Self {
        Self::Postgresql(Postgresql::start().await)
    }

    /// A new table with these users.
    pub(super) async fn with(&self, users: impl IntoIterator<Item = NewUser>) -> Filled {
        match self {
            Self::BuiltIn => return filled(SqliteStore::in_memory().unwrap(), users).await,
            Self::BuiltInPostgresql(server) => {
                let options = crate::sql::postgresql("--database", &server.url()).unwrap();
                let store = PostgresqlStore::open(options, "--database").await.unwrap();
                store.clear_users().await.unwrap();
                return filled(store, users).await;
            }
            Self::Sqlite(_) | Self::Postgresql(_) => {}
        }
        self.make_table(users).await;
        let opened = SqlUsers::open(settings(&self.url(), &STATEMENTS)).await;
        Filled(Box::new(opened.unwrap()))
    }

    /// Somebody else's table anew, with these users.
    pub(super) async fn make_table(&self, users: impl IntoIterator<Item = NewUser>) {
        self.execute("DROP TABLE IF EXISTS accounts").await;
        self.execute(TABLE).await;
        self.execute(INDEX).await;
        for user in users {
            self.insert(&user).await;
        }
    }

    pub(super) fn url(&self) -> String {
        match self {
            Self::BuiltIn | Self::BuiltInPostgresql(_) => String::new(),
            Self::Sqlite(folder) => format!("sqlite://{}/theirs.db", folder.path().display()),
            Self::Postgresql(server) => server.url(),
        }
    }

    pub(super) async fn execute(&self, sql: &'static str) {
        if let Self::Postgresql(_) = self {
            sqlx::query(sql).execute(&PgPool::connect(&self.url()).await.unwrap()).await.unwrap();
        } else {
            sqlx::query(sql).execute(&self.sqlite_pool().await).await.unwrap();
        }
    }

    async fn insert(&self, user: &NewUser) {
        macro_rules! insert_by {
            ($pool:expr) => {
                sqlx::query(INSERT)
                    .bind(&user.id)
                    .bind(&user.username)
                    .bind(user.email.as_ref().map(Identifier::value))
                    .bind(user.phone.as_ref().map(|phone| format!("+{}", phone.value())))
                    .bind(&user.name)
                    .bind(user.password_hash.as_ref().map(|hash| hash.to_string()))
                    .bind(user.suspended.then_some(true))
                    .bind(CREATED_AT)
                    .execute($pool)
                    .await
                    .unwrap()
                    .rows_affected()
            };
        }
        let rows = match self {
            Self::Postgresql(_) => insert_by!(&PgPool::connect(&self.url()).await.unwrap()),
            _ => insert_by!(&self.sqlite_pool().await),
        };
        assert_eq!(rows, 1);
    }

    async fn sqlite_pool(&self) -> SqlitePool {
        SqlitePool::connect(&format!("{}?mode=rwc", self.url())).await.unwrap()
    }
}

async fn filled(
    store: impl BuiltInUsers + 'static,
    users: impl IntoIterator<Item = NewUser>,
) -> Filled {
    for user in users {
        store.add_user(&user, CREATED_AT).await.unwrap();
    }
    Filled(Box::new(store))
}

impl Deref for Filled {
    type Target = dyn Users;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

/// The settings as the command line has them.
pub(super) fn settings(url: &str, statements: &[(&str, &str)]) -> UsersSettings {
    let command = UsersArgs::augment_args(Command::new("serve").no_binary_name(true));
    let statements = statements.iter().flat_map(|(name, sql)| [*name, *sql]);
    let arguments = ["--users-url", url].into_iter().chain(statements);
    let matches = command.try_get_matches_from(arguments).unwrap();
    UsersArgs::from_arg_matches(&matches).unwrap().settings().unwrap().unwrap()
}
