//! The wire format, byte for byte as `docs/token-format.md` has it. No other room knows bytes.

use alloc::string::String;
use alloc::vec::Vec;

use subtle::ConstantTimeEq;

use crate::challenge::Challenge;
use crate::code::CODE_TAG_LENGTH;
use crate::digest::{Digest, Digests};
use crate::keyring::SealingKeys;
use crate::mac::HmacKey;
use crate::record::{RecordId, VerificationRecord};
use crate::resume_handle::ResumeHandle;
use crate::revocation::Revocation;
use crate::time::CLOCK_SKEW_SECONDS;
use crate::{Error, ErrorCode, KeyId, KeyRing, Method, Purpose, Timestamp, base64};

/// What a record's token begins with; secret scanners know it.
pub const RECORD_PREFIX: &str = "sekisho_r1_";

/// What a challenge's token begins with.
pub const CHALLENGE_PREFIX: &str = "sekisho_c1_";

/// What a resume handle begins with.
pub const RESUME_PREFIX: &str = "sekisho_h1_";

/// What a revocation begins with.
pub const REVOCATION_PREFIX: &str = "sekisho_x1_";

const MAC_LENGTH: usize = 32;
const FIELDS_LENGTH: usize = 97;
const RECORD_LENGTH: usize = FIELDS_LENGTH + MAC_LENGTH;
const CHALLENGE_LENGTH: usize = FIELDS_LENGTH + CODE_TAG_LENGTH + MAC_LENGTH;
const RESUME_LENGTH: usize = 64 + MAC_LENGTH;
const REVOCATION_LENGTH: usize = 31 + MAC_LENGTH;

const RECORD_KIND: u8 = 1;
const CHALLENGE_KIND: u8 = 2;
const RESUME_KIND: u8 = 3;
const REVOCATION_KIND: u8 = 4;

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

pub(crate) fn seal_resume_handle(
    handle: &ResumeHandle,
    keys: &KeyRing,
    now: Timestamp,
) -> Result<String, Error> {
    let (id, purposes) = keys.sealing_keys(now)?;
    let mut bytes = begin(id, &[RESUME_KIND, handle.methods]);
    write_times(&mut bytes, [handle.issued_at, handle.expires_at]);
    write_digests(&mut bytes, &[handle.subject, handle.session, handle.operation]);
    Ok(finish(bytes, &purposes.resume, RESUME_PREFIX))
}

pub(crate) fn open_resume_handle(
    token: &str,
    keys: &KeyRing,
    now: Timestamp,
) -> Result<ResumeHandle, Error> {
    open(token, RESUME_PREFIX, RESUME_LENGTH, keys, now, |purposes| &purposes.resume)
        .and_then(|bytes| read_resume_handle(&mut Reader(&bytes), now))
        .ok_or(ErrorCode::RecordNotFound.into())
}

pub(crate) fn seal_revocation(
    revocation: &Revocation,
    keys: &KeyRing,
    now: Timestamp,
) -> Result<String, Error> {
    let (id, purposes) = keys.sealing_keys(now)?;
    let mut bytes = begin(id, &[REVOCATION_KIND]);
    write_times(&mut bytes, [revocation.issued_at, revocation.expires_at]);
    bytes.extend_from_slice(revocation.of.as_bytes());
    Ok(finish(bytes, &purposes.revocation, REVOCATION_PREFIX))
}

pub(crate) fn open_revocation(
    token: &str,
    keys: &KeyRing,
    now: Timestamp,
) -> Result<Revocation, Error> {
    open(token, REVOCATION_PREFIX, REVOCATION_LENGTH, keys, now, |purposes| &purposes.revocation)
        .and_then(|bytes| read_revocation(&mut Reader(&bytes), now))
        .ok_or(ErrorCode::RecordNotFound.into())
}

