//! The one use of a record that is for single use.

use proptest::prelude::*;
use sekisho::{
    Error, ErrorCode, Method, Policy, Presentation, Purpose, RecordFields, RecordId, Requirement,
    VerificationRecord, Verifier,
};

use crate::store::Store;
use crate::world::{Flight, Progress, START, World, calm, check, ring, rough, time, user};

/// Presenting the record without a key, or with one of these.
const KEYS: [&str; 3] = ["request-1", "request-2", "request-3"];
const KINDS: u8 = 4;

/// Whether it was a repetition.
type Outcome = Result<bool, Error>;

#[test]
fn of_all_at_once_exactly_one_uses_the_record() {
    check(300, calm(KINDS), |events| {
        let mut model = Model::new();
        model.run(events)?;
        model.drain()?;
        prop_assert_eq!(model.uses.len(), usize::from(!model.flights.is_empty()));
        Ok(())
    });
}

#[test]
fn never_do_two_use_the_record() {
    check(500, rough(KINDS), |events| Model::new().run(events));
}

struct Model {
    verifier: Verifier,
    token: String,
    store: Store,
    flights: Vec<Flight<Outcome>>,
    /// The kinds of the flows that used the record, each as one that was first.
    uses: Vec<u8>,
    /// The kind of the flow whose addition came first.
    first: Option<u8>,
}

impl Model {
    fn new() -> Self {
        let (ring, binding) = (ring(), user());
        let fields = RecordFields {
            id: RecordId::from_bytes([9; 16]),
            method: Method::Password,
            purpose: Purpose::UserPermissionValidation,
            identifier: None,
            binding: &binding,
        };
        let (from, until) = (time(START), time(START + 600));
        let token = VerificationRecord::new(&ring, &fields, from, until).seal(&ring, from).unwrap();
        Self {
            verifier: Verifier::new(ring, Policy::default()).unwrap(),
            token,
            store: Store::at(START),
            flights: Vec::new(),
            uses: Vec::new(),
            first: None,
        }
    }
}

impl World for Model {
    type Outcome = Outcome;

    fn store_and_flights(&mut self) -> (&mut Store, &mut Vec<Flight<Outcome>>) {
        (&mut self.store, &mut self.flights)
    }

    fn begin(&mut self, kind: u8) -> Result<(), TestCaseError> {
        let key = usize::from(kind).checked_sub(1).map(|n| KEYS[n].to_owned());
        let presentation =
            Presentation { token: self.token.clone(), binding: user(), idempotency_key: key };
        let requirement = Requirement { single_use: true, ..Requirement::permission() };
        let step = self.verifier.present(presentation, &requirement, time(self.store.now));
        if self.store.now >= START + 600 {
            let ended = step.drive(|_| Err(())).unwrap().map(|accepted| accepted.repeated);
            prop_assert_eq!(ended.map_err(|error| error.code()), Err(ErrorCode::RecordNotFound));
            return Ok(());
        }
        let flight = Flight::begin(kind, self.store.now, step, |result| {
            result.map(|accepted| accepted.repeated)
        });
        self.flights.push(flight);
        Ok(())
    }

    fn go_on(&mut self, n: usize) -> Result<(), TestCaseError> {
        let progress = self.flights[n].go_on(&mut self.store);
        let kind = self.flights[n].kind;
        match progress {
            Progress::Added(_) => {
                self.first.get_or_insert(kind);
            }
            Progress::Ended(Ok(false)) => {
                self.uses.push(kind);
                prop_assert_eq!(self.uses.len(), 1, "used twice");
                prop_assert_eq!(self.first, Some(kind), "used by one that came later");
            }
            Progress::Ended(Ok(true)) => {
                prop_assert!(kind != 0, "nothing tells a repetition without a key");
                prop_assert_eq!(self.first, Some(kind), "repeats what never was");
            }
            Progress::Ended(Err(error)) => prop_assert_eq!(error.code(), ErrorCode::RecordUsed),
            _ => {}
        }
        Ok(())
    }
}
