//! Messages to one recipient.

use std::collections::HashMap;

use proptest::prelude::*;
use sekisho::{
    CodeSend, CodeSent, Error, ErrorCode, Identifier, Policy, Purpose, SendPolicy, Verifier,
};

use crate::store::Store;
use crate::world::{Flight, Progress, START, World, calm, check, entropy, ring, rough, time, user};

const WINDOW: u64 = 500;
/// A send, a send to the same address in capitals, and cancelling what was sent last.
const KINDS: u8 = 3;
const CANCEL: u8 = 2;

type Outcome = Result<Option<CodeSent>, Error>;

#[test]
fn sends_stay_within_the_limit_while_time_stands_still() {
    check(200, (1..6_u32, calm(KINDS)), |(limit, events)| Model::new(limit).run(events));
}

#[test]
fn sends_stay_within_the_limit_while_flows_crash_and_time_passes() {
    check(400, (1..6_u32, rough(KINDS)), |(limit, events)| Model::new(limit).run(events));
}

struct Model {
    verifier: Verifier,
    store: Store,
    flights: Vec<Flight<Outcome>>,
    /// What was sent and may be cancelled, with the life of the counter it was counted in.
    sent: Vec<(CodeSent, u64)>,
    in_life: HashMap<u64, u64>,
    straddled: HashMap<u64, u64>,
    limit: u64,
}

impl Model {
    fn new(limit: u32) -> Self {
        let sends = SendPolicy { limit, window: WINDOW };
        let verifier = Verifier::new(ring(), Policy { sends, ..Policy::default() }).unwrap();
        Self {
            verifier,
            store: Store::at(START),
            flights: Vec::new(),
            sent: Vec::new(),
            in_life: HashMap::new(),
            straddled: HashMap::new(),
            limit: limit.into(),
        }
    }
}

impl World for Model {
    type Outcome = Outcome;

    fn store_and_flights(&mut self) -> (&mut Store, &mut Vec<Flight<Outcome>>) {
        (&mut self.store, &mut self.flights)
    }

    fn begin(&mut self, kind: u8) -> Result<(), TestCaseError> {
        let number = u64::try_from(self.flights.len()).unwrap();
        let flight = if kind == CANCEL {
            let Some((sent, life)) = self.sent.pop() else { return Ok(()) };
            let flight =
                Flight::begin(kind, self.store.now, sent.cancel(), |result| result.map(|()| None));
            flight.noting(life)
        } else {
            let address = if kind == 0 { "ana@example.com" } else { "ANA@EXAMPLE.COM" };
            let send = CodeSend {
                binding: user(),
                to: Identifier::email(address).unwrap(),
                purpose: Purpose::UserPermissionValidation,
            };
            let step = self.verifier.send_code(send, time(self.store.now), entropy(1 + number));
            Flight::begin(kind, self.store.now, step, |result| result.map(Some))
        };
        self.flights.push(flight);
        Ok(())
    }

    fn go_on(&mut self, n: usize) -> Result<(), TestCaseError> {
        let progress = self.flights[n].go_on(&mut self.store);
        let flight = &self.flights[n];
        let counted_in = flight.note.or(flight.added[0].1.life);
        match progress {
            Progress::Added(op) if op.delta == -1 => {
                let given_back_to = flight.added.last().unwrap().1.life;
                match (given_back_to, counted_in) {
                    (Some(life), of) if Some(life) != of => {
                        *self.straddled.entry(life).or_default() += 1;
                    }
                    (Some(life), _) if flight.kind == CANCEL => {
                        *self.in_life.entry(life).or_default() -= 1;
                    }
                    _ => {}
                }
            }
            Progress::Ended(Ok(Some(sent))) => {
                let life = counted_in.unwrap();
                self.sent.push((sent, life));
                let sends = self.in_life.entry(life).or_default();
                *sends += 1;
                let straddled = self.straddled.get(&life).copied().unwrap_or_default();
                prop_assert!(*sends <= self.limit + straddled, "{sends} sends of {}", self.limit);
            }
            Progress::Ended(Err(error)) => {
                prop_assert_eq!(error.code(), ErrorCode::MessageRateLimited);
                prop_assert!((1..=WINDOW).contains(&error.retry_after().unwrap()));
            }
            _ => {}
        }
        Ok(())
    }
}
