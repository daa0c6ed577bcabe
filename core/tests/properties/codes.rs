//! Codes: every one equally likely, and read as people type them.

use proptest::prelude::*;
use sekisho::{
    Alphabet, Binding, CodeCheck, CodePolicy, CodeSend, CodeSent, ErrorCode, Identifier, KeyRing,
    Policy, Purpose, Step, Subject, Verifier,
};
use sha2::{Digest, Sha256};

use crate::given::{config, entropy, now, random_bytes};

const DIGITS: &str = "0123456789";
const BASE32: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SEPARATORS: [&str; 10] =
    ["", "", "", " ", "-", "\u{3000}", "\u{2010}", "\u{2212}", "\u{200b}", "\u{a0}"];

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn a_code_is_of_its_length_and_alphabet(bytes in random_bytes(), policy in policy()) {
        let code = draw(&verifier(policy), bytes).code;
        prop_assert_eq!(code.as_str().len(), usize::from(policy.length));
        prop_assert!(code.as_str().chars().all(|c| characters(policy.alphabet).contains(c)));
    }

    #[test]
    fn the_right_code_is_right_however_it_is_typed(
        bytes in random_bytes(), policy in policy(),
        separators in prop::collection::vec(prop::sample::select(SEPARATORS.to_vec()), 11),
        spellings in prop::collection::vec(0..4_u8, 10),
    ) {
        let verifier = verifier(policy);
        let sent = draw(&verifier, bytes);
        let spelt = sent.code.as_str().chars().zip(spellings).map(|(c, how)| spell(c, how));
        let pieces = spelt.zip(&separators).map(|(c, before)| format!("{before}{c}"));
        let typed = pieces.collect::<Vec<_>>().concat();
        prop_assert_eq!(check(&verifier, &sent, &typed), Ok(()), "{}", typed);
    }

    #[test]
    fn any_other_code_is_wrong(
        bytes in random_bytes(), policy in policy(), other in "[0-9A-HJKMNP-TV-Z]{1,12}",
    ) {
        let verifier = verifier(policy);
        let sent = draw(&verifier, bytes);
        prop_assume!(other != sent.code.as_str());
        prop_assert_eq!(check(&verifier, &sent, &other), Err(ErrorCode::CodeMismatch));
    }

    #[test]
    fn no_typed_text_does_harm(bytes in random_bytes(), typed in "\\PC{0,40}") {
        let verifier = verifier(CodePolicy::default());
        let sent = draw(&verifier, bytes);
        prop_assert!(check(&verifier, &sent, &typed).is_err());
    }
}

/// Pearson's chi-square test at the level of one in a thousand; the draws are the same in every
/// run, so it passes always or never.
#[test]
fn codes_are_uniform() {
    for (alphabet, limit, pair_limit) in [
        (Alphabet::Digits, critical(9), critical(99)),
        (Alphabet::Base32, critical(31), critical(1023)),
    ] {
        let count = characters(alphabet).len();
        let codes = drawn(alphabet, 20_000);
        for place in 0..10 {
            let counts = tally(count, codes.iter().map(|code| code[place]));
            assert!(chi_square(&counts) < limit, "{alphabet:?}, place {place}: {counts:?}");
        }
        let all = tally(count, codes.iter().flatten().copied());
        assert!(chi_square(&all) < limit, "{alphabet:?}: {all:?}");
        let pairs = codes.iter().flat_map(|code| code.windows(2).map(|w| w[0] * count + w[1]));
        let pairs = tally(count * count, pairs);
        assert!(chi_square(&pairs) < pair_limit, "{alphabet:?}, neighbours");
    }
}

/// The test above would notice codes drawn by folding bytes.
#[test]
fn folded_bytes_are_seen_not_to_be_uniform() {
    let bytes = (0..6250_u32).flat_map(|n| Sha256::digest(n.to_be_bytes()));
    let folded = tally(10, bytes.map(|byte| usize::from(byte) % 10));
    assert!(chi_square(&folded) > critical(9), "{folded:?}");
}

fn drawn(alphabet: Alphabet, codes: u32) -> Vec<Vec<usize>> {
    let verifier = verifier(CodePolicy { length: 10, alphabet, ..CodePolicy::default() });
    let places = |code: &str| -> Vec<usize> {
        code.chars().map(|c| characters(alphabet).find(c).unwrap()).collect()
    };
    (0..codes)
        .map(|n| places(draw(&verifier, Sha256::digest(n.to_be_bytes()).into()).code.as_str()))
        .collect()
}

fn tally(kinds: usize, values: impl Iterator<Item = usize>) -> Vec<u32> {
    let mut counts = vec![0; kinds];
    values.for_each(|value| counts[value] += 1);
    counts
}

fn chi_square(counts: &[u32]) -> f64 {
    let kinds = f64::from(u32::try_from(counts.len()).unwrap());
    let expected = f64::from(counts.iter().sum::<u32>()) / kinds;
    counts.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum()
}

/// The value that chance exceeds once in a thousand (Wilson and Hilferty's approximation).
fn critical(degrees: u32) -> f64 {
    let degrees = f64::from(degrees);
    let part = 2.0 / (9.0 * degrees);
    degrees * (1.0 - part + 3.0902 * part.sqrt()).powi(3)
}

fn policy() -> impl Strategy<Value = CodePolicy> {
    let alphabet = prop_oneof![Just(Alphabet::Digits), Just(Alphabet::Base32)];
    (4..=10_u8, alphabet).prop_map(|(length, alphabet)| CodePolicy {
        length,
        alphabet,
        ..CodePolicy::default()
    })
}

fn characters(alphabet: Alphabet) -> &'static str {
    match alphabet {
        Alphabet::Digits => DIGITS,
        Alphabet::Base32 => BASE32,
    }
}

fn spell(character: char, how: u8) -> char {
    match (how, character) {
        (1, _) => character.to_ascii_lowercase(),
        (2, _) => char::from_u32(u32::from(character) + 0xfee0).unwrap(),
        (3, '0') => 'o',
        (3, '1') => 'I',
        _ => character,
    }
}

fn verifier(code: CodePolicy) -> Verifier {
    let seed = entropy(std::array::from_fn(|n| u8::try_from(n).unwrap()));
    let ring = KeyRing::generate(sekisho::Environment::Production, now(), &seed).unwrap();
    Verifier::without_counters(ring, Policy { code, ..Policy::default() }).unwrap()
}

fn draw(verifier: &Verifier, bytes: [u8; 32]) -> CodeSent {
    let send = CodeSend { binding: user(), to: phone(), purpose: Purpose::BindMfa };
    match verifier.send_code(send, now(), entropy(bytes)) {
        Step::Done(sent) => sent.unwrap(),
        Step::Count(_) => panic!("nothing is counted"),
    }
}

fn check(verifier: &Verifier, sent: &CodeSent, typed: &str) -> Result<(), ErrorCode> {
    let check = CodeCheck {
        binding: user(),
        to: phone(),
        challenge: sent.challenge.token.clone(),
        code: typed.to_owned().into(),
    };
    match verifier.check_code(check, now()) {
        Step::Done(checked) => checked.map(|_| ()).map_err(|error| error.code()),
        Step::Count(_) => panic!("nothing is counted"),
    }
}

fn user() -> Binding {
    Binding::to_subject(Subject::parse("user-1").unwrap())
}

fn phone() -> Identifier {
    Identifier::phone("1").unwrap()
}
