//! What the targets that open tokens have in common: the ring and the time of the vectors.

use std::sync::LazyLock;

use sekisho::{
    Binding, CodeCheck, CounterOp, Error, Identifier, KeyRing, Policy, Presentation, Requirement,
    Subject, Timestamp, VerificationRecord, Verifier,
};

/// The ring of most vectors, so that their tokens are valid seeds.
pub const RING: &str = "sekisho_keys_1.production.K9CFr-B580E1xlrToIlFkhz3lRaq5pBv0_asCKJ1M0E.4d1de640:NAIC4gYrbrPZvJQzufZRn5W6HoIh4DuRrteRSBttPtc:1763913600:-";

/// A time at which most of them are.
pub const NOW: u64 = 1_764_000_000;

static VERIFIER: LazyLock<Verifier> =
    LazyLock::new(|| Verifier::new(ring(), Policy::default()).unwrap());

/// The ring.
pub fn ring() -> KeyRing {
    KeyRing::parse(RING).unwrap()
}

/// The time.
pub fn now() -> Timestamp {
    Timestamp::from_unix_seconds(NOW).unwrap()
}

/// Opens the text by every door there is. What opens as a record has one spelling: this text.
pub fn open(text: &str) {
    let binding = Binding::to_subject(Subject::parse("user-1").unwrap());
    if let Ok(record) = VerificationRecord::open(text, &ring(), now()) {
        assert_eq!(record.seal(&ring(), now()).unwrap(), text);
        assert!(record.expires_at() > now());
    }
    let token = text.to_owned();
    let shown = Presentation { token, binding: binding.clone(), idempotency_key: None };
    let once = Requirement { single_use: true, ..Requirement::permission() };
    let _ = VERIFIER.present(shown, &once, now()).drive(add_to_nothing);
    for to in [Identifier::email("ana@example.com"), Identifier::phone("819012345678")] {
        let (challenge, code) = (text.to_owned(), "591868".to_owned().into());
        let check = CodeCheck { binding: binding.clone(), to: to.unwrap(), challenge, code };
        let _ = VERIFIER.check_code(check, now()).drive(add_to_nothing);
    }
}

/// A store that is emptied before every batch.
fn add_to_nothing(ops: &[CounterOp]) -> Result<Vec<u64>, Error> {
    Ok(ops.iter().map(|op| op.delta.max(0).unsigned_abs()).collect())
}
