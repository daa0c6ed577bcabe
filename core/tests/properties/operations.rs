//! Operations: the same as by the crates `serde_json`, which reads, and `serde_json_canonicalizer`,
//! which writes.

use proptest::prelude::*;
use sekisho::{ErrorCode, Operation};
use sha2::{Digest, Sha256};

use crate::given::{change, config};
use crate::reference_json;

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn an_operation_has_the_digest_that_other_crates_make(text in json()) {
        is_as_by_others(&text)?;
    }

    #[test]
    fn a_text_with_a_change_is_read_or_refused_as_by_other_crates(
        text in json(), kind in 0..3_u8, at in any::<prop::sample::Index>(), with in of_json(),
    ) {
        is_as_by_others(&change(&text, kind, at, with))?;
    }

    #[test]
    fn text_that_looks_like_json_is_read_or_refused_as_by_other_crates(
        text in "[ \t\r\n\\[\\]{},:\"\\\\/abefnrtuls0-9.eE+\\-]{1,24}",
    ) {
        is_as_by_others(&text)?;
    }

    #[test]
    fn a_number_is_read_or_refused_as_by_other_crates(number in number()) {
        is_as_by_others(&number)?;
    }

    #[test]
    fn of_two_doubles_a_number_between_them_is_the_nearer(
        bits in any::<u64>(), digits in 0..1100_usize, last in "[0-9]{0,2}",
    ) {
        let double = f64::from_bits(bits % 9_007_199_254_740_992_f64.to_bits());
        let between = halfway(double);
        for text in [&between, &format!("{between}{last}"), &cut(&between, digits)] {
            is_as_by_others(text)?;
        }
    }
}

#[test]
fn every_power_of_two_and_its_neighbours_are_as_by_other_crates() {
    for exponent in 0..=1075 {
        let power = (0..exponent).fold(9_007_199_254_740_992.0, |power, _| power / 2.0_f64);
        for double in [power.next_down(), power, power.next_up()] {
            is_as_by_others(&format!("{double:e}")).unwrap();
            is_as_by_others(&format!("{double:.16e}")).unwrap();
            is_as_by_others(&format!("-{double}")).unwrap();
            is_as_by_others(&halfway(double.abs())).unwrap();
        }
    }
}

fn is_as_by_others(text: &str) -> Result<(), TestCaseError> {
    let expected = reference_json::canonical(text).map(Sha256::digest);
    match (Operation::from_json(text), expected) {
        (Ok(operation), Some(digest)) => prop_assert_eq!(operation.digest(), digest.as_slice()),
        (Err(error), None) => prop_assert_eq!(error.code(), ErrorCode::OperationInvalid),
        (ours, theirs) => prop_assert!(false, "{text}: {ours:?}, by others {theirs:?}"),
    }
    Ok(())
}

/// The number in the middle between the double and the next one, in all its digits.
fn halfway(double: f64) -> String {
    // Both have at most 1075 digits after the point, so nothing is rounded.
    let gap = double.next_up() - double;
    let exact = format!("{double:.1075}");
    let half_gap = match gap / 2.0 {
        // Half of the least double is no double: half of its digits, then.
        0.0 => half(&format!("{gap:.1074}")),
        half_gap => format!("{half_gap:.1075}"),
    };
    add(&exact, &half_gap)
}

fn half(digits: &str) -> String {
    let mut rest = 0;
    let mut halve = |character: char| {
        let Some(digit) = character.to_digit(10) else { return character };
        let dividend = rest * 10 + digit;
        rest = dividend % 2;
        char::from_digit(dividend / 2, 10).unwrap()
    };
    digits.chars().chain(['0']).map(&mut halve).collect()
}

fn add(one: &str, other: &str) -> String {
    let others = other.chars().rev().chain(std::iter::repeat('0'));
    let mut carry = 0;
    let mut sum: Vec<char> = Vec::new();
    for (one, other) in one.chars().rev().zip(others) {
        match (one.to_digit(10), other.to_digit(10)) {
            (Some(one), other) => {
                let digit = one + other.unwrap_or(0) + carry;
                carry = digit / 10;
                sum.push(char::from_digit(digit % 10, 10).unwrap());
            }
            (None, _) => sum.push(one),
        }
    }
    let carry = (carry > 0).then_some('1');
    carry.into_iter().chain(sum.into_iter().rev()).collect()
}

/// So many digits after the point, at least one.
fn cut(number: &str, digits: usize) -> String {
    let point = number.find('.').unwrap();
    number.chars().take(point + 2 + digits).collect()
}

/// JSON, some of it with a key that stands twice, or with a number that is too large.
fn json() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        prop::sample::select(vec!["null", "true", "false"]).prop_map(str::to_owned),
        number(),
        string(),
    ];
    scalar.prop_recursive(5, 40, 6, |inner| {
        let member = (string(), space(), inner.clone())
            .prop_map(|(key, space, value)| format!("{key}{space}:{space}{value}"));
        prop_oneof![
            (space(), prop::collection::vec(inner, 0..6)).prop_map(|(space, items)| format!(
                "[{space}{}]",
                items.join(&format!("{space},"))
            )),
            (space(), prop::collection::vec(member, 0..6))
                .prop_map(|(space, members)| format!("{{{space}{}{space}}}", members.join(","))),
        ]
    })
}

fn space() -> impl Strategy<Value = String> {
    "[ \t\r\n]{0,2}"
}

fn string() -> impl Strategy<Value = String> {
    prop_oneof![
        "\"[a-c]{0,2}\"",
        "\"([ -!#-~]|\\\\[\"\\\\/bfnrt]|\\\\u[0-9a-fA-F]{4}|\\\\ud[89ab][0-9a-f]{2}\\\\ud[c-f][0-9A-F]{2}|\\PC){0,6}\"",
    ]
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        "-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,3})?",
        "-?(0|[1-9][0-9]{0,18})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?",
        "-?(0|[1-9])(\\.[0-9]{1,20})?[eE]-3[0-2][0-9]",
        "-?0\\.0{0,25}[0-9]{1,25}([eE][+-]?[0-9]{1,6})?",
        "90071992547409[0-9]{2}(\\.[0-9]{1,3})?",
        any::<f64>().prop_filter_map("no number", |double| {
            double.is_finite().then(|| format!("{double:e}"))
        }),
    ]
}

fn of_json() -> impl Strategy<Value = char> {
    prop::sample::select("{}[],:\"\\ue-+.0123456789 \n\u{1}\u{feff}aE".chars().collect::<Vec<_>>())
}
