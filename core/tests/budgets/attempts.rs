//! Passwords and codes against the tries of a challenge and the failures of a user.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use sekisho::password::{Argon2Cost, HashLimits, StoredHash};
use sekisho::{
    CodeCheck, CodePolicy, Error, ErrorCode, FailurePolicy, Password, PasswordCheck,
    PasswordPolicy, Policy, Verifier,
};

use crate::store::{Added, Store};
use crate::world::{
    Flight, Progress, START, World, calm, check, email, entropy, ring, rough, send, time, user,
};

/// Longer than a block, so that failures from before it still count after it. No other counter
/// has a life of this length, nor of a block's: that is how the model tells them apart.
const WINDOW: u64 = 1000;
const BLOCK: u64 = 70;

/// A right code adds more than this; times, which some other counters hold, are below it.
const LEAST_MARK: i64 = 1 << 39;

const CHALLENGES: u8 = 2;
const KINDS: u8 = 3 + 3 * CHALLENGES;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    WrongPassword,
    RightPassword,
    Unblock,
    WrongCode(u8),
    RightCode(u8),
    EmptyCode(u8),
}

impl Kind {
    fn of(number: u8) -> Self {
        match (number, number.saturating_sub(3) / 3) {
            (0, _) => Self::WrongPassword,
            (1, _) => Self::RightPassword,
            (2, _) => Self::Unblock,
            (n, challenge) if n % 3 == 0 => Self::WrongCode(challenge),
            (n, challenge) if n % 3 == 1 => Self::RightCode(challenge),
            (_, challenge) => Self::EmptyCode(challenge),
        }
    }
}

type Outcome = Result<(), Error>;

#[test]
fn budgets_hold_while_time_stands_still() {
    let limits = (1..8_u32, 1..5_u32);
    check(300, (limits, calm(KINDS)), |((limit, max_tries), events)| {
        let mut model = Model::new(limit, max_tries);
        model.run(events)?;
        model.drain()?;
        model.assert_each_right_code_was_accepted_once()
    });
}

#[test]
fn budgets_hold_while_flows_crash_and_time_passes() {
    let limits = (1..6_u32, 1..5_u32);
    check(600, (limits, rough(KINDS)), |((limit, max_tries), events)| {
        Model::new(limit, max_tries).run(events)
    });
}

#[test]
fn after_a_block_exactly_one_attempt_is_compared_and_blocks_again() {
    for limit in 1..5 {
        let mut model = Model::new(limit, 1);
        for _ in 0..limit - 1 {
            assert_eq!(model.fly(Kind::WrongPassword), Err(ErrorCode::InvalidCredentials));
        }
        assert_eq!(model.fly(Kind::WrongPassword), Err(ErrorCode::VerificationBlocked));
        for _ in 0..3 {
            assert_eq!(model.fly(Kind::RightPassword), Err(ErrorCode::VerificationBlocked));
            model.store.now += BLOCK;
            let compared = model.failures_in_all_lives();
            assert_eq!(model.fly(Kind::WrongPassword), Err(ErrorCode::VerificationBlocked));
            assert_eq!(model.failures_in_all_lives(), compared + 1, "it was compared");
            assert_eq!(model.fly(Kind::WrongPassword), Err(ErrorCode::VerificationBlocked));
            assert_eq!(model.failures_in_all_lives(), compared + 1, "it was not");
        }
        model.store.now += BLOCK;
        assert_eq!(model.fly(Kind::RightPassword), Ok(()));
        assert_eq!(model.fly(Kind::RightCode(0)), Ok(()));
    }
}

struct Model {
    verifier: Verifier,
    store: Store,
    challenges: Vec<Challenge>,
    flights: Vec<Flight<Outcome>>,
    /// By the life of the failure counter in which they were reserved.
    failures: HashMap<u64, u64>,
    /// When each block ended or will, with the life of the failure counter that led to it.
    blocks: Vec<(u64, u64)>,
    /// Failures taken off a counter's life that were reserved in an earlier one.
    straddled: HashMap<u64, u64>,
    limit: u64,
    max_tries: u64,
}

struct Challenge {
    token: String,
    code: String,
    comparisons: u64,
    accepted: u64,
}

impl Model {
    fn new(limit: u32, max_tries: u32) -> Self {
        let policy = Policy {
            code: CodePolicy { max_tries, ..CodePolicy::default() },
            failures: FailurePolicy { limit, window: WINDOW, block: BLOCK, session_limit: 0 },
            ..Policy::default()
        };
        let verifier = Verifier::new(ring(), policy).unwrap();
        Self {
            store: Store::at(START),
            challenges: (0..CHALLENGES).map(|n| Challenge::new(&verifier, n)).collect(),
            verifier,
            flights: Vec::new(),
            failures: HashMap::new(),
            blocks: Vec::new(),
            straddled: HashMap::new(),
            limit: limit.into(),
            max_tries: max_tries.into(),
        }
    }

