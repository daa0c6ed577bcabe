//! What is the matter of SQL alone: statements that are wrong, values that do not fit.

use super::place::{Place, STATEMENTS, settings};
use super::*;
use crate::users::{Change, SqlUsers, SqlUsersError, Users};

/// The statements of an operator, one of them another one.
fn with<'a>(setting: &'a str, sql: &'a str) -> Vec<(&'a str, &'a str)> {
    let others = STATEMENTS.into_iter().filter(|(other, _)| *other != setting);
    others.chain([(setting, sql)]).collect()
}

const FIND: &str = "--users-find-sql";
const EMAIL: &str = "--users-set-email-sql";
const PASSWORD: &str = "--users-set-password-sql";

#[tokio::test]
async fn a_statement_that_cannot_be_stops_the_start_by_its_setting() {
    // The setting, its SQL, what the message says.
    let both = [
        (FIND, "SELECT account AS id FROM account WHERE account = $1", "account"),
        (FIND, "SELEC account AS id FROM accounts WHERE account = $1", "SELEC"),
        (FIND, "SELECT account AS id, nick FROM accounts WHERE account = $1", "nick"),
        (FIND, "SELECT account, 1 AS id FROM accounts WHERE account = $1", "\"account\""),
        (FIND, "SELECT mail AS name FROM accounts WHERE account = $1", "no column `id`"),
        (FIND, "SELECT 1 AS id FROM accounts WHERE account = $1 OR mail = $2", "2 parameters"),
        (EMAIL, "UPDATE accounts SET mail = $2 WHERE account = $1 OR account = $3", "3 parameters"),
        (EMAIL, "UPDATE accounts SET email = $2 WHERE account = $1", "email"),
    ];
    let postgresql_alone = [
        (FIND, "SELECT account::uuid AS id FROM accounts WHERE account = $1", "::text"),
        (
            FIND,
            "SELECT account AS id, now() AS created_at FROM accounts WHERE account = $1",
            "1970",
        ),
        (FIND, "SELECT account AS id, 'no' AS suspended FROM accounts WHERE account = $1", "bool"),
        (FIND, "SELECT account AS id FROM accounts WHERE account::uuid = $1", "$1::uuid"),
        (EMAIL, "UPDATE accounts SET mail = $2 WHERE account = $1; SELECT 1", "multiple commands"),
    ];
    for place in [Place::sqlite(), Place::postgresql().await] {
        place.make_table([]).await;
        let is_postgresql = matches!(place, Place::Postgresql(_));
        let rows = both.iter().chain(postgresql_alone.iter().filter(|_| is_postgresql));
        for (setting, sql, told) in rows {
            let opened = SqlUsers::open(settings(&place.url(), &with(setting, sql))).await;
            let message = opened.err().expect(sql).to_string();
            assert!(message.starts_with(setting), "{sql}\n{message}");
            assert!(message.contains(told), "{sql}\n{message}");
        }
    }
}

#[tokio::test]
async fn a_database_that_is_not_there_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().display();
    for (url, told) in [
        (format!("postgres://hunter2:hunter2@localhost/db?host={folder}"), "no connection"),
        ("postgres://u:hunter2@127.0.0.1:1/db".to_owned(), "refused"),
        (format!("sqlite://{folder}/hunter2"), "no file"),
        (format!("sqlite://{folder}"), "folder"),
    ] {
        let message = SqlUsers::open(settings(&url, &STATEMENTS)).await.err().unwrap().to_string();
        assert!(message.starts_with("--users-url"), "{message}");
        assert!(message.contains(told), "{message}");
        assert!(!message.contains("hunter2"), "{message}");
    }
}

#[tokio::test]
async fn what_has_no_statement_is_read_only() {
    let place = Place::sqlite();
    place.make_table([ana()]).await;
    let users = SqlUsers::open(settings(&place.url(), &STATEMENTS[..1])).await.unwrap();
    assert_eq!(users.user("ana").await.unwrap().unwrap().id, "ana");
    assert!(Change::ALL.iter().all(|change| !users.allows(*change)));
    let refused = users.set_password_hash("ana", "new", 1).await.unwrap_err();
    assert!(matches!(refused, UsersError::Sql(SqlUsersError::NotSet(PASSWORD))), "{refused}");

    let users = SqlUsers::open(settings(&place.url(), &STATEMENTS)).await.unwrap();
    assert!(Change::ALL.iter().all(|change| users.allows(*change)));
}

#[tokio::test]
async fn an_id_alone_is_a_user() {
    let place = Place::sqlite();
    place.make_table([ana()]).await;
    let find = [(FIND, "SELECT account AS id FROM accounts WHERE account = $1")];
    let users = SqlUsers::open(settings(&place.url(), &find)).await.unwrap();
    let user = users.user("ana").await.unwrap().unwrap();
    assert!(!user.can_verify());
    assert!(!user.suspended);
    assert_eq!((user.created_at, user.updated_at, user.last_sign_in_at), (None, None, None));
}

