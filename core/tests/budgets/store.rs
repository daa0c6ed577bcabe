//! A counter store as `CounterOp` describes it, with a clock of its own.

use std::collections::HashMap;
use std::convert::Infallible;

use sekisho::{CounterKey, CounterOp, Error, Step};

#[derive(Default)]
pub(crate) struct Store {
    pub(crate) now: u64,
    counters: HashMap<CounterKey, Counter>,
    lives: HashMap<CounterKey, u64>,
}

struct Counter {
    value: u64,
    expires: u64,
}

/// What an addition came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Added {
    pub(crate) count: u64,
    /// Which life of the counter it went to; `None` where there was no counter. A life ends when
    /// the counter expires or is cleared, not when giving back brings it to zero.
    pub(crate) life: Option<u64>,
}

impl Store {
    pub(crate) fn at(now: u64) -> Self {
        Self { now, ..Self::default() }
    }

    /// Drives a flow to its end, with nothing between its additions.
    pub(crate) fn drive<T>(&mut self, step: Step<T>) -> Result<T, Error> {
        let add = |ops: &[CounterOp]| {
            Ok::<_, Infallible>(ops.iter().map(|op| self.add(op).count).collect())
        };
        let Ok(ended) = step.drive(add);
        ended
    }

    pub(crate) fn add(&mut self, op: &CounterOp) -> Added {
        let CounterOp { key, delta, ttl } = *op;
        if self.counters.get(&key).is_some_and(|counter| counter.expires <= self.now) {
            self.end_life(key);
        }
        if delta == -(1 << 52) {
            self.end_life(key);
            return Added { count: 0, life: None };
        }
        if delta > 0 {
            let expires = self.now + ttl;
            self.counters.entry(key).or_insert(Counter { value: 0, expires });
        }
        let Some(counter) = self.counters.get_mut(&key) else {
            return Added { count: 0, life: None };
        };
        counter.value = counter.value.saturating_add_signed(delta);
        let added =
            Added { count: counter.value, life: Some(self.lives.get(&key).copied().unwrap_or(0)) };
        if added.count == 0 {
            self.counters.remove(&key);
        }
        added
    }

    fn end_life(&mut self, key: CounterKey) {
        self.counters.remove(&key);
        *self.lives.entry(key).or_default() += 1;
    }
}

#[cfg(test)]
mod tests {
    use sekisho::{
        CodeSend, Entropy, Environment, Identifier, KeyRing, Policy, Purpose, Subject, Timestamp,
        Verifier,
    };

    use super::*;

    fn key() -> CounterKey {
        let now = Timestamp::from_unix_seconds(1).unwrap();
        let entropy = |seed: u8| {
            Entropy::from_bytes(std::array::from_fn(|n| u8::try_from(n).unwrap() ^ seed)).unwrap()
        };
        let ring = KeyRing::generate(Environment::Development, now, &entropy(0)).unwrap();
        let send = CodeSend {
            binding: sekisho::Binding::to_subject(Subject::parse("user").unwrap()),
            to: Identifier::phone("1").unwrap(),
            purpose: Purpose::BindMfa,
        };
        match Verifier::new(ring, Policy::default()).unwrap().send_code(send, now, entropy(1)) {
            Step::Count(counting) => counting.ops()[0].key,
            Step::Done(_) => panic!("sends are counted"),
        }
    }

    #[test]
    fn counts_as_documented() {
        let key = key();
        let op = |delta, ttl| CounterOp { key, delta, ttl };
        let mut store = Store::at(100);
        let none = Added { count: 0, life: None };
        let added = |count, life| Added { count, life: Some(life) };
        assert_eq!(store.add(&op(-1, 0)), none);
        assert_eq!(store.add(&op(0, 0)), none);
        assert_eq!(store.add(&op(1, 10)), added(1, 0));
        store.now = 109;
        assert_eq!(store.add(&op(2, 10)), added(3, 0), "alive, and its end does not move");
        store.now = 110;
        assert_eq!(store.add(&op(0, 0)), none);
        assert_eq!(store.add(&op(1, 10)), added(1, 1));
        assert_eq!(store.add(&op(-1, 0)), added(0, 1));
        assert_eq!(store.add(&op(0, 0)), none);
        store.now = 119;
        assert_eq!(store.add(&op(1, 10)), added(1, 1));
        store.now = 128;
        assert_eq!(store.add(&op(0, 10)), added(1, 1), "made anew at 119");
        assert_eq!(store.add(&op(-(1 << 52), 0)), none);
        assert_eq!(store.add(&op(1, 10)), added(1, 2));
    }
}
