//! `operation.json`: JSON with one meaning in one spelling.

use serde_json::{Value, json};

use crate::document::{Document, error, hex, ok};
use crate::reference::sha256;

pub(crate) fn document() -> Document {
    let digested = DIGESTED.iter().map(
        |(id, text, canonical)| json!({ "id": id, "json": text, "expect": ok(digest(canonical)) }),
    );
    let refused = REFUSED
        .iter()
        .map(|(id, text)| json!({ "id": id, "json": text, "expect": error("operation_invalid") }));
    let pairs = SAME.iter().map(|pair| (pair, true)).chain(OTHER.iter().map(|pair| (pair, false)));
    let pairs = pairs.map(|((id, one, other), same)| {
        json!({ "id": id, "json": one, "other": other, "expect": ok(same.into()) })
    });
    Document::new(
        "operation",
        "Operations: JSON text, its canonical form (RFC 8785) and the SHA-256 of that in \
         hexadecimal; texts that two readers could understand differently (RFC 7493), which are \
         refused; pairs that are the same operation or are not. Under `long`, the text is \
         `before`, then `repeat` so many `times`, then `after`.",
    )
    .section("digest", digested.chain(refused).chain(deep()).collect())
    .section("long", long())
    .section("same", pairs.collect())
}

/// As deep as may be, and a level deeper.
fn deep() -> [Value; 4] {
    let nested = |levels: usize, inner: &str| "[".repeat(levels) + inner + &"]".repeat(levels);
    [
        ("sixty-four-levels", nested(64, ""), true),
        ("sixty-four-levels-with-a-number", nested(63, "0"), true),
        ("sixty-five-levels", nested(65, ""), false),
        ("sixty-five-levels-with-a-number", nested(64, "0"), false),
    ]
    .map(|(id, text, taken)| {
        let expect = if taken { ok(digest(&text)) } else { error("operation_invalid") };
        json!({ "id": id, "json": text, "expect": expect })
    })
}

fn digest(canonical: &str) -> Value {
    json!({ "canonical": canonical, "sha256": hex(&sha256(canonical.as_bytes())) })
}