#[tokio::test]
async fn the_row_of_another_user_is_refused() {
    let place = Place::sqlite();
    place.make_table([ana()]).await;
    let find = "SELECT account AS id FROM accounts WHERE account = $1 OR lower(mail) = lower($1)";
    let users = SqlUsers::open(settings(&place.url(), &with(FIND, find))).await.unwrap();
    assert!(users.user("ana").await.unwrap().is_some());
    let refused = users.user("ana@example.com").await.err().unwrap();
    assert!(matches!(refused, UsersError::Sql(SqlUsersError::AnotherUser(FIND))), "{refused}");
}

#[tokio::test]
async fn of_several_rows_none_is_the_user() {
    let two = "SELECT account AS id, mail AS primary_email FROM accounts WHERE account = $1
               UNION ALL SELECT account, 'old@example.com' FROM accounts WHERE account = $1";
    for place in [Place::sqlite(), Place::postgresql().await] {
        place.make_table([ana()]).await;
        let users = SqlUsers::open(settings(&place.url(), &with(FIND, two))).await.unwrap();
        let refused = users.user("ana").await.err().unwrap();
        assert!(matches!(refused, UsersError::Sql(SqlUsersError::ManyFound(FIND))), "{refused}");
        assert!(users.user("ben").await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_change_of_several_users_is_undone() {
    let all = "UPDATE accounts SET secret = $2 WHERE account = $1 OR account <> $1";
    for place in [Place::sqlite(), Place::postgresql().await] {
        place.make_table([ana(), ben()]).await;
        let users = SqlUsers::open(settings(&place.url(), &with(PASSWORD, all))).await.unwrap();
        for _ in 0..20 {
            let refused = users.set_password_hash("ana", "new", 1).await.unwrap_err();
            let told = refused.to_string();
            assert!(told.starts_with(PASSWORD) && told.contains("2 rows"), "{told}");
        }
        assert_eq!(hash_of(&users.user("ana").await.unwrap().unwrap()), Some("old"));
        assert_eq!(hash_of(&users.user("ben").await.unwrap().unwrap()), None);
        place.execute("DELETE FROM accounts WHERE account = 'ben'").await;
        assert_eq!(users.set_password_hash("ana", "new", 1).await.unwrap(), Changed::Yes);
        assert_eq!(hash_of(&users.user("ana").await.unwrap().unwrap()), Some("new"));
    }
}

#[tokio::test]
async fn what_the_types_of_postgresql_do_not_have_is_nobody() {
    let place = Place::postgresql().await;
    place.execute("CREATE TABLE keyed (key uuid, number bigint, PRIMARY KEY (key))").await;
    place.execute("INSERT INTO keyed VALUES ('00000000-0000-4000-8000-000000000001', 7)").await;
    let by_key = "SELECT key::text AS id FROM keyed WHERE key = $1::uuid";
    let by_number = "SELECT number::text AS id FROM keyed WHERE number = $1::bigint";
    for (sql, known) in [(by_key, "00000000-0000-4000-8000-000000000001"), (by_number, "7")] {
        let users = SqlUsers::open(settings(&place.url(), &[(FIND, sql)])).await.unwrap();
        assert!(users.user(known).await.unwrap().is_some(), "{sql}");
        for unknown in ["ana", "", "99999999999999999999", "00000000-0000-4000-8000-000000000002"] {
            assert!(users.user(unknown).await.unwrap().is_none(), "{sql} {unknown}");
        }
    }
}

#[tokio::test]
async fn data_of_a_user_that_cannot_be_read_hides_nobody() {
    let place = Place::postgresql().await;
    place.make_table([ana()]).await;
    let find = "SELECT account AS id, (1 / (length(secret) - 3))::text AS name
                FROM accounts WHERE account = $1";
    let users = SqlUsers::open(settings(&place.url(), &with(FIND, find))).await.unwrap();
    let failed = users.user("ana").await.err().unwrap();
    assert!(matches!(failed, UsersError::Sql(SqlUsersError::Refused { .. })), "{failed}");
    assert!(users.user("ben").await.unwrap().is_none());
}

#[tokio::test]
async fn what_is_wrong_with_a_statement_is_told_and_no_value_of_a_user() {
    let place = Place::postgresql().await;
    place.make_table([ana(), ben()]).await;
    place
        .execute(
            "CREATE FUNCTION raise() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN RAISE 'no % for %', NEW.mail, NEW.account; END $$",
        )
        .await;
    place.execute("CREATE ROLE reader LOGIN").await;
    place.execute("GRANT SELECT ON accounts TO reader").await;
    let number = "UPDATE accounts SET joined = $2::text::int WHERE account = $1";
    let statements = with("--users-set-phone-sql", number);
    let users = SqlUsers::open(settings(&place.url(), &statements)).await.unwrap();
    let as_reader = place.url().replace("sekisho@", "reader@");
    let reader = SqlUsers::open(settings(&as_reader, &STATEMENTS)).await.unwrap();
    place
        .execute("CREATE TRIGGER raise BEFORE UPDATE OF mail ON accounts EXECUTE FUNCTION raise()")
        .await;
    place.execute("ALTER TABLE accounts ADD CHECK (mobile <> '+4930999')").await;
    for (failed, told) in [
        (users.set_identifier("ana", &email("a@b.co"), 1).await, "P0001 (a trigger or function"),
        (users.set_identifier("ana", &phone("491719876543"), 1).await, "22003"),
        (reader.set_identifier("ana", &email("a@b.co"), 1).await, "42501 (the role lacks"),
        (reader.set_password_hash("ana", "hash", 1).await, "42501"),
    ] {
        let error = failed.unwrap_err();
        let message = format!("{error} {error:?}");
        assert!(message.contains(told), "{message}");
        for value in ["a@b.co", "ana", "491719876543", "hash"] {
            assert!(!message.contains(value), "{message}");
        }
    }
}

#[tokio::test]
async fn a_column_of_sqlite_that_holds_something_else_is_told_by_its_name() {
    for (columns, told) in [
        ("4915112345 AS primary_phone", "the column primary_phone must be text: CAST(x AS TEXT)"),
        ("'yes' AS suspended", "the column suspended must be a boolean"),
        ("'today' AS created_at", "the column created_at must be an integer"),
        ("NULL AS id", "the column id is NULL"),
    ] {
        let place = Place::sqlite();
        place.make_table([ana()]).await;
        let id = if columns.ends_with(" id") { "" } else { "account AS id, " };
        let find = format!("SELECT {id}{columns} FROM accounts WHERE account = $1");
        let users = SqlUsers::open(settings(&place.url(), &[(FIND, &find)])).await.unwrap();
        let error = users.user("ana").await.err().unwrap();
        assert!(matches!(error, UsersError::Sql(SqlUsersError::Wrong { .. })), "{error}");
        assert!(error.to_string().starts_with(FIND), "{error}");
        assert!(error.to_string().contains(told), "{error}");
        assert!(!error.to_string().contains("Rust"), "{error}");
    }
}

#[tokio::test]
async fn a_table_of_sqlite_that_has_changed_is_no_outage() {
    let place = Place::sqlite();
    place.make_table([ana()]).await;
    let users = SqlUsers::open(settings(&place.url(), &STATEMENTS)).await.unwrap();
    place
        .execute(
            "CREATE TRIGGER no BEFORE UPDATE OF mail ON accounts
             BEGIN SELECT RAISE(ABORT, 'not ana'); END",
        )
        .await;
    let refused = users.set_identifier("ana", &email("a@b.co"), 1).await.unwrap_err();
    assert!(matches!(refused, UsersError::Sql(SqlUsersError::Refused { .. })), "{refused}");
    assert!(!refused.to_string().contains("ana"), "{refused}");
    place.execute("ALTER TABLE accounts DROP COLUMN called").await;
    let wrong = users.user("ana").await.err().unwrap();
    assert!(matches!(wrong, UsersError::Sql(SqlUsersError::Wrong { .. })), "{wrong}");
}

#[tokio::test]
async fn a_value_that_the_database_refuses_is_no_outage() {
    let place = Place::postgresql().await;
    place.make_table([ana()]).await;
    place.execute("ALTER TABLE accounts ALTER secret TYPE VARCHAR(20)").await;
    place.execute("ALTER TABLE accounts ADD CHECK (mail ILIKE '%@example.com')").await;
    let users = SqlUsers::open(settings(&place.url(), &STATEMENTS)).await.unwrap();
    for (refused, told) in [
        (users.set_password_hash("ana", &"x".repeat(97), 1).await, "SQLSTATE 22001"),
        (
            users.set_identifier("ana", &email("ana@example.org"), 1).await,
            "SQLSTATE 23514 (a constraint is violated), table accounts, constraint accounts_mail_check",
        ),
    ] {
        let error = refused.unwrap_err();
        assert!(matches!(error, UsersError::Sql(SqlUsersError::Refused { .. })), "{error}");
        assert!(error.to_string().contains(told), "{error}");
    }
    assert_eq!(hash_of(&users.user("ana").await.unwrap().unwrap()), Some("old"));
}

#[tokio::test]
async fn a_table_that_is_gone_is_a_failure_by_name_and_comes_back() {
    let place = Place::postgresql().await;
    place.make_table([ana()]).await;
    let users = SqlUsers::open(settings(&place.url(), &STATEMENTS)).await.unwrap();
    place.execute("ALTER TABLE accounts RENAME TO moved").await;
    for failed in [
        users.user("ana").await.err().unwrap(),
        users.set_password_hash("ana", "new", 1).await.unwrap_err(),
    ] {
        let message = failed.to_string();
        assert!(matches!(failed, UsersError::Sql(SqlUsersError::Wrong { .. })), "{message}");
        assert!(message.starts_with("--users-"), "{message}");
        assert!(message.contains("SQLSTATE 42P01 (a table is missing)"), "{message}");
    }
    place.execute("ALTER TABLE moved RENAME TO accounts").await;
    assert!(users.user("ana").await.unwrap().is_some());
}
