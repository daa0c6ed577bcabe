//! What the built-in table does beside what requests ask, in SQLite and in PostgreSQL.

use sekisho::{Identifier, Timestamp};
use zeroize::Zeroizing;

use super::{BuiltInUsers, NewUser};
use crate::store::{CounterStore, PostgresqlStore, SqliteStore, StoreError};
use crate::test_servers::Postgresql;
use crate::users::{Unique, Users, UsersError};

#[tokio::test]
async fn in_sqlite() {
    suite(&SqliteStore::in_memory().unwrap()).await;
}

#[tokio::test]
async fn in_postgresql() {
    let server = Postgresql::start().await;
    let options = crate::sql::postgresql("--database", &server.url()).unwrap();
    suite(&PostgresqlStore::open(options, "--database").await.unwrap()).await;
}

async fn suite(table: &dyn BuiltInUsers) {
    finds_a_user_by_everything_they_are_known_by(table).await;
    two_users_share_nothing_they_are_known_by(table).await;
    a_username_counts_more_than_another_users_phone_number(table).await;
    lists_all_in_the_order_of_their_making(table).await;
}

async fn finds_a_user_by_everything_they_are_known_by(table: &dyn BuiltInUsers) {
    fill(table, [ana()]).await;
    for name in ["ana", "Ana@Example.com", "ana@example.COM", "4915112345"] {
        assert_eq!(table.find_user(name).await.unwrap().unwrap().id, "ana", "{name}");
    }
    for name in ["Ana", "", "%", "an_"] {
        assert!(table.find_user(name).await.unwrap().is_none(), "{name}");
    }
    let user = table.user("ana").await.unwrap().unwrap();
    assert_eq!(user.email.as_deref(), Some("Ana@Example.com"));
    assert_eq!(
        (user.created_at, user.updated_at, user.last_sign_in_at),
        (Some(1000), Some(1000), None)
    );
}

async fn two_users_share_nothing_they_are_known_by(table: &dyn BuiltInUsers) {
    fill(table, [ana()]).await;
    let email = |value| Some(Identifier::email(value).unwrap());
    let rows = [
        (NewUser { id: "ana".into(), ..NewUser::default() }, Unique::Id),
        (NewUser { username: Some("ana".into()), ..NewUser::default() }, Unique::Username),
        (NewUser { email: email("ANA@example.com"), ..NewUser::default() }, Unique::Email),
        (NewUser { phone: ana().phone, ..NewUser::default() }, Unique::Phone),
    ];
    for (user, expected) in rows {
        let error = table.add_user(&user, 0).await.unwrap_err();
        assert!(matches!(error, UsersError::Taken(what) if what == expected), "{error}");
    }
}

async fn a_username_counts_more_than_another_users_phone_number(table: &dyn BuiltInUsers) {
    let nameless = NewUser { username: None, id: "nameless".into(), ..ana() };
    let named =
        NewUser { id: "named".into(), username: Some("4915112345".into()), ..NewUser::default() };
    fill(table, [nameless, named]).await;
    assert_eq!(table.find_user("4915112345").await.unwrap().unwrap().id, "named");
}

async fn lists_all_in_the_order_of_their_making(table: &dyn BuiltInUsers) {
    let user = |id: &str| NewUser { id: id.into(), ..NewUser::default() };
    fill(table, ["b", "a", "B", "_"].map(user)).await;
    table.add_user(&user("0"), 2000).await.unwrap();
    let ids: Vec<_> = table.users().await.unwrap().into_iter().map(|user| user.id).collect();
    assert_eq!(ids, ["B", "_", "a", "b", "0"]);
    table.clear_users().await.unwrap();
    assert!(table.users().await.unwrap().is_empty());
}

async fn fill(table: &dyn BuiltInUsers, users: impl IntoIterator<Item = NewUser>) {
    table.clear_users().await.unwrap();
    for user in users {
        table.add_user(&user, 1000).await.unwrap();
    }
}

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

#[tokio::test]
async fn a_file_has_its_users_until_it_is_closed() {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&directory.path().join("users.db")).await.unwrap();
    store.add_user(&ana(), 1000).await.unwrap();
    assert_eq!(store.user("ana").await.unwrap().unwrap().id, "ana");
    store.close().await;
    let closed = store.user("ana").await.err().unwrap();
    assert!(matches!(closed, UsersError::Store(StoreError::Closed)), "{closed}");
    let now = Timestamp::from_unix_seconds(1_764_000_000).unwrap();
    assert!(CounterStore::probe(&store, now).await.is_err());
}
