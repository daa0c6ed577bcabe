//! The operator's database: PostgreSQL or SQLite.

use futures_util::{StreamExt as _, TryStreamExt as _};
use sqlx::error::UnexpectedNullError;
use sqlx::postgres::PgTypeInfo;
use sqlx::sqlite::SqliteTypeInfo;
use sqlx::{
    ColumnIndex, ConnectOptions, Connection, Decode, Executor, PgPool, Postgres, Row, SqlStr,
    Sqlite, SqlitePool, Type,
};
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::statement::{StatementError, Statements, Typed};
use super::url::DatabaseUrl;
use crate::sql::{PATIENCE, pool, timed_out, warn_of_clear_text};
use crate::store::{StoreError, look_at};
use crate::users::User;

/// Its pool of connections.
pub(super) enum Database {
    Postgres(PgPool),
    Sqlite(SqlitePool),
}

/// Why the server cannot start with this database. Each names its setting.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    #[error("--users-url: {0}")]
    File(StoreError),
    #[error(
        "--users-url: there is no connection to the database, without which its statements cannot \
         be checked: {0}"
    )]
    Unreachable(sqlx::Error),
    #[error(
        "{setting}: the database does not take this statement: {cause}. (Parameters are text: \
         $1::uuid and the like make something else of them)"
    )]
    Rejected { setting: &'static str, cause: sqlx::Error },
    #[error(transparent)]
    Statement(#[from] StatementError),
}

/// The same lines for both databases, each with the types of its own.
macro_rules! on {
    ($database:expr, $pool:ident => $lines:expr) => {
        match $database {
            Database::Postgres($pool) => $lines,
            Database::Sqlite($pool) => $lines,
        }
    };
}

impl Database {
    /// Connects, and checks every statement.
    pub(super) async fn open(url: DatabaseUrl, statements: &Statements) -> Result<Self, OpenError> {
        match url {
            DatabaseUrl::Postgres(options) => {
                warn_of_clear_text("--users-url", &options);
                check::<Postgres>(&options, statements).await?;
                Ok(Self::Postgres(pool().connect_lazy_with(*options)))
            }
            DatabaseUrl::Sqlite(options) => {
                look_at(options.get_filename()).map_err(OpenError::File)?;
                check::<Sqlite>(&options, statements).await?;
                Ok(Self::Sqlite(pool().connect_lazy_with(*options)))
            }
        }
    }

    /// Answers with the first two users: one that is not alone is told from one that is.
    pub(super) async fn fetch(
        &self,
        sql: SqlStr,
        values: &[&str],
    ) -> Result<Vec<User>, sqlx::Error> {
        on!(self, pool => {
            let query = values.iter().fold(sqlx::query(sql), |query, value| query.bind(*value));
            let rows: Vec<_> = query.fetch(pool).take(2).try_collect().await?;
            rows.iter().map(read_user).collect()
        })
    }

    /// Answers with the number of rows that were changed, or would have been: it changes one or
    /// none.
    pub(super) async fn execute(&self, sql: SqlStr, values: &[&str]) -> Result<u64, sqlx::Error> {
        on!(self, pool => {
            let mut transaction = pool.begin().await?;
            let query = values.iter().fold(sqlx::query(sql), |query, value| query.bind(*value));
            let rows = query.execute(&mut *transaction).await?.rows_affected();
            let is_of_one = rows <= 1;
            if is_of_one { transaction.commit().await? } else { transaction.rollback().await? }
            Ok(rows)
        })
    }

    pub(super) async fn probe(&self) -> Result<(), sqlx::Error> {
        on!(self, pool => sqlx::query("SELECT 1").execute(pool).await.map(|_| ()))
    }

    pub(super) async fn close(&self) {
        on!(self, pool => pool.close().await);
    }
}

/// Prepares every statement in a connection of its own, whose failure tells more than a pool's.
async fn check<DB>(
    options: &<DB::Connection as Connection>::Options,
    statements: &Statements,
) -> Result<(), OpenError>
where
    DB: Typed,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    str: Type<DB>,
{
    let connected = timeout(PATIENCE, options.connect()).await;
    let mut connection =
        connected.unwrap_or_else(|_| Err(timed_out())).map_err(OpenError::Unreachable)?;
    for statement in statements.all() {
        let parameters = vec![<str as Type<DB>>::type_info(); statement.parameters.len()];
        let prepared = connection.prepare_with(statement.sql.clone(), &parameters).await;
        let setting = statement.setting;
        let prepared = prepared.map_err(|cause| OpenError::Rejected { setting, cause })?;
        statement.check::<DB>(&prepared)?;
    }
    connection.close().await.map_err(OpenError::Unreachable)
}

/// A row, by the names of its columns.
pub(crate) fn read_user<R>(row: &R) -> Result<User, sqlx::Error>
where
    R: Row,
    for<'a> &'a str: ColumnIndex<R>,
    for<'r> String: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> i64: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> bool: Decode<'r, R::Database> + Type<R::Database>,
{
    Ok(User {
        id: row.try_get::<Option<_>, _>("id")?.ok_or_else(no_id)?,
        username: optional(row, "username")?,
        email: optional(row, "primary_email")?,
        phone: optional(row, "primary_phone")?,
        name: optional(row, "name")?,
        password_hash: optional(row, "password_hash")?.map(Zeroizing::new),
        suspended: optional(row, "suspended")?.unwrap_or(false),
        created_at: optional(row, "created_at")?,
        updated_at: optional(row, "updated_at")?,
        last_sign_in_at: optional(row, "last_sign_in_at")?,
    })
}

/// SQLite's NULL would else be an empty text.
fn no_id() -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: "id".to_owned(), source: UnexpectedNullError.into() }
}

/// A column that there need not be.
fn optional<'r, R, T>(row: &'r R, column: &str) -> Result<Option<T>, sqlx::Error>
where
    R: Row,
    for<'a> &'a str: ColumnIndex<R>,
    T: Decode<'r, R::Database> + Type<R::Database>,
{
    match row.try_get(column) {
        Err(sqlx::Error::ColumnNotFound(_)) => Ok(None),
        read => read,
    }
}

impl Typed for Postgres {
    fn is_text(of: &PgTypeInfo) -> bool {
        <String as Type<Self>>::compatible(of)
    }

    fn is_boolean(of: &PgTypeInfo) -> bool {
        <bool as Type<Self>>::compatible(of)
    }

    fn is_integer(of: &PgTypeInfo) -> bool {
        <i64 as Type<Self>>::compatible(of)
    }
}

/// What is in an SQLite column shows only in its rows.
impl Typed for Sqlite {
    fn is_text(_: &SqliteTypeInfo) -> bool {
        true
    }

    fn is_boolean(_: &SqliteTypeInfo) -> bool {
        true
    }

    fn is_integer(_: &SqliteTypeInfo) -> bool {
        true
    }
}
