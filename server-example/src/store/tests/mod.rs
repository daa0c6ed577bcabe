//! What every store of counters must do.

mod place;

use std::collections::BTreeSet;
use std::sync::Arc;

use sekisho::{
    Binding, CodeSend, CounterOp, Entropy, Environment, Identifier, KeyRing, Policy, Purpose, Step,
    Subject, Timestamp, Verifier,
};
use tokio::task::JoinSet;

use self::place::Place;
use super::CounterStore;
use super::counter_store::KEPT_AFTER_END;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn in_memory() {
    suite(&Place::memory()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn in_a_file_of_sqlite() {
    suite(&Place::file()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn in_postgresql() {
    suite(&Place::postgresql().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn in_redis() {
    suite(&Place::redis().await).await;
}

/// Each case begins with no counters.
async fn suite(place: &Place) {
    an_addition_is_what_the_core_asks_for(place).await;
    a_batch_is_answered_in_its_order(place).await;
    a_batch_of_nothing_is_answered_with_nothing(place).await;
    of_64_parallel_additions_each_gets_a_number_of_its_own(place).await;
    what_64_give_back_at_once_is_given_back_once_each(place).await;
    parallel_batches_in_any_order_end_and_add_all(place).await;
    a_batch_is_seen_whole_or_not_at_all(place).await;
    giving_back_makes_nothing_and_never_goes_below_zero(place).await;
    reading_makes_nothing_and_keeps_nothing_alive(place).await;
    huge_numbers_are_exact_and_never_wrap(place).await;
    the_longest_life_is_a_century_at_least(place).await;
    a_clock_that_steps_back_ends_no_counter(place).await;
    a_clock_that_steps_forward_ends_what_is_over(place).await;
    whoever_comes_later_finds_the_counters(place).await;
    sweeping_removes_no_counter_that_counts(place).await;
    a_clock_that_was_ahead_and_steps_back_finds_its_counters(place).await;
    a_probe_is_no_counter(place).await;
    // The last, since it leaves the store refusing.
    a_batch_that_fails_adds_nothing(place).await;
}

async fn an_addition_is_what_the_core_asks_for(place: &Place) {
    let store = place.empty().await;
    // The delta, the second at which it is added, the value afterwards.
    let rows: [(i64, u64, u64); 17] = [
        (0, 0, 0),
        (-1, 0, 0),
        (0, 0, 0),
        (2, 1, 2),
        (3, 30, 5),
        (0, 60, 5),
        (-1, 60, 4),
        // Created at 1 with a ttl of 60: it ends at 61, whatever was added meanwhile.
        (0, 61, 0),
        (-1, 61, 0),
        (1, 61, 1),
        (0, 120, 1),
        (0, 121, 0),
        (7, 200, 7),
        (-(1 << 52), 210, 0),
        // At zero it does not exist: the next addition starts afresh, with a ttl of its own.
        (1 << 40, 220, 1 << 40),
        (0, 279, 1 << 40),
        (0, 280, 0),
    ];
    for (delta, second, expected) in rows {
        assert_eq!(add(&store, "a", delta, second).await, expected, "{delta} at {second}");
    }
}

async fn a_batch_is_answered_in_its_order(place: &Place) {
    let store = place.empty().await;
    let ops =
        [op("b", 1), op("a", 2), op("b", 1), op("a", -1), op("c", 0), op("b", -2), op("b", 3)];
    assert_eq!(store.add(&ops, at(0)).await.unwrap(), [1, 2, 2, 1, 0, 0, 3]);
    assert_eq!(store.add(&[op("a", 0), op("b", 0)], at(1)).await.unwrap(), [1, 3]);
}

async fn a_batch_of_nothing_is_answered_with_nothing(place: &Place) {
    let store = place.empty().await;
    assert_eq!(store.add(&[], at(0)).await.unwrap(), [0; 0]);
}

async fn of_64_parallel_additions_each_gets_a_number_of_its_own(place: &Place) {
    let seen = at_once(place, 64, |_| vec![op("a", 1)]).await;
    assert_eq!(seen.iter().map(|counts| counts[0]).collect::<BTreeSet<_>>(), (1..=64).collect());
}

async fn what_64_give_back_at_once_is_given_back_once_each(place: &Place) {
    let store = place.empty().await;
    add(&store, "a", 100, 0).await;
    let mut adders = JoinSet::new();
    for store in clients(place, 64).await {
        adders.spawn(async move { add(&store, "a", -1, 1).await });
    }
    let seen: BTreeSet<u64> = adders.join_all().await.into_iter().collect();
    assert_eq!(seen, (36..=99).collect());
}

async fn parallel_batches_in_any_order_end_and_add_all(place: &Place) {
    let names = ["a", "b", "c"];
    let rotated = |number: usize| {
        let mut names = names.to_vec();
        names.rotate_left(number % 3);
        names.into_iter().map(|name| op(name, 1)).collect()
    };
    at_once(place, 64, rotated).await;
    let store = place.open().await;
    assert_eq!(store.add(&names.map(|name| op(name, 0)), at(1)).await.unwrap(), [64; 3]);
}

/// Two counters that are only ever added to together are always equal.
async fn a_batch_is_seen_whole_or_not_at_all(place: &Place) {
    let both = |number: usize| {
        let delta = i64::from(number.is_multiple_of(2));
        vec![op("a", delta), op("b", delta)]
    };
    for counts in at_once(place, 64, both).await {
        assert_eq!(counts[0], counts[1]);
    }
}

async fn giving_back_makes_nothing_and_never_goes_below_zero(place: &Place) {
    let store = place.empty().await;
    assert_eq!(add(&store, "a", -5, 0).await, 0);
    assert_eq!(add(&store, "a", 2, 30).await, 2);
    assert_eq!(add(&store, "a", -5, 31).await, 0);
    assert_eq!(add(&store, "a", 1, 40).await, 1, "nothing is owed");
    // Neither the first giving back nor the counter that ended has set when this one ends.
    assert_eq!(add(&store, "a", 0, 99).await, 1);
    assert_eq!(add(&store, "a", 0, 100).await, 0);
}

async fn reading_makes_nothing_and_keeps_nothing_alive(place: &Place) {
    let store = place.empty().await;
    assert_eq!(add(&store, "a", 0, 0).await, 0);
    assert_eq!(add(&store, "a", 1, 50).await, 1);
    for second in 51..110 {
        assert_eq!(add(&store, "a", 0, second).await, 1, "at {second}");
    }
    assert_eq!(add(&store, "a", 0, 110).await, 0);
}

async fn huge_numbers_are_exact_and_never_wrap(place: &Place) {
    const LARGEST: u64 = 1 << 52;
    let store = place.empty().await;
    assert_eq!(add(&store, "a", 1 << 52, 0).await, LARGEST);
    assert_eq!(add(&store, "a", (1 << 52) - 1, 0).await, 2 * LARGEST - 1);
    assert_eq!(add(&store, "a", -1, 0).await, 2 * LARGEST - 2);
    let mut last = 0;
    for _ in 0..10 {
        let ops = vec![op("a", 1 << 52); 300];
        for count in store.add(&ops, at(0)).await.unwrap() {
            assert!(count >= last, "{count} after {last}");
            last = count;
        }
    }
    assert!(last >= 1 << 60, "{last}");
}

async fn the_longest_life_is_a_century_at_least(place: &Place) {
    let store = place.empty().await;
    let century = 100 * 365 * 86_400;
    for (name, ttl) in [("a", u64::MAX), ("b", u64::MAX / 2), ("c", century + 1)] {
        let made = CounterOp { ttl, ..op(name, 1) };
        assert_eq!(store.add(&[made], at(0)).await.unwrap(), [1], "{ttl}");
        assert_eq!(add(&store, name, 1, century).await, 2, "{ttl}");
    }
}

async fn a_clock_that_steps_back_ends_no_counter(place: &Place) {
    let store = place.empty().await;
    assert_eq!(add(&store, "a", 1, 3600).await, 1);
    assert_eq!(add(&store, "a", 1, 0).await, 2);
    assert_eq!(add(&store, "a", 0, 3659).await, 2);
    assert_eq!(add(&store, "a", 0, 3660).await, 0, "nor does it live longer");
}

async fn a_clock_that_steps_forward_ends_what_is_over(place: &Place) {
    let store = place.empty().await;
    assert_eq!(add(&store, "a", 5, 0).await, 5);
    assert_eq!(add(&store, "a", 1, 1_000_000).await, 1);
    assert_eq!(add(&store, "a", 0, 1_000_059).await, 1);
}

async fn whoever_comes_later_finds_the_counters(place: &Place) {
    let store = place.empty().await;
    add(&store, "a", 3, 0).await;
    assert_eq!(add(&place.open().await, "a", 1, 1).await, 4);
}

async fn sweeping_removes_no_counter_that_counts(place: &Place) {
    let store = place.empty().await;
    let old: Vec<_> = (0..1100).map(|number| op(&format!("old{number}"), 1)).collect();
    store.add(&old, at(0)).await.unwrap();
    add(&store, "young", 1, 1).await;
    assert_eq!(store.sweep(at(60 + KEPT_AFTER_END - 1)).await.unwrap(), 0);
    let swept = store.sweep(at(60 + KEPT_AFTER_END)).await.unwrap();
    assert_eq!(swept, if place.sweeps() { 1100 } else { 0 });
    assert_eq!(store.sweep(at(60 + KEPT_AFTER_END)).await.unwrap(), 0);
    assert_eq!(add(&store, "old7", 0, 60).await, 0);
    assert_eq!(add(&store, "young", 0, 60).await, 1);
}

async fn a_clock_that_was_ahead_and_steps_back_finds_its_counters(place: &Place) {
    let store = place.empty().await;
    add(&store, "used", 7, 0).await;
    // Nearly two hours ahead: it has ended there.
    assert_eq!(add(&store, "used", 0, 7000).await, 0);
    store.sweep(at(7000)).await.unwrap();
    assert_eq!(add(&store, "used", 0, 1).await, 7);
}

async fn a_probe_is_no_counter(place: &Place) {
    let store = place.empty().await;
    for second in 0..3 {
        store.probe(at(second)).await.unwrap();
    }
    assert_eq!(store.sweep(at(61 + KEPT_AFTER_END)).await.unwrap(), 0);
    assert_eq!(store.sweep(at(62 + KEPT_AFTER_END)).await.unwrap(), u64::from(place.sweeps()));
}

async fn a_batch_that_fails_adds_nothing(place: &Place) {
    let store = place.empty().await;
    add(&store, "b", 1, 0).await;
    place.refuse("refused").await;
    let ops = [op("a", 1), op("b", 1), op("refused", 1), op("c", 1)];
    assert!(store.add(&ops, at(0)).await.is_err());
    let read = ["a", "b", "c"].map(|name| op(name, 0));
    assert_eq!(store.add(&read, at(0)).await.unwrap(), [0, 1, 0]);
    assert_eq!(store.add(&[op("a", 1), op("b", 1)], at(0)).await.unwrap(), [1, 2]);
}

/// What each of so many gets who add at once, from several processes' view of the store.
async fn at_once(
    place: &Place,
    number: usize,
    ops: impl Fn(usize) -> Vec<CounterOp>,
) -> Vec<Vec<u64>> {
    place.empty().await;
    let mut adders = JoinSet::new();
    for (number, store) in clients(place, number).await.into_iter().enumerate() {
        let ops = ops(number);
        adders.spawn(async move { store.add(&ops, at(0)).await.unwrap() });
    }
    adders.join_all().await
}

/// So many who use the store, by three openings of it.
async fn clients(place: &Place, number: usize) -> Vec<Arc<dyn CounterStore>> {
    let opened = [place.open().await, place.open().await, place.open().await];
    opened.into_iter().cycle().take(number).collect()
}

async fn add(store: &Arc<dyn CounterStore>, name: &str, delta: i64, second: u64) -> u64 {
    store.add(&[op(name, delta)], at(second)).await.unwrap()[0]
}

pub(crate) const TTL: u64 = 60;

pub(crate) fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix_seconds(1_764_000_000 + seconds).unwrap()
}

/// An addition to a counter of its own for each name.
pub(crate) fn op(name: &str, delta: i64) -> CounterOp {
    let entropy = |byte: u8| {
        let mut bytes = [byte; 32];
        bytes[0] = 0;
        Entropy::from_bytes(bytes).unwrap()
    };
    let keys = KeyRing::generate(Environment::Development, at(0), &entropy(1)).unwrap();
    let verifier = Verifier::new(keys, Policy::default()).unwrap();
    let send = CodeSend {
        binding: Binding::to_subject(Subject::parse("user").unwrap()),
        to: Identifier::email(&format!("{name}@example.com")).unwrap(),
        purpose: Purpose::UserPermissionValidation,
    };
    match verifier.send_code(send, at(0), entropy(2)) {
        Step::Count(counting) => CounterOp { delta, ttl: TTL, ..counting.ops()[0] },
        Step::Done(_) => panic!("sending a code counts"),
    }
}
