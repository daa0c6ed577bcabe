//! The wire format, byte for byte as `docs/token-format.md` has it. No other room knows bytes.

use alloc::string::String;
use alloc::vec::Vec;

use base64ct::{Base64UrlUnpadded, Encoding};
use subtle::ConstantTimeEq;

use crate::challenge::Challenge;
use crate::code::CODE_TAG_LENGTH;
use crate::digest::{Digest, Digests};
use crate::keyring::SealingKeys;
use crate::mac::HmacKey;
use crate::record::{RecordId, VerificationRecord};
use crate::time::CLOCK_SKEW_SECONDS;
use crate::{Error, ErrorCode, KeyId, KeyRing, Method, Purpose, Timestamp};

/// What a record's token begins with; secret scanners know it.
pub const RECORD_PREFIX: &str = "sekisho_r1_";

/// What a challenge's token begins with.
pub const CHALLENGE_PREFIX: &str = "sekisho_c1_";

const MAC_LENGTH: usize = 32;
const FIELDS_LENGTH: usize = 97;
const RECORD_LENGTH: usize = FIELDS_LENGTH + MAC_LENGTH;
const CHALLENGE_LENGTH: usize = FIELDS_LENGTH + CODE_TAG_LENGTH + MAC_LENGTH;

const RECORD_KIND: u8 = 1;
const CHALLENGE_KIND: u8 = 2;

pub(crate) fn seal_record(
    record: &VerificationRecord,
    keys: &KeyRing,
    now: Timestamp,
) -> Result<String, Error> {
    let (id, purposes) = keys.sealing_keys(now)?;
    let fields = write_fields(id, RECORD_KIND, record);
    Ok(finish(fields, &purposes.record, RECORD_PREFIX))
}

pub(crate) fn open_record(
    token: &str,
    keys: &KeyRing,
    now: Timestamp,
) -> Result<VerificationRecord, Error> {
    open(token, RECORD_PREFIX, RECORD_LENGTH, keys, now, |purposes| &purposes.record)
        .and_then(|bytes| read_fields(&mut Reader(&bytes), RECORD_KIND, now))
        .ok_or(ErrorCode::RecordNotFound.into())
}

pub(crate) fn seal_challenge(
    challenge: &Challenge,
    keys: &KeyRing,
    now: Timestamp,
) -> Result<String, Error> {
    let (id, purposes) = keys.sealing_keys(now)?;
    let mut fields = write_fields(id, CHALLENGE_KIND, &challenge.record);
    fields.extend_from_slice(&challenge.code_tag);
    Ok(finish(fields, &purposes.challenge, CHALLENGE_PREFIX))
}

pub(crate) fn open_challenge(
    token: &str,
    keys: &KeyRing,
    now: Timestamp,
) -> Result<Challenge, Error> {
    open(token, CHALLENGE_PREFIX, CHALLENGE_LENGTH, keys, now, |purposes| &purposes.challenge)
        .and_then(|bytes| read_challenge(&bytes, now))
        .ok_or(ErrorCode::RecordNotFound.into())
}

fn read_challenge(bytes: &[u8], now: Timestamp) -> Option<Challenge> {
    let mut reader = Reader(bytes);
    let sealed_with = KeyId::from_bytes(Reader(bytes).take()?);
    let record = read_fields(&mut reader, CHALLENGE_KIND, now)?;
    Some(Challenge { record, sealed_with, code_tag: reader.take()? })
}

/// Appends the MAC over all bytes and writes the text.
fn finish(mut bytes: Vec<u8>, key: &HmacKey, prefix: &str) -> String {
    bytes.extend_from_slice(&key.mac(&[&bytes]));
    let mut text = String::with_capacity(prefix.len() + bytes.len().div_ceil(3) * 4);
    text.push_str(prefix);
    text.push_str(&Base64UrlUnpadded::encode_string(&bytes));
    text
}

/// The bytes of a token whose MAC is right. Nothing but the key id is looked at before.
///
/// The lengths are multiples of three, so base64url has no spare bits: one token, one spelling.
fn open(
    token: &str,
    prefix: &str,
    length: usize,
    keys: &KeyRing,
    now: Timestamp,
    purpose: fn(&SealingKeys) -> &HmacKey,
) -> Option<Vec<u8>> {
    let text = token.strip_prefix(prefix).filter(|text| text.len() == length / 3 * 4)?;
    let bytes = Base64UrlUnpadded::decode_vec(text).ok()?;
    let (fields, mac) = bytes.split_last_chunk::<MAC_LENGTH>()?;
    let key_id = KeyId::from_bytes(Reader(fields).take()?);
    let key = purpose(keys.opening_keys(key_id, now)?);
    bool::from(key.mac(&[fields]).ct_eq(mac)).then_some(bytes)
}

fn write_fields(key_id: KeyId, kind: u8, record: &VerificationRecord) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(CHALLENGE_LENGTH);
    bytes.extend_from_slice(key_id.as_bytes());
    bytes.extend_from_slice(&[kind, record.method.to_byte(), record.purpose.to_byte()]);
    for time in [record.issued_at, record.expires_at] {
        let [_, _, _, low @ ..] = time.unix_seconds().to_be_bytes();
        bytes.extend_from_slice(&low);
    }
    bytes.extend_from_slice(record.id.as_bytes());
    let Digests { subject, identifier, session, operation } = &record.digests;
    for digest in [subject, identifier, session, operation] {
        bytes.extend_from_slice(&digest.0);
    }
    bytes
}

fn read_fields(reader: &mut Reader<'_>, kind: u8, now: Timestamp) -> Option<VerificationRecord> {
    let _key_id: [u8; 4] = reader.take()?;
    let [sealed_kind, method, purpose] = reader.take()?;
    let record = VerificationRecord {
        method: Method::from_byte(method)?,
        purpose: Purpose::from_byte(purpose)?,
        issued_at: reader.time()?,
        expires_at: reader.time()?,
        id: RecordId(reader.take()?),
        digests: Digests {
            subject: Digest(reader.take()?),
            identifier: Digest(reader.take()?),
            session: Digest(reader.take()?),
            operation: Digest(reader.take()?),
        },
    };
    let in_time = record.issued_at <= now.after(CLOCK_SKEW_SECONDS) && now < record.expires_at;
    (sealed_kind == kind && in_time).then_some(record)
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*bytes)
    }

    fn time(&mut self) -> Option<Timestamp> {
        let mut bytes = [0; 8];
        *bytes.last_chunk_mut::<5>()? = self.take()?;
        Timestamp::from_unix_seconds(u64::from_be_bytes(bytes)).ok()
    }
}
