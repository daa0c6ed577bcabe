//! The built-in table of users, in the store's SQLite file.

use async_trait::async_trait;
use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};
use rusqlite::{Connection, Error, OptionalExtension, Params, Row};
use sekisho::Identifier;
use zeroize::Zeroizing;

use super::{Change, Changed, Unique, User, Users, UsersError};
use crate::store::{Store, StoreError};

/// A user to be added.
#[derive(Clone, Default)]
pub(crate) struct NewUser {
    pub(crate) id: String,
    pub(crate) username: Option<String>,
    pub(crate) email: Option<Identifier>,
    pub(crate) phone: Option<Identifier>,
    pub(crate) name: Option<String>,
    pub(crate) password_hash: Option<Zeroizing<String>>,
    pub(crate) suspended: bool,
}

#[async_trait]
impl Users for Store {
    async fn user(&self, id: &str) -> Result<Option<User>, UsersError> {
        self.fetch("SELECT * FROM users WHERE id = ?1", id).await
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

impl Store {
    /// The user whose id, username, e-mail address or phone number this is.
    pub(crate) async fn find_user(&self, name: &str) -> Result<Option<User>, UsersError> {
        let found = self.fetch(FIND, name).await?;
        let Ok(email) = Identifier::email(name) else { return Ok(found) };
        match found {
            Some(user) => Ok(Some(user)),
            None => self.fetch(FIND_BY_EMAIL, &email.canonical()).await,
        }
    }

    /// All users, in the order of their making.
    pub(crate) async fn users(&self) -> Result<Vec<User>, UsersError> {
        let read = |connection: &mut Connection| {
            let mut query = connection.prepare("SELECT * FROM users ORDER BY created_at, id")?;
            query.query_map((), read_user)?.collect()
        };
        Ok(self.read(read).await?)
    }

    /// Adds a user.
    pub(crate) async fn add_user(&self, user: &NewUser, now: i64) -> Result<(), UsersError> {
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

    /// Removes every user, for dev mode's reset.
    pub(crate) async fn clear_users(&self) -> Result<(), UsersError> {
        self.change("DELETE FROM users", ()).await.map(|_| ())
    }

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

const FIND: &str = "SELECT * FROM users WHERE id = ?1 OR username = ?1 OR primary_phone = ?1
    ORDER BY id = ?1 DESC, username = ?1 DESC LIMIT 1";

const FIND_BY_EMAIL: &str = "SELECT * FROM users WHERE primary_email_canonical = ?1";

const ADD: &str = "
    INSERT INTO users (id, username, primary_email, primary_email_canonical, primary_phone, name,
                       password_hash, suspended, created_at, updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)";

const SET_PASSWORD: &str = "UPDATE users SET password_hash = ?2, updated_at = ?3 WHERE id = ?1";

const SET_FIRST_PASSWORD: &str = "
    UPDATE users SET password_hash = ?2, updated_at = ?3
    WHERE id = ?1 AND password_hash IS NULL AND primary_email IS NULL AND primary_phone IS NULL";

const REWRITE_PASSWORD: &str =
    "UPDATE users SET password_hash = ?3 WHERE id = ?1 AND password_hash = ?2";

const SET_EMAIL: &str = "
    UPDATE users SET primary_email = ?3, primary_email_canonical = ?4, updated_at = ?2
    WHERE id = ?1";

const SET_PHONE: &str = "UPDATE users SET primary_phone = ?3, updated_at = ?2 WHERE id = ?1";

const REMOVE_EMAIL: &str = "
    UPDATE users SET primary_email = NULL, primary_email_canonical = NULL, updated_at = ?2
    WHERE id = ?1 AND ((username IS NOT NULL AND password_hash IS NOT NULL)
                      OR primary_phone IS NOT NULL)";

const REMOVE_PHONE: &str = "
    UPDATE users SET primary_phone = NULL, updated_at = ?2
    WHERE id = ?1 AND ((username IS NOT NULL AND password_hash IS NOT NULL)
                      OR primary_email IS NOT NULL)";

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

#[cfg(test)]
mod tests {
    use sekisho::Timestamp;

    use super::*;

    fn ana() -> NewUser {
        NewUser {
            id: "ana".into(),
            username: Some("ana".into()),
            email: Some(Identifier::email("Ana@Example.com").unwrap()),
            phone: Some(Identifier::phone("4915112345").unwrap()),
            password_hash: Some(Zeroizing::new("old".into())),
            ..NewUser::default()
        }
    }

    async fn store_with_ana() -> Store {
        let store = Store::in_memory().unwrap();
        store.add_user(&ana(), 1000).await.unwrap();
        store
    }

    #[tokio::test]
    async fn finds_a_user_by_everything_they_are_known_by() {
        let store = store_with_ana().await;
        for name in ["ana", "Ana@Example.com", "ana@example.COM", "4915112345"] {
            assert_eq!(store.find_user(name).await.unwrap().unwrap().id, "ana", "{name}");
        }
        assert!(store.find_user("Ana").await.unwrap().is_none());
        let user = store.user("ana").await.unwrap().unwrap();
        assert_eq!(user.email.as_deref(), Some("Ana@Example.com"));
        assert_eq!(
            (user.created_at, user.updated_at, user.last_sign_in_at),
            (Some(1000), Some(1000), None)
        );
    }

    #[tokio::test]
    async fn a_file_has_its_users_until_it_is_closed() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&directory.path().join("users.db")).await.unwrap();
        store.add_user(&ana(), 1000).await.unwrap();
        assert_eq!(store.user("ana").await.unwrap().unwrap().id, "ana");
        store.close().await;
        let closed = store.user("ana").await.err().unwrap();
        assert!(matches!(closed, UsersError::Store(StoreError::Closed)), "{closed}");
        assert!(store.probe(Timestamp::from_unix_seconds(1_764_000_000).unwrap()).await.is_err());
    }

    #[tokio::test]
    async fn two_users_share_nothing_they_are_known_by() {
        let store = store_with_ana().await;
        let email = |value| Some(Identifier::email(value).unwrap());
        let rows = [
            (NewUser { id: "ana".into(), ..NewUser::default() }, Unique::Id),
            (NewUser { username: Some("ana".into()), ..NewUser::default() }, Unique::Username),
            (NewUser { email: email("ANA@example.com"), ..NewUser::default() }, Unique::Email),
            (NewUser { phone: ana().phone, ..NewUser::default() }, Unique::Phone),
        ];
        for (user, expected) in rows {
            let error = store.add_user(&user, 0).await.unwrap_err();
            assert!(matches!(error, UsersError::Taken(what) if what == expected), "{error}");
        }
    }
}
