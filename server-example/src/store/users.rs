//! Users: who they are, what they can be reached by, and the hash of their password.

use sekisho::Identifier;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};
use zeroize::Zeroizing;

use super::{Store, StoreError};

/// A user as stored. Times are milliseconds since 1970.
#[derive(Clone)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) username: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) password_hash: Option<Zeroizing<String>>,
    pub(crate) suspended: bool,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) last_sign_in_at: Option<i64>,
}

impl User {
    /// The addresses and numbers that are the user's own now, to which a code gives permission.
    pub(crate) fn identifiers(&self) -> Vec<Identifier> {
        let email = self.email.as_deref().and_then(|value| Identifier::email(value).ok());
        let phone = self.phone.as_deref().and_then(|value| Identifier::phone(value).ok());
        email.into_iter().chain(phone).collect()
    }

    /// True where the user can prove who they are at all.
    pub(crate) fn can_verify(&self) -> bool {
        self.password_hash.is_some() || self.email.is_some() || self.phone.is_some()
    }
}

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

/// What two users never share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unique {
    Id,
    Username,
    Email,
    Phone,
}

impl Unique {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Username => "username",
            Self::Email => "e-mail address",
            Self::Phone => "phone number",
        }
    }
}

/// Whether a change was made; where not, its user or a condition of it is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Changed {
    Yes,
    No,
}

impl Store {
    /// The user of this id.
    pub(crate) async fn user(&self, id: &str) -> Result<Option<User>, StoreError> {
        fetch(&self.reader, "SELECT * FROM users WHERE id = ?1", id).await
    }

    /// The user whose id, username, e-mail address or phone number this is.
    pub(crate) async fn find_user(&self, name: &str) -> Result<Option<User>, StoreError> {
        let found = fetch(&self.reader, FIND, name).await?;
        let Ok(email) = Identifier::email(name) else { return Ok(found) };
        match found {
            Some(user) => Ok(Some(user)),
            None => fetch(&self.reader, FIND_BY_EMAIL, &email.canonical()).await,
        }
    }

    /// All users, in the order of their making.
    pub(crate) async fn users(&self) -> Result<Vec<User>, StoreError> {
        let query = sqlx::query("SELECT * FROM users ORDER BY created_at, id");
        query.try_map(read_user).fetch_all(&self.reader).await.map_err(StoreError::from)
    }

    pub(crate) async fn add_user(&self, user: &NewUser, now: i64) -> Result<(), StoreError> {
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

    pub(crate) async fn set_password_hash(
        &self,
        id: &str,
        hash: &str,
        now: i64,
    ) -> Result<Changed, StoreError> {
        self.change(sqlx::query(SET_PASSWORD).bind(id).bind(hash.to_owned()).bind(now)).await
    }

    /// Sets the password of a user who has nothing to verify with; [`Changed::No`] where they have
    /// by now.
    pub(crate) async fn set_first_password_hash(
        &self,
        id: &str,
        hash: &str,
        now: i64,
    ) -> Result<Changed, StoreError> {
        let query = sqlx::query(SET_FIRST_PASSWORD);
        self.change(query.bind(id).bind(hash.to_owned()).bind(now)).await
    }

    /// Writes the same password's newer hash, unless the password has been changed meanwhile.
    pub(crate) async fn rewrite_password_hash(
        &self,
        id: &str,
        old: &str,
        new: &str,
    ) -> Result<Changed, StoreError> {
        let query = sqlx::query(REWRITE_PASSWORD);
        self.change(query.bind(id).bind(old.to_owned()).bind(new.to_owned())).await
    }

    /// Sets the user's e-mail address or phone number.
    ///
    /// # Errors
    /// [`StoreError::Taken`] where it is another user's, in whatever case it is written.
    pub(crate) async fn set_identifier(
        &self,
        id: &str,
        identifier: &Identifier,
        now: i64,
    ) -> Result<Changed, StoreError> {
        let sql = match identifier {
            Identifier::Email(_) => SET_EMAIL,
            Identifier::Phone(_) => SET_PHONE,
        };
        let query = sqlx::query(sql).bind(id).bind(now).bind(identifier.value());
        self.change(query.bind(identifier.canonical())).await
    }

    /// Removes the user's e-mail address, unless it is the last thing to sign in with.
    pub(crate) async fn remove_email(&self, id: &str, now: i64) -> Result<Changed, StoreError> {
        self.change(sqlx::query(REMOVE_EMAIL).bind(id).bind(now)).await
    }

    /// Removes the user's phone number, unless it is the last thing to sign in with.
    pub(crate) async fn remove_phone(&self, id: &str, now: i64) -> Result<Changed, StoreError> {
        self.change(sqlx::query(REMOVE_PHONE).bind(id).bind(now)).await
    }

    /// Removes every user, for dev mode's reset.
    pub(crate) async fn clear_users(&self) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM users").execute(&self.writer).await?;
        Ok(())
    }

