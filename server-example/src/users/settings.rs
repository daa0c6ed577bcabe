//! Settings of users who are in a database of the operator's.

use std::path::PathBuf;

use clap::Args;
use clap::builder::NonEmptyStringValueParser as NonEmpty;
use zeroize::Zeroizing;

use super::Change;
use super::sql::{DatabaseUrl, Statement, StatementError, Statements, UrlError};
use crate::secret::{self, SecretError};

/// Where the users are.
#[derive(Args)]
pub(crate) struct UsersUrlArgs {
    /// The database in which your users are already, instead of the built-in table:
    /// `postgres://USER:PASSWORD@HOST/DATABASE?sslmode=verify-full` or `sqlite:///FILE`. The other
    /// `--users-…` settings say by which SQL; docs/users.md has an example. In the environment the
    /// password is out of sight.
    #[arg(long, env = "SEKISHO_USERS_URL", value_name = "URL", hide_env_values = true)]
    #[arg(value_parser = NonEmpty::new())]
    users_url: Option<String>,

    /// A file with that URL, instead of the URL itself.
    #[arg(long, env = "SEKISHO_USERS_URL_FILE", value_name = "FILE")]
    users_url_file: Option<PathBuf>,
}

impl UsersUrlArgs {
    /// Whether users are in a database of the operator's.
    pub(crate) fn is_given(&self) -> bool {
        self.users_url.is_some() || self.users_url_file.is_some()
    }

    fn read(self) -> Result<Option<Zeroizing<String>>, SecretError> {
        let outright = ("--users-url", self.users_url.map(Zeroizing::new));
        let url = secret::choose(outright, ("--users-url-file", self.users_url_file.as_deref()))?;
        Ok(url.map(|url| url.text))
    }
}

/// The operator's own table of users. Parameters are text and written `$1`, `$2`, `$3`.
#[derive(Args)]
pub(crate) struct UsersArgs {
    #[command(flatten)]
    url: UsersUrlArgs,

    /// Finds the user of an id: $1 is the access token's `sub`. Gives at most one row, with the
    /// column `id` and as many as there are of `username`, `primary_email`, `primary_phone`,
    /// `name`, `password_hash`, `suspended`, `created_at`, `updated_at` and `last_sign_in_at`.
    #[arg(long, env = "SEKISHO_USERS_FIND_SQL", value_name = "SQL")]
    #[arg(value_parser = NonEmpty::new())]
    users_find_sql: Option<String>,

    /// Sets the password of the user $1 to the hash $2, a PHC string. Without it passwords cannot
    /// be changed. Here as in the settings that follow, a statement that changes no row has said
    /// no.
    #[arg(long, env = "SEKISHO_USERS_SET_PASSWORD_SQL", value_name = "SQL")]
    #[arg(value_parser = NonEmpty::new())]
    users_set_password_sql: Option<String>,

    /// Sets the first password of the user $1 to the hash $2. Must change no row where the user has
    /// a password, an e-mail address or a phone number: no verification comes before it. Without it
    /// users who have none of these cannot set a password.
    #[arg(long, env = "SEKISHO_USERS_SET_FIRST_PASSWORD_SQL", value_name = "SQL")]
    #[arg(value_parser = NonEmpty::new())]
    users_set_first_password_sql: Option<String>,

    /// Writes the hash $2 for the user $1 where $3 still stands: the same password, hashed as it is
    /// today. Must change no row where another hash stands. Without it hashes of older forms stay
    /// as they are.
    #[arg(long, env = "SEKISHO_USERS_REWRITE_PASSWORD_SQL", value_name = "SQL")]
    #[arg(value_parser = NonEmpty::new())]
    users_rewrite_password_sql: Option<String>,

    /// Sets the e-mail address of the user $1 to $2. That no two users have one address in two
    /// spellings is for a unique index to see to. Without it e-mail addresses cannot be changed.
    #[arg(long, env = "SEKISHO_USERS_SET_EMAIL_SQL", value_name = "SQL")]
    #[arg(value_parser = NonEmpty::new())]
    users_set_email_sql: Option<String>,

    /// Removes the e-mail address of the user $1. Must change no row where it is the user's last
    /// way to sign in. Without it e-mail addresses cannot be removed.
    #[arg(long, env = "SEKISHO_USERS_REMOVE_EMAIL_SQL", value_name = "SQL")]
    #[arg(value_parser = NonEmpty::new())]
    users_remove_email_sql: Option<String>,

    /// Sets the phone number of the user $1 to $2: digits only, the country code first. Without it
    /// phone numbers cannot be changed.
    #[arg(long, env = "SEKISHO_USERS_SET_PHONE_SQL", value_name = "SQL")]
    #[arg(value_parser = NonEmpty::new())]
    users_set_phone_sql: Option<String>,

    /// Removes the phone number of the user $1. Must change no row where it is the user's last way
    /// to sign in. Without it phone numbers cannot be removed.
    #[arg(long, env = "SEKISHO_USERS_REMOVE_PHONE_SQL", value_name = "SQL")]
    #[arg(value_parser = NonEmpty::new())]
    users_remove_phone_sql: Option<String>,
}

/// Where the operator's users are, and by which statements.
pub(crate) struct UsersSettings {
    pub(crate) url: DatabaseUrl,
    pub(crate) statements: Statements,
}

/// Why these settings cannot be. Each names its setting.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UsersSettingsError {
    #[error("{0} is of no use without --users-url (SEKISHO_USERS_URL)")]
    UselessStatement(&'static str),
    #[error(
        "missing: --users-find-sql (SEKISHO_USERS_FIND_SQL). Without it nobody is found in the \
         database of --users-url"
    )]
    NoFind,
    #[error(transparent)]
    Statement(#[from] StatementError),
    #[error(transparent)]
    Url(#[from] UrlError),
    #[error(transparent)]
    Secret(#[from] SecretError),
}

impl UsersArgs {
    /// `None` where users are in the built-in table.
    pub(crate) fn settings(self) -> Result<Option<UsersSettings>, UsersSettingsError> {
        let changes = [
            (Change::SetPassword, self.users_set_password_sql),
            (Change::SetFirstPassword, self.users_set_first_password_sql),
            (Change::RewritePassword, self.users_rewrite_password_sql),
            (Change::SetEmail, self.users_set_email_sql),
            (Change::RemoveEmail, self.users_remove_email_sql),
            (Change::SetPhone, self.users_set_phone_sql),
            (Change::RemovePhone, self.users_remove_phone_sql),
        ];
        let find = self.users_find_sql.map(Statement::find).transpose()?;
        let changes = changes.into_iter().filter_map(|(change, sql)| Some((change, sql?)));
        let changes = changes.map(|(change, sql)| Ok((change, Statement::change(change, sql)?)));
        let changes = changes.collect::<Result<Vec<_>, StatementError>>()?;
        match (self.url.read()?, find) {
            (Some(url), Some(find)) => {
                let url = DatabaseUrl::parse(&url)?;
                Ok(Some(UsersSettings { url, statements: Statements { find, changes } }))
            }
            (Some(_), None) => Err(UsersSettingsError::NoFind),
            (None, find) => {
                let given = find.iter().chain(changes.iter().map(|(_, statement)| statement));
                useless(given.map(|statement| statement.setting).next())
            }
        }
    }
}

fn useless(statement: Option<&'static str>) -> Result<Option<UsersSettings>, UsersSettingsError> {
    statement.map_or(Ok(None), |setting| Err(UsersSettingsError::UselessStatement(setting)))
}
