//! No text makes a parser panic, and each refuses with its own errors only.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Params, Version};
use proptest::prelude::*;
use sekisho::password::{Argon2Cost, Forbidden, HashLimits, StoredHash};
use sekisho::{
    ErrorCode, Identifier, KeyId, KeyRing, Operation, Password, PasswordPolicy, Requirement,
    Session, Subject,
};

use crate::given::{change, character, config, ring};

const STORED: [&str; 8] = [
    "$argon2id$v=19$m=64,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$LfR+3mNY7Repl21PztuJehADbUMqSs7xfSY7/Ji9IKw",
    "$argon2i$m=64,t=2,p=1,keyid=Hj5+dsK0ZQ$c29tZXNhbHQ$LfR+3mNY7Repl21PztuJehADbUMqSs7x",
    "$2b$04$abcdefghijklmnopqrstuu5Lg2CbKwDGgPLhWFQJ4yRjrBGUBbFpa",
    "$pbkdf2-sha256$i=1000,l=32$c2FsdHNhbHQ$LfR+3mNY7Repl21PztuJehADbUMqSs7xfSY7/Ji9IKw",
    "$scrypt$ln=4,r=8,p=1$c2FsdHNhbHQ$LfR+3mNY7Repl21PztuJehADbUMqSs7xfSY7/Ji9IKw",
    "[\"pbkdf2\",[\"salt\",\"1000\",\"20\",\"sha512\",\"@\"],\"00112233445566778899aabbccddeeff00112233\"]",
    "[\"sha256\",[\"before\",\"@\"],\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"]",
    "5f4dcc3b5aa765d61d8327deb882cf99",
];

const CHALLENGE: &str = "Bearer error=\"insufficient_user_authentication\", error_description=\"a \\\"b\\\"\", acr_values=\"urn:sekisho:password x\", max_age=\"300\"";

proptest! {
    #![proptest_config(config(2000))]

    #[test]
    fn any_text_is_read_or_refused(text in any_text()) {
        assert_refusals(&text)?;
    }

    #[test]
    fn a_ring_text_with_a_change_is_another_or_refused(
        ring in ring(), kind in 0..3_u8, at in any::<prop::sample::Index>(), with in character(),
    ) {
        let text = change(&ring.to_text(), kind, at, with);
        assert_refusals(&text)?;
        // What is read is what stands there, to the letter.
        if let Ok(read) = KeyRing::parse(&text) {
            prop_assert_eq!((*read.to_text()).clone(), text);
        }
    }

    #[test]
    fn a_challenge_with_changes_is_read_or_refused(text in changed(&[CHALLENGE])) {
        assert_refusals(&text)?;
    }

    #[test]
    fn a_challenge_like_text_is_read_or_refused(
        text in concat!(
            "(Bearer|bearer|Basic|) ?(([a-z_]{1,5}|error|max_age|acr_values) ?=? ?",
            "(\"([^\"]|\\\\.){0,6}\"?|[a-z0-9]{0,4}),? ?){0,5}",
        ),
    ) {
        assert_refusals(&text)?;
    }

    #[test]
    fn json_like_text_is_read_or_refused(
        text in concat!(
            "([\\[\\]{}:, ]|\"(a|b|\\\\u[0-9a-f]{4}|\\\\.)?\"|null|true|",
            "-?[0-9]{1,20}(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?){0,12}",
        ),
    ) {
        assert_refusals(&text)?;
    }
}

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn a_stored_hash_with_changes_is_read_and_checked_or_refused(text in changed(&STORED)) {
        assert_refusals(&text)?;
        let policy = policy();
        if let Ok(stored) = StoredHash::parse(&text, &policy) {
            let verified = policy.verify(&Password::parse("password").unwrap(), Some(&stored));
            prop_assert!(verified.is_ok());
        }
    }

    #[test]
    fn an_argon2_hash_with_changes_is_read_or_refused_as_by_the_crate_phc(
        text in changed(&STORED[..2]),
    ) {
        let read = StoredHash::parse(&text, &policy());
        let is_read = read.is_ok_and(|_| text.starts_with("$argon2"));
        prop_assert_eq!(is_read, is_read_by_phc(&text), "{}", text);
    }

    #[test]
    fn any_password_is_judged(typed in any_text(), own in prop::collection::vec(".{0,20}", 0..3)) {
        let own: Vec<&str> = own.iter().map(String::as_str).collect();
        if let Ok(password) = Password::parse(&typed) {
            let leaked = own.iter().copied().collect();
            let words: Vec<String> = own.iter().copied().map(str::to_owned).collect();
            let forbidden = Forbidden { own_data: &own, words: &words, leaked: Some(&leaked) };
            let rejections = password.accept(forbidden).err();
            prop_assert!(rejections.is_none_or(|rejections| !rejections.is_empty()));
        }
    }
}

