//! What every place where users are kept must do, and what is the matter of SQL alone.

mod place;
mod sql;

use std::sync::Arc;

use sekisho::Identifier;
use tokio::task::JoinSet;
use zeroize::Zeroizing;

use self::place::{Filled, Place};
use super::{Changed, NewUser, Unique, User, UsersError};

#[tokio::test]
async fn the_built_in_table() {
    suite(&Place::built_in()).await;
}

#[tokio::test]
async fn the_built_in_table_in_postgresql() {
    suite(&Place::built_in_postgresql().await).await;
}

#[tokio::test]
async fn a_table_in_sqlite() {
    suite(&Place::sqlite()).await;
}

#[tokio::test]
async fn a_table_in_postgresql() {
    suite(&Place::postgresql().await).await;
}

/// Each case in a table of its own.
async fn suite(place: &Place) {
    a_user_is_found_by_the_id_alone(place).await;
    of_who_has_nothing_nothing_is_made_up(place).await;
    nobody_comes_to_be_by_a_change(place).await;
    a_password_is_replaced(place).await;
    a_first_password_is_set_once_and_only_for_who_has_no_other_way(place).await;
    of_parallel_first_passwords_one_is_the_first(place).await;
    a_hash_is_rewritten_only_where_it_is_still_the_old_one(place).await;
    takes_no_address_of_another_user_in_any_case(place).await;
    takes_no_number_of_another_user(place).await;
    the_last_way_to_sign_in_stays(place).await;
    hostile_text_is_text(place).await;
    who_asks_for_nobody_is_answered_until_it_is_closed(place).await;
}

async fn a_user_is_found_by_the_id_alone(place: &Place) {
    let users = place.with([ana(), ben()]).await;
    let user = users.user("ana").await.unwrap().unwrap();
    assert_eq!(user.id, "ana");
    assert_eq!(user.username.as_deref(), Some("ana_h"));
    assert_eq!(user.email.as_deref(), Some("Ana@Example.com"));
    assert_eq!(user.phone.as_deref(), Some("4915112345"));
    assert_eq!(user.name.as_deref(), Some("Ana H."));
    assert_eq!(hash_of(&user), Some("old"));
    assert!(!user.suspended);
    assert_eq!(user.created_at, Some(1_764_000_000_123));
    assert_eq!(user.last_sign_in_at, None);
    for name in ["ana_h", "Ana@Example.com", "4915112345", "ANA", "ana ", "", "an%"] {
        assert!(users.user(name).await.unwrap().is_none(), "{name}");
    }
}

async fn of_who_has_nothing_nothing_is_made_up(place: &Place) {
    let users = place.with([NewUser { suspended: true, ..ben() }]).await;
    let user = users.user("ben").await.unwrap().unwrap();
    assert!(user.suspended);
    assert!(!user.can_verify());
    assert_eq!((user.username, user.email, user.phone, user.name), (None, None, None, None));
}

async fn nobody_comes_to_be_by_a_change(place: &Place) {
    let users = place.with([ana()]).await;
    for changed in [
        users.set_password_hash("gone", "new", 1).await,
        users.set_first_password_hash("gone", "new", 1).await,
        users.rewrite_password_hash("gone", "old", "new").await,
        users.set_identifier("gone", &email("gone@example.com"), 1).await,
        users.set_identifier("gone", &phone("4930000000"), 1).await,
        users.remove_email("gone", 1).await,
        users.remove_phone("gone", 1).await,
    ] {
        assert_eq!(changed.unwrap(), Changed::No);
    }
    assert!(users.user("gone").await.unwrap().is_none());
    assert_eq!(hash_of(&users.known("ana").await), Some("old"), "nobody else is changed");
}

async fn a_password_is_replaced(place: &Place) {
    let users = place.with([ana(), NewUser { id: "cy".into(), ..ana_alone() }]).await;
    assert_eq!(users.set_password_hash("ana", "new", 1).await.unwrap(), Changed::Yes);
    assert_eq!(hash_of(&users.known("ana").await), Some("new"));
    assert_eq!(hash_of(&users.known("cy").await), Some("old"));
}

async fn a_first_password_is_set_once_and_only_for_who_has_no_other_way(place: &Place) {
    let others = [
        NewUser { id: "password".into(), ..ana_alone() },
        NewUser { id: "email".into(), email: Some(email("e@example.com")), ..ben() },
        NewUser { id: "phone".into(), phone: Some(phone("4930000000")), ..ben() },
    ];
    let users = place.with(others.into_iter().chain([ben()])).await;
    for id in ["password", "email", "phone"] {
        let changed = users.set_first_password_hash(id, "new", 1).await.unwrap();
        assert_eq!(changed, Changed::No, "{id}");
    }
    assert_eq!(users.set_first_password_hash("ben", "new", 1).await.unwrap(), Changed::Yes);
    assert_eq!(users.set_first_password_hash("ben", "worse", 2).await.unwrap(), Changed::No);
    assert_eq!(hash_of(&users.known("ben").await), Some("new"));
}

