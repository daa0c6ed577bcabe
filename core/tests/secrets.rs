//! No secret is in what Debug shows, of any public type that holds one.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at what it does not expect"
)]

use std::fmt::Debug;
use std::sync::Arc;

use insta::assert_snapshot;
use sekisho::password::{Argon2Cost, HashLimits, Pepper, StoredHash};
use sekisho::{
    Binding, CodeCheck, CodeSend, CodeSent, CodeVerified, CounterOp, Entropy, Environment,
    Identifier, Issued, KeyRing, Operation, Password, PasswordCheck, PasswordPolicy, Policy,
    Presentation, Purpose, Requirement, Session, Step, Subject, Timestamp, VerificationRecord,
    Verifier,
};

const EMAIL: &str = "secret-address@example.com";
const SUBJECT: &str = "secret-subject";
const SESSION: &str = "secret-session";
const PASSWORD: &str = "secret password";
const TYPED: &str = "473-829";
const TOKEN: &str = "sekisho_r1_c2VjcmV0LXRva2Vu";
const IDEMPOTENCY_KEY: &str = "secret-request";
const PEPPER: &[u8] = b"secret pepper of thirty-two byte";
const STORED: &str = "$argon2id$v=19$m=64,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$LfR+3mNY7Repl21PztuJehADbUMqSs7xfSY7/Ji9IKw";

#[test]
fn key_ring() {
    assert_snapshot!(shown(&ring()), @"KeyRing { environment: Production, keys: [KeyTimes { id: KeyId([192, 112, 97, 157]), seals_from: Timestamp(1764000000), opens_until: None }], .. }");
    assert_snapshot!(shown(&verifier()), @"Verifier { keys: KeyRing { environment: Production, keys: [KeyTimes { id: KeyId([192, 112, 97, 157]), seals_from: Timestamp(1764000000), opens_until: None }], .. }, policy: Policy { record_lifetime: 600, code: CodePolicy { length: 6, alphabet: Digits, lifetime: 600, max_tries: 10 }, failures: FailurePolicy { limit: 100, window: 3600, block: 3600, session_limit: 0 }, sends: SendPolicy { limit: 10, window: 600 } }, limits: Counted }");
}

#[test]
fn entropy_and_code() {
    assert_snapshot!(shown(&entropy()), @"Entropy(..)");
    assert_snapshot!(shown(&sent().code), @"Code(..)");
    assert_snapshot!(shown(&sent()), @"CodeSent { challenge: Issued { expires_at: Timestamp(1764000600), .. }, code: Code(..), revocation: Issued { expires_at: Timestamp(1764000600), .. }, purpose: BindMfa, limits: Counted, verifier: Verifier { keys: KeyRing { environment: Production, keys: [KeyTimes { id: KeyId([192, 112, 97, 157]), seals_from: Timestamp(1764000000), opens_until: None }], .. }, policy: Policy { record_lifetime: 600, code: CodePolicy { length: 6, alphabet: Digits, lifetime: 600, max_tries: 10 }, failures: FailurePolicy { limit: 100, window: 3600, block: 3600, session_limit: 0 }, sends: SendPolicy { limit: 10, window: 600 } }, limits: Counted }, counted: CounterKey([119, 89, 175, 199, 223, 232, 34, 110, 198, 81, 54, 107, 217, 35, 14, 142]), end_key: CounterKey([86, 165, 55, 222, 103, 203, 16, 182, 75, 202, 51, 181, 193, 251, 206, 146]) }");
    assert_snapshot!(shown(&sent().challenge), @"Issued { expires_at: Timestamp(1764000600), .. }");
}