    async fn change(&self, query: Query<'_>) -> Result<Changed, StoreError> {
        let rows = query.execute(&self.writer).await.map_err(taken)?.rows_affected();
        Ok(if rows == 0 { Changed::No } else { Changed::Yes })
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
) -> Result<Option<User>, StoreError> {
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

fn taken(error: sqlx::Error) -> StoreError {
    let unique = error.as_database_error().filter(|error| error.is_unique_violation());
    let column = unique.and_then(|error| {
        UNIQUE_COLUMNS.iter().find(|(column, _)| error.message().contains(column))
    });
    match column {
        Some((_, what)) => StoreError::Taken(*what),
        None => StoreError::Database(error),
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
        assert_eq!((user.created_at, user.updated_at, user.last_sign_in_at), (1000, 1000, None));
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
            assert!(matches!(error, StoreError::Taken(what) if what == expected), "{error}");
        }
    }

    #[tokio::test]
    async fn takes_no_address_of_another_user_in_any_case() {
        let store = store_with_ana().await;
        store.add_user(&NewUser { id: "ben".into(), ..NewUser::default() }, 0).await.unwrap();
        let taken = Identifier::email("aNA@example.com").unwrap();
        let error = store.set_identifier("ben", &taken, 1).await.unwrap_err();
        assert!(matches!(error, StoreError::Taken(Unique::Email)));
        assert_eq!(store.set_identifier("ana", &taken, 2).await.unwrap(), Changed::Yes);
        assert_eq!(store.set_identifier("gone", &taken, 3).await.unwrap(), Changed::No);
    }

    #[tokio::test]
    async fn the_last_way_to_sign_in_stays() {
        // Whether the user has a username, a password; whether both identifiers can go.
        let rows = [(true, true, true), (true, false, false), (false, true, false)];
        for (username, password, both_go) in rows {
            let user = NewUser {
                username: ana().username.filter(|_| username),
                password_hash: ana().password_hash.filter(|_| password),
                ..ana()
            };
            let last = if both_go { Changed::Yes } else { Changed::No };
            let store = Store::in_memory().await.unwrap();
            store.add_user(&user, 0).await.unwrap();
            assert_eq!(store.remove_email("ana", 1).await.unwrap(), Changed::Yes);
            assert_eq!(store.remove_phone("ana", 2).await.unwrap(), last);

            let store = Store::in_memory().await.unwrap();
            store.add_user(&user, 0).await.unwrap();
            assert_eq!(store.remove_phone("ana", 1).await.unwrap(), Changed::Yes);
            assert_eq!(store.remove_email("ana", 2).await.unwrap(), last);
            let kept = store.user("ana").await.unwrap().unwrap();
            assert_eq!(kept.email.is_some(), !both_go);
        }
    }

    #[tokio::test]
    async fn a_first_password_is_set_once_and_only_for_who_has_no_other_way() {
        let store = store_with_ana().await;
        assert_eq!(store.set_first_password_hash("ana", "new", 1).await.unwrap(), Changed::No);
        let nobody = NewUser { id: "ben".into(), ..NewUser::default() };
        store.add_user(&nobody, 0).await.unwrap();
        assert_eq!(store.set_first_password_hash("ben", "new", 1).await.unwrap(), Changed::Yes);
        assert_eq!(store.set_first_password_hash("ben", "worse", 2).await.unwrap(), Changed::No);
        let user = store.user("ben").await.unwrap().unwrap();
        assert_eq!(user.password_hash.as_deref().map(String::as_str), Some("new"));
    }

    #[tokio::test]
    async fn a_hash_is_rewritten_only_where_it_is_still_the_old_one() {
        let store = store_with_ana().await;
        assert_eq!(store.rewrite_password_hash("ana", "old", "new").await.unwrap(), Changed::Yes);
        assert_eq!(store.rewrite_password_hash("ana", "old", "worse").await.unwrap(), Changed::No);
        let user = store.user("ana").await.unwrap().unwrap();
        assert_eq!(user.password_hash.as_deref().map(String::as_str), Some("new"));
    }
}
