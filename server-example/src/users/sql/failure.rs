//! Failures of the operator's database: what is to blame, and what of it may be logged.

use std::fmt;

use sqlx::error::{DatabaseError, UnexpectedNullError};
use sqlx::postgres::PgDatabaseError;

use super::statement::column_must_be;

/// What is to blame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blame {
    /// A text that stands for no value of a type, such as one that is no UUID.
    Text,
    /// A value that another row has.
    Unique,
    /// A value that the table does not take.
    Value,
    /// The statement, its tables or the role's privileges. Trying again does not help.
    Statement,
    /// The database, or the way there.
    Database,
}

/// The cause of a failure as it may be logged.
///
/// Messages of databases quote values, and a trigger's say what it likes: addresses, numbers and
/// ids. So of those only the code is told and what it is about.
#[derive(Debug)]
pub(crate) struct Cause(String);

pub(super) fn blame(error: &sqlx::Error) -> Blame {
    let error = match error {
        sqlx::Error::Database(error) => &**error,
        sqlx::Error::ColumnDecode { .. }
        | sqlx::Error::ColumnNotFound(_)
        | sqlx::Error::TypeNotFound { .. } => return Blame::Statement,
        _ => return Blame::Database,
    };
    let code = error.code().unwrap_or_default();
    match error.try_downcast_ref::<PgDatabaseError>() {
        _ if error.is_unique_violation() => Blame::Unique,
        Some(_) => of_sqlstate(&code),
        None => of_sqlite(primary(&code)),
    }
}

/// PostgreSQL, appendix A.
fn of_sqlstate(code: &str) -> Blame {
    match (code, code.get(..2)) {
        // Representation, range, form and range of a date.
        ("22P02" | "22003" | "22007" | "22008", _) => Blame::Text,
        (_, Some("22" | "23")) => Blame::Value,
        // Raised by a trigger or function.
        ("P0001", _) | (_, Some("42")) => Blame::Statement,
        _ => Blame::Database,
    }
}

/// <https://sqlite.org/rescode.html>
const fn of_sqlite(code: u8) -> Blame {
    match code {
        // Too big, constraint, mismatch.
        18..=20 => Blame::Value,
        // Error, read-only, range.
        1 | 8 | 25 => Blame::Statement,
        _ => Blame::Database,
    }
}

/// An extended code has its primary code in the last eight bits.
fn primary(code: &str) -> u8 {
    code.parse().map_or(0, |code: i32| code.to_le_bytes()[0])
}

impl From<sqlx::Error> for Cause {
    fn from(error: sqlx::Error) -> Self {
        Self(match &error {
            sqlx::Error::Database(error) => of_database(&**error),
            sqlx::Error::ColumnDecode { index, source } => {
                let column = index.trim_matches('"');
                if source.is::<UnexpectedNullError>() {
                    format!("the column {column} is NULL, and must not be")
                } else {
                    format!("the column {column} must be {}", column_must_be(column))
                }
            }
            _ => error.to_string(),
        })
    }
}

fn of_database(error: &dyn DatabaseError) -> String {
    let code = error.code().unwrap_or_default();
    let Some(told) = error.try_downcast_ref::<PgDatabaseError>() else {
        return format!("SQLite's code {code} ({})", sqlite_meaning(primary(&code)));
    };
    let about =
        [("table", told.table()), ("column", told.column()), ("constraint", told.constraint())];
    let about = about.into_iter().filter_map(|(what, name)| Some(format!(", {what} {}", name?)));
    format!("SQLSTATE {code} ({}){}", meaning(&code), about.collect::<String>())
}

fn meaning(code: &str) -> &'static str {
    match (code, code.get(..2)) {
        ("42501", _) => "the role lacks a privilege",
        ("42P01", _) => "a table is missing",
        ("42703", _) => "a column is missing",
        ("42883", _) => "a function is missing",
        ("P0001", _) => "a trigger or function has raised it",
        ("22001", _) => "a text is too long for its column",
        ("25006", _) => "it can only be read now",
        ("57014", _) => "it took too long, or was cancelled",
        (_, Some("22")) => "a value does not fit its type",
        (_, Some("23")) => "a constraint is violated",
        (_, Some("28")) => "the role or its password is not taken",
        (_, Some("42")) => "the statement does not fit its tables",
        (_, Some("53")) => "it lacks connections, memory or disk",
        (_, Some("57")) => "it is stopping or starting",
        _ => "its own log says more",
    }
}

const fn sqlite_meaning(code: u8) -> &'static str {
    match code {
        1 => "the statement does not fit its tables",
        5 | 6 => "another program holds the file",
        8 => "the file can only be read",
        13 => "the disk is full",
        18 => "a value is too long",
        19 => "a constraint is violated, or a trigger has raised it",
        20 => "a value does not fit its column's type",
        _ => "https://sqlite.org/rescode.html",
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
