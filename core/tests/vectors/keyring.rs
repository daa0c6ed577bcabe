//! `keyring.json`.

use base64ct::{Base64UrlUnpadded, Encoding};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sekisho::token::{CHALLENGE_PREFIX, RECORD_PREFIX};
use sekisho::{
    CodeSend, Entropy, Environment, Error, Identifier, KeyId, KeyRing, Method, Policy, Pseudonym,
    Purpose, RecordFields, RecordId, Session, Step, Subject, Timestamp, VerificationRecord,
    Verifier,
};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::case::{Case, assert_sections, each, hex, outcome, parse_identifier};

#[test]
fn sections() {
    let sections = ["parse", "generate", "rotate", "retire", "seals_with", "derive", "pseudonym"];
    assert_sections("keyring", &sections);
}

#[test]
fn parse() {
    each("keyring", "parse", |case| {
        outcome(KeyRing::parse(case.text("text")).map(|ring| {
            assert_eq!(*ring.to_text(), case.text("text"), "{}", case.id());
            listed(&ring)
        }))
    });
}

#[test]
fn generate() {
    each("keyring", "generate", |case| {
        let environment = match case.text("environment") {
            "production" => Environment::Production,
            _ => Environment::Development,
        };
        outcome(text(KeyRing::generate(environment, case.now(), &entropy(case))))
    });
}

#[test]
fn rotate() {
    each("keyring", "rotate", |case| {
        outcome(text(case.ring().rotate(case.time("seals_from"), case.now(), &entropy(case))))
    });
}

#[test]
fn retire() {
    each("keyring", "retire", |case| {
        let key = KeyId::parse(case.text("key"));
        outcome(text(key.and_then(|key| case.ring().retire(key, case.time("at")))))
    });
}

#[test]
fn seals_with() {
    each("keyring", "seals_with", |case| {
        outcome(case.ring().seals_with(case.now()).map(|key| key.to_string()))
    });
}

/// The derived keys never leave the crate, so what is made with them is made again here.
#[test]
fn derive() {
    each("keyring", "derive", |case| {
        let expected = case.part("expect").part("ok");
        let digest = derived(case, expected, "digest_secret", "digest");
        let counter = derived(case, expected, "digest_secret", "counter");
        let pseudonym = derived(case, expected, "digest_secret", "pseudonym");
        let of_user = hmac(&pseudonym, &[b"subject\0user-1"]);
        let named = Pseudonym::of_subject(&case.ring(), &user().subject).to_string();
        assert_eq!(named, hex(&of_user[..16]));
        for key in expected.list("keys") {
            let of_key = |purpose| derived(case, key, "secret", purpose);
            assert_sealed(case, &of_key("record"), &digest);
            assert_challenged(case, &of_key("challenge"), &of_key("code"), &counter);
        }
        case.part("expect").0.clone()
    });
}

#[test]
fn pseudonym() {
    each("keyring", "pseudonym", |case| {
        let (ring, value) = (case.ring(), case.text("value"));
        let pseudonym = match case.text("type") {
            "subject" => Pseudonym::of_subject(&ring, &Subject::parse(value).unwrap()),
            "session" => Pseudonym::of_session(&ring, &Session::parse(value).unwrap()),
            _ => Pseudonym::of_identifier(&ring, &parse_identifier(case).unwrap()),
        };
        outcome(Ok(pseudonym.to_string()))
    });
}

fn assert_sealed(case: Case<'_>, record_key: &[u8; 32], digest_key: &[u8; 32]) {
    let ring = case.ring();
    let (binding, now) = (user(), now());
    let fields = RecordFields {
        id: RecordId::from_bytes([7; 16]),
        method: Method::Password,
        purpose: Purpose::UserPermissionValidation,
        identifier: None,
        binding: &binding,
    };
    let token = VerificationRecord::new(&ring, &fields, now, now).seal(&ring, now).unwrap();
    let (fields, mac) = decoded(&token, RECORD_PREFIX);
    assert_eq!(mac, hmac(record_key, &[&fields]));
    assert_eq!(fields[33..49], hmac(digest_key, &[b"subject", &[1], b"user-1"])[..16]);
    assert_eq!(fields[49..65], hmac(digest_key, &[b"identifier", &[0]])[..16]);
    assert_eq!(fields[65..81], hmac(digest_key, &[b"session", &[0]])[..16]);
    assert_eq!(fields[81..97], hmac(digest_key, &[b"operation", &[0]])[..16]);
}

fn assert_challenged(
    case: Case<'_>,
    challenge_key: &[u8; 32],
    code_key: &[u8; 32],
    counter_key: &[u8; 32],
) {
    let verifier = Verifier::new(case.ring(), Policy::default()).unwrap();
    let send = CodeSend {
        binding: user(),
        to: Identifier::email("ana@example.com").unwrap(),
        purpose: Purpose::UserPermissionValidation,
    };
    let entropy = Entropy::from_bytes(std::array::from_fn(|n| u8::try_from(n).unwrap())).unwrap();
    let Step::Count(counting) = verifier.send_code(send, now(), entropy) else {
        panic!("no counters")
    };
    let counter = hmac(counter_key, &[b"sends\0email\0ana@example.com"]);
    assert_eq!(counting.ops()[0].key.to_string(), Base64UrlUnpadded::encode_string(&counter[..16]));
    let Step::Done(Ok(sent)) = counting.resume(&[2]) else { panic!("not sent") };
    let (fields, mac) = decoded(&sent.challenge.token, CHALLENGE_PREFIX);
    assert_eq!(mac, hmac(challenge_key, &[&fields]));
    let tag = hmac(code_key, &[&fields[17..33], sent.code.as_str().as_bytes()]);
    assert_eq!(fields[97..], tag[..18]);
}

fn derived(case: Case<'_>, keys: Case<'_>, secret: &str, purpose: &str) -> [u8; 32] {
    let secret: [u8; 32] = keys.bytes(secret);
    assert!(case.text("ring").contains(&Base64UrlUnpadded::encode_string(&secret)));
    let info = format!("sekisho/v1/{}/{purpose}", case.ring().environment().as_str());
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(None, &secret).expand(info.as_bytes(), &mut key).unwrap();
    assert_eq!(hex(&key), keys.text(purpose), "{}: {purpose}", case.id());
    key
}

fn decoded(token: &str, prefix: &str) -> (Vec<u8>, [u8; 32]) {
    let bytes = Base64UrlUnpadded::decode_vec(token.strip_prefix(prefix).unwrap()).unwrap();
    let (fields, mac) = bytes.split_last_chunk().unwrap();
    (fields.to_vec(), *mac)
}

fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap();
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn listed(ring: &KeyRing) -> Value {
    let keys = ring.keys().map(|key| {
        json!({
            "kid": key.id.to_string(),
            "seals_from": key.seals_from.unix_seconds(),
            "opens_until": key.opens_until.map(Timestamp::unix_seconds),
        })
    });
    json!({ "environment": ring.environment().as_str(), "keys": keys.collect::<Vec<_>>() })
}

fn text(ring: Result<KeyRing, Error>) -> Result<String, Error> {
    ring.map(|ring| ring.to_text().to_string())
}

fn entropy(case: Case<'_>) -> Entropy {
    Entropy::from_bytes(case.bytes("entropy")).unwrap()
}

fn user() -> sekisho::Binding {
    sekisho::Binding::to_subject(Subject::parse("user-1").unwrap())
}

fn now() -> Timestamp {
    Timestamp::from_unix_seconds(1_764_000_000).unwrap()
}