    /// One flow alone, from beginning to end.
    fn fly(&mut self, kind: Kind) -> Result<(), ErrorCode> {
        let number = (0..KINDS).find(|number| Kind::of(*number) == kind).unwrap();
        self.begin(number).unwrap();
        let n = self.flights.len() - 1;
        loop {
            if let Some(outcome) = self.advance(n).unwrap() {
                return outcome.map_err(|error| error.code());
            }
        }
    }

    fn advance(&mut self, n: usize) -> Result<Option<Outcome>, TestCaseError> {
        let progress = self.flights[n].go_on(&mut self.store);
        match progress {
            Progress::Added(op) => {
                self.note_block(n);
                self.note_straddling(n);
                prop_assert!(op.delta.unsigned_abs() <= 1 << 52);
                Ok(None)
            }
            Progress::Asks(ops) => {
                let blocks = ops[0].delta == 1 && ops[0].ttl == BLOCK;
                let uses_up = ops.len() == 2 && ops[0].delta == 1 && ops[1].delta == -1;
                if blocks {
                    self.note_failure(n, None)?;
                } else if uses_up {
                    self.note_comparison(n)?;
                }
                Ok(None)
            }
            Progress::Ended(outcome) => {
                self.note_end(n, outcome)?;
                Ok(Some(outcome))
            }
            Progress::Waits { .. } => panic!("going on never waits"),
        }
    }

    fn note_end(&mut self, n: usize, outcome: Outcome) -> Result<(), TestCaseError> {
        let begins_block = outcome.is_err_and(|error| error.begins_block());
        prop_assert_eq!(begins_block, self.flights[n].added.iter().any(is_first_block));
        match (outcome.map_err(|error| error.code()), Kind::of(self.flights[n].kind)) {
            (Ok(()), Kind::RightCode(challenge)) => {
                let challenge = &mut self.challenges[usize::from(challenge)];
                challenge.accepted += 1;
                prop_assert_eq!(challenge.accepted, 1, "a code is accepted once");
            }
            (Ok(()), Kind::RightPassword | Kind::Unblock)
            | (Err(ErrorCode::VerificationBlocked), _) => {}
            (Ok(()), other) => prop_assert!(false, "{:?} was accepted", other),
            (Err(code), _) => self.note_failure(n, Some(code))?,
        }
        Ok(())
    }

    /// An attempt was admitted and failed; without a code it is about to block.
    fn note_failure(&mut self, n: usize, code: Option<ErrorCode>) -> Result<(), TestCaseError> {
        let flight = &self.flights[n];
        let wrong_code = matches!(Kind::of(flight.kind), Kind::WrongCode(_));
        let count = |n: usize| flight.added.get(n).map(|(_, added)| added.count);
        let (used, tries) = (count(2), count(3));
        let compared = used == Some(0) && tries.is_some_and(|tries| tries <= self.max_tries);
        prop_assert_eq!(
            code.is_none_or(|code| (code == ErrorCode::CodeMismatch) == (wrong_code && compared)),
            true,
            "{:?} of {:?}",
            code,
            Kind::of(flight.kind)
        );
        if wrong_code && compared {
            self.note_comparison(n)?;
        }
        let life = self.reserved_in(n);
        let failures = self.failures.entry(life).or_default();
        *failures += 1;
        let ended = |(of, end): &&(u64, u64)| *of == life && *end <= self.store.now;
        let after_blocks = u64::try_from(self.blocks.iter().filter(ended).count()).unwrap();
        // An attempt that is refused or succeeds gives back the failure it reserved. Where the
        // counter has expired meanwhile, it is the next window's count that goes down by one.
        let straddled = self.straddled.get(&life).copied().unwrap_or_default();
        prop_assert!(
            *failures <= self.limit + after_blocks + straddled,
            "{} failures, {} allowed, {} blocks ended, {} straddled",
            failures,
            self.limit,
            after_blocks,
            straddled
        );
        Ok(())
    }

    fn note_comparison(&mut self, n: usize) -> Result<(), TestCaseError> {
        if let Kind::WrongCode(challenge) | Kind::RightCode(challenge) =
            Kind::of(self.flights[n].kind)
        {
            let challenge = &mut self.challenges[usize::from(challenge)];
            challenge.comparisons += 1;
            prop_assert!(challenge.comparisons <= self.max_tries, "compared too often");
        }
        Ok(())
    }

    fn note_block(&mut self, n: usize) {
        let now = self.store.now;
        if Kind::of(self.flights[n].kind) == Kind::Unblock && self.flights[n].added.len() == 2 {
            self.blocks.iter_mut().for_each(|(_, end)| *end = now.min(*end));
        }
        let life = self.reserved_in(n);
        if self.flights[n].added.last().is_some_and(is_first_block) {
            self.blocks.push((life, now + BLOCK));
        }
    }

