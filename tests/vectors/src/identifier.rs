//! `identifier.json`: e-mail addresses and phone numbers, and how they are digested.

use serde_json::{Value, json};

use crate::document::{Document, error, hex, ok};
use crate::keyring::ring;

pub(crate) fn document() -> Document {
    let readable = READABLE.iter().map(|(id, kind, value, canonical)| {
        case(id, kind, value, ok(json!({ "canonical": canonical, "method": method(kind) })))
    });
    let longest = format!("{}@example.com", "a".repeat(244));
    let longest = case(
        "email-of-256-characters",
        "email",
        &longest,
        ok(json!({ "canonical": longest, "method": "email_code" })),
    );
    let too_long = [
        ("email-of-257-characters", format!("{}@example.com", "a".repeat(245))),
        ("email-of-257-characters-beyond-ascii", format!("{}@example.com", "é".repeat(245))),
    ];
    let refused = REFUSED.iter().map(|(id, kind, value)| (*id, *kind, (*value).to_owned()));
    let refused = refused.chain(too_long.map(|(id, value)| (id, "email", value)));
    let refused =
        refused.map(|(id, kind, value)| case(id, kind, &value, error("identifier_invalid")));
    Document::new(
        "identifier",
        "E-mail addresses and phone numbers: which are taken, the canonical form under which sends \
         are counted, and the digest under which they stand in a token (128 bits, hexadecimal; of \
         the value as given, under the ring's digest key).",
    )
    .section("parse", readable.chain([longest]).chain(refused).collect())
    .section("digest", digests())
}

const READABLE: [(&str, &str, &str, &str); 15] = [
    ("email", "email", "ana@example.com", "ana@example.com"),
    ("email-shortest", "email", "a@b.c", "a@b.c"),
    ("email-in-capitals", "email", "Ana.SMITH@Example.COM", "ana.smith@example.com"),
    ("email-subaddress", "email", "ana+shop@example.com", "ana+shop@example.com"),
    ("email-subdomains", "email", "ana@mail.eu.example.com", "ana@mail.eu.example.com"),
    (
        "email-punctuation",
        "email",
        "a.n-a_1!#$%&'*/=?^`{|}~@ex-ample.com",
        "a.n-a_1!#$%&'*/=?^`{|}~@ex-ample.com",
    ),
    ("email-dots-in-the-local-part", "email", ".a..b.@example.com", ".a..b.@example.com"),
    ("email-beyond-ascii", "email", "Ünal@xn--Exmple-cua.com", "ünal@xn--exmple-cua.com"),
    ("email-greek-final-sigma", "email", "ΟΔΟΣ@example.com", "οδος@example.com"),
    ("email-emoji", "email", "🦊@example.com", "🦊@example.com"),
    ("phone", "phone", "819012345678", "819012345678"),
    ("phone-of-one-digit", "phone", "1", "1"),
    ("phone-of-15-digits", "phone", "123456789012345", "123456789012345"),
    ("phone-leading-zero", "phone", "0049301234567", "0049301234567"),
    ("phone-of-zeros", "phone", "0000000", "0000000"),
];

const REFUSED: [(&str, &str, &str); 54] = [
    ("email-empty", "email", ""),
    ("email-at-alone", "email", "@"),
    ("email-without-at", "email", "ana.example.com"),
    ("email-without-local-part", "email", "@example.com"),
    ("email-without-domain", "email", "ana@"),
    ("email-without-dot", "email", "ana@localhost"),
    ("email-two-ats", "email", "ana@shop@example.com"),
    ("email-at-doubled", "email", "ana@@example.com"),
    ("email-at-at-the-end", "email", "ana@example.com@"),
    ("email-dot-first-in-domain", "email", "ana@.example.com"),
    ("email-dot-last-in-domain", "email", "ana@example.com."),
    ("email-dots-doubled-in-domain", "email", "ana@example..com"),
    ("email-space-before", "email", " ana@example.com"),
    ("email-space-after", "email", "ana@example.com "),
    ("email-space-within", "email", "ana smith@example.com"),
    ("email-no-break-space", "email", "ana\u{a0}@example.com"),
    ("email-ideographic-space", "email", "ana@exam\u{3000}ple.com"),
    ("email-tab", "email", "ana\t@example.com"),
    ("email-nul", "email", "ana\0@example.com"),
    ("email-line-end", "email", "ana@example.com\n"),
    ("email-header-injection", "email", "ana@example.com\r\nBcc:eve@example.com"),
    ("email-delete-character", "email", "ana\u{7f}@example.com"),
    ("email-c1-control", "email", "ana\u{85}@example.com"),
    ("email-line-separator", "email", "ana\u{2028}@example.com"),
    ("email-domain-beyond-ascii", "email", "ana@exämple.com"),
    ("email-domain-full-width", "email", "ana@\u{ff45}xample.com"),
    ("email-domain-soft-hyphen", "email", "ana@exam\u{ad}ple.com"),
    ("email-domain-zero-width-space", "email", "ana@example.com\u{200b}"),
    ("email-domain-ideographic-full-stop", "email", "ana@example\u{3002}com"),
    ("email-angle-brackets", "email", "<ana@example.com>"),
    ("email-display-name", "email", "Ana<ana@example.com>"),
    ("email-two-by-comma", "email", "ana@example.com,eve@example.com"),
    ("email-comma-in-local-part", "email", "ana,eve@example.com"),
    ("email-semicolon", "email", "ana;eve@example.com"),
    ("email-colon", "email", "mailto:ana@example.com"),
    ("email-quotes", "email", "\"ana\"@example.com"),
    ("email-comment", "email", "ana(home)@example.com"),
    ("email-address-literal", "email", "ana@[192.0.2.1]"),
    ("email-backslash", "email", "ana\\@example.com"),
    ("phone-empty", "phone", ""),
    ("phone-plus", "phone", "+819012345678"),
    ("phone-of-16-digits", "phone", "1234567890123456"),
    ("phone-space", "phone", "81 9012345678"),
    ("phone-hyphen", "phone", "81-9012345678"),
    ("phone-letter", "phone", "81901234567a"),
    ("phone-full-width-digits", "phone", "\u{ff18}\u{ff11}9012345678"),
    ("phone-arabic-digits", "phone", "\u{661}\u{662}\u{663}"),
    ("phone-nul", "phone", "8190\0"),
    ("phone-line-end", "phone", "819012345678\n"),
    ("phone-negative", "phone", "-1"),
    ("phone-extension", "phone", "81901234#5"),
    ("phone-an-email", "phone", "ana@example.com"),
    ("email-a-phone", "email", "819012345678"),
    ("email-space-alone", "email", " "),
];

fn digests() -> Vec<Value> {
    let ring = ring();
    [
        ("digest-email", "email", "ana@example.com"),
        ("digest-email-in-capitals-is-another", "email", "ANA@example.com"),
        ("digest-phone", "phone", "819012345678"),
        ("digest-email-beyond-ascii", "email", "ünal@example.com"),
    ]
    .map(|(id, kind, value)| {
        let digest = hex(&ring.digest(kind, Some(value.as_bytes())));
        json!({
            "id": id, "ring": ring.to_text(), "type": kind, "value": value,
            "expect": ok(digest.into()),
        })
    })
    .to_vec()
}

fn case(id: &str, kind: &str, value: &str, expect: Value) -> Value {
    json!({ "id": id, "type": kind, "value": value, "expect": expect })
}

fn method(kind: &str) -> &'static str {
    if kind == "email" { "email_code" } else { "phone_code" }
}
