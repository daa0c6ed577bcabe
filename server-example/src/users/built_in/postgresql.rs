//! The built-in table in PostgreSQL.

use async_trait::async_trait;
use sekisho::Identifier;
use sqlx::postgres::{PgArguments, PgDatabaseError};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Postgres};

use super::statement::{
    ADD, ALL, CLEAR, FIND, FIND_BY_EMAIL, REMOVE_EMAIL, REMOVE_PHONE, REWRITE_PASSWORD, SET_EMAIL,
    SET_FIRST_PASSWORD, SET_PASSWORD, SET_PHONE, USER,
};
use super::{BuiltInUsers, NewUser};
use crate::store::{PostgresqlStore, StoreError};
use crate::users::{Change, Changed, Unique, User, Users, UsersError, sql};

#[async_trait]
impl Users for PostgresqlStore {
    async fn user(&self, id: &str) -> Result<Option<User>, UsersError> {
        Ok(self.fetch(query(USER).bind(id)).await?.pop())
    }

    fn allows(&self, _change: Change) -> bool {
        true
    }

    async fn set_password_hash(
        &self,
        id: &str,
        hash: &str,
        now: i64,
    ) -> Result<Changed, UsersError> {
        self.change(query(SET_PASSWORD).bind(id).bind(hash).bind(now)).await
    }

    async fn set_first_password_hash(
        &self,
        id: &str,
        hash: &str,
        now: i64,
    ) -> Result<Changed, UsersError> {
        self.change(query(SET_FIRST_PASSWORD).bind(id).bind(hash).bind(now)).await
    }

    async fn rewrite_password_hash(
        &self,
        id: &str,
        old: &str,
        new: &str,
    ) -> Result<Changed, UsersError> {
        self.change(query(REWRITE_PASSWORD).bind(id).bind(old).bind(new)).await
    }

    async fn set_identifier(
        &self,
        id: &str,
        identifier: &Identifier,
        now: i64,
    ) -> Result<Changed, UsersError> {
        let canonical = identifier.canonical();
        match identifier {
            Identifier::Email(_) => {
                let change = query(SET_EMAIL).bind(id).bind(now).bind(identifier.value());
                self.change(change.bind(canonical)).await
            }
            Identifier::Phone(_) => {
                self.change(query(SET_PHONE).bind(id).bind(now).bind(canonical)).await
            }
        }
    }

    async fn remove_email(&self, id: &str, now: i64) -> Result<Changed, UsersError> {
        self.change(query(REMOVE_EMAIL).bind(id).bind(now)).await
    }

    async fn remove_phone(&self, id: &str, now: i64) -> Result<Changed, UsersError> {
        self.change(query(REMOVE_PHONE).bind(id).bind(now)).await
    }

    async fn probe(&self) -> Result<(), UsersError> {
        self.within(query("SELECT 1").execute(self.pool())).await?;
        Ok(())
    }

    async fn close(&self) {
        Self::close(self).await;
    }
}

#[async_trait]
impl BuiltInUsers for PostgresqlStore {
    async fn find_user(&self, name: &str) -> Result<Option<User>, UsersError> {
        let found = self.fetch(query(FIND).bind(name)).await?.pop();
        let Ok(email) = Identifier::email(name) else { return Ok(found) };
        match found {
            Some(user) => Ok(Some(user)),
            None => Ok(self.fetch(query(FIND_BY_EMAIL).bind(email.canonical())).await?.pop()),
        }
    }

    async fn users(&self) -> Result<Vec<User>, UsersError> {
        Ok(self.fetch(query(ALL)).await?)
    }

    async fn add_user(&self, user: &NewUser, now: i64) -> Result<(), UsersError> {
        let add = query(ADD)
            .bind(&user.id)
            .bind(&user.username)
            .bind(user.email.as_ref().map(Identifier::value))
            .bind(user.email.as_ref().map(Identifier::canonical))
            .bind(user.phone.as_ref().map(Identifier::value))
            .bind(&user.name)
            .bind(user.password_hash.as_ref().map(|hash| hash.as_str()))
            .bind(user.suspended)
            .bind(now);
        self.change(add).await.map(|_| ())
    }

    async fn clear_users(&self) -> Result<(), UsersError> {
        self.change(query(CLEAR)).await.map(|_| ())
    }
}

impl PostgresqlStore {
    async fn fetch(&self, query: BoundQuery<'_>) -> Result<Vec<User>, StoreError> {
        let rows = self.within(query.fetch_all(self.pool())).await?;
        let users = rows.iter().map(sql::read_user).collect::<Result<_, _>>();
        users.map_err(|cause| self.failed(cause))
    }

    async fn change(&self, query: BoundQuery<'_>) -> Result<Changed, UsersError> {
        let done = self.within(query.execute(self.pool())).await.map_err(taken)?;
        Ok(Changed::by(done.rows_affected()))
    }
}

type BoundQuery<'q> = Query<'q, Postgres, PgArguments>;

/// Takes a statement as it is for SQLite.
fn query<'q>(statement: &str) -> BoundQuery<'q> {
    sqlx::query(AssertSqlSafe(statement.replace('?', "$")))
}

/// PostgreSQL names the constraint.
const UNIQUE_CONSTRAINTS: [(&str, Unique); 4] = [
    ("users_primary_email_canonical_key", Unique::Email),
    ("users_primary_phone_key", Unique::Phone),
    ("users_username_key", Unique::Username),
    ("users_pkey", Unique::Id),
];

fn taken(error: StoreError) -> UsersError {
    let constraint = match &error {
        StoreError::Postgresql { cause: sqlx::Error::Database(cause), .. } => cause
            .try_downcast_ref::<PgDatabaseError>()
            .filter(|_| cause.is_unique_violation())
            .and_then(PgDatabaseError::constraint),
        _ => None,
    };
    let unique = UNIQUE_CONSTRAINTS.iter().find(|(name, _)| Some(*name) == constraint);
    unique.map_or_else(|| error.into(), |(_, what)| UsersError::Taken(*what))
}
