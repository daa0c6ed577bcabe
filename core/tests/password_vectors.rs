//! Passwords against `tests/vectors/password.json`, whose values come from argon2-cffi (the
//! reference Argon2), Python's hashlib, bcrypt and zxcvbn, and from Logto's own tests.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may stop at what it does not expect, and reads files"
)]

use sekisho::password::{
    Argon2Cost, Forbidden, HashLimits, Password, PasswordPolicy, Pepper, Rejection, StoredHash,
    Verification,
};
use sekisho::{Error, ErrorCode};
use serde_json::Value;

#[test]
fn stored_hashes_are_checked_as_the_vectors_say() {
    let vectors = vectors();
    for vector in entries(&vectors, "check") {
        let policy = policy(vector.get("policy").unwrap_or(&vectors["policy"]));
        assert_eq!(check(vector, &policy), expected_check(vector), "{}", vector["id"]);
    }
}

#[test]
fn new_hashes_are_those_of_the_vectors() {
    for vector in entries(&vectors(), "hash") {
        let salt = hex(text(vector, "salt_hex")).try_into().unwrap();
        let password = Password::parse(text(vector, "password")).unwrap();
        let made = policy(&vector["policy"]).hash(&password, salt).map_err(|error| error.code());
        let expected = match vector.get("error") {
            Some(code) => Err(error_code(code)),
            None => Ok(text(vector, "phc").to_owned()),
        };
        assert_eq!(made, expected, "{}", vector["id"]);
    }
}

#[test]
fn new_passwords_are_judged_as_the_vectors_say() {
    for vector in entries(&vectors(), "accept") {
        let list = |name| vector.get(name).map(strings).unwrap_or_default();
        let words: Vec<String> = list("words").into_iter().map(str::to_owned).collect();
        let leaked = list("leaked").into_iter().collect();
        let forbidden =
            Forbidden { own_data: &list("own_data"), words: &words, leaked: Some(&leaked) };
        let judged = Password::parse(text(vector, "password")).unwrap().accept(forbidden);
        let rejections: Vec<&str> =
            judged.err().unwrap_or_default().into_iter().map(Rejection::as_str).collect();
        let mut expected = strings(&vector["rejections"]);
        if cfg!(not(feature = "acceptance")) {
            expected.retain(|code| *code != Rejection::Guessable.as_str());
        }
        assert_eq!(rejections, expected, "{}", vector["id"]);
    }
}

#[test]
fn no_stored_text_does_harm() {
    let limits = HashLimits {
        memory_kib: 64,
        work_kib: 256,
        lanes: 4,
        bcrypt_cost: 4,
        pbkdf2_iterations: 100,
    };
    let policy = PasswordPolicy::new(Argon2Cost { m_kib: 64, t: 1, p: 1 }, limits).unwrap();
    let password = Password::parse("hunter42").unwrap();
    let mut random = Random(1);
    let mut read = 0;
    for vector in entries(&vectors(), "check") {
        for _ in 0..100 {
            let stored = random.spoil(text(vector, "stored"));
            match StoredHash::parse(&stored, &policy) {
                Ok(stored) => {
                    read += 1;
                    assert!(!policy.verify(&password, Some(&stored)).unwrap().matches);
                }
                Err(error) => assert!(
                    matches!(
                        error.code(),
                        ErrorCode::PasswordHashInvalid
                            | ErrorCode::PasswordHashTooCostly
                            | ErrorCode::PepperUnknown
                    ),
                    "{stored:?}: {error:?}"
                ),
            }
        }
    }
    assert!(read > 100, "only {read} of the spoilt texts could be read");
}

/// A multiplicative generator, so that every run spoils the same texts.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    /// The text with one to three characters put in, taken out or replaced.
    fn spoil(&mut self, text: &str) -> String {
        let pool: Vec<char> =
            "$=,@[]\"+-/. 0123456789abhilmnprtvxzAZ\0é６\u{10ffff}".chars().collect();
        let mut characters: Vec<char> = text.chars().collect();
        for _ in 0..=self.below(3) {
            let at = self.below(characters.len() + 1);
            let removed = self.below(2).min(characters.len() - at);
            let added =
                (0..self.below(3)).map(|_| pool[self.below(pool.len())]).collect::<Vec<_>>();
            characters.splice(at..at + removed, added);
        }
        characters.into_iter().collect()
    }
}

fn check(vector: &Value, policy: &PasswordPolicy) -> Result<Verification, ErrorCode> {
    let run = || -> Result<Verification, Error> {
        let password = Password::parse(text(vector, "password"))?;
        let stored = StoredHash::parse(text(vector, "stored"), policy)?;
        policy.verify(&password, Some(&stored))
    };
    run().map_err(|error| error.code())
}

fn expected_check(vector: &Value) -> Result<Verification, ErrorCode> {
    let is_legacy = vector.get("feature").is_some_and(|feature| feature == "legacy-hashes");
    if is_legacy && cfg!(not(feature = "legacy-hashes")) {
        return Err(ErrorCode::PasswordHashInvalid);
    }
    match vector.get("error") {
        Some(code) => Err(error_code(code)),
        None => Ok(Verification {
            matches: vector["matches"].as_bool().unwrap(),
            needs_rehash: vector["needs_rehash"].as_bool().unwrap(),
        }),
    }
}

fn policy(value: &Value) -> PasswordPolicy {
    let number = |name: &str| u32::try_from(value[name].as_u64().unwrap()).unwrap();
    let cost = Argon2Cost { m_kib: number("m_kib"), t: number("t"), p: number("p") };
    let older = value.get("older").and_then(Value::as_array).into_iter().flatten();
    PasswordPolicy::new(cost, HashLimits::default())
        .unwrap()
        .with_peppers(value.get("pepper").map(pepper), older.map(pepper).collect())
        .unwrap()
}

fn pepper(value: &Value) -> Pepper {
    Pepper::new(text(value, "id"), &hex(text(value, "key_hex"))).unwrap()
}

fn error_code(value: &Value) -> ErrorCode {
    let code = value.as_str().unwrap();
    *ErrorCode::ALL.iter().find(|known| known.as_str() == code).unwrap()
}

fn vectors() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/password.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn entries<'a>(vectors: &'a Value, name: &str) -> &'a Vec<Value> {
    let entries = vectors[name].as_array().unwrap();
    assert!(!entries.is_empty(), "no vectors under {name}");
    entries
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no text {name} in {value}"))
}

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|entry| entry.as_str().unwrap()).collect()
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}