/// Appends the MAC over all bytes and writes the text.
fn finish(mut bytes: Vec<u8>, key: &HmacKey, prefix: &str) -> String {
    bytes.extend_from_slice(&key.mac(&[&bytes]));
    let mut text = String::with_capacity(prefix.len() + bytes.len().div_ceil(3) * 4);
    text.push_str(prefix);
    text.push_str(&base64::encode(&bytes));
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
    let bytes = base64::decode(text.as_bytes())?;
    let (fields, mac) = bytes.split_last_chunk::<MAC_LENGTH>()?;
    let key_id = KeyId::from_bytes(Reader(fields).take()?);
    let key = purpose(keys.opening_keys(key_id, now)?);
    bool::from(key.mac(&[fields]).ct_eq(mac)).then_some(bytes)
}

fn write_fields(key_id: KeyId, kind: u8, record: &VerificationRecord) -> Vec<u8> {
    let mut bytes = begin(key_id, &[kind, record.method.to_byte(), record.purpose.to_byte()]);
    write_times(&mut bytes, [record.issued_at, record.expires_at]);
    bytes.extend_from_slice(record.id.as_bytes());
    let Digests { subject, identifier, session, operation } = record.digests;
    write_digests(&mut bytes, &[subject, identifier, session, operation]);
    bytes
}

fn begin(key_id: KeyId, kind: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(CHALLENGE_LENGTH);
    bytes.extend_from_slice(key_id.as_bytes());
    bytes.extend_from_slice(kind);
    bytes
}

fn write_times(bytes: &mut Vec<u8>, times: [Timestamp; 2]) {
    for time in times {
        let [_, _, _, low @ ..] = time.unix_seconds().to_be_bytes();
        bytes.extend_from_slice(&low);
    }
}

fn write_digests(bytes: &mut Vec<u8>, digests: &[Digest]) {
    for digest in digests {
        bytes.extend_from_slice(&digest.0);
    }
}

fn read_fields(reader: &mut Reader<'_>, kind: u8, now: Timestamp) -> Option<VerificationRecord> {
    let [method, purpose] = reader.kind(kind)?;
    let [issued_at, expires_at] = reader.times(now)?;
    Some(VerificationRecord {
        method: Method::from_byte(method)?,
        purpose: Purpose::from_byte(purpose)?,
        issued_at,
        expires_at,
        id: RecordId(reader.take()?),
        digests: Digests {
            subject: Digest(reader.take()?),
            identifier: Digest(reader.take()?),
            session: Digest(reader.take()?),
            operation: Digest(reader.take()?),
        },
    })
}

fn read_resume_handle(reader: &mut Reader<'_>, now: Timestamp) -> Option<ResumeHandle> {
    let [methods] = reader.kind(RESUME_KIND)?;
    let are_known = methods < 1 << Method::ALL.len();
    let [issued_at, expires_at] = reader.times(now)?;
    are_known.then_some(ResumeHandle {
        methods,
        issued_at,
        expires_at,
        subject: Digest(reader.take()?),
        session: Digest(reader.take()?),
        operation: Digest(reader.take()?),
    })
}

fn read_revocation(reader: &mut Reader<'_>, now: Timestamp) -> Option<Revocation> {
    let [] = reader.kind(REVOCATION_KIND)?;
    let [issued_at, expires_at] = reader.times(now)?;
    Some(Revocation { of: RecordId(reader.take()?), issued_at, expires_at })
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*bytes)
    }

    /// Passes the key id and this kind, and gives what stands beside the kind.
    fn kind<const N: usize>(&mut self, kind: u8) -> Option<[u8; N]> {
        let _key_id: [u8; 4] = self.take()?;
        let [sealed_kind] = self.take()?;
        let beside = self.take()?;
        (sealed_kind == kind).then_some(beside)
    }

    /// When it was issued and when it ends; `None` outside of that time.
    fn times(&mut self, now: Timestamp) -> Option<[Timestamp; 2]> {
        let (issued_at, expires_at) = (self.time()?, self.time()?);
        let in_time = issued_at <= now.after(CLOCK_SKEW_SECONDS) && now < expires_at;
        in_time.then_some([issued_at, expires_at])
    }

    fn time(&mut self) -> Option<Timestamp> {
        let mut bytes = [0; 8];
        *bytes.last_chunk_mut::<5>()? = self.take()?;
        Timestamp::from_unix_seconds(u64::from_be_bytes(bytes)).ok()
    }
}
