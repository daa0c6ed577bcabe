//! Inputs.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use sekisho::{
    Binding, Entropy, Environment, Identifier, KeyRing, Method, Operation, Purpose, Session,
    Subject, Timestamp,
};

pub(crate) const NOW: u64 = 1_764_000_000;

pub(crate) fn config(cases: u32) -> Config {
    let rng_seed = RngSeed::Fixed(7);
    Config { cases, rng_seed, failure_persistence: None, ..Config::default() }
}

pub(crate) fn now() -> Timestamp {
    time(NOW)
}

pub(crate) fn time(seconds: u64) -> Timestamp {
    Timestamp::from_unix_seconds(seconds).unwrap()
}

pub(crate) fn entropy(bytes: [u8; 32]) -> Entropy {
    Entropy::from_bytes(bytes).unwrap()
}

pub(crate) fn random_bytes() -> impl Strategy<Value = [u8; 32]> {
    any::<[u8; 32]>().prop_filter("all equal", |bytes| bytes.iter().any(|b| *b != bytes[0]))
}

pub(crate) fn environment() -> impl Strategy<Value = Environment> {
    prop_oneof![Just(Environment::Production), Just(Environment::Development)]
}

pub(crate) fn ring() -> impl Strategy<Value = KeyRing> {
    (environment(), random_bytes()).prop_map(|(environment, bytes)| {
        KeyRing::generate(environment, now(), &entropy(bytes)).unwrap()
    })
}

pub(crate) fn method() -> impl Strategy<Value = Method> {
    prop::sample::select(Method::ALL.to_vec())
}

pub(crate) fn purpose() -> impl Strategy<Value = Purpose> {
    prop::sample::select(Purpose::ALL.to_vec())
}

pub(crate) fn identifier() -> impl Strategy<Value = Identifier> {
    prop_oneof![
        "[0-9]{1,15}".prop_map(|digits| Identifier::phone(&digits).unwrap()),
        "[a-zA-Z0-9._%+-]{1,20}@[a-zA-Z0-9-]{1,9}(\\.[a-zA-Z]{2,5}){1,2}"
            .prop_map(|address| Identifier::email(&address).unwrap()),
    ]
}

pub(crate) fn binding() -> impl Strategy<Value = Binding> {
    let operation = prop::option::of(any::<u32>());
    (context(), prop::option::of(context()), operation).prop_map(|(subject, session, operation)| {
        Binding {
            subject: Subject::parse(&subject).unwrap(),
            session: session.map(|id| Session::parse(&id).unwrap()),
            operation: operation.map(|n| Operation::from_json(&n.to_string()).unwrap()),
        }
    })
}

fn context() -> impl Strategy<Value = String> {
    "[^\\p{Cc}]{1,60}"
}

/// A text changed at one place: a character less, more, or another.
pub(crate) fn change(text: &str, kind: u8, at: prop::sample::Index, with: char) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    match kind % 3 {
        0 => drop(characters.remove(at.index(characters.len()))),
        1 => characters.insert(at.index(characters.len() + 1), with),
        _ => {
            let at = at.index(characters.len());
            characters[at] = with;
        }
    }
    characters.into_iter().collect()
}

/// Characters that a careless decoder lets pass.
pub(crate) fn character() -> impl Strategy<Value = char> {
    prop_oneof![
        4 => prop::char::range('\0', '\x7f'),
        2 => prop::sample::select("=-_+/.\n \0A\u{ff21}".chars().collect::<Vec<_>>()),
        1 => any::<char>(),
    ]
}
