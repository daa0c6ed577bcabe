//! The built-in table of users, in the store's SQLite file.

use async_trait::async_trait;
use sekisho::Identifier;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};
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
        fetch(&self.reader, "SELECT * FROM users WHERE id = ?1", id).await
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
        self.change(sqlx::query(SET_PASSWORD).bind(id).bind(hash.to_owned()).bind(now)).await
    }

    async fn set_first_password_hash(
        &self,
        id: &str,
        hash: &str,
        now: i64,
    ) -> Result<Changed, UsersError> {
        let query = sqlx::query(SET_FIRST_PASSWORD);
        self.change(query.bind(id).bind(hash.to_owned()).bind(now)).await
    }

    async fn rewrite_password_hash(
        &self,
        id: &str,
        old: &str,
        new: &str,
    ) -> Result<Changed, UsersError> {
        let query = sqlx::query(REWRITE_PASSWORD);
        self.change(query.bind(id).bind(old.to_owned()).bind(new.to_owned())).await
    }

    async fn set_identifier(
        &self,
        id: &str,
        identifier: &Identifier,
        now: i64,
    ) -> Result<Changed, UsersError> {
        let sql = match identifier {
            Identifier::Email(_) => SET_EMAIL,
            Identifier::Phone(_) => SET_PHONE,
        };
        let query = sqlx::query(sql).bind(id).bind(now).bind(identifier.value());
        self.change(query.bind(identifier.canonical())).await
    }

    async fn remove_email(&self, id: &str, now: i64) -> Result<Changed, UsersError> {
        self.change(sqlx::query(REMOVE_EMAIL).bind(id).bind(now)).await
    }

    async fn remove_phone(&self, id: &str, now: i64) -> Result<Changed, UsersError> {
        self.change(sqlx::query(REMOVE_PHONE).bind(id).bind(now)).await
    }

    async fn probe(&self) -> Result<(), UsersError> {
        sqlx::query("SELECT 1").execute(&self.reader).await?;
        Ok(())
    }

    async fn close(&self) {
        Self::close(self).await;
    }
}

impl Store {
    /// The user whose id, username, e-mail address or phone number this is.
    pub(crate) async fn find_user(&self, name: &str) -> Result<Option<User>, UsersError> {
        let found = fetch(&self.reader, FIND, name).await?;
        let Ok(email) = Identifier::email(name) else { return Ok(found) };
        match found {
            Some(user) => Ok(Some(user)),
            None => fetch(&self.reader, FIND_BY_EMAIL, &email.canonical()).await,
        }
    }

    /// All users, in the order of their making.
    pub(crate) async fn users(&self) -> Result<Vec<User>, UsersError> {
        let query = sqlx::query("SELECT * FROM users ORDER BY created_at, id");
        query.try_map(read_user).fetch_all(&self.reader).await.map_err(UsersError::from)
    }

    /// Adds a user.
    pub(crate) async fn add_user(&self, user: &NewUser, now: i64) -> Result<(), UsersError> {
        sqlx::query(ADD)
            .bind(&user.id)
            .bind(&user.username)
            .bind(user.email.as_ref().map(|email| email.value().to_owned()))
            .bind(user.email.as_ref().map(Identifier::canonical))
            .bind(user.phone.as_ref().map(|phone| phone.value().to_owned()))
            .bind(&user.name)
            .bind(user.password_hash.as_ref().map(|hash| hash.to_string()))
            .bind(user.suspended)
            .bind(now)
            .execute(&self.writer)
            .await
            .map_err(taken)?;
        Ok(())
    }

    /// Removes every user, for dev mode's reset.
    pub(crate) async fn clear_users(&self) -> Result<(), UsersError> {
        sqlx::query("DELETE FROM users").execute(&self.writer).await?;
        Ok(())
    }

    async fn change(&self, query: Query<'_>) -> Result<Changed, UsersError> {
        let rows = query.execute(&self.writer).await.map_err(taken)?.rows_affected();
        Ok(Changed::by(rows))
    }
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

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

const SET_PHONE: &str = "UPDATE users SET primary_phone = ?4, updated_at = ?2 WHERE id = ?1";

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

async fn fetch(
    pool: &SqlitePool,
    sql: &'static str,
    value: &str,
) -> Result<Option<User>, UsersError> {
    let query = sqlx::query(sql).bind(value.to_owned()).try_map(read_user);
    Ok(query.fetch_optional(pool).await?)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that `try_map` takes")]
fn read_user(row: SqliteRow) -> Result<User, sqlx::Error> {
    Ok(User {
        id: row.try_get("id")?,
        username: row.try_get("username")?,
        email: row.try_get("primary_email")?,
        phone: row.try_get("primary_phone")?,
        name: row.try_get("name")?,
        password_hash: row.try_get::<Option<String>, _>("password_hash")?.map(Zeroizing::new),
        suspended: row.try_get("suspended")?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
        last_sign_in_at: row.try_get("last_sign_in_at")?,
    })
}

fn taken(error: sqlx::Error) -> UsersError {
    let unique = error.as_database_error().filter(|error| error.is_unique_violation());
    let column = unique.and_then(|error| {
        UNIQUE_COLUMNS.iter().find(|(column, _)| error.message().contains(column))
    });
    match column {
        Some((_, what)) => UsersError::Taken(*what),
        None => StoreError::Database(error).into(),
    }
}

#[cfg(test)]
mod tests {
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
        let store = Store::in_memory().await.unwrap();
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
