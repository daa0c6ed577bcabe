//! What is the matter of Redis alone.

use std::time::{Duration, Instant};

use redis::AsyncCommands;
use sekisho::CounterOp;

use super::{Namespace, RedisCounters, RedisUrl};
use crate::store::tests::{TTL, at, op};
use crate::store::{CounterStore, StoreError};
use crate::test_servers::Redis;

#[tokio::test]
async fn redis_that_hangs_is_an_error_in_bounded_time_and_then_answers_again() {
    let server = Redis::start().await;
    let counters = open(&server, Namespace::Production).await.unwrap();
    counters.add(&[op("a", 1)], at(0)).await.unwrap();
    server.signal("-STOP");
    let begun = Instant::now();
    let ops = [op("b", 1)];
    let (added, probed) = tokio::join!(counters.add(&ops, at(0)), counters.probe(at(0)));
    let took = begun.elapsed();
    server.signal("-CONT");
    for error in [added.map(|_| ()).unwrap_err(), probed.unwrap_err()] {
        assert!(error.to_string().starts_with("--counters"), "{error}");
    }
    assert!(took < Duration::from_millis(2500), "{took:?}");
    assert_eq!(counters.add(&[op("a", 1)], at(0)).await.unwrap(), [2]);
}

#[tokio::test]
async fn redis_that_is_away_is_an_error_at_once_and_is_used_again_when_it_is_back() {
    let mut server = Redis::start().await;
    let counters = open(&server, Namespace::Production).await.unwrap();
    counters.add(&[op("a", 1)], at(0)).await.unwrap();
    server.stop();
    for _ in 0..5 {
        let begun = Instant::now();
        let error = counters.add(&[op("a", 1)], at(0)).await.unwrap_err();
        assert!(matches!(error, StoreError::Redis(_)), "{error}");
        assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    }
    server.restart();
    assert_eq!(counters.add(&[op("a", 1)], at(0)).await.unwrap(), [1], "and knows its script");
}

#[tokio::test]
async fn redis_keeps_a_counter_two_hours_longer_than_it_counts() {
    let server = Redis::start().await;
    let counters = open(&server, Namespace::Production).await.unwrap();
    let forever = CounterOp { ttl: u64::MAX, ..op("b", 1) };
    counters.add(&[op("a", 1), forever], at(0)).await.unwrap();
    counters.add(&[op("a", 1), op("c", -1), op("d", 0)], at(1)).await.unwrap();
    let mut connection = connection(&server).await;
    let key = |name| format!("sekisho-server:{}", op(name, 0).key);
    let kept: u64 = connection.ttl(key("a")).await.unwrap();
    assert!((TTL + 7190..=TTL + 7200).contains(&kept), "{kept}");
    let kept: u64 = connection.ttl(key("b")).await.unwrap();
    assert!(kept > 99 * 365 * 86_400, "{kept}");
    let keys: u64 = redis::cmd("DBSIZE").query_async(&mut connection).await.unwrap();
    assert_eq!(keys, 3, "nothing but the beginning was made by giving back or reading");
    counters.add(&[op("a", -2)], at(2)).await.unwrap();
    assert!(!connection.exists::<_, bool>(key("a")).await.unwrap(), "nor is zero kept");
}

#[tokio::test]
async fn redis_that_throws_keys_away_is_refused_by_name() {
    let limited = &["--maxmemory", "100mb", "--maxmemory-policy", "volatile-lru"];
    let server = Redis::start_with(limited).await;
    let error = open(&server, Namespace::Production).await.err().unwrap().to_string();
    assert!(error.contains("--counters") && error.contains("volatile-lru"), "{error}");
    let unlimited = Redis::start_with(&["--maxmemory-policy", "volatile-lru"]).await;
    assert!(open(&unlimited, Namespace::Production).await.is_ok());
    let refusing = Redis::start_with(&["--maxmemory", "100mb"]).await;
    assert!(open(&refusing, Namespace::Production).await.is_ok());
}

