//! The statements of the built-in table, which SQLite and PostgreSQL have in common. Parameters are
//! numbered, `?1` as in SQLite.

/// A query of whole users.
macro_rules! users {
    ($of_which:literal) => {
        concat!(
            "SELECT id, username, primary_email, primary_phone, name, password_hash, suspended,
                    created_at, updated_at, last_sign_in_at FROM users ",
            $of_which
        )
    };
}

pub(super) const USER: &str = users!("WHERE id = ?1");

/// Where one user's phone number is another's username, the username counts.
pub(super) const FIND: &str = users!(
    "WHERE id = ?1 OR username = ?1 OR primary_phone = ?1
     ORDER BY id = ?1 DESC, COALESCE(username = ?1, false) DESC LIMIT 1"
);

pub(super) const FIND_BY_EMAIL: &str = users!("WHERE primary_email_canonical = ?1");

pub(super) const ALL: &str = users!("ORDER BY created_at, id");

pub(super) const CLEAR: &str = "DELETE FROM users";

pub(super) const ADD: &str = "
    INSERT INTO users (id, username, primary_email, primary_email_canonical, primary_phone, name,
                       password_hash, suspended, created_at, updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)";

pub(super) const SET_PASSWORD: &str =
    "UPDATE users SET password_hash = ?2, updated_at = ?3 WHERE id = ?1";

pub(super) const SET_FIRST_PASSWORD: &str = "
    UPDATE users SET password_hash = ?2, updated_at = ?3
    WHERE id = ?1 AND password_hash IS NULL AND primary_email IS NULL AND primary_phone IS NULL";

pub(super) const REWRITE_PASSWORD: &str =
    "UPDATE users SET password_hash = ?3 WHERE id = ?1 AND password_hash = ?2";

pub(super) const SET_EMAIL: &str = "
    UPDATE users SET primary_email = ?3, primary_email_canonical = ?4, updated_at = ?2
    WHERE id = ?1";

pub(super) const SET_PHONE: &str =
    "UPDATE users SET primary_phone = ?3, updated_at = ?2 WHERE id = ?1";

pub(super) const REMOVE_EMAIL: &str = "
    UPDATE users SET primary_email = NULL, primary_email_canonical = NULL, updated_at = ?2
    WHERE id = ?1 AND ((username IS NOT NULL AND password_hash IS NOT NULL)
                      OR primary_phone IS NOT NULL)";

pub(super) const REMOVE_PHONE: &str = "
    UPDATE users SET primary_phone = NULL, updated_at = ?2
    WHERE id = ?1 AND ((username IS NOT NULL AND password_hash IS NOT NULL)
                      OR primary_email IS NOT NULL)";
