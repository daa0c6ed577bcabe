//! The bytes of records and challenges, field by field.

use serde_json::{Value, json};

use crate::document::hex;
use crate::reference::{CHALLENGE, Key, RECORD, REVOCATION, Ring, draw_code, record_id, sha256};

pub(crate) const NOW: u64 = 1_764_000_000;
pub(crate) const SUBJECT: &str = "user-1";
pub(crate) const EMAIL: (&str, &str) = ("email", "ana@example.com");
pub(crate) const PHONE: (&str, &str) = ("phone", "819012345678");

pub(crate) const METHODS: [&str; 3] = ["password", "email_code", "phone_code"];
pub(crate) const PURPOSES: [&str; 3] = ["UserPermissionValidation", "BindNewIdentifier", "BindMfa"];

/// What a record says, before it is bytes.
#[derive(Clone)]
pub(crate) struct Record {
    pub(crate) id: [u8; 16],
    pub(crate) method: &'static str,
    pub(crate) purpose: &'static str,
    pub(crate) issued_at: u64,
    pub(crate) expires_at: u64,
    pub(crate) identifier: Option<(&'static str, &'static str)>,
    pub(crate) subject: &'static str,
    pub(crate) session: Option<&'static str>,
    /// The operation's JSON, in canonical form.
    pub(crate) operation: Option<&'static str>,
}

impl Record {
    /// A password's record made at [`NOW`], good for ten minutes.
    pub(crate) fn by_password(entropy: &[u8; 32]) -> Self {
        Self {
            id: record_id(entropy),
            method: "password",
            purpose: "UserPermissionValidation",
            issued_at: NOW,
            expires_at: NOW + 600,
            identifier: None,
            subject: SUBJECT,
            session: None,
            operation: None,
        }
    }

    pub(crate) fn by_code(
        entropy: &[u8; 32],
        identifier: (&'static str, &'static str),
        purpose: &'static str,
    ) -> Self {
        let method = if identifier.0 == "email" { "email_code" } else { "phone_code" };
        Self { method, purpose, identifier: Some(identifier), ..Self::by_password(entropy) }
    }

    pub(crate) fn bytes(&self, ring: &Ring, key: &Key, kind: u8) -> Vec<u8> {
        self.bytes_with(
            ring,
            key,
            [kind, place(&METHODS, self.method), place(&PURPOSES, self.purpose)],
        )
    }

    /// The same with any kind, method and purpose.
    pub(crate) fn bytes_with(
        &self,
        ring: &Ring,
        key: &Key,
        kind_method_purpose: [u8; 3],
    ) -> Vec<u8> {
        let mut bytes = key.id.to_vec();
        bytes.extend(kind_method_purpose);
        for time in [self.issued_at, self.expires_at] {
            bytes.extend(time.to_be_bytes().iter().skip(3));
        }
        bytes.extend(self.id);
        bytes.extend(ring.digest("subject", Some(self.subject.as_bytes())));
        bytes.extend(match self.identifier {
            Some((kind, value)) => ring.digest(kind, Some(value.as_bytes())),
            None => ring.digest("identifier", None),
        });
        bytes.extend(ring.digest("session", self.session.map(str::as_bytes)));
        let operation = self.operation.map(|json| sha256(json.as_bytes()));
        bytes.extend(ring.digest("operation", operation.as_ref().map(|digest| &digest[..])));
        bytes
    }

    /// The record's token, by the key that seals at the time.
    pub(crate) fn token(&self, ring: &Ring, now: u64) -> String {
        let key = ring.sealing_key(now);
        ring.seal(&key, "record", RECORD, &self.bytes(ring, &key, 1))
    }

    /// What ends the challenge that the record was, by the key that seals at the time.
    pub(crate) fn revocation(&self, ring: &Ring, now: u64) -> String {
        let key = ring.sealing_key(now);
        ring.seal(&key, "revocation", REVOCATION, &self.revocation_bytes(&key))
    }

    pub(crate) fn revocation_bytes(&self, key: &Key) -> Vec<u8> {
        let mut bytes = [&key.id[..], &[4]].concat();
        for time in [self.issued_at, self.expires_at] {
            bytes.extend(time.to_be_bytes().iter().skip(3));
        }
        bytes.extend(self.id);
        bytes
    }

    pub(crate) fn fields(&self) -> Value {
        json!({
            "id": hex(&self.id),
            "method": self.method,
            "purpose": self.purpose,
            "issued_at": self.issued_at,
            "expires_at": self.expires_at,
        })
    }

    pub(crate) fn binding(&self) -> Value {
        json!({ "subject": self.subject, "session": self.session, "operation": self.operation })
    }
}

/// A code that was sent.
#[derive(Clone)]
pub(crate) struct Challenge {
    pub(crate) record: Record,
    pub(crate) code: String,
    pub(crate) token: String,
}

impl Challenge {
    /// Draws six digits and seals.
    pub(crate) fn new(record: Record, ring: &Ring) -> Self {
        Self::drawn(record, ring, (6, "digits"))
    }

    pub(crate) fn drawn(record: Record, ring: &Ring, (length, alphabet): (usize, &str)) -> Self {
        let seed = ring.code_seed(&ring.sealing_key(record.issued_at), &record.id);
        let (code, _) = draw_code(&seed, length, alphabet);
        Self::with_code(record, code, ring)
    }

    /// What the link of its message carries.
    pub(crate) fn revocation(&self, ring: &Ring, now: u64) -> String {
        self.record.revocation(ring, now)
    }

    pub(crate) fn with_code(record: Record, code: String, ring: &Ring) -> Self {
        let key = ring.sealing_key(record.issued_at);
        let bytes = Self::bytes(&record, &code, ring, &key);
        let token = ring.seal(&key, "challenge", CHALLENGE, &bytes);
        Self { record, code, token }
    }

    pub(crate) fn bytes(record: &Record, code: &str, ring: &Ring, key: &Key) -> Vec<u8> {
        let mut bytes = record.bytes(ring, key, 2);
        bytes.extend(ring.code_tag(key, &record.id, code));
        bytes
    }

    /// The record made of the challenge when its code is checked.
    pub(crate) fn verified(&self, now: u64) -> Record {
        Record { issued_at: now, ..self.record.clone() }
    }
}

pub(crate) fn identifier((kind, value): (&str, &str)) -> Value {
    json!({ "type": kind, "value": value })
}

/// 1 for the first of the words; 0 for none of them.
fn place(words: &[&str], word: &str) -> u8 {
    let place = words.iter().position(|known| *known == word);
    place.and_then(|place| u8::try_from(place + 1).ok()).unwrap_or_default()
}
