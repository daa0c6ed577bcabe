//! What is the matter of PostgreSQL alone.

use std::collections::BTreeSet;

use futures_util::future::join_all;

use super::PostgresqlStore;
use crate::store::tests::{at, op};
use crate::store::{CounterStore, StoreError};
use crate::test_servers::Postgresql;
use crate::users::{BuiltInUsers, NewUser};

#[tokio::test]
async fn servers_that_start_together_make_one_schema() {
    let server = Postgresql::start().await;
    let url = server.url();
    let openers = (0..8).map(async |_| {
        let store = open(&url).await.unwrap();
        store.claim_for_dev().await.unwrap();
        store.add(&[op("a", 1)], at(0)).await.unwrap()[0]
    });
    let mut counts = join_all(openers).await;
    counts.sort_unstable();
    assert_eq!(counts, [1, 2, 3, 4, 5, 6, 7, 8]);
}

#[tokio::test]
async fn dev_mode_takes_no_database_with_users_or_counters() {
    let server = Postgresql::start().await;
    let store = open(&server.url()).await.unwrap();
    store.add_user(&NewUser { id: "ana".into(), ..NewUser::default() }, 0).await.unwrap();
    let refused = store.claim_for_dev().await.unwrap_err();
    assert!(matches!(refused, StoreError::NotForDev { setting: "--database" }), "{refused}");
    store.clear_users().await.unwrap();
    store.add(&[op("a", 1)], at(0)).await.unwrap();
    let refused = store.claim_for_dev().await.unwrap_err();
    assert!(matches!(refused, StoreError::NotForDev { .. }), "{refused}");
    store.require_not_dev().await.unwrap();

    store.clear().await.unwrap();
    store.claim_for_dev().await.unwrap();
    store.add(&[op("a", 1)], at(0)).await.unwrap();
    store.claim_for_dev().await.unwrap();
    let refused = store.require_not_dev().await.unwrap_err();
    assert!(matches!(refused, StoreError::OfDev { .. }), "{refused}");
}

#[tokio::test]
async fn a_database_with_somebody_elses_users_is_left_alone() {
    let server = Postgresql::start().await;
    let pool = sqlx::PgPool::connect(&server.url()).await.unwrap();
    sqlx::query("CREATE TABLE users (name text)").execute(&pool).await.unwrap();
    let error = open(&server.url()).await.err().unwrap().to_string();
    assert!(error.starts_with("--database"), "{error}");
    assert!(error.contains("\"users\" already exists"), "{error}");
    let counters: bool = sqlx::query_scalar("SELECT to_regclass('counters') IS NOT NULL")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert!(!counters, "nothing is half made");
}

#[tokio::test]
async fn what_only_gives_back_does_not_wait_for_the_disk_and_nobody_else_is_the_faster() {
    let server = Postgresql::start().await;
    let store = open(&server.url()).await.unwrap();
    for (delta, durability) in [(1, "on"), (-1, "off"), (0, "off"), (1, "on")] {
        let mut transaction = store.pool().begin().await.unwrap();
        let added: Vec<i64> = sqlx::query_scalar("SELECT add_to_counters($1, $2, $3, 0)")
            .bind(["a"])
            .bind([delta])
            .bind([60_i64])
            .fetch_one(&mut *transaction)
            .await
            .unwrap();
        assert_eq!(added.len(), 1);
        let found: String = sqlx::query_scalar("SHOW synchronous_commit")
            .fetch_one(&mut *transaction)
            .await
            .unwrap();
        assert_eq!(found, durability, "{delta}");
        transaction.commit().await.unwrap();
    }
    let after: String =
        sqlx::query_scalar("SHOW synchronous_commit").fetch_one(store.pool()).await.unwrap();
    assert_eq!(after, "on");
}

#[tokio::test]
async fn where_transactions_see_the_past_an_addition_is_refused_rather_than_made_twice() {
    let server = Postgresql::start().await;
    let pool = sqlx::PgPool::connect(&server.url()).await.unwrap();
    for isolation in ["repeatable read", "serializable"] {
        let set = format!("ALTER ROLE sekisho SET default_transaction_isolation = '{isolation}'");
        sqlx::query(sqlx::AssertSqlSafe(set)).execute(&pool).await.unwrap();
        let store = open(&server.url()).await.unwrap();
        store.clear().await.unwrap();
        let ops = [op("a", 1)];
        let added = join_all((0..64).map(|_| store.add(&ops, at(0)))).await;
        let counts: Vec<u64> = added.iter().flatten().flatten().copied().collect();
        let seen: BTreeSet<u64> = counts.iter().copied().collect();
        assert_eq!(seen.len(), counts.len(), "{isolation}: {counts:?}");
        let refused = added.iter().filter_map(|added| added.as_ref().err());
        for error in refused {
            assert!(error.to_string().contains("could not serialize"), "{isolation}: {error}");
        }
    }
}

#[tokio::test]
async fn a_store_that_is_gone_is_an_error_and_no_count() {
    let server = Postgresql::start().await;
    let store = open(&server.url()).await.unwrap();
    store.close().await;
    let error = store.add(&[op("a", 1)], at(0)).await.unwrap_err();
    assert!(matches!(error, StoreError::Closed), "{error}");
}

#[tokio::test]
async fn a_database_that_cannot_be_reached_stops_the_start_by_name_and_without_a_password() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("postgres://u:hunter2@localhost/db?host={}", folder.path().display());
    let error = open(&url).await.err().unwrap().to_string();
    assert!(error.starts_with("--database: PostgreSQL"), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
}

async fn open(url: &str) -> Result<PostgresqlStore, StoreError> {
    let options = crate::sql::postgresql("--database", url).unwrap();
    PostgresqlStore::open(options, "--database").await
}
