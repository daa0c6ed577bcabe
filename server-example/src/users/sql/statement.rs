//! The operator's statements: what each is given, and what it must give.

use sqlx::{AssertSqlSafe, Column as _, Database, SqlSafeStr, SqlStr, Statement as _};

use crate::users::Change;

/// The statement that finds a user, and those that change one.
pub(crate) struct Statements {
    pub(crate) find: Statement,
    pub(crate) changes: Vec<(Change, Statement)>,
}

/// One statement.
pub(crate) struct Statement {
    pub(crate) setting: &'static str,
    /// What it is given, in order.
    pub(super) parameters: &'static [&'static str],
    /// What a row of it can have.
    columns: &'static [(&'static str, Kind)],
    pub(super) sql: SqlStr,
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Boolean,
    Milliseconds,
}

/// Why a statement cannot be. Each names its setting.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StatementError {
    #[error("{setting} has no {parameter}, which is {what}")]
    NoParameter { setting: &'static str, parameter: String, what: &'static str },
    #[error("{setting} has {found} parameters, and is given {given}: {what}")]
    Parameters { setting: &'static str, found: usize, given: usize, what: String },
    #[error("{setting} gives no column `id`")]
    NoId { setting: &'static str },
    #[error("{setting} gives the column {column:?}, which is not known. There are: {known}")]
    UnknownColumn { setting: &'static str, column: String, known: String },
    #[error("{setting}: the column {column} is {found}, and must be {wanted}")]
    ColumnType { setting: &'static str, column: String, found: String, wanted: &'static str },
}

/// What a user's row can have.
const USER: &[(&str, Kind)] = &[
    ("id", Kind::Text),
    ("username", Kind::Text),
    ("primary_email", Kind::Text),
    ("primary_phone", Kind::Text),
    ("name", Kind::Text),
    ("password_hash", Kind::Text),
    ("suspended", Kind::Boolean),
    ("created_at", Kind::Milliseconds),
    ("updated_at", Kind::Milliseconds),
    ("last_sign_in_at", Kind::Milliseconds),
];

impl Statements {
    pub(super) fn all(&self) -> impl Iterator<Item = &Statement> {
        [&self.find].into_iter().chain(self.changes.iter().map(|(_, statement)| statement))
    }

    pub(super) fn of(&self, change: Change) -> Option<&Statement> {
        self.changes.iter().find(|(of, _)| *of == change).map(|(_, statement)| statement)
    }
}

impl Statement {
    /// The statement that finds a user.
    pub(crate) fn find(sql: String) -> Result<Self, StatementError> {
        Self::new("--users-find-sql", &["the user's id"], USER, sql)
    }

    /// A statement that makes this change.
    pub(crate) fn change(change: Change, sql: String) -> Result<Self, StatementError> {
        Self::new(setting(change), parameters(change), &[], sql)
    }

    fn new(
        setting: &'static str,
        parameters: &'static [&'static str],
        columns: &'static [(&'static str, Kind)],
        sql: String,
    ) -> Result<Self, StatementError> {
        for (number, what) in (1..).zip(parameters) {
            let parameter = format!("${number}");
            if !sql.contains(&parameter) {
                return Err(StatementError::NoParameter { setting, parameter, what });
            }
        }
        Ok(Self { setting, parameters, columns, sql: AssertSqlSafe(sql).into_sql_str() })
    }

    /// Compares the statement with what the database says of it.
    pub(super) fn check<DB>(&self, prepared: &DB::Statement) -> Result<(), StatementError>
    where
        DB: Typed,
    {
        let (found, given) = (parameter_count::<DB>(prepared), self.parameters.len());
        if found != given {
            let (setting, what) = (self.setting, self.parameters.join(", "));
            return Err(StatementError::Parameters { setting, found, given, what });
        }
        // A statement that changes something may give whatever it likes.
        if self.columns.is_empty() {
            return Ok(());
        }
        for column in prepared.columns() {
            self.check_column::<DB>(column)?;
        }
        let has_id = prepared.columns().iter().any(|column| column.name() == "id");
        if has_id { Ok(()) } else { Err(StatementError::NoId { setting: self.setting }) }
    }

    fn check_column<DB: Typed>(&self, column: &DB::Column) -> Result<(), StatementError> {
        let (setting, name) = (self.setting, column.name());
        let Some((_, kind)) = self.columns.iter().find(|(known, _)| *known == name) else {
            let known = self.columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
            return Err(StatementError::UnknownColumn { setting, column: name.to_owned(), known });
        };
        let (fits, wanted) = match kind {
            Kind::Text => (DB::is_text(column.type_info()), "text (::text)"),
            Kind::Boolean => (DB::is_boolean(column.type_info()), "boolean (::boolean)"),
            Kind::Milliseconds => (
                DB::is_integer(column.type_info()),
                "milliseconds since 1970 as bigint ((extract(epoch FROM …) * 1000)::bigint)",
            ),
        };
        if fits {
            return Ok(());
        }
        let (column, found) = (name.to_owned(), column.type_info().to_string());
        Err(StatementError::ColumnType { setting, column, found, wanted })
    }
}

/// Whether a column's type is known to be readable, as far as a database says before there is a row.
pub(super) trait Typed: Database {
    fn is_text(of: &Self::TypeInfo) -> bool;
    fn is_boolean(of: &Self::TypeInfo) -> bool;
    fn is_integer(of: &Self::TypeInfo) -> bool;
}

fn parameter_count<DB: Database>(prepared: &DB::Statement) -> usize {
    prepared.parameters().map_or(0, |found| found.either(<[_]>::len, |count| count))
}

/// What a user's column must be, for one that turned out not to be.
pub(super) fn column_must_be(name: &str) -> &'static str {
    match USER.iter().find(|(known, _)| *known == name) {
        Some((_, Kind::Boolean)) => "a boolean, in SQLite 0 or 1: x IS NOT NULL, x = 'yes'",
        Some((_, Kind::Milliseconds)) => "an integer, milliseconds since 1970: CAST(x AS INTEGER)",
        Some((_, Kind::Text)) | None => "text: CAST(x AS TEXT)",
    }
}

pub(super) const fn setting(change: Change) -> &'static str {
    match change {
        Change::SetPassword => "--users-set-password-sql",
        Change::SetFirstPassword => "--users-set-first-password-sql",
        Change::RewritePassword => "--users-rewrite-password-sql",
        Change::SetEmail => "--users-set-email-sql",
        Change::RemoveEmail => "--users-remove-email-sql",
        Change::SetPhone => "--users-set-phone-sql",
        Change::RemovePhone => "--users-remove-phone-sql",
    }
}

const fn parameters(change: Change) -> &'static [&'static str] {
    match change {
        Change::SetPassword | Change::SetFirstPassword => &["the user's id", "the hash"],
        Change::RewritePassword => &["the user's id", "the new hash", "the old hash"],
        Change::SetEmail => &["the user's id", "the e-mail address"],
        Change::SetPhone => &["the user's id", "the phone number"],
        Change::RemoveEmail | Change::RemovePhone => &["the user's id"],
    }
}
