//! Failures of a stolen session, and what is left to its user.

use proptest::prelude::*;
use sekisho::{Binding, CodeCheck, Error, ErrorCode, FailurePolicy, Policy, Session, Verifier};

use crate::store::Store;
use crate::world::{
    Flight, Progress, START, World, calm, check, email, ring, rough, send, time, user,
};

/// A wrong code in the stolen session, the right one in it, and a wrong one in the owner's.
const KINDS: u8 = 3;
const WRONG: u8 = 0;
const RIGHT: u8 = 1;
const USER_LIMIT: u32 = 6;

type Outcome = Result<(), Error>;

#[test]
fn a_session_fails_no_more_than_its_limit() {
    check(300, (1..5_u32, calm(KINDS)), |(limit, events)| {
        let mut model = Model::new(limit);
        model.run(events)?;
        model.drain()
    });
}

#[test]
fn a_session_fails_no_more_than_its_limit_while_flows_crash() {
    check(400, (1..5_u32, rough(KINDS)), |(limit, events)| Model::new(limit).run(events));
}

#[test]
fn whoever_stole_a_session_does_not_block_its_owner() {
    let mut model = Model::new(3);
    for _ in 0..3 {
        assert_eq!(model.fly(WRONG), Err(ErrorCode::CodeMismatch));
    }
    for _ in 0..20 {
        assert_eq!(model.fly(WRONG), Err(ErrorCode::VerificationBlocked));
        assert_eq!(model.fly(RIGHT), Err(ErrorCode::VerificationBlocked), "not even the right one");
    }
    let owner = model.check("owner's", model.right.clone());
    assert!(model.store.drive(owner).is_ok(), "3 of the user's 6 failures are left");
}

struct Model {
    verifier: Verifier,
    challenge: String,
    right: String,
    store: Store,
    flights: Vec<Flight<Outcome>>,
    /// Failures in the stolen session that something was compared in.
    failed: u32,
    limit: u32,
}

impl Model {
    fn new(limit: u32) -> Self {
        let failures =
            FailurePolicy { limit: USER_LIMIT, session_limit: limit, ..FailurePolicy::default() };
        let verifier = Verifier::new(ring(), Policy { failures, ..Policy::default() }).unwrap();
        let mut store = Store::at(START);
        let sent = send(&verifier, &mut store, 1);
        Self {
            verifier,
            challenge: sent.challenge.token.clone(),
            right: sent.code.as_str().to_owned(),
            store,
            flights: Vec::new(),
            failed: 0,
            limit,
        }
    }

    fn check(&self, session: &str, code: String) -> sekisho::Step<sekisho::CodeVerified> {
        let check = CodeCheck {
            binding: Binding { session: Some(Session::parse(session).unwrap()), ..user() },
            to: email(),
            challenge: self.challenge.clone(),
            code: code.into(),
        };
        self.verifier.check_code(check, time(self.store.now))
    }

    fn of_kind(&self, kind: u8) -> sekisho::Step<sekisho::CodeVerified> {
        let session = if kind == 2 { "owner's" } else { "stolen" };
        let code = if kind == RIGHT { self.right.clone() } else { "nothing".to_owned() };
        self.check(session, code)
    }

    /// Flies one to its end.
    fn fly(&mut self, kind: u8) -> Result<(), ErrorCode> {
        let step = self.of_kind(kind);
        self.store.drive(step).map(|_| ()).map_err(|error| error.code())
    }
}

impl World for Model {
    type Outcome = Outcome;

    fn store_and_flights(&mut self) -> (&mut Store, &mut Vec<Flight<Outcome>>) {
        (&mut self.store, &mut self.flights)
    }

    fn begin(&mut self, kind: u8) -> Result<(), TestCaseError> {
        if self.store.now >= START + 600 {
            return Ok(());
        }
        let step = self.of_kind(kind);
        self.flights.push(Flight::begin(kind, self.store.now, step, |ended| ended.map(|_| ())));
        Ok(())
    }

    fn go_on(&mut self, n: usize) -> Result<(), TestCaseError> {
        let progress = self.flights[n].go_on(&mut self.store);
        let is_of_stolen = self.flights[n].kind != 2;
        if let (true, Progress::Ended(Err(error))) = (is_of_stolen, progress) {
            let was_compared =
                error.code() != ErrorCode::VerificationBlocked || error.begins_block();
            self.failed += u32::from(was_compared);
            prop_assert!(self.failed <= self.limit, "{} of {}", self.failed, self.limit);
        }
        Ok(())
    }
}
