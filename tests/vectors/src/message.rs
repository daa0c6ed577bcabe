//! `message.json`: what a person reads before approving an operation.

use serde_json::{Value, json};

use crate::document::{Document, error, ok};

const TRANSFER: &str = r#"{"type":"transfer","amount":"120.00","currency":"EUR","payee":{"name":"Ana","iban":"DE89"},"count":3,"fee":1.50,"urgent":true,"memo":null,"tags":["a"]}"#;
const NOT_DISPLAYABLE: &str = "operation_not_displayable";

pub(crate) fn document() -> Document {
    Document::new(
        "message",
        "Messages: a template and the JSON text of an operation, and the sentence that shows its \
         fields. Under `field`, the template is `To {payee}.` and the operation's one member `payee` \
         is the string `value`.",
    )
    .section("render", render_cases())
    .section("field", field_cases())
}

fn render_cases() -> Vec<Value> {
    let case = |(id, template, expect): (&str, &str, Value)| json!({ "id": id, "template": template, "operation": TRANSFER, "expect": expect });
    let shown = [
        ("message-of-fields", "Pay {amount} {currency} now.", "Pay 120.00 EUR now."),
        ("message-of-a-field-alone", "{amount}", "120.00"),
        ("message-of-the-same-field-twice", "{amount}, yes {amount}", "120.00, yes 120.00"),
        ("message-of-a-member-of-a-member", "To {payee.name} ({payee.iban})", "To Ana (DE89)"),
        ("message-of-a-number", "{count} of {fee}", "3 of 1.5"),
        ("message-of-a-truth-value", "Urgent: {urgent}", "Urgent: true"),
        ("message-without-fields", "Approve the transfer", "Approve the transfer"),
        ("message-of-braces", "{{{amount}}} {{}}", "{120.00} {}"),
        ("message-beyond-ascii", "{payee.name}さんに{amount}ユーロ", "Anaさんに120.00ユーロ"),
    ]
    .map(|(id, template, sentence)| case((id, template, ok(sentence.into()))));
    let lacking = [
        ("message-of-no-such-member", "{iban}"),
        ("message-of-no-such-member-within", "{payee.bank}"),
        ("message-of-a-member-of-a-string", "{amount.value}"),
        ("message-of-a-name-in-capitals", "{Amount}"),
        ("message-of-a-name-with-a-space", "{ amount}"),
        ("message-of-null", "{memo}"),
        ("message-of-an-array", "{tags}"),
        ("message-of-an-object", "{payee}"),
    ]
    .map(|(id, template)| case((id, template, error(NOT_DISPLAYABLE))));
    let (longest, too_long) = ("x".repeat(1000), "x".repeat(1001));
    let malformed = [
        ("message-template-empty", ""),
        ("message-template-too-long", too_long.as_str()),
        ("message-template-open", "Pay {amount"),
        ("message-template-open-at-the-end", "Pay {"),
        ("message-template-closed-alone", "Pay } now"),
        ("message-template-without-a-name", "Pay {}"),
        ("message-template-name-without-a-middle", "{payee..name}"),
        ("message-template-name-without-an-end", "{payee.}"),
        ("message-template-brace-in-a-name", "{a{b}"),
        ("message-template-of-two-lines", "Pay\n{amount}"),
        ("message-template-nul", "Pay \0"),
    ]
    .map(|(id, template)| case((id, template, error("message_template_invalid"))));
    let of = |id: &str, template: &str, operation: &str, expect: Value| json!({ "id": id, "template": template, "operation": operation, "expect": expect });
    let others = [
        of("message-template-longest", &longest, "{}", ok(longest.as_str().into())),
        of("message-of-no-json", "Pay {amount}", "{", error("operation_invalid")),
        of("message-of-no-json-without-fields", "Pay", "{", error("operation_invalid")),
        of(
            "message-of-a-key-twice",
            "{amount}",
            r#"{"amount":"1","amount":"2"}"#,
            error("operation_invalid"),
        ),
        of("message-of-an-operation-that-is-a-string", "{amount}", "\"x\"", error(NOT_DISPLAYABLE)),
        of("message-of-an-empty-object", "{amount}", "{}", error(NOT_DISPLAYABLE)),
        of("message-of-escapes", "{payee}", r#"{"payee":"\u0041\"\\na"}"#, ok("A\"\\na".into())),
        of(
            "message-of-a-member-after-others",
            "{z}",
            r#"{"z":"end","a":[{"z":"no"},{}],"b":{"z":"no"}}"#,
            ok("end".into()),
        ),
        of("message-of-a-name-that-is-escaped", "{é}", r#"{"\u00e9":"x"}"#, ok("x".into())),
    ];
    shown.into_iter().chain(lacking).chain(malformed).chain(others).collect()
}

fn field_cases() -> Vec<Value> {
    let longest = "x".repeat(256);
    let shown = [
        ("field-of-words", "Ana María da Silva-O'Neill, Ltd."),
        ("field-of-256-bytes", longest.as_str()),
        ("field-beyond-ascii", "関所商店 🍜"),
        ("field-of-a-joined-emoji", "👩\u{200d}🚀"),
        ("field-with-spaces-around", " Ana "),
        ("field-of-braces", "{amount}"),
        ("field-of-an-emoji-with-its-variant", "Ana ❤\u{fe0f}"),
    ]
    .map(|(id, value)| {
        json!({ "id": id, "value": value, "expect": ok(format!("To {value}.").into()) })
    });
    let isolated = [
        ("field-of-persian-with-a-non-joiner", "می\u{200c}خواهم"),
        ("field-from-right-to-left", "שלום"),
        ("field-from-right-to-left-with-an-amount", "שלום 9999.00 EUR"),
        ("field-of-presentation-forms", "\u{fb2a}\u{fe8d}"),
        ("field-of-an-ancient-script-from-right-to-left", "\u{10840}"),
        ("field-of-adlam", "\u{1e900}"),
    ]
    .map(|(id, value)| {
        let shown = format!("To \u{2068}{value}\u{2069}.");
        json!({ "id": id, "value": value, "expect": ok(shown.into()) })
    });
    let (too_long, too_long_in_bytes) = ("x".repeat(257), "é".repeat(129));
    let hidden = [
        ("field-empty", ""),
        ("field-of-spaces", "  "),
        ("field-of-wide-spaces", "\u{3000}"),
        ("field-of-257-bytes", too_long.as_str()),
        ("field-of-258-bytes-in-129-characters", too_long_in_bytes.as_str()),
        ("field-of-two-lines", "Ana\nYour code is 123456"),
        ("field-with-a-carriage-return", "Ana\rEve"),
        ("field-with-a-nul", "Ana\0"),
        ("field-with-a-delete-character", "Ana\u{7f}"),
        ("field-with-a-c1-control", "Ana\u{85}Eve"),
        ("field-with-a-line-separator", "Ana\u{2028}Eve"),
        ("field-with-a-paragraph-separator", "Ana\u{2029}Eve"),
        ("field-turned-by-an-override", "Ana \u{202e}00.021"),
        ("field-turned-by-an-isolate", "Ana \u{2067}x"),
        ("field-turned-by-a-mark", "Ana\u{200f}"),
        ("field-turned-by-an-arabic-mark", "Ana\u{61c}"),
        ("field-with-a-zero-width-space", "A\u{200b}na"),
        ("field-with-a-soft-hyphen", "A\u{ad}na"),
        ("field-with-a-word-joiner", "A\u{2060}na"),
        ("field-with-a-byte-order-mark", "\u{feff}Ana"),
        ("field-with-tags", "Ana\u{e0041}"),
        ("field-with-a-mongolian-vowel-separator", "A\u{180e}na"),
        ("field-of-a-hangul-filler", "\u{3164}"),
        ("field-of-a-half-width-filler", "\u{ffa0}"),
        ("field-of-an-empty-braille-pattern", "\u{2800}"),
        ("field-of-a-joiner-alone", "\u{200d}"),
        ("field-of-a-variant-alone", "\u{fe0f}"),
        ("field-joined-within-digits", "1\u{200c}20"),
        ("field-joined-to-letters", "Ana\u{200d}"),
        ("field-of-an-emoji-joined-to-a-letter", "👩\u{200d}B"),
        ("field-that-ends-in-a-joiner", "é\u{200d}"),
        ("field-with-a-grapheme-joiner", "A\u{34f}na"),
        ("field-with-a-hieroglyph-control", "A\u{13430}na"),
        ("field-with-a-musical-control", "A\u{1d173}na"),
        ("field-of-private-use", "A\u{e000}na"),
        ("field-with-no-character", "A\u{ffff}na"),
        ("field-with-an-annotation", "A\u{fff9}na"),
    ]
    .map(|(id, value)| json!({ "id": id, "value": value, "expect": error(NOT_DISPLAYABLE) }));
    shown.into_iter().chain(isolated).chain(hidden).collect()
}