/// Whether the crates `phc` and `argon2` read the hash, under the bounds that are documented. They
/// take the last parameter of a name and put in defaults.
fn is_read_by_phc(text: &str) -> bool {
    let Ok(phc) = PasswordHash::new(text) else { return false };
    let count = |name: &str| phc.params.iter().filter(|(key, _)| key.as_str() == name).count();
    let Ok(params) = Params::try_from(&phc) else { return false };
    let limits = LIMITS;
    let is_admitted = params.m_cost() <= limits.memory_kib
        && u64::from(params.m_cost()) * u64::from(params.t_cost()) <= limits.work_kib.into()
        && params.p_cost() <= limits.lanes;
    ["m", "t", "p"].iter().all(|name| count(name) == 1)
        && ["keyid", "data"].iter().all(|name| count(name) <= 1)
        && params.keyid().is_empty()
        && is_admitted
        && Algorithm::new(phc.algorithm).is_ok()
        && phc.version.is_none_or(|version| Version::try_from(version).is_ok())
        && phc.salt.is_some()
        && phc.hash.is_some_and(|tag| tag.len() >= 16)
}

/// One text for every parser, of which each may give its own errors only.
fn assert_refusals(text: &str) -> Result<(), TestCaseError> {
    use ErrorCode::{
        ContextInvalid, IdentifierInvalid, KeyRepeated, KeyRingMalformed, KeyWeak,
        OperationInvalid, PasswordHashInvalid, PasswordHashTooCostly, PasswordInvalid,
        PepperUnknown, RequirementInvalid,
    };
    let policy = policy();
    let refusals: [(&str, Option<ErrorCode>, &[ErrorCode]); 10] = [
        ("ring", code(KeyRing::parse(text)), &[KeyRingMalformed, KeyWeak, KeyRepeated]),
        ("key id", code(KeyId::parse(text)), &[KeyRingMalformed]),
        ("subject", code(Subject::parse(text)), &[ContextInvalid]),
        ("session", code(Session::parse(text)), &[ContextInvalid]),
        ("e-mail", code(Identifier::email(text)), &[IdentifierInvalid]),
        ("phone", code(Identifier::phone(text)), &[IdentifierInvalid]),
        ("operation", code(Operation::from_json(text)), &[OperationInvalid]),
        ("requirement", code(Requirement::from_challenge(text)), &[RequirementInvalid]),
        ("password", code(Password::parse(text)), &[PasswordInvalid]),
        (
            "stored hash",
            code(StoredHash::parse(text, &policy)),
            &[PasswordHashInvalid, PasswordHashTooCostly, PepperUnknown],
        ),
    ];
    for (what, refusal, own) in refusals {
        prop_assert!(refusal.is_none_or(|code| own.contains(&code)), "{what}: {refusal:?}");
    }
    Ok(())
}

fn code<T>(read: Result<T, sekisho::Error>) -> Option<ErrorCode> {
    read.err().map(|error| error.code())
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,40}",
        ".{0,300}",
        prop::collection::vec(any::<char>(), 0..60)
            .prop_map(|characters| characters.into_iter().collect()),
        "[ -~]{0,80}",
        Just(String::new()),
        "x{4000,4200}",
    ]
}

fn changed(texts: &[&'static str]) -> impl Strategy<Value = String> + use<> {
    let changes = (0..3_u8, any::<prop::sample::Index>(), character());
    (prop::sample::select(texts.to_vec()), prop::collection::vec(changes, 0..4)).prop_map(
        |(text, changes)| {
            changes
                .into_iter()
                .fold(text.to_owned(), |text, (kind, at, with)| change(&text, kind, at, with))
        },
    )
}

/// Costs that keep a check far below a millisecond.
const LIMITS: HashLimits =
    HashLimits { memory_kib: 64, work_kib: 256, lanes: 2, bcrypt_cost: 4, pbkdf2_iterations: 2000 };

fn policy() -> PasswordPolicy {
    PasswordPolicy::new(Argon2Cost { m_kib: 8, t: 1, p: 1 }, LIMITS).unwrap()
}
