//! Users in a database of the operator's, by statements of the operator's.

mod database;
mod failure;
mod statement;
mod url;

use async_trait::async_trait;
use sekisho::Identifier;
use tokio::time::timeout;

use self::database::Database;
use self::failure::{Blame, Cause};
use self::statement::setting;
use super::settings::UsersSettings;
use super::{Change, Changed, Unique, User, Users, UsersError};
use crate::sql::PATIENCE;

pub(crate) use database::{OpenError, read_user};
pub(crate) use statement::{Statement, StatementError, Statements};
pub(crate) use url::{DatabaseUrl, UrlError};

/// The users of a database that the operator has already.
pub(crate) struct SqlUsers {
    database: Database,
    statements: Statements,
}

/// What can go wrong with them while the server runs. Each names the statement's setting.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SqlUsersError {
    /// Nothing answered, or what answered was of no use.
    #[error("{setting}: the users' database failed: {cause}")]
    Failed { setting: &'static str, cause: Cause },
    /// Nothing answered in time.
    #[error("{0}: the users' database did not answer in time")]
    TimedOut(&'static str),
    /// The database answers, and does not take this value.
    #[error("{setting}: the users' database refuses a value: {cause}")]
    Refused { setting: &'static str, cause: Cause },
    /// The database answers, and the statement, its tables or privileges are to be mended.
    #[error("{setting} is wrong, or its tables or privileges: {cause}")]
    Wrong { setting: &'static str, cause: Cause },
    /// The rows of several users, or one user's several times.
    #[error(
        "{0} gave several rows, so it is not known who the user is: let it give one, such as one \
         address of several"
    )]
    ManyFound(&'static str),
    /// More than one row would have been changed. None was.
    #[error("{setting} would have changed {rows} rows instead of one, and was rolled back")]
    ManyChanged { setting: &'static str, rows: u64 },
    /// The row of another user than was asked for.
    #[error(
        "{0} gave a user whose `id` is not $1, letter for letter. (A number or UUID has several \
         spellings: let the statement compare the text too, such as customer_id::text = $1)"
    )]
    AnotherUser(&'static str),
    /// There is no such statement.
    #[error("{0} is not set, so this cannot be changed")]
    NotSet(&'static str),
}

impl SqlUsers {
    /// Connects, checks every statement and tells what cannot be changed.
    pub(crate) async fn open(settings: UsersSettings) -> Result<Self, OpenError> {
        let UsersSettings { url, statements } = settings;
        let database = Database::open(url, &statements).await?;
        let missing = Change::ALL.iter().filter(|change| statements.of(**change).is_none());
        let not_set: Vec<_> = missing.map(|change| setting(*change)).collect();
        if not_set.is_empty() {
            tracing::info!("users are in the database of --users-url");
        } else {
            tracing::info!(
                ?not_set,
                "users are in the database of --users-url, and what has no statement is read-only"
            );
        }
        Ok(Self { database, statements })
    }

    async fn change(&self, change: Change, values: &[&str]) -> Result<Changed, UsersError> {
        let statement = self.statements.of(change);
        let statement = statement.ok_or(SqlUsersError::NotSet(setting(change)))?;
        let work = self.database.execute(statement.sql.clone(), values);
        let rows = match timeout(PATIENCE, work).await {
            Ok(rows) => rows.map_err(|cause| refused(change, statement.setting, cause))?,
            Err(_) => return Err(SqlUsersError::TimedOut(statement.setting).into()),
        };
        if rows > 1 {
            return Err(SqlUsersError::ManyChanged { setting: statement.setting, rows }.into());
        }
        Ok(Changed::by(rows))
    }
}

#[async_trait]
impl Users for SqlUsers {
    async fn user(&self, id: &str) -> Result<Option<User>, UsersError> {
        let statement = &self.statements.find;
        let setting = statement.setting;
        let values = [id];
        let work = self.database.fetch(statement.sql.clone(), &values);
        match timeout(PATIENCE, work).await {
            Ok(Ok(users)) => Ok(only(users, id, setting)?),
            // No id of theirs looks like this one, such as one that is no UUID.
            Ok(Err(error)) if failure::blame(&error) == Blame::Text => {
                let cause = Cause::from(error);
                tracing::warn!(
                    setting, %cause,
                    "a user id is none that the database can have, so this is nobody. (If it is of \
                     users there are: a cast of another column has failed)"
                );
                Ok(None)
            }
            Ok(Err(error)) => Err(failed(failure::blame(&error), setting, error.into()).into()),
            Err(_) => Err(SqlUsersError::TimedOut(setting).into()),
        }
    }

    fn allows(&self, change: Change) -> bool {
        self.statements.of(change).is_some()
    }

    async fn set_password_hash(
        &self,
        id: &str,
        hash: &str,
        _now: i64,
    ) -> Result<Changed, UsersError> {
        self.change(Change::SetPassword, &[id, hash]).await
    }

    async fn set_first_password_hash(
        &self,
        id: &str,
        hash: &str,
        _now: i64,
    ) -> Result<Changed, UsersError> {
        self.change(Change::SetFirstPassword, &[id, hash]).await
    }

    async fn rewrite_password_hash(
        &self,
        id: &str,
        old: &str,
        new: &str,
    ) -> Result<Changed, UsersError> {
        self.change(Change::RewritePassword, &[id, new, old]).await
    }

    async fn set_identifier(
        &self,
        id: &str,
        identifier: &Identifier,
        _now: i64,
    ) -> Result<Changed, UsersError> {
        let change = match identifier {
            Identifier::Email(_) => Change::SetEmail,
            Identifier::Phone(_) => Change::SetPhone,
        };
        self.change(change, &[id, identifier.value()]).await
    }

    async fn remove_email(&self, id: &str, _now: i64) -> Result<Changed, UsersError> {
        self.change(Change::RemoveEmail, &[id]).await
    }

    async fn remove_phone(&self, id: &str, _now: i64) -> Result<Changed, UsersError> {
        self.change(Change::RemovePhone, &[id]).await
    }

    async fn probe(&self) -> Result<(), UsersError> {
        let setting = "--users-url";
        match timeout(PATIENCE, self.database.probe()).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(SqlUsersError::Failed { setting, cause: error.into() }.into()),
            Err(_) => Err(SqlUsersError::TimedOut(setting).into()),
        }
    }

    async fn close(&self) {
        self.database.close().await;
    }
}

/// The user of this id, where nobody else was found.
fn only(
    mut found: Vec<User>,
    id: &str,
    setting: &'static str,
) -> Result<Option<User>, SqlUsersError> {
    let user = found.pop();
    match &user {
        Some(_) if !found.is_empty() => Err(SqlUsersError::ManyFound(setting)),
        Some(user) if user.id != id => Err(SqlUsersError::AnotherUser(setting)),
        _ => Ok(user),
    }
}

/// What the failure of a change means.
fn refused(change: Change, setting: &'static str, error: sqlx::Error) -> UsersError {
    let blame = failure::blame(&error);
    match (change, blame) {
        (Change::SetEmail, Blame::Unique) => UsersError::Taken(Unique::Email),
        (Change::SetPhone, Blame::Unique) => UsersError::Taken(Unique::Phone),
        _ => failed(blame, setting, error.into()).into(),
    }
}

fn failed(blame: Blame, setting: &'static str, cause: Cause) -> SqlUsersError {
    match blame {
        Blame::Database => SqlUsersError::Failed { setting, cause },
        Blame::Statement => SqlUsersError::Wrong { setting, cause },
        Blame::Text | Blame::Unique | Blame::Value => SqlUsersError::Refused { setting, cause },
    }
}
