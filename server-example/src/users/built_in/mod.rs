//! The built-in table of users, in the database of `--database`.

mod postgresql;
mod sqlite;
mod statement;
#[cfg(test)]
mod tests;

use async_trait::async_trait;
use sekisho::Identifier;
use zeroize::Zeroizing;

use super::{User, Users, UsersError};

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

/// What the built-in table is asked beside what requests ask: by the command line and dev mode.
#[async_trait]
pub(crate) trait BuiltInUsers: Users {
    /// The user whose id, username, e-mail address or phone number this is.
    async fn find_user(&self, name: &str) -> Result<Option<User>, UsersError>;

    /// All users, in the order of their making.
    async fn users(&self) -> Result<Vec<User>, UsersError>;

    /// Adds a user.
    ///
    /// # Errors
    /// [`UsersError::Taken`] where another user is known by the same.
    async fn add_user(&self, user: &NewUser, now: i64) -> Result<(), UsersError>;

    /// Removes every user, for dev mode's reset.
    async fn clear_users(&self) -> Result<(), UsersError>;
}
