//! `code.json`: drawing codes, and what people type for them.

use serde_json::{Value, json};

use crate::document::{Document, error, hex, ok};
use crate::keyring::ring;
use crate::record::{Challenge, EMAIL, NOW, Record, identifier};
use crate::reference::{draw_code, entropy, record_id};

pub(crate) fn document() -> Document {
    Document::new(
        "code",
        "One-time codes: the code drawn from given entropy (hexadecimal) by a ring under a policy, \
         which bytes are entropy at all, and which typed texts are the code of a challenge.",
    )
    .section("entropy", entropy_cases())
    .section("draw", draw_cases())
    .section("typed", typed_cases())
}

fn entropy_cases() -> Vec<Value> {
    let mut almost_zero = [0; 32];
    if let Some(last) = almost_zero.last_mut() {
        *last = 1;
    }
    let case = |id: &str, bytes: &[u8; 32], expect: Value| json!({ "id": id, "entropy": hex(bytes), "expect": expect });
    vec![
        case("entropy-of-zeros", &[0; 32], error("entropy_unusable")),
        case("entropy-of-ones", &[0xff; 32], error("entropy_unusable")),
        case("entropy-of-one-byte-repeated", &[0x5a; 32], error("entropy_unusable")),
        case("entropy-not-all-equal", &almost_zero, ok(Value::Null)),
        case("entropy-like-random", &entropy("entropy"), ok(Value::Null)),
    ]
}

fn draw_cases() -> Vec<Value> {
    let plain = (4..=10).flat_map(|length| {
        ["digits", "base32"].map(|alphabet| {
            let id = format!("draw-{length}-{alphabet}");
            let entropy = entropy(&id);
            draw_case(&id, &entropy, length, alphabet)
        })
    });
    let special = [
        ("draw-with-a-leading-zero", 6, 0, true),
        ("draw-with-one-rejected-byte", 6, 1, false),
        ("draw-with-two-rejected-bytes", 10, 2, false),
        ("draw-with-three-rejected-bytes", 10, 3, false),
    ]
    .map(|(id, length, rejected, leading_zero)| {
        let candidates = (0..).map(|n: u64| entropy(&format!("{id} {n}")));
        let fits = |entropy: &[u8; 32]| {
            let (code, thrown_away) = drawn(entropy, length, "digits");
            thrown_away == rejected && code.starts_with('0') == leading_zero
        };
        let found = candidates.into_iter().find(fits).unwrap_or_default();
        draw_case(id, &found, length, "digits")
    });
    plain.chain(special).collect()
}

fn draw_case(id: &str, entropy: &[u8; 32], length: usize, alphabet: &str) -> Value {
    let (code, rejected) = drawn(entropy, length, alphabet);
    json!({
        "id": id, "ring": ring().to_text(), "now": NOW, "entropy": hex(entropy), "length": length, "alphabet": alphabet,
        "rejected_bytes": rejected, "expect": ok(code.into()),
    })
}

/// The code of the challenge whose id is drawn from this entropy.
fn drawn(entropy: &[u8; 32], length: usize, alphabet: &str) -> (String, usize) {
    let (ring, id) = (ring(), record_id(entropy));
    draw_code(&ring.code_seed(&ring.sealing_key(NOW), &id), length, alphabet)
}

fn typed_cases() -> Vec<Value> {
    let digits = challenge("typed digits", "074193");
    let letters = challenge("typed letters", "7G0K1QXA");
    let accepted = |of: &'static Case| typed(of, &digits, &letters, true);
    let refused = |of: &'static Case| typed(of, &digits, &letters, false);
    ACCEPTED.iter().map(accepted).chain(REFUSED.iter().map(refused)).collect()
}

/// The id, whether the code is of digits, and what is typed.
type Case = (&'static str, bool, &'static str);

