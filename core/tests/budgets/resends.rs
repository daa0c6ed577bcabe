//! Messages of one challenge: one in the wait between two, whoever asks.

use proptest::prelude::*;
use sekisho::flow::RESEND_COOLDOWN_SECONDS;
use sekisho::{CodeResend, CodeSent, Error, ErrorCode, Policy, SendPolicy, Verifier};

use crate::store::Store;
use crate::world::{
    Flight, Progress, START, World, calm, check, email, ring, rough, send, time, user,
};

type Outcome = Result<(String, u64), Error>;

#[test]
fn of_all_at_once_one_sends_again() {
    check(300, calm(1), |events| {
        let mut model = Model::new();
        model.run(events)?;
        model.drain()?;
        prop_assert_eq!(model.sent_at.len(), usize::from(!model.flights.is_empty()));
        Ok(())
    });
}

#[test]
fn messages_keep_their_distance_and_say_the_same_code() {
    check(500, rough(1), |events| Model::new().run(events));
}

struct Model {
    verifier: Verifier,
    first: CodeSent,
    store: Store,
    flights: Vec<Flight<Outcome>>,
    /// When each message was asked for.
    sent_at: Vec<u64>,
}

impl Model {
    fn new() -> Self {
        let sends = SendPolicy { limit: 1000, ..SendPolicy::default() };
        let verifier = Verifier::new(ring(), Policy { sends, ..Policy::default() }).unwrap();
        let mut store = Store::at(START);
        let first = send(&verifier, &mut store, 1);
        store.now += RESEND_COOLDOWN_SECONDS;
        let (flights, sent_at) = (Vec::new(), Vec::new());
        Self { verifier, first, store, flights, sent_at }
    }
}

impl World for Model {
    type Outcome = Outcome;

    fn store_and_flights(&mut self) -> (&mut Store, &mut Vec<Flight<Outcome>>) {
        (&mut self.store, &mut self.flights)
    }

    fn begin(&mut self, kind: u8) -> Result<(), TestCaseError> {
        let now = self.store.now;
        if now >= START + 600 {
            return Ok(());
        }
        let challenge = self.first.challenge.token.clone();
        let resend = CodeResend { binding: user(), to: email(), challenge };
        let step = self.verifier.resend_code(resend, time(now));
        self.flights.push(Flight::begin(kind, now, step, move |ended| {
            ended.map(|sent| (sent.code.as_str().to_owned(), now))
        }));
        Ok(())
    }

    fn go_on(&mut self, n: usize) -> Result<(), TestCaseError> {
        match self.flights[n].go_on(&mut self.store) {
            Progress::Ended(Ok((code, _))) => {
                prop_assert_eq!(&code, self.first.code.as_str());
                let counted_at = self.flights[n].note.unwrap();
                let close = |other: &&u64| other.abs_diff(counted_at) < RESEND_COOLDOWN_SECONDS;
                prop_assert_eq!(self.sent_at.iter().find(close), None);
                self.sent_at.push(counted_at);
            }
            Progress::Ended(Err(error)) => {
                prop_assert_eq!(error.code(), ErrorCode::MessageRateLimited);
                let seconds = error.retry_after().unwrap();
                prop_assert!((1..=RESEND_COOLDOWN_SECONDS).contains(&seconds));
            }
            Progress::Added(op) if op.ttl == RESEND_COOLDOWN_SECONDS => {
                self.flights[n].note = Some(self.store.now);
            }
            _ => {}
        }
        Ok(())
    }
}