    fn note_straddling(&mut self, n: usize) {
        let added = &self.flights[n].added;
        let (Some((reserved, of)), Some((op, to))) =
            (added.iter().rfind(|(op, _)| is_reservation(op)), added.last())
        else {
            return;
        };
        if let (Some(life), true) = (to.life, op.key == reserved.key && op.delta == -1)
            && to.life != of.life
        {
            *self.straddled.entry(life).or_default() += 1;
        }
    }

    /// The life of the failure counter in which the flow last reserved its failure.
    fn reserved_in(&self, n: usize) -> u64 {
        let added = &self.flights[n].added;
        added.iter().rfind(|(op, _)| is_reservation(op)).and_then(|(_, to)| to.life).unwrap_or(0)
    }

    fn failures_in_all_lives(&self) -> u64 {
        self.failures.values().sum()
    }

    fn assert_each_right_code_was_accepted_once(&self) -> Result<(), TestCaseError> {
        for (number, challenge) in (0..).zip(&self.challenges) {
            let compared = |flight: &&Flight<Outcome>| {
                Kind::of(flight.kind) == Kind::RightCode(number)
                    && flight.added.get(4).is_some_and(|(op, _)| op.delta >= LEAST_MARK)
            };
            let compared = self.flights.iter().filter(compared).count();
            prop_assert_eq!(challenge.accepted, u64::from(compared > 0));
        }
        Ok(())
    }
}

impl World for Model {
    type Outcome = Outcome;

    fn store_and_flights(&mut self) -> (&mut Store, &mut Vec<Flight<Outcome>>) {
        (&mut self.store, &mut self.flights)
    }

    fn begin(&mut self, number: u8) -> Result<(), TestCaseError> {
        let (verifier, now) = (self.verifier.clone(), time(self.store.now));
        let seed = 1000 + u64::try_from(self.flights.len()).unwrap();
        let password =
            |typed: &str| verifier.check_password(password_check(typed), now, entropy(seed));
        let code = |challenge: &Challenge, code: &str| {
            let check = CodeCheck {
                binding: user(),
                to: email(),
                challenge: challenge.token.clone(),
                code: code.to_owned().into(),
            };
            verifier.check_code(check, now)
        };
        let challenge = |n: u8| &self.challenges[usize::from(n)];
        // A challenge's own life ends within the model's time; there is nothing to count then.
        let has_ended = self.store.now >= START + 600;
        let flight = match Kind::of(number) {
            Kind::WrongPassword => {
                Flight::begin(number, self.store.now, password("wrong password"), end)
            }
            Kind::RightPassword => {
                Flight::begin(number, self.store.now, password("right password"), end)
            }
            Kind::Unblock => {
                Flight::begin(number, self.store.now, verifier.unblock(&user().subject), |result| {
                    result
                })
            }
            _ if has_ended => return Ok(()),
            Kind::WrongCode(n) => {
                Flight::begin(number, self.store.now, code(challenge(n), "wrong"), end)
            }
            Kind::RightCode(n) => {
                Flight::begin(number, self.store.now, code(challenge(n), &challenge(n).code), end)
            }
            Kind::EmptyCode(n) => {
                Flight::begin(number, self.store.now, code(challenge(n), ""), end)
            }
        };
        self.flights.push(flight);
        Ok(())
    }

    fn go_on(&mut self, n: usize) -> Result<(), TestCaseError> {
        self.advance(n).map(|_| ())
    }
}

impl Challenge {
    fn new(verifier: &Verifier, number: u8) -> Self {
        let sent = send(verifier, &mut Store::at(START), 1 + u64::from(number));
        let code = sent.code.as_str().to_owned();
        Self { token: sent.challenge.token, code, comparisons: 0, accepted: 0 }
    }
}

/// The addition by which a block begins; of several at once one alone gets 1 back.
fn is_first_block((op, added): &(sekisho::CounterOp, Added)) -> bool {
    op.delta == 1 && op.ttl == BLOCK && added.count == 1
}

fn is_reservation(op: &sekisho::CounterOp) -> bool {
    op.delta == 1 && op.ttl == WINDOW
}

fn end<T>(result: Result<T, Error>) -> Outcome {
    result.map(|_| ())
}

fn password_check(typed: &str) -> PasswordCheck {
    static POLICY: LazyLock<Arc<PasswordPolicy>> = LazyLock::new(|| {
        let cost = Argon2Cost { m_kib: 8, t: 1, p: 1 };
        Arc::new(PasswordPolicy::new(cost, HashLimits::default()).unwrap())
    });
    static STORED: LazyLock<String> = LazyLock::new(|| {
        let right = Password::parse("right password").unwrap();
        POLICY.hash(&right, *b"0123456789abcdef").unwrap()
    });
    PasswordCheck {
        binding: user(),
        password: Password::parse(typed).unwrap(),
        stored: Some(StoredHash::parse(&STORED, &POLICY).unwrap()),
        policy: Arc::clone(&POLICY),
    }
}
