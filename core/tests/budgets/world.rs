//! Flows in flight: each goes on by one addition at a time.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use sekisho::{
    Binding, CodeSend, CodeSent, CounterOp, Entropy, Environment, Error, Identifier, KeyRing,
    Purpose, Step, Subject, Timestamp, Verifier,
};

use crate::store::{Added, Store};

pub(crate) const START: u64 = 1_764_000_000;

/// What may happen next.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// A flow of one of the kinds there are begins.
    Begin(u8),
    /// One of the flows makes its next addition, or goes on with what it was told.
    GoOn(prop::sample::Index),
    /// One of the flows is never heard of again.
    Crash(prop::sample::Index),
    /// Time passes.
    Pass(u64),
}

/// Nothing crashes and no time passes.
pub(crate) fn calm(kinds: u8) -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        1 => (0..kinds).prop_map(Event::Begin),
        4 => any::<prop::sample::Index>().prop_map(Event::GoOn),
    ];
    prop::collection::vec(event, 1..250)
}

/// Anything happens.
pub(crate) fn rough(kinds: u8) -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        20 => (0..kinds).prop_map(Event::Begin),
        80 => any::<prop::sample::Index>().prop_map(Event::GoOn),
        2 => any::<prop::sample::Index>().prop_map(Event::Crash),
        3 => prop_oneof![Just(1), 1..100_u64, 300..1500_u64].prop_map(Event::Pass),
    ];
    prop::collection::vec(event, 1..400)
}

/// The same cases in every run.
pub(crate) fn check<S: Strategy>(
    cases: u32,
    strategy: S,
    test: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    TestRunner::new_with_rng(config, rng).run(&strategy, test).unwrap();
}

/// Hosts give a request up long before this many seconds; so much longer than what they guard do
/// counters live.
const LONGEST_FLIGHT: u64 = 300;

/// A flow that ends in an `O`.
pub(crate) struct Flight<O> {
    pub(crate) kind: u8,
    begun: u64,
    /// Whatever the model has to remember of it.
    pub(crate) note: Option<u64>,
    /// Everything added so far.
    pub(crate) added: Vec<(CounterOp, Added)>,
    state: State<O>,
}

enum State<O> {
    Counting { ops: Vec<CounterOp>, counts: Vec<u64>, resume: Resume<O> },
    Ended,
}

type Resume<O> = Box<dyn FnOnce(&[u64]) -> Progress<O>>;

/// Where a flow stands after going on.
pub(crate) enum Progress<O> {
    /// It made this addition.
    Added(CounterOp),
    /// It was told the counts of its round and asks for these additions next.
    Asks(Vec<CounterOp>),
    /// It was told the counts of its round and has ended.
    Ended(O),
    Waits {
        ops: Vec<CounterOp>,
        resume: Resume<O>,
    },
}

impl<O: 'static> Flight<O> {
    pub(crate) fn begin<T: 'static>(
        kind: u8,
        now: u64,
        step: Step<T>,
        conclude: impl FnOnce(Result<T, Error>) -> O + 'static,
    ) -> Self {
        let state = match fly(step, conclude) {
            Progress::Waits { ops, resume } => State::Counting { ops, counts: Vec::new(), resume },
            _ => panic!("a flow that needs no counters"),
        };
        Self { kind, begun: now, note: None, added: Vec::new(), state }
    }

    pub(crate) fn noting(self, note: u64) -> Self {
        Self { note: Some(note), ..self }
    }

    pub(crate) fn has_ended(&self) -> bool {
        matches!(self.state, State::Ended)
    }

    pub(crate) fn go_on(&mut self, store: &mut Store) -> Progress<O> {
        match std::mem::replace(&mut self.state, State::Ended) {
            State::Ended => panic!("the flow has ended"),
            State::Counting { ops, mut counts, resume } if counts.len() < ops.len() => {
                let op = ops[counts.len()];
                let added = store.add(&op);
                self.added.push((op, added));
                counts.push(added.count);
                self.state = State::Counting { ops, counts, resume };
                Progress::Added(op)
            }
            State::Counting { counts, resume, .. } => match resume(&counts) {
                Progress::Waits { ops, resume } => {
                    self.state = State::Counting { ops: ops.clone(), counts: Vec::new(), resume };
                    Progress::Asks(ops)
                }
                progress => progress,
            },
        }
    }
}

