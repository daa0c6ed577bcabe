//! The built-in table in SQLite.

use async_trait::async_trait;
use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};
use rusqlite::{Connection, Error, OptionalExtension, Params, Row};
use sekisho::Identifier;
use zeroize::Zeroizing;

use super::statement::{
    ADD, ALL, CLEAR, FIND, FIND_BY_EMAIL, REMOVE_EMAIL, REMOVE_PHONE, REWRITE_PASSWORD, SET_EMAIL,
    SET_FIRST_PASSWORD, SET_PASSWORD, SET_PHONE, USER,
};
use super::{BuiltInUsers, NewUser};
use crate::store::{SqliteStore, StoreError};
use crate::users::{Change, Changed, Unique, User, Users, UsersError};

#[async_trait]
impl Users for SqliteStore {
    async fn user(&self, id: &str) -> Result<Option<User>, UsersError> {
        self.fetch(USER, id).await
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
        self.change(SET_PASSWORD, (id.to_owned(), hash.to_owned(), now)).await
    }

    async fn set_first_password_hash(
        &self,
        id: &str,
        hash: &str,
        now: i64,
    ) -> Result<Changed, UsersError> {
        self.change(SET_FIRST_PASSWORD, (id.to_owned(), hash.to_owned(), now)).await
    }

    async fn rewrite_password_hash(
        &self,
        id: &str,
        old: &str,
        new: &str,
    ) -> Result<Changed, UsersError> {
        self.change(REWRITE_PASSWORD, [id, old, new].map(str::to_owned)).await
    }

    async fn set_identifier(
        &self,
        id: &str,
        identifier: &Identifier,
        now: i64,
    ) -> Result<Changed, UsersError> {
        let (id, canonical) = (id.to_owned(), identifier.canonical());
        match identifier {
            Identifier::Email(_) => {
                let value = identifier.value().to_owned();
                self.change(SET_EMAIL, (id, now, value, canonical)).await
            }
            Identifier::Phone(_) => self.change(SET_PHONE, (id, now, canonical)).await,
        }
    }

    async fn remove_email(&self, id: &str, now: i64) -> Result<Changed, UsersError> {
        self.change(REMOVE_EMAIL, (id.to_owned(), now)).await
    }

    async fn remove_phone(&self, id: &str, now: i64) -> Result<Changed, UsersError> {
        self.change(REMOVE_PHONE, (id.to_owned(), now)).await
    }

    async fn probe(&self) -> Result<(), UsersError> {
        let read = |connection: &mut Connection| connection.query_row("SELECT 1", (), |_| Ok(()));
        Ok(self.read(read).await?)
    }

    async fn close(&self) {
        Self::close(self).await;
    }
}

#[async_trait]
impl BuiltInUsers for SqliteStore {
    async fn find_user(&self, name: &str) -> Result<Option<User>, UsersError> {
        let found = self.fetch(FIND, name).await?;
        let Ok(email) = Identifier::email(name) else { return Ok(found) };
        match found {
            Some(user) => Ok(Some(user)),
            None => self.fetch(FIND_BY_EMAIL, &email.canonical()).await,
        }
    }

    async fn users(&self) -> Result<Vec<User>, UsersError> {
        let read = |connection: &mut Connection| {
            let mut query = connection.prepare(ALL)?;
            query.query_map((), read_user)?.collect()
        };
        Ok(self.read(read).await?)
    }

    async fn add_user(&self, user: &NewUser, now: i64) -> Result<(), UsersError> {
        let value = |identifier: &Identifier| identifier.value().to_owned();
        let user = (
            user.id.clone(),
            user.username.clone(),
            user.email.as_ref().map(value),
            user.email.as_ref().map(Identifier::canonical),
            user.phone.as_ref().map(value),
            user.name.clone(),
            user.password_hash.as_ref().map(|hash| hash.to_string()),
            user.suspended,
            now,
        );
        self.change(ADD, user).await.map(|_| ())
    }

    async fn clear_users(&self) -> Result<(), UsersError> {
        self.change(CLEAR, ()).await.map(|_| ())
    }
}

impl SqliteStore {
    async fn fetch(&self, sql: &'static str, value: &str) -> Result<Option<User>, UsersError> {
        let value = value.to_owned();
        let read = move |connection: &mut Connection| {
            connection.prepare_cached(sql)?.query_row([value], read_user).optional()
        };
        Ok(self.read(read).await?)
    }

    async fn change(
        &self,
        sql: &'static str,
        values: impl Params + Send + 'static,
    ) -> Result<Changed, UsersError> {
        let write = move |connection: &mut Connection| connection.execute(sql, values);
        Ok(Changed::by(self.write(write).await.map_err(taken)? as u64))
    }
}

/// SQLite names the column in its message, and nowhere else.
const UNIQUE_COLUMNS: [(&str, Unique); 4] = [
    ("users.primary_email_canonical", Unique::Email),
    ("users.primary_phone", Unique::Phone),
    ("users.username", Unique::Username),
    ("users.id", Unique::Id),
];

fn read_user(row: &Row<'_>) -> Result<User, Error> {
    Ok(User {
        id: row.get("id")?,
        username: row.get("username")?,
        email: row.get("primary_email")?,
        phone: row.get("primary_phone")?,
        name: row.get("name")?,
        password_hash: row.get::<_, Option<String>>("password_hash")?.map(Zeroizing::new),
        suspended: row.get("suspended")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        last_sign_in_at: row.get("last_sign_in_at")?,
    })
}

fn taken(error: StoreError) -> UsersError {
    match &error {
        StoreError::Database(Error::SqliteFailure(failure, Some(message)))
            if [SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY]
                .contains(&failure.extended_code) =>
        {
            let unique = UNIQUE_COLUMNS.iter().find(|(column, _)| message.contains(column));
            unique.map_or_else(|| error.into(), |(_, what)| UsersError::Taken(*what))
        }
        _ => error.into(),
    }
}
