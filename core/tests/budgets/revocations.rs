//! Nothing is accepted that began after a revocation ended.

use proptest::prelude::*;
use sekisho::{CodeCheck, CodeSent, Error, ErrorCode, Policy, Presentation, Requirement, Verifier};

use crate::store::Store;
use crate::world::{
    Flight, Progress, START, World, calm, check, email, ring, rough, send, time, user,
};

/// The right code, the challenge presented as its record for many uses and for one, and revoking it
/// by its own token and by the link.
const KINDS: u8 = 5;
const FIRST_OF_REVOKING: u8 = 3;

type Outcome = Result<(), Error>;

#[test]
fn what_was_revoked_stays_revoked() {
    check(300, calm(KINDS), |events| {
        let mut model = Model::new();
        model.run(events)?;
        model.drain()
    });
}

#[test]
fn what_was_revoked_stays_revoked_while_flows_crash_and_time_passes() {
    check(500, rough(KINDS), |events| Model::new().run(events));
}

struct Model {
    verifier: Verifier,
    sent: CodeSent,
    store: Store,
    flights: Vec<Flight<Outcome>>,
    /// The first flight that began after one that revoked had ended.
    refused_from: Option<usize>,
}

impl Model {
    fn new() -> Self {
        let verifier = Verifier::new(ring(), Policy::default()).unwrap();
        let mut store = Store::at(START);
        let sent = send(&verifier, &mut store, 1);
        Self { verifier, sent, store, flights: Vec::new(), refused_from: None }
    }

    fn flight(&self, kind: u8) -> Flight<Outcome> {
        let (now, at) = (self.store.now, time(self.store.now));
        let token = self.sent.challenge.token.clone();
        match kind {
            0 => {
                let code = self.sent.code.as_str().to_owned().into();
                let check = CodeCheck { binding: user(), to: email(), challenge: token, code };
                let step = self.verifier.check_code(check, at);
                Flight::begin(kind, now, step, |ended| ended.map(|_| ()))
            }
            1 | 2 => {
                let requirement =
                    Requirement { single_use: kind == 2, ..Requirement::permission() };
                let shown = Presentation { token, binding: user(), idempotency_key: None };
                let step = self.verifier.present(shown, &requirement, at);
                Flight::begin(kind, now, step, |ended| ended.map(|_| ()))
            }
            3 => {
                let step = self.verifier.revoke(&token, &user().subject, at);
                Flight::begin(kind, now, step, |ended| ended)
            }
            _ => {
                let step = self.verifier.revoke_by_link(&self.sent.revocation.token, at);
                Flight::begin(kind, now, step, |ended| ended)
            }
        }
    }
}

impl World for Model {
    type Outcome = Outcome;

    fn store_and_flights(&mut self) -> (&mut Store, &mut Vec<Flight<Outcome>>) {
        (&mut self.store, &mut self.flights)
    }

    fn begin(&mut self, kind: u8) -> Result<(), TestCaseError> {
        if self.store.now < START + 600 {
            let flight = self.flight(kind);
            let is_after = u64::from(self.refused_from.is_some());
            self.flights.push(flight.noting(is_after));
        }
        Ok(())
    }

    fn go_on(&mut self, n: usize) -> Result<(), TestCaseError> {
        let progress = self.flights[n].go_on(&mut self.store);
        let (kind, is_after) = (self.flights[n].kind, self.flights[n].note == Some(1));
        match progress {
            Progress::Ended(Ok(())) if kind >= FIRST_OF_REVOKING => {
                self.refused_from.get_or_insert(self.flights.len());
            }
            Progress::Ended(Ok(())) => prop_assert!(!is_after, "accepted by kind {kind}"),
            Progress::Ended(Err(error)) => {
                prop_assert!(kind < FIRST_OF_REVOKING, "revoking failed: {error}");
                let refusals = [
                    ErrorCode::CodeNotFound,
                    ErrorCode::RecordNotFound,
                    ErrorCode::RecordUsed,
                    ErrorCode::CodeTriesUsedUp,
                ];
                prop_assert!(refusals.contains(&error.code()), "{error}");
            }
            _ => {}
        }
        for (_, added) in &self.flights[n].added {
            prop_assert!(added.count < 1 << 53, "beyond the numbers of JavaScript");
        }
        Ok(())
    }
}