fn fly<T: 'static, O: 'static>(
    step: Step<T>,
    conclude: impl FnOnce(Result<T, Error>) -> O + 'static,
) -> Progress<O> {
    match step {
        Step::Done(result) => Progress::Ended(conclude(result)),
        Step::Count(counting) => {
            let ops = counting.ops().to_vec();
            let resume = move |counts: &[u64]| fly(counting.resume(counts), conclude);
            Progress::Waits { ops, resume: Box::new(resume) }
        }
    }
}

/// A model that events happen to.
pub(crate) trait World {
    type Outcome: 'static;

    fn store_and_flights(&mut self) -> (&mut Store, &mut Vec<Flight<Self::Outcome>>);

    fn begin(&mut self, kind: u8) -> Result<(), TestCaseError>;

    /// Lets the flight make its next addition or go on, and holds the result against the model.
    fn go_on(&mut self, flight: usize) -> Result<(), TestCaseError>;

    fn run(&mut self, events: Vec<Event>) -> Result<(), TestCaseError> {
        for event in events {
            let (store, flights) = self.store_and_flights();
            match event {
                Event::Begin(kind) => self.begin(kind)?,
                Event::Pass(seconds) => pass(seconds, store, flights),
                Event::Crash(index) => {
                    if let Some(flight) = pick(flights, index) {
                        flights.swap_remove(flight);
                    }
                }
                Event::GoOn(index) => {
                    if let Some(flight) = pick(flights, index) {
                        self.go_on(flight)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Lets every flight come to its end.
    fn drain(&mut self) -> Result<(), TestCaseError> {
        for flight in 0..self.store_and_flights().1.len() {
            while !self.store_and_flights().1[flight].has_ended() {
                self.go_on(flight)?;
            }
        }
        Ok(())
    }
}

/// Lets time pass; flights that take too long are given up.
fn pass<O>(seconds: u64, store: &mut Store, flights: &mut Vec<Flight<O>>) {
    store.now += seconds;
    flights.retain(|flight| store.now < flight.begun + LONGEST_FLIGHT);
}

/// One of the flights that have not ended, if any.
fn pick<O: 'static>(flights: &[Flight<O>], index: prop::sample::Index) -> Option<usize> {
    let alive: Vec<usize> = (0..flights.len()).filter(|n| !flights[*n].has_ended()).collect();
    (!alive.is_empty()).then(|| *index.get(&alive))
}

pub(crate) fn ring() -> KeyRing {
    KeyRing::generate(Environment::Production, time(START), &entropy(0)).unwrap()
}

pub(crate) fn entropy(seed: u64) -> Entropy {
    let mut bytes = [0x5e; 32];
    bytes[..8].copy_from_slice(&seed.to_be_bytes());
    Entropy::from_bytes(bytes).unwrap()
}

pub(crate) fn time(seconds: u64) -> Timestamp {
    Timestamp::from_unix_seconds(seconds).unwrap()
}

pub(crate) fn user() -> Binding {
    Binding::to_subject(Subject::parse("user-1").unwrap())
}

/// A code sent to them at the store's time.
pub(crate) fn send(verifier: &Verifier, store: &mut Store, seed: u64) -> CodeSent {
    let purpose = Purpose::UserPermissionValidation;
    let send = CodeSend { binding: user(), to: email(), purpose };
    store.drive(verifier.send_code(send, time(store.now), entropy(seed))).unwrap()
}

pub(crate) fn email() -> Identifier {
    Identifier::email("ana@example.com").unwrap()
}