#[tokio::test]
async fn a_user_of_redis_may_be_one_that_may_do_no_more_than_it_must() {
    let server = Redis::start().await;
    let rules = "on >hunter2 ~sekisho-server:* resetchannels -@all +evalsha +eval +script|load \
                 +get +set +setex +del";
    let mut set_user = redis::cmd("ACL");
    set_user.arg("SETUSER").arg("counters").arg(rules.split_whitespace().collect::<Vec<_>>());
    let () = set_user.query_async(&mut connection(&server).await).await.unwrap();
    let url = server.url().replace("redis://", "redis://counters:hunter2@");
    let counters = RedisCounters::open(RedisUrl::parse(&url).unwrap(), Namespace::Production);
    let counters = counters.await.unwrap();
    assert_eq!(counters.add(&[op("a", 1)], at(0)).await.unwrap(), [1]);
    counters.probe(at(0)).await.unwrap();

    let url = url.replace("hunter2", "hunter3");
    let refused = RedisCounters::open(RedisUrl::parse(&url).unwrap(), Namespace::Production);
    let error = refused.await.err().unwrap().to_string();
    assert!(error.starts_with("--counters") && !error.contains("hunter"), "{error}");
}

#[tokio::test]
async fn redis_that_came_back_empty_says_nothing_of_what_was_before() {
    let server = Redis::start().await;
    let counters = open(&server, Namespace::Production).await.unwrap();
    let ask = async |now, since| {
        counters.add_remembering(&[op("a", 1)], at(now), at(since)).await.unwrap()
    };
    assert_eq!(counters.add(&[op("a", 1)], at(0)).await.unwrap(), [1]);
    assert_eq!(ask(10, 0).await, Some(vec![2]));
    let () = redis::cmd("FLUSHALL").query_async(&mut connection(&server).await).await.unwrap();
    for _ in 0..2 {
        assert_eq!(ask(20, 19).await, None);
    }
    assert_eq!(ask(21, 20).await, Some(vec![1]), "and nothing was added");
    assert_eq!(ask(21, 19).await, None);
}

#[tokio::test]
async fn a_beginning_by_a_clock_that_was_ahead_is_none() {
    let server = Redis::start().await;
    let counters = open(&server, Namespace::Production).await.unwrap();
    counters.add(&[op("a", 1)], at(100)).await.unwrap();
    let ask = async |now| counters.add_remembering(&[op("b", 1)], at(now), at(now)).await.unwrap();
    assert_eq!(ask(95).await, None, "so far apart clocks may be");
    assert_eq!(ask(94).await, Some(vec![1]));
    assert_eq!(ask(95).await, Some(vec![2]));
}

#[tokio::test]
async fn dev_mode_forgets_its_own_counters_alone() {
    let server = Redis::start().await;
    let production = open(&server, Namespace::Production).await.unwrap();
    let dev = open(&server, Namespace::Dev).await.unwrap();
    for counters in [&production, &dev] {
        assert_eq!(counters.add(&[op("a", 1)], at(0)).await.unwrap(), [1]);
    }
    dev.clear().await.unwrap();
    assert_eq!(dev.add(&[op("a", 0)], at(0)).await.unwrap(), [0]);
    assert_eq!(production.add(&[op("a", 0)], at(0)).await.unwrap(), [1]);
}

#[tokio::test]
async fn what_is_no_counter_is_an_error_and_stays() {
    let server = Redis::start().await;
    let counters = open(&server, Namespace::Production).await.unwrap();
    let mut connection = connection(&server).await;
    let key = format!("sekisho-server:{}", op("a", 0).key);
    let () = connection.set(&key, "5").await.unwrap();
    assert!(counters.add(&[op("b", 1), op("a", 1)], at(0)).await.is_err());
    assert_eq!(counters.add(&[op("b", 0)], at(0)).await.unwrap(), [0]);
    assert_eq!(connection.get::<_, String>(&key).await.unwrap(), "5");
}

async fn open(server: &Redis, namespace: Namespace) -> Result<RedisCounters, StoreError> {
    RedisCounters::open(RedisUrl::parse(&server.url()).unwrap(), namespace).await
}

async fn connection(server: &Redis) -> redis::aio::MultiplexedConnection {
    let client = redis::Client::open(server.url()).unwrap();
    client.get_multiplexed_async_connection().await.unwrap()
}
