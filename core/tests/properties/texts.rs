//! Texts that are written and read back, and the canonical form of JSON.

use proptest::prelude::*;
use sekisho::{Environment, ErrorCode, Identifier, KeyRing, Method, Operation, Requirement};
use serde_json::{Map, Number, Value, json};

use crate::given::{NOW, config, entropy, identifier, method, now, random_bytes, ring, time};

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn a_rings_text_is_read_back(
        ring in ring(),
        rotations in prop::collection::vec((random_bytes(), 0..1_000_000_u64), 0..6),
        retire in prop::option::of((any::<prop::sample::Index>(), 0..2_000_000_u64)),
    ) {
        let mut ring = ring;
        for (bytes, after) in rotations {
            ring = ring.rotate(time(NOW + after), now(), &entropy(bytes)).unwrap();
        }
        if let Some((index, after)) = retire {
            let id = index.get(&ring.keys().collect::<Vec<_>>()).id;
            ring = ring.retire(id, time(NOW + after)).unwrap_or(ring);
        }
        let read = KeyRing::parse(&ring.to_text()).unwrap();
        prop_assert_eq!(read.to_text(), ring.to_text());
        prop_assert_eq!(read.environment(), ring.environment());
        prop_assert!(read.keys().eq(ring.keys()));
        prop_assert_eq!(read.seals_with(now()), ring.seals_with(now()));
    }

    #[test]
    fn the_latest_key_that_may_seal_does(
        seals_from in prop::collection::vec(0..1_000_u64, 1..6), at in 0..1_200_u64,
        bytes in random_bytes(),
    ) {
        let mut ring = KeyRing::generate(Environment::Production, now(), &entropy(bytes)).unwrap();
        for (n, after) in (0..).zip(&seals_from) {
            let mut bytes = bytes;
            bytes[0] ^= 1 + n;
            prop_assume!(bytes.iter().any(|b| *b != bytes[0]));
            ring = ring.rotate(time(NOW + after), now(), &entropy(bytes)).unwrap();
        }
        let sealing = ring.seals_with(time(NOW + at)).unwrap();
        let begun = ring.keys().filter(|key| key.seals_from <= time(NOW + at));
        let latest = begun.map(|key| key.seals_from).max().unwrap();
        prop_assert!(ring.keys().any(|key| key.id == sealing && key.seals_from == latest));
    }

    #[test]
    fn a_requirement_is_read_back_from_its_challenge(
        methods in prop::collection::btree_set(method(), 1..=3),
        max_age in prop::option::of(any::<u64>()),
    ) {
        let methods: Vec<Method> = methods.into_iter().collect();
        let requirement = Requirement { methods, max_age, ..Requirement::permission() };
        prop_assert_eq!(Requirement::from_challenge(&requirement.to_challenge()), Ok(requirement));
    }

    #[test]
    fn the_canonical_identifier_is_one_for_all_spellings(
        identifier in identifier(), upper in any::<u64>(),
    ) {
        let turned = identifier.value().chars().enumerate().map(|(n, c)| {
            if upper >> (n % 64) & 1 == 1 { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
        });
        let turned: String = turned.collect();
        let other = match &identifier {
            Identifier::Email(_) => Identifier::email(&turned),
            Identifier::Phone(_) => Identifier::phone(&turned),
        };
        prop_assert_eq!(other.unwrap().canonical(), identifier.canonical());
    }

    #[test]
    fn an_operation_is_the_same_in_any_layout(value in value(), salt in any::<u64>()) {
        let digest = Operation::from_value(&value).unwrap();
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        for text in [value.to_string(), pretty, shuffled(&value, salt)] {
            prop_assert_eq!(Operation::from_json(&text), Ok(digest), "{}", text);
        }
    }

    #[test]
    fn an_operation_with_a_field_more_or_another_is_another(
        value in value(), key in "[a-z]{1,3}", other in scalar(),
    ) {
        let mut changed = match &value {
            Value::Object(members) => members.clone(),
            _ => return Ok(()),
        };
        let before = changed.insert(key, other.clone());
        let other = Operation::from_value(&other);
        prop_assume!(before.is_none_or(|before| Operation::from_value(&before) != other));
        prop_assert_ne!(Operation::from_value(&changed.into()), Operation::from_value(&value));
    }

    #[test]
    fn a_key_that_stands_twice_is_refused_at_any_depth(
        value in value(), depth in 0..20_usize, key in "\\PC{0,5}",
    ) {
        let key = Value::from(key);
        let twice = format!("{{{key}:1,\"~\":{value},{key}:1}}");
        let text = format!("{}{twice}{}", "[".repeat(depth), "]".repeat(depth));
        let refused = Operation::from_json(&text).unwrap_err().code();
        prop_assert_eq!(refused, ErrorCode::OperationInvalid);
    }

    #[test]
    fn a_number_is_its_double_however_it_is_written(
        double in prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL,
    ) {
        let exact = double.fract() != 0.0 || double.abs() <= 9_007_199_254_740_991.0;
        let spelt = [format!("{double:?}"), format!("{double:e}"), format!("{double:.17e}")];
        let by_value = Operation::from_value(&json!(double));
        prop_assert_eq!(by_value.is_ok(), exact);
        for text in spelt {
            prop_assert_eq!(Operation::from_json(&text), by_value, "{}", text);
        }
    }
}

/// JSON that any reader understands alike.
fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(4, 40, 6, |inner| {
        let members = prop::collection::btree_map("\\PC{0,6}|[a-z]{1,3}", inner.clone(), 0..6);
        prop_oneof![
            prop::collection::vec(inner, 0..6).prop_map(Value::from),
            members.prop_map(|members| Value::from(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-9_007_199_254_740_991..=9_007_199_254_740_991_i64).prop_map(Value::from),
        (-1e9..1e9_f64)
            .prop_map(|double| Number::from_f64(double).map_or(Value::Null, Value::from)),
        ".{0,8}".prop_map(Value::from),
    ]
}

/// The value with white space and its members in another order.
fn shuffled(value: &Value, salt: u64) -> String {
    let space = [" ", "\n", "\t", ""][usize::try_from(salt % 4).unwrap()];
    match value {
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| shuffled(item, salt / 3)).collect();
            format!("[{space}{}]", items.join(&format!("{space},")))
        }
        Value::Object(members) => {
            let member = |(key, member): (&String, &Value)| {
                format!(
                    "{}{space}:{space}{}",
                    Value::from(key.as_str()),
                    shuffled(member, salt / 5)
                )
            };
            let mut members: Vec<String> = members.iter().map(member).collect();
            let middle = usize::try_from(salt).unwrap_or(0) % members.len().max(1);
            members.rotate_left(middle);
            format!("{{{}{space}}}", members.join(","))
        }
        scalar => scalar.to_string(),
    }
}