const ACCEPTED: [Case; 31] = [
    ("digits-as-sent", true, "074193"),
    ("digits-in-two-groups", true, "074 193"),
    ("digits-hyphenated", true, "074-193"),
    ("digits-each-apart", true, "0 7 4 1 9 3"),
    ("digits-spaces-around", true, "  074193\t"),
    ("digits-line-end", true, "074193\r\n"),
    ("digits-full-width", true, "\u{ff10}\u{ff17}\u{ff14}\u{ff11}\u{ff19}\u{ff13}"),
    ("digits-half-full-width", true, "074\u{ff11}\u{ff19}\u{ff13}"),
    ("digits-ideographic-space", true, "074\u{3000}193"),
    ("digits-no-break-space", true, "074\u{a0}193"),
    ("digits-narrow-no-break-space", true, "074\u{202f}193"),
    ("digits-non-breaking-hyphen", true, "074\u{2011}193"),
    ("digits-en-dash", true, "074\u{2013}193"),
    ("digits-em-dash", true, "074\u{2014}193"),
    ("digits-minus-sign", true, "074\u{2212}193"),
    ("digits-full-width-hyphen", true, "074\u{ff0d}193"),
    ("digits-katakana-long-vowel", true, "074\u{30fc}193"),
    ("digits-zero-width-space", true, "074\u{200b}193"),
    ("digits-byte-order-mark", true, "\u{feff}074193"),
    (
        "digits-every-white-space",
        true,
        "0\u{9}\u{a}\u{b}\u{c}\u{d}\u{20}\u{85}\u{a0}\u{1680}7\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}4\u{2005}\u{2006}\u{2007}\u{2008}1\u{2009}\u{200a}\u{2028}9\u{2029}\u{202f}\u{205f}\u{3000}3",
    ),
    (
        "digits-every-hyphen",
        true,
        "0\u{2d}\u{2010}7\u{2011}\u{2012}4\u{2013}\u{2014}1\u{2015}\u{2212}9\u{ff0d}\u{30fc}3",
    ),
    (
        "digits-every-invisible-character",
        true,
        "0\u{200b}\u{200c}7\u{200d}\u{200e}4\u{200f}\u{2060}1\u{feff}93",
    ),
    ("digits-text-direction-marks", true, "\u{200e}074193\u{200f}"),
    ("digits-letters-that-look-like-them", true, "O74I93"),
    ("digits-small-l-for-one", true, "o74l93"),
    ("letters-as-sent", false, "7G0K1QXA"),
    ("letters-small", false, "7g0k1qxa"),
    ("letters-grouped", false, "7G0K-1QXA"),
    (
        "letters-full-width",
        false,
        "\u{ff17}\u{ff27}\u{ff10}\u{ff2b}\u{ff11}\u{ff31}\u{ff38}\u{ff21}",
    ),
    ("letters-full-width-small", false, "7\u{ff47}0\u{ff4b}1qxa"),
    ("letters-o-and-i", false, "7gOkiqxa"),
];

const REFUSED: [Case; 25] = [
    ("digits-one-off", true, "074194"),
    ("digits-swapped", true, "074139"),
    ("digits-leading-zero-left-out", true, "74193"),
    ("digits-zero-added-before", true, "0074193"),
    ("digits-one-missing", true, "07419"),
    ("digits-one-too-many", true, "0741933"),
    ("digits-twice", true, "074193074193"),
    ("digits-separators-alone", true, " - "),
    ("digits-with-nul", true, "074193\0"),
    ("digits-with-plus", true, "+074193"),
    ("digits-with-dot", true, "074.193"),
    ("digits-arabic", true, "\u{660}\u{667}\u{664}\u{661}\u{669}\u{663}"),
    ("digits-circled", true, "0\u{2466}\u{2463}\u{2460}\u{2468}\u{2462}"),
    ("digits-mathematical", true, "\u{1d7ce}74193"),
    ("digits-information-separator", true, "074\u{1c}193"),
    ("digits-unit-separator", true, "074\u{1f}193"),
    ("digits-soft-hyphen", true, "074\u{ad}193"),
    ("digits-mongolian-vowel-separator", true, "074\u{180e}193"),
    ("digits-full-width-solidus", true, "074\u{ff0f}193"),
    ("digits-full-width-tilde", true, "074\u{ff5e}193"),
    ("digits-dotless-i-for-one", true, "074\u{131}93"),
    ("letters-long-s", false, "7G0K1QXA\u{17f}"),
    ("letters-one-off", false, "7G0K1QXB"),
    ("letters-cyrillic-a", false, "7G0K1QX\u{410}"),
    ("letters-u-for-v", false, "7G0K1QUA"),
];

fn typed(
    (id, of_digits, typed): &Case,
    digits: &Challenge,
    letters: &Challenge,
    right: bool,
) -> Value {
    let challenge = if *of_digits { digits } else { letters };
    let now = NOW + 30;
    let record = challenge.verified(now).token(&ring(), now);
    json!({
        "id": id,
        "ring": ring().to_text(),
        "challenge": challenge.token,
        "subject": challenge.record.subject,
        "to": identifier(EMAIL),
        "now": now,
        "typed": typed,
        "expect": if right { ok(record.into()) } else { error("verification_code.code_mismatch") },
    })
}

fn challenge(name: &str, code: &str) -> Challenge {
    let record = Record::by_code(&entropy(name), EMAIL, "UserPermissionValidation");
    Challenge::with_code(record, code.to_owned(), &ring())
}
