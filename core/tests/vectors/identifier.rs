//! `identifier.json`.

use base64ct::{Base64UrlUnpadded, Encoding};
use sekisho::token::RECORD_PREFIX;
use sekisho::{
    Binding, Method, Purpose, RecordFields, RecordId, Subject, Timestamp, VerificationRecord,
};
use serde_json::json;

use crate::case::{assert_sections, each, hex, outcome, parse_identifier};

#[test]
fn sections() {
    assert_sections("identifier", &["parse", "digest"]);
}

#[test]
fn parse() {
    each("identifier", "parse", |case| {
        outcome(parse_identifier(case).map(|identifier| {
            assert_eq!(identifier.value(), case.text("value"));
            assert_eq!(identifier.kind(), case.text("type"));
            json!({ "canonical": identifier.canonical(), "method": identifier.method().as_str() })
        }))
    });
}

/// The digest is bytes 49 to 65 of a token.
#[test]
fn digest() {
    each("identifier", "digest", |case| {
        let ring = case.ring();
        let identifier = parse_identifier(case).unwrap();
        let fields = RecordFields {
            id: RecordId::from_bytes([1; 16]),
            method: Method::EmailCode,
            purpose: Purpose::UserPermissionValidation,
            identifier: Some(&identifier),
            binding: &Binding::to_subject(Subject::parse("user-1").unwrap()),
        };
        let now = Timestamp::from_unix_seconds(1_764_000_000).unwrap();
        let token = VerificationRecord::new(&ring, &fields, now, now).seal(&ring, now).unwrap();
        let body = token.strip_prefix(RECORD_PREFIX).unwrap();
        let bytes = Base64UrlUnpadded::decode_vec(body).unwrap();
        outcome(Ok(hex(&bytes[49..65])))
    });
}