async fn of_parallel_first_passwords_one_is_the_first(place: &Place) {
    let users = Arc::new(place.with([ben()]).await);
    let mut setters = JoinSet::new();
    for number in 0..16 {
        let users = Arc::clone(&users);
        setters.spawn(async move {
            users.set_first_password_hash("ben", &number.to_string(), 1).await.unwrap()
        });
    }
    let all = setters.join_all().await;
    assert_eq!(all.iter().filter(|changed| **changed == Changed::Yes).count(), 1);
}

async fn a_hash_is_rewritten_only_where_it_is_still_the_old_one(place: &Place) {
    let users = place.with([ana(), ben()]).await;
    assert_eq!(users.rewrite_password_hash("ana", "old", "new").await.unwrap(), Changed::Yes);
    assert_eq!(users.rewrite_password_hash("ana", "old", "worse").await.unwrap(), Changed::No);
    assert_eq!(users.rewrite_password_hash("ben", "", "worse").await.unwrap(), Changed::No);
    assert_eq!(hash_of(&users.known("ana").await), Some("new"));
}

async fn takes_no_address_of_another_user_in_any_case(place: &Place) {
    let users = place.with([ana(), ben()]).await;
    let taken = email("aNA@example.com");
    let error = users.set_identifier("ben", &taken, 1).await.unwrap_err();
    assert!(matches!(error, UsersError::Taken(Unique::Email)), "{error}");
    assert_eq!(users.known("ben").await.email, None);
    assert_eq!(users.set_identifier("ana", &taken, 2).await.unwrap(), Changed::Yes);
    assert_eq!(users.known("ana").await.email.as_deref(), Some("aNA@example.com"));
    let free = email("ben@example.com");
    assert_eq!(users.set_identifier("ben", &free, 3).await.unwrap(), Changed::Yes);
    assert_eq!(users.known("ben").await.email.as_deref(), Some("ben@example.com"));
}

async fn takes_no_number_of_another_user(place: &Place) {
    let users = place.with([ana(), ben()]).await;
    let error = users.set_identifier("ben", &phone("4915112345"), 1).await.unwrap_err();
    assert!(matches!(error, UsersError::Taken(Unique::Phone)), "{error}");
    assert_eq!(users.set_identifier("ben", &phone("4930000"), 1).await.unwrap(), Changed::Yes);
    assert_eq!(users.known("ben").await.phone.as_deref(), Some("4930000"));
}

async fn the_last_way_to_sign_in_stays(place: &Place) {
    // Whether the user has a username, a password; whether both identifiers can go.
    let rows = [(true, true, true), (true, false, false), (false, true, false)];
    for (username, password, both_go) in rows {
        let user = NewUser {
            username: ana().username.filter(|_| username),
            password_hash: ana().password_hash.filter(|_| password),
            ..ana()
        };
        let last = if both_go { Changed::Yes } else { Changed::No };
        let users = place.with([user.clone()]).await;
        assert_eq!(users.remove_email("ana", 1).await.unwrap(), Changed::Yes);
        assert_eq!(users.remove_phone("ana", 2).await.unwrap(), last);

        let users = place.with([user]).await;
        assert_eq!(users.remove_phone("ana", 1).await.unwrap(), Changed::Yes);
        assert_eq!(users.remove_email("ana", 2).await.unwrap(), last);
        assert_eq!(users.known("ana").await.email.is_some(), !both_go);
    }
}

async fn hostile_text_is_text(place: &Place) {
    let hostile = "x' OR '1'='1'; DROP TABLE accounts; --";
    let users = place.with([ana(), NewUser { id: hostile.into(), ..ben() }]).await;
    assert_eq!(users.known(hostile).await.id, hostile);
    assert_eq!(users.set_password_hash(hostile, hostile, 1).await.unwrap(), Changed::Yes);
    assert_eq!(hash_of(&users.known(hostile).await), Some(hostile));
    assert_eq!(hash_of(&users.known("ana").await), Some("old"));
}

async fn who_asks_for_nobody_is_answered_until_it_is_closed(place: &Place) {
    let users = place.with([]).await;
    users.probe().await.unwrap();
    users.close().await;
    assert!(users.probe().await.is_err());
}

fn ana() -> NewUser {
    NewUser {
        username: Some("ana_h".into()),
        email: Some(email("Ana@Example.com")),
        phone: Some(phone("4915112345")),
        name: Some("Ana H.".into()),
        ..ana_alone()
    }
}

/// With nothing but a password.
fn ana_alone() -> NewUser {
    let password_hash = Some(Zeroizing::new("old".into()));
    NewUser { id: "ana".into(), password_hash, ..NewUser::default() }
}

/// Who has nothing to verify with.
fn ben() -> NewUser {
    NewUser { id: "ben".into(), ..NewUser::default() }
}

fn email(value: &str) -> Identifier {
    Identifier::email(value).unwrap()
}

fn phone(value: &str) -> Identifier {
    Identifier::phone(value).unwrap()
}

fn hash_of(user: &User) -> Option<&str> {
    user.password_hash.as_deref().map(String::as_str)
}

impl Filled {
    async fn known(&self, id: &str) -> User {
        self.user(id).await.unwrap().unwrap()
    }
}
