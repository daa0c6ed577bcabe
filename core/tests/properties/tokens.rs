//! What is sealed opens and says the same; nothing else opens.

use base64ct::{Base64UrlUnpadded, Encoding};
use proptest::prelude::*;
use sekisho::token::{CHALLENGE_PREFIX, RECORD_PREFIX};
use sekisho::{
    Binding, CodeCheck, CodeSend, Error, ErrorCode, Identifier, KeyRing, Method, Policy,
    Presentation, Purpose, RecordFields, RecordId, Requirement, Step, Subject, VerificationRecord,
    Verifier,
};

use crate::given::{
    NOW, binding, change, character, config, entropy, identifier, method, now, purpose,
    random_bytes, ring, time,
};

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn what_is_sealed_opens_and_says_the_same(
        ring in ring(), binding in binding(), identifier in prop::option::of(identifier()),
        id in any::<[u8; 16]>(), method in method(), purpose in purpose(),
        age in 0..1_000_000_u64, left in 1..1_000_000_u64, rotate_with in random_bytes(),
    ) {
        let (id, identifier) = (RecordId::from_bytes(id), identifier.as_ref());
        let fields = RecordFields { id, method, purpose, identifier, binding: &binding };
        let [issued_at, expires_at] = [time(NOW - age), time(NOW + left)];
        let record = VerificationRecord::new(&ring, &fields, issued_at, expires_at);
        let token = record.seal(&ring, now()).unwrap();
        prop_assert!(token.len() <= 200);
        let rotated = ring.rotate(now(), now(), &entropy(rotate_with)).unwrap();
        for ring in [&ring, &rotated] {
            let opened = VerificationRecord::open(&token, ring, now()).unwrap();
            prop_assert_eq!(opened.id(), id);
            prop_assert_eq!(opened.method(), method);
            prop_assert_eq!(opened.purpose(), purpose);
            prop_assert_eq!(opened.issued_at(), issued_at);
            prop_assert_eq!(opened.expires_at(), expires_at);
            let requirement = Requirement {
                methods: vec![method],
                purpose,
                identifier: identifier.cloned(),
                ..Requirement::permission()
            };
            prop_assert_eq!(requirement.check(&opened, &binding, ring, now()), Ok(()));
            prop_assert_eq!(opened.seal(&rotated, now()), record.seal(&rotated, now()));
        }
    }

    #[test]
    fn a_record_is_of_its_own_binding_only(ring in ring(), one in binding(), other in binding()) {
        let record = record(&ring, &one);
        let checked = Requirement::permission().check(&record, &other, &ring, now());
        let expected = if one.subject != other.subject {
            Err(ErrorCode::RecordNotFound)
        } else if one.session.is_some() && one.session != other.session {
            Err(ErrorCode::RecordSessionMismatch)
        } else if one.operation != other.operation {
            Err(ErrorCode::RecordOperationMismatch)
        } else {
            Ok(())
        };
        prop_assert_eq!(checked.map_err(|error| error.code()), expected);
    }

    #[test]
    fn a_changed_token_does_not_open(
        ring in ring(), binding in binding(), kind in 0..3_u8,
        at in any::<prop::sample::Index>(), with in character(),
    ) {
        let record = record(&ring, &binding).seal(&ring, now()).unwrap();
        for token in [record, challenge(&ring, &binding)] {
            let changed = change(&token, kind, at, with);
            prop_assume!(changed != token);
            prop_assert!(refused(&changed, &ring, &binding), "{}", changed);
        }
    }

    #[test]
    fn no_other_text_opens(ring in ring(), binding in binding(), text in ".{0,300}") {
        prop_assert!(refused(&text, &ring, &binding));
    }

    #[test]
    fn no_other_bytes_open(
        ring in ring(), binding in binding(),
        mut bytes in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200),
            prop::collection::vec(any::<u8>(), 129),
            prop::collection::vec(any::<u8>(), 147),
        ],
    ) {
        let id = ring.seals_with(now()).unwrap();
        let id = u32::from_str_radix(&id.to_string(), 16).unwrap().to_be_bytes();
        bytes.iter_mut().zip(id).for_each(|(to, from)| *to = from);
        for prefix in [RECORD_PREFIX, CHALLENGE_PREFIX] {
            let token = format!("{prefix}{}", Base64UrlUnpadded::encode_string(&bytes));
            prop_assert!(refused(&token, &ring, &binding));
        }
    }

    #[test]
    fn another_ring_opens_nothing(ring in ring(), other in ring(), binding in binding()) {
        let token = record(&ring, &binding).seal(&ring, now()).unwrap();
        prop_assert!(refused(&token, &other, &binding));
        prop_assert!(refused(&challenge(&ring, &binding), &other, &binding));
    }

    #[test]
    fn a_record_opens_in_its_time_only(
        ring in ring(), binding in binding(), then in NOW - 700..NOW + 700,
    ) {
        let token = record(&ring, &binding).seal(&ring, now()).unwrap();
        let opens = VerificationRecord::open(&token, &ring, time(then)).is_ok();
        prop_assert_eq!(opens, (NOW - 5..NOW + 600).contains(&then));
    }
}

fn record(ring: &KeyRing, binding: &Binding) -> VerificationRecord {
    let fields = RecordFields {
        id: RecordId::from_bytes([1; 16]),
        method: Method::Password,
        purpose: Purpose::UserPermissionValidation,
        identifier: None,
        binding,
    };
    VerificationRecord::new(ring, &fields, now(), time(NOW + 600))
}

fn challenge(ring: &KeyRing, binding: &Binding) -> String {
    let send = CodeSend {
        binding: binding.clone(),
        to: Identifier::phone("1").unwrap(),
        purpose: Purpose::BindMfa,
    };
    let verifier = Verifier::without_counters(ring.clone(), Policy::default()).unwrap();
    match verifier.send_code(
        send,
        now(),
        entropy(std::array::from_fn(|n| u8::try_from(n).unwrap())),
    ) {
        Step::Done(sent) => sent.unwrap().challenge.token,
        Step::Count(_) => panic!("nothing is counted"),
    }
}

/// Whether the text is refused everywhere, with the one error that tells nothing.
fn refused(token: &str, ring: &KeyRing, binding: &Binding) -> bool {
    let not_found = |error: Error| error.code() == ErrorCode::RecordNotFound;
    let verifier = Verifier::without_counters(ring.clone(), Policy::default()).unwrap();
    let check = CodeCheck {
        binding: binding.clone(),
        to: Identifier::phone("1").unwrap(),
        challenge: token.to_owned(),
        code: "000000".to_owned().into(),
    };
    let presentation =
        Presentation { token: token.to_owned(), binding: binding.clone(), idempotency_key: None };
    let present = verifier.present(presentation, &Requirement::permission(), now());
    VerificationRecord::open(token, ring, now()).is_err_and(not_found)
        && matches!(verifier.check_code(check, now()), Step::Done(Err(error)) if not_found(error))
        && matches!(present, Step::Done(Err(error)) if not_found(error))
}

#[test]
fn subjects_are_compared_byte_for_byte() {
    assert_ne!(Subject::parse("é"), Subject::parse("e\u{301}"));
}
