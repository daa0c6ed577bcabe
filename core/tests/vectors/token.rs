//! `token.json`.

use base64ct::{Base64UrlUnpadded, Encoding};
use sekisho::token::{CHALLENGE_PREFIX, RECORD_PREFIX};
use sekisho::{
    Binding, CodeCheck, CodePolicy, CodeSend, Entropy, Error, Method, Policy, Purpose,
    RecordFields, RecordId, Requirement, Session, Subject, Timestamp, VerificationRecord, Verifier,
};
use serde_json::{Value, json};

use crate::case::{Case, assert_sections, each, file, outcome};
use crate::flow::{alphabet, at_once, fields, method, purpose};

const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Opens a token with the other inputs of a case.
type Open = fn(Case<'_>, &str) -> Result<Value, Error>;

#[test]
fn sections() {
    let sections = [
        "time",
        "context",
        "seal_record",
        "open_record",
        "seal_challenge",
        "open_challenge",
        "issue_resume_handle",
        "check_resume_handle",
        "by_rule",
    ];
    assert_sections("token", &sections);
}

#[test]
fn time() {
    each("token", "time", |case| {
        outcome(Timestamp::from_unix_seconds(case.number("unix_seconds")).map(|_| Value::Null))
    });
}

#[test]
fn context() {
    each("token", "context", |case| {
        let subject = Subject::parse(case.text("text")).map(|subject| {
            assert_eq!(subject.as_str(), case.text("text"));
        });
        let session = Session::parse(case.text("text")).map(|session| {
            assert_eq!(session.as_str(), case.text("text"));
        });
        assert_eq!(subject, session, "{}", case.id());
        outcome(subject.map(|()| Value::Null))
    });
}

#[test]
fn seal_record() {
    each("token", "seal_record", |case| {
        let (ring, record) = (case.ring(), case.part("record"));
        let (identifier, binding) = (case.identifier("identifier"), case.binding());
        let fields = RecordFields {
            id: RecordId::from_bytes(record.bytes("id")),
            method: method(record.text("method")),
            purpose: purpose(record.text("purpose")),
            identifier: identifier.as_ref(),
            binding: &binding,
        };
        let [issued_at, expires_at] = ["issued_at", "expires_at"].map(|name| record.time(name));
        let record = VerificationRecord::new(&ring, &fields, issued_at, expires_at);
        outcome(record.seal(&ring, case.now()))
    });
}

#[test]
fn open_record() {
    each("token", "open_record", |case| outcome(open(case, case.text("token"))));
}

#[test]
fn issued_at() {
    each("token", "open_record", |case| {
        let verifier = Verifier::new(case.ring(), Policy::default()).unwrap();
        let at = verifier.issued_at(case.text("token"), case.now());
        let opened = open(case, case.text("token"));
        // A challenge is none of the records here.
        if !case.text("token").starts_with(CHALLENGE_PREFIX) {
            let expected = opened.as_ref().map(|record| record["issued_at"].as_u64().unwrap());
            assert_eq!(at.map(Timestamp::unix_seconds), expected.map_err(|error| *error));
        }
        outcome(opened)
    });
}

#[test]
fn issued_at_of_a_challenge() {
    each("token", "open_challenge", |case| {
        let verifier = Verifier::new(case.ring(), Policy::default()).unwrap();
        let at = verifier.issued_at(case.text("token"), case.now());
        let checked = check(case, case.text("token"));
        if checked.is_ok() {
            let age = case.now().seconds_since(at.unwrap());
            assert!(age < 3600, "none of these lives for an hour");
        }
        outcome(checked)
    });
}

#[test]
fn seal_challenge() {
    each("token", "seal_challenge", |case| {
        let length = u8::try_from(case.number("length")).unwrap();
        let policy = Policy {
            record_lifetime: case.number("lifetime"),
            code: CodePolicy { length, alphabet: alphabet(case), ..CodePolicy::default() },
            ..Policy::default()
        };
        let send = CodeSend {
            binding: case.binding(),
            to: case.identifier("to").unwrap(),
            purpose: purpose(case.text("purpose")),
        };
        let entropy = Entropy::from_bytes(case.bytes("entropy")).unwrap();
        let verifier = Verifier::without_counters(case.ring(), policy).unwrap();
        outcome(
            at_once(verifier.send_code(send, case.now(), entropy)).map(
                |sent| json!({ "challenge": sent.challenge.token, "code": sent.code.as_str() }),
            ),
        )
    });
}

#[test]
fn open_challenge() {
    each("token", "open_challenge", |case| outcome(check(case, case.text("token"))));
}

#[test]
fn issue_resume_handle() {
    each("token", "issue_resume_handle", |case| {
        let methods = case.list("methods").map(|word| method(word.0.as_str().unwrap())).collect();
        let requirement = Requirement { methods, ..Requirement::permission() };
        let verifier = Verifier::new(case.ring(), Policy::default()).unwrap();
        let issued = verifier.issue_resume_handle(&requirement, &case.binding(), case.now());
        outcome(issued.map(|issued| {
            json!({ "handle": issued.token, "expires_at": issued.expires_at.unix_seconds() })
        }))
    });
}

#[test]
fn check_resume_handle() {
    each("token", "check_resume_handle", |case| {
        let verifier = Verifier::new(case.ring(), Policy::default()).unwrap();
        let (handle, by) = (case.text("handle"), method(case.text("method")));
        let checked = verifier.check_resume_handle(handle, &case.binding(), by, case.now());
        outcome(checked.map(|()| Value::Null))
    });
}

#[test]
fn by_rule() {
    let file = file("token");
    each("token", "by_rule", |case| {
        let (section, prefix, open): (_, _, Open) = if case.text("of").starts_with("open-challenge")
        {
            ("open_challenge", CHALLENGE_PREFIX, check)
        } else {
            ("open_record", RECORD_PREFIX, open)
        };
        let of = Case(&file).list(section).find(|other| other.id() == case.text("of")).unwrap();
        assert!(open(of, of.text("token")).is_ok(), "{}", of.id());
        let changed = changes(case.text("rule"), of.text("token"), prefix);
        assert!(changed.len() >= 64, "{}: {} changes only", case.id(), changed.len());
        let opened = changed.iter().find(|token| {
            outcome(open(of, token)) != json!({ "error": "verification_record.not_found" })
        });
        assert_eq!(opened, None, "{}", case.id());
        case.part("expect").0.clone()
    });
}

fn changes(rule: &str, token: &str, prefix: &str) -> Vec<String> {
    let body = token.strip_prefix(prefix).unwrap();
    match rule {
        "flip_every_bit" => {
            let bytes = Base64UrlUnpadded::decode_vec(body).unwrap();
            let flipped = |bit: usize| {
                let mut bytes = bytes.clone();
                bytes[bit / 8] ^= 1 << (bit % 8);
                format!("{prefix}{}", Base64UrlUnpadded::encode_string(&bytes))
            };
            (0..bytes.len() * 8).map(flipped).collect()
        }
        "truncate_at_every_length" => (0..token.len()).map(|end| token[..end].to_owned()).collect(),
        "replace_every_character" => {
            let others = |at: usize| {
                let others = ALPHABET.chars().filter(move |c| !body[at..].starts_with(*c));
                others.map(move |c| format!("{prefix}{}{c}{}", &body[..at], &body[at + 1..]))
            };
            (0..body.len()).flat_map(others).collect()
        }
        "append_every_character" => ALPHABET.chars().map(|c| format!("{token}{c}")).collect(),
        other => panic!("unknown rule {other}"),
    }
}

fn open(case: Case<'_>, token: &str) -> Result<Value, Error> {
    VerificationRecord::open(token, &case.ring(), case.now()).map(|record| fields(&record))
}

fn check(case: Case<'_>, token: &str) -> Result<Value, Error> {
    let check = CodeCheck {
        binding: Binding::to_subject(Subject::parse(case.text("subject")).unwrap()),
        to: case.identifier("to").unwrap(),
        challenge: token.to_owned(),
        code: case.text("code").to_owned().into(),
    };
    let verifier = Verifier::without_counters(case.ring(), Policy::default()).unwrap();
    at_once(verifier.check_code(check, case.now())).map(|verified| verified.record.token.into())
}

#[test]
fn methods_and_purposes_are_named_as_in_the_files() {
    for name in Method::ALL {
        assert_eq!(method(name.as_str()), name);
    }
    for name in Purpose::ALL {
        assert_eq!(purpose(name.as_str()), name);
    }
}