#[test]
fn password_and_hash() {
    assert_snapshot!(shown(&Password::parse(PASSWORD).unwrap()), @"Password(..)");
    assert_snapshot!(shown(&StoredHash::parse(STORED, &policy()).unwrap()), @"StoredHash(..)");
    assert_snapshot!(shown(&Pepper::new("2026", PEPPER).unwrap()), @r#"Pepper { id: "2026", .. }"#);
    assert_snapshot!(shown(&policy()), @r#"PasswordPolicy { cost: Argon2Cost { m_kib: 19456, t: 2, p: 1 }, limits: HashLimits { memory_kib: 131072, work_kib: 1048576, lanes: 16, bcrypt_cost: 14, pbkdf2_iterations: 1500000 }, peppers: Peppers { current: Some(Pepper { id: "2026", .. }), older: [] }, memory: KeptMemory { computations: 0, blocks: 0, .. } }"#);
}

#[test]
fn who_and_for_what() {
    assert_snapshot!(shown(&Subject::parse(SUBJECT).unwrap()), @"Subject(..)");
    assert_snapshot!(shown(&Session::parse(SESSION).unwrap()), @"Session(..)");
    assert_snapshot!(shown(&email()), @"Identifier(email, ..)");
    assert_snapshot!(shown(&Identifier::phone("819012345678").unwrap()), @"Identifier(phone, ..)");
    assert_snapshot!(shown(&Binding { operation: None, ..binding() }), @"Binding { subject: Subject(..), session: Some(Session(..)), operation: None }");
    assert_snapshot!(shown(&Requirement::new_identifier(email())), @"Requirement { methods: [EmailCode], purpose: BindNewIdentifier, max_age: None, same_session: false, identifier: Some(Identifier(email, ..)), single_use: false }");
}

#[test]
fn checks() {
    let check = PasswordCheck {
        binding: Binding { operation: None, ..binding() },
        password: Password::parse(PASSWORD).unwrap(),
        stored: Some(StoredHash::parse(STORED, &policy()).unwrap()),
        policy: Arc::new(PasswordPolicy::default()),
    };
    assert_snapshot!(shown(&check), @"PasswordCheck { binding: Binding { subject: Subject(..), session: Some(Session(..)), operation: None }, password: Password(..), stored: Some(StoredHash(..)), policy: PasswordPolicy { cost: Argon2Cost { m_kib: 19456, t: 2, p: 1 }, limits: HashLimits { memory_kib: 131072, work_kib: 1048576, lanes: 16, bcrypt_cost: 14, pbkdf2_iterations: 1500000 }, peppers: Peppers { current: None, older: [] }, memory: KeptMemory { computations: 0, blocks: 0, .. } } }");
    let check = CodeCheck {
        binding: Binding { operation: None, ..binding() },
        to: email(),
        challenge: TOKEN.to_owned(),
        code: TYPED.to_owned().into(),
    };
    assert_snapshot!(shown(&check), @"CodeCheck { binding: Binding { subject: Subject(..), session: Some(Session(..)), operation: None }, to: Identifier(email, ..), .. }");
    let send = CodeSend {
        binding: Binding { operation: None, ..binding() },
        to: email(),
        purpose: Purpose::BindMfa,
    };
    assert_snapshot!(shown(&send), @"CodeSend { binding: Binding { subject: Subject(..), session: Some(Session(..)), operation: None }, to: Identifier(email, ..), purpose: BindMfa }");
    let presentation = Presentation {
        token: TOKEN.to_owned(),
        binding: Binding { operation: None, ..binding() },
        idempotency_key: Some(IDEMPOTENCY_KEY.to_owned()),
    };
    assert_snapshot!(shown(&presentation), @"Presentation { binding: Binding { subject: Subject(..), session: Some(Session(..)), operation: None }, .. }");
}

#[test]
fn flows_and_what_comes_of_them() {
    let send = CodeSend { binding: binding(), to: email(), purpose: Purpose::BindMfa };
    let Step::Count(counting) = verifier().send_code(send, now(), entropy()) else {
        panic!("sends are counted")
    };
    assert_snapshot!(shown(&counting), @"Counting { ops: [CounterOp { key: CounterKey([119, 89, 175, 199, 223, 232, 34, 110, 198, 81, 54, 107, 217, 35, 14, 142]), delta: 1, ttl: 600 }], .. }");
    let issued = Issued { token: TOKEN.to_owned(), expires_at: now() };
    assert_snapshot!(shown(&issued), @"Issued { expires_at: Timestamp(1764000000), .. }");
    let verified = verified();
    assert_snapshot!(shown(&verified), @"CodeVerified { record: Issued { expires_at: Timestamp(1764000600), .. }, limits: Counted }");
    let record = VerificationRecord::open(&verified.record.token, &ring(), now()).unwrap();
    assert_snapshot!(shown(&record), @"VerificationRecord { id: cfef958ef3e1c3f13affe2cffb312e1b, method: EmailCode, purpose: BindMfa, issued_at: Timestamp(1764000000), expires_at: Timestamp(1764000600), .. }");
    let presentation =
        Presentation { token: verified.record.token, binding: binding(), idempotency_key: None };
    let step = verifier().present(
        presentation,
        &Requirement { purpose: Purpose::BindMfa, ..Requirement::permission() },
        now(),
    );
    let accepted = drive(step);
    assert_snapshot!(shown(&accepted), @"Accepted { record: VerificationRecord { id: cfef958ef3e1c3f13affe2cffb312e1b, method: EmailCode, purpose: BindMfa, issued_at: Timestamp(1764000000), expires_at: Timestamp(1764000600), .. }, repeated: false, limits: Counted }");
}

/// The text of a value, having searched it for every secret, as text and as a list of bytes.
fn shown(value: &impl Debug) -> String {
    let plain = format!("{value:?}");
    let pretty = format!("{value:#?}").split_whitespace().collect::<String>();
    for secret in secrets() {
        let bytes = format!("{:?}", secret.as_bytes());
        let listed = bytes.trim_matches(['[', ']']);
        assert!(!plain.contains(&secret), "{secret} is shown in {plain}");
        assert!(!plain.contains(listed), "{secret} is shown as bytes in {plain}");
        assert!(!pretty.contains(&listed.replace(' ', "")), "{secret} is shown in {pretty}");
    }
    plain
}

/// Whatever must not be shown, and parts of it that are still telling.
fn secrets() -> Vec<String> {
    let ring = ring().to_text();
    let in_ring = ring.split(['.', ':']).filter(|part| part.len() == 43).map(str::to_owned);
    let sent = sent();
    let tokens = [TOKEN, &sent.challenge.token, &verified().record.token].map(|token| {
        token.trim_start_matches("sekisho_r1_").trim_start_matches("sekisho_c1_")[..16].to_owned()
    });
    let texts = [
        EMAIL,
        "secret-address",
        "819012345678",
        SUBJECT,
        SESSION,
        PASSWORD,
        TYPED,
        "473829",
        IDEMPOTENCY_KEY,
        sent.code.as_str(),
        "secret pepper",
        "secret entropy",
        "LfR+3mNY7Repl21PztuJeh",
        "AAECAwQFBgcICQoLDA0ODw",
    ];
    in_ring.chain(tokens).chain(texts.map(str::to_owned)).collect()
}

fn ring() -> KeyRing {
    KeyRing::generate(Environment::Production, now(), &entropy()).unwrap()
}

fn verifier() -> Verifier {
    Verifier::new(ring(), Policy::default()).unwrap()
}

fn sent() -> CodeSent {
    let send = CodeSend { binding: binding(), to: email(), purpose: Purpose::BindMfa };
    drive(verifier().send_code(send, now(), entropy()))
}

fn verified() -> CodeVerified {
    let sent = sent();
    let check = CodeCheck {
        binding: binding(),
        to: email(),
        challenge: sent.challenge.token.clone(),
        code: sent.code.as_str().to_owned().into(),
    };
    drive(verifier().check_code(check, now()))
}

/// The counts of counters that nobody added to before.
fn drive<T>(step: Step<T>) -> T {
    let counts =
        |ops: &[CounterOp]| ops.iter().map(|op| u64::try_from(op.delta).unwrap_or(0)).collect();
    step.drive(|ops| Ok::<_, ()>(counts(ops))).unwrap().unwrap()
}

fn policy() -> PasswordPolicy {
    let pepper = Pepper::new("2026", PEPPER).unwrap();
    let policy = PasswordPolicy::new(Argon2Cost::default(), HashLimits::default()).unwrap();
    policy.with_peppers(Some(pepper), Vec::new()).unwrap()
}

fn binding() -> Binding {
    Binding {
        subject: Subject::parse(SUBJECT).unwrap(),
        session: Some(Session::parse(SESSION).unwrap()),
        operation: Some(Operation::from_json("\"secret operation\"").unwrap()),
    }
}

fn email() -> Identifier {
    Identifier::email(EMAIL).unwrap()
}

fn entropy() -> Entropy {
    Entropy::from_bytes(*b"secret entropy of 32 bytes, once").unwrap()
}

fn now() -> Timestamp {
    Timestamp::from_unix_seconds(1_764_000_000).unwrap()
}