/// RFC 8785's own examples come first. Its numbers beyond 2^53 are among the refused.
const DIGESTED: [(&str, &str, &str); 49] = [
    (
        "rfc8785-3.2.2-without-the-integer-beyond-2-to-the-53",
        r#"{
  "numbers": [333333333.33333329, 4.50, 2e-3, 0.000000000000000000000000001],
  "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
  "literals": [null, true, false]
}"#,
        r#"{"literals":[null,true,false],"numbers":[333333333.3333333,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#,
    ),
    (
        "rfc8785-3.2.3-keys-by-utf-16",
        r#"{
  "\u20ac": "Euro Sign",
  "\r": "Carriage Return",
  "\ufb33": "Hebrew Letter Dalet With Dagesh",
  "1": "One",
  "\ud83d\ude00": "Emoji: Grinning Face",
  "\u0080": "Control",
  "\u00f6": "Latin Small Letter O With Diaeresis"
}"#,
        "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}",
    ),
    ("rfc8785-b-zero", "0", "0"),
    ("rfc8785-b-minus-zero", "-0", "0"),
    ("rfc8785-b-minus-zero-as-fraction", "-0.0", "0"),
    ("rfc8785-b-least-positive", "5e-324", "5e-324"),
    ("rfc8785-b-least-negative", "-5e-324", "-5e-324"),
    ("rfc8785-b-greatest-safe-integer", "9007199254740991", "9007199254740991"),
    ("rfc8785-b-least-safe-integer", "-9007199254740991", "-9007199254740991"),
    ("rfc8785-b-below-a-millionth", "9.999999999999997e-7", "9.999999999999997e-7"),
    ("rfc8785-b-a-millionth", "0.000001", "0.000001"),
    ("rfc8785-b-thirds-1", "333333333.3333332", "333333333.3333332"),
    ("rfc8785-b-thirds-2", "333333333.33333325", "333333333.33333325"),
    ("rfc8785-b-thirds-3", "333333333.3333333", "333333333.3333333"),
    ("rfc8785-b-thirds-4", "333333333.3333334", "333333333.3333334"),
    ("rfc8785-b-thirds-5", "333333333.33333343", "333333333.33333343"),
    ("rfc8785-b-small-negative", "-0.0000033333333333333333", "-0.0000033333333333333333"),
    ("rfc8785-b-round-to-even", "1424953923781206.2", "1424953923781206.2"),
    ("null", "null", "null"),
    ("true", "true", "true"),
    ("false", "false", "false"),
    ("empty-object", "{}", "{}"),
    ("empty-array", "[]", "[]"),
    ("empty-string", "\"\"", "\"\""),
    ("empty-key", r#"{"":1}"#, r#"{"":1}"#),
    ("white-space", " \t\r\n{ \"a\" : [ 1 , 2 ] } \n", r#"{"a":[1,2]}"#),
    ("keys-sorted", r#"{"b":1,"a":2,"B":3,"A":4}"#, r#"{"A":4,"B":3,"a":2,"b":1}"#),
    (
        "keys-sorted-within",
        r#"{"z":{"b":1,"a":2},"y":[{"d":1,"c":2}]}"#,
        r#"{"y":[{"c":2,"d":1}],"z":{"a":2,"b":1}}"#,
    ),
    ("keys-prefix-first", r#"{"ab":1,"a":2,"a b":3}"#, r#"{"a":2,"a b":3,"ab":1}"#),
    ("keys-like-numbers", r#"{"10":1,"9":2,"1":3}"#, r#"{"1":3,"10":1,"9":2}"#),
    (
        "keys-surrogate-before-private-use",
        "{\"\u{e000}\":1,\"\u{10000}\":2}",
        "{\"\u{10000}\":2,\"\u{e000}\":1}",
    ),
    ("array-order-kept", "[3,1,2]", "[3,1,2]"),
    ("escapes-short", r#""\b\t\n\f\r""#, r#""\b\t\n\f\r""#),
    ("escapes-of-controls", r#""\u0000\u0001\u001F\u000B""#, r#""\u0000\u0001\u001f\u000b""#),
    ("escapes-not-needed", r#""\u0041\/\u00e9\u2028\u007f""#, "\"A/é\u{2028}\u{7f}\""),
    ("surrogate-pair", r#""\ud83e\udd8a""#, "\"🦊\""),
    ("text-not-normalised", "\"e\u{301}\"", "\"e\u{301}\""),
    ("number-exponent", "1E2", "100"),
    ("number-exponent-plus", "1e+2", "100"),
    ("number-fraction-of-zeros", "1.000", "1"),
    ("number-fraction-trailing-zero", "120.50", "120.5"),
    ("number-exponent-negative", "125e-3", "0.125"),
    ("number-tenth", "0.1", "0.1"),
    ("number-sum-of-tenths", "0.30000000000000004", "0.30000000000000004"),
    ("number-underflow", "1e-400", "0"),
    ("number-least-normal", "2.2250738585072014e-308", "2.2250738585072014e-308"),
    ("number-hard-to-read", "6.02214076e-23", "6.02214076e-23"),
    ("number-17-digits", "0.12345678901234567", "0.12345678901234566"),
    (
        "payment",
        r#"{"type":"payment","amount":"120.00","currency":"EUR","to":{"iban":"DE89370400440532013000","name":"Jürgen"}}"#,
        r#"{"amount":"120.00","currency":"EUR","to":{"iban":"DE89370400440532013000","name":"Jürgen"},"type":"payment"}"#,
    ),
];

const REFUSED: [(&str, &str); 61] = [
    ("no-json-empty", ""),
    ("no-json-space", " "),
    ("no-json-word", "payment"),
    ("no-json-two-values", "1 2"),
    ("no-json-trailing-comma-in-array", "[1,]"),
    ("no-json-trailing-comma-in-object", r#"{"a":1,}"#),
    ("no-json-single-quotes", "{'a':1}"),
    ("no-json-bare-key", "{a:1}"),
    ("no-json-comment", "{} // free"),
    ("no-json-not-closed", r#"{"a":1"#),
    ("no-json-closed-twice", "{}}"),
    ("no-json-string-not-closed", "\"a"),
    ("no-json-byte-order-mark", "\u{feff}{}"),
    ("no-json-nul-after", "{}\0"),
    ("no-json-no-break-space", "\u{a0}{}"),
    ("no-json-capital-literal", "True"),
    ("no-json-nan", "NaN"),
    ("no-json-infinity", "Infinity"),
    ("no-json-minus-infinity", "-Infinity"),
    ("no-json-undefined", "undefined"),
    ("number-plus", "+1"),
    ("number-leading-zero", "01"),
    ("number-minus-leading-zero", "-01"),
    ("number-dot-first", ".5"),
    ("number-dot-last", "5."),
    ("number-exponent-empty", "1e"),
    ("number-hexadecimal", "0x10"),
    ("number-minus-alone", "-"),
    ("number-underscore", "1_000"),
    ("number-2-to-the-53", "9007199254740992"),
    ("number-minus-2-to-the-53", "-9007199254740992"),
    ("number-2-to-the-53-plus-1", "9007199254740993"),
    ("number-2-to-the-53-as-fraction", "9007199254740992.0"),
    ("number-2-to-the-53-plus-1-as-fraction", "9007199254740993.0"),
    ("number-2-to-the-63", "9223372036854775808"),
    ("number-2-to-the-64-minus-1", "18446744073709551615"),
    ("number-2-to-the-64", "18446744073709551616"),
    ("number-of-30-digits", "123456789012345678901234567890"),
    ("number-rfc8785-1e30", "1E30"),
    ("number-rfc8785-b-1e23", "1e+23"),
    ("number-rfc8785-b-295147905179352830000", "295147905179352830000"),
    ("number-rfc8785-b-greatest", "1.7976931348623157e+308"),
    ("number-beyond-doubles", "1e309"),
    ("number-beyond-doubles-negative", "-1e400"),
    ("number-too-great-within", r#"{"a":[{"b":9007199254740993}]}"#),
    ("key-twice", r#"{"amount":"1.00","amount":"9.00"}"#),
    ("key-twice-with-equal-values", r#"{"a":1,"a":1}"#),
    ("key-twice-by-escape", r#"{"a":1,"\u0061":2}"#),
    ("key-twice-by-surrogate-pair", r#"{"🦊":1,"\ud83e\udd8a":2}"#),
    ("key-twice-empty", r#"{"":1,"":2}"#),
    ("key-twice-within", r#"[{"b":{"a":1,"c":2,"a":3}}]"#),
    ("key-null", "{null:1}"),
    ("key-number", "{1:1}"),
    ("string-lone-high-surrogate", r#""\ud83e""#),
    ("string-lone-low-surrogate", r#""\udd8a""#),
    ("string-surrogates-swapped", r#""\udd8a\ud83e""#),
    ("string-high-surrogate-then-letter", r#""\ud83ea""#),
    ("string-lone-surrogate-in-key", r#"{"\ud83e":1}"#),
    ("string-control-character", "\"a\nb\""),
    ("string-nul-character", "\"a\0b\""),
    ("string-unknown-escape", r#""\x41""#),
];

fn long() -> Vec<Value> {
    let case = |id: &str, [before, repeat, after]: [&str; 3], times: usize, expect: Value| {
        json!({
            "id": id, "before": before, "repeat": repeat, "times": times, "after": after,
            "expect": expect,
        })
    };
    let hash = |canonical: String| ok(json!({ "sha256": hex(&sha256(canonical.as_bytes())) }));
    let refused = || error("operation_invalid");
    let many_numbers = format!("[{}1.234e-9]", "1e-9,".repeat(11_000));
    let quoted = ["\"", "a", "\""];
    vec![
        case("long-65536-bytes", quoted, 65_534, hash(format!("\"{}\"", "a".repeat(65_534)))),
        case("long-65537-bytes", quoted, 65_535, refused()),
        case("long-65537-bytes-of-space", ["1", " ", ""], 65_536, refused()),
        case("long-by-bytes-not-characters", ["\"", "é", "\""], 32_768, refused()),
        case("long-many-numbers", ["[", "1E-9,", "0.000000001234]"], 11_000, hash(many_numbers)),
        case("deep-1000-levels", ["", "[", ""], 1_000, refused()),
        case("deep-60000-levels", ["", "{\"a\":", ""], 12_000, refused()),
    ]
}

const SAME: [(&str, &str, &str); 7] = [
    ("same-in-other-order", r#"{"a":1,"b":[2,3]}"#, r#"{"b":[2,3],"a":1}"#),
    ("same-with-white-space", r#"{"a":1}"#, "{\n  \"a\": 1\n}"),
    ("same-with-escapes", r#"{"name":"é/"}"#, r#"{"n\u0061me":"\u00e9\/"}"#),
    ("same-number-with-exponent", r#"{"n":100}"#, r#"{"n":1e2}"#),
    ("same-number-with-zeros", r#"{"n":1.5}"#, r#"{"n":1.500}"#),
    ("same-zero", "0", "-0"),
    ("same-double-in-more-digits", "0.1", "0.1000000000000000055511151231257827"),
];

const OTHER: [(&str, &str, &str); 17] = [
    ("other-value", r#"{"amount":"120.00"}"#, r#"{"amount":"121.00"}"#),
    ("other-digits-in-text", r#"{"amount":"120.00"}"#, r#"{"amount":"120.0"}"#),
    ("other-type", r#"{"amount":120}"#, r#"{"amount":"120"}"#),
    ("other-key", r#"{"amount":1}"#, r#"{"Amount":1}"#),
    ("other-by-an-added-field", r#"{"a":1}"#, r#"{"a":1,"b":null}"#),
    ("other-by-a-missing-field", r#"{"a":1,"b":2}"#, r#"{"a":1}"#),
    ("other-order-of-an-array", "[1,2]", "[2,1]"),
    ("other-nesting", r#"{"a":{"b":1}}"#, r#"{"a":[{"b":1}]}"#),
    ("other-field-moved", r#"{"a":{"b":1},"c":{}}"#, r#"{"a":{},"c":{"b":1}}"#),
    ("other-null", r#"{"a":null}"#, "{}"),
    ("other-false", "false", "null"),
    ("other-empty", "{}", "[]"),
    ("other-space-in-text", r#""a b""#, r#""a  b""#),
    ("other-unicode-form", "\"\u{e9}\"", "\"e\u{301}\""),
    ("other-look-alike", "\"a\"", "\"\u{430}\""),
    ("other-sign", "1", "-1"),
    ("other-last-bit", "0.1", "0.10000000000000002"),
];
