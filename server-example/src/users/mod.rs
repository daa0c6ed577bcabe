//! Users: who they are, what they can be reached by, and the hash of their password.
//!
//! They are in the server's own table, or in a database that the operator has already.

mod built_in;
mod settings;
mod sql;
#[cfg(test)]
mod tests;

use async_trait::async_trait;
use sekisho::Identifier;
use zeroize::Zeroizing;

use crate::store::StoreError;

pub(crate) use built_in::{BuiltInUsers, NewUser};
pub(crate) use settings::{UsersArgs, UsersSettings, UsersSettingsError, UsersUrlArgs};
pub(crate) use sql::{OpenError, SqlUsers, SqlUsersError};

/// Where users are kept: everything that requests need of them.
///
/// Users are found by their id alone, which is what access tokens have as `sub`. None is ever added
/// or removed here.
#[async_trait]
pub(crate) trait Users: Send + Sync {
    /// The user of this id.
    async fn user(&self, id: &str) -> Result<Option<User>, UsersError>;

    /// Whether this change can be made where these users are kept.
    fn allows(&self, change: Change) -> bool;

    /// Sets the user's password.
    async fn set_password_hash(
        &self,
        id: &str,
        hash: &str,
        now: i64,
    ) -> Result<Changed, UsersError>;

    /// Sets the password of a user who has nothing to verify with; [`Changed::No`] where they have
    /// by now.
    async fn set_first_password_hash(
        &self,
        id: &str,
        hash: &str,
        now: i64,
    ) -> Result<Changed, UsersError>;

    /// Writes the same password's newer hash, unless the password has been changed meanwhile.
    async fn rewrite_password_hash(
        &self,
        id: &str,
        old: &str,
        new: &str,
    ) -> Result<Changed, UsersError>;

    /// Sets the user's e-mail address or phone number.
    ///
    /// # Errors
    /// [`UsersError::Taken`] where it is another user's, in whatever case it is written.
    async fn set_identifier(
        &self,
        id: &str,
        identifier: &Identifier,
        now: i64,
    ) -> Result<Changed, UsersError>;

    /// Removes the user's e-mail address, unless it is the last thing to sign in with.
    async fn remove_email(&self, id: &str, now: i64) -> Result<Changed, UsersError>;

    /// Removes the user's phone number, unless it is the last thing to sign in with.
    async fn remove_phone(&self, id: &str, now: i64) -> Result<Changed, UsersError>;

    /// Asks for nobody, only whether there is an answer.
    async fn probe(&self) -> Result<(), UsersError>;

    /// Waits for what is being done and closes all connections.
    async fn close(&self);
}

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
    pub(crate) created_at: Option<i64>,
    pub(crate) updated_at: Option<i64>,
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

/// What can be changed of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    SetPassword,
    SetFirstPassword,
    RewritePassword,
    SetEmail,
    RemoveEmail,
    SetPhone,
    RemovePhone,
}

/// The field of an account that a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Password,
    Email,
    Phone,
}

/// Whether a change was made; where not, its user or a condition of it is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Changed {
    Yes,
    No,
}

impl Change {
    pub(crate) const ALL: [Self; 7] = [
        Self::SetPassword,
        Self::SetFirstPassword,
        Self::RewritePassword,
        Self::SetEmail,
        Self::RemoveEmail,
        Self::SetPhone,
        Self::RemovePhone,
    ];

    pub(crate) const fn field(self) -> Field {
        match self {
            Self::SetPassword | Self::SetFirstPassword | Self::RewritePassword => Field::Password,
            Self::SetEmail | Self::RemoveEmail => Field::Email,
            Self::SetPhone | Self::RemovePhone => Field::Phone,
        }
    }
}

impl Changed {
    const fn by(rows: u64) -> Self {
        if rows == 0 { Self::No } else { Self::Yes }
    }
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

/// What can go wrong with users. Its text is for the operator's log, never for an answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UsersError {
    /// Another user has this e-mail address, phone number, username or id.
    #[error("another user has this {}", .0.as_str())]
    Taken(Unique),
    /// The built-in table cannot be reached.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The operator's database cannot be reached, or its statements are wrong.
    #[error(transparent)]
    Sql(#[from] SqlUsersError),
}
