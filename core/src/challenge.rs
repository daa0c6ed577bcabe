//! The challenge: a code that was sent and is not yet checked.

use alloc::string::String;

use subtle::ConstantTimeEq;

use crate::code::{self, CODE_TAG_LENGTH, Code};
use crate::{Error, KeyId, KeyRing, Timestamp, VerificationRecord, token};

/// A code sent, bound to what the record made of it will say. It is not a record.
pub(crate) struct Challenge {
    /// The record to be, issued when the code was sent.
    pub(crate) record: VerificationRecord,
    /// The key whose code key made the tag.
    pub(crate) sealed_with: KeyId,
    /// A keyed digest of the record's id and the code: of no use to try codes with but by asking a
    /// holder of the key.
    pub(crate) code_tag: [u8; CODE_TAG_LENGTH],
}

impl Challenge {
    pub(crate) fn new(
        record: VerificationRecord,
        code: &Code,
        keys: &KeyRing,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let (sealed_with, purposes) = keys.sealing_keys(now)?;
        let code_tag = code::tag(&purposes.code, record.id, code.as_str());
        Ok(Self { record, sealed_with, code_tag })
    }

    pub(crate) fn seal(&self, keys: &KeyRing, now: Timestamp) -> Result<String, Error> {
        token::seal_challenge(self, keys, now)
    }

    pub(crate) fn open(token: &str, keys: &KeyRing, now: Timestamp) -> Result<Self, Error> {
        token::open_challenge(token, keys, now)
    }

    /// Whether this is the code that was sent, after canonicalising what was typed.
    pub(crate) fn is_code(&self, typed: &str, keys: &KeyRing, now: Timestamp) -> bool {
        let Some(purposes) = keys.opening_keys(self.sealed_with, now) else { return false };
        let typed = code::canonicalize(typed);
        let tag = code::tag(&purposes.code, self.record.id, &typed);
        tag.ct_eq(&self.code_tag).into()
    }
}
