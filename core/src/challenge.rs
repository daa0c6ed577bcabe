//! The challenge: a code that was sent and is not yet checked.

use alloc::string::String;

use subtle::ConstantTimeEq;

use crate::code::{self, CODE_TAG_LENGTH, Code, CodePolicy};
use crate::{Error, ErrorCode, KeyId, KeyRing, Timestamp, VerificationRecord, token};

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
        policy: &CodePolicy,
        keys: &KeyRing,
        now: Timestamp,
    ) -> Result<(Self, Code), Error> {
        let (sealed_with, purposes) = keys.sealing_keys(now)?;
        let code = Code::draw(policy, &purposes.code, record.id);
        let code_tag = code::tag(&purposes.code, record.id, code.as_str());
        Ok((Self { record, sealed_with, code_tag }, code))
    }

    /// The code that was sent, drawn once more; refused where the policy has changed since, so that
    /// another one would come of it.
    pub(crate) fn draw_code(
        &self,
        policy: &CodePolicy,
        keys: &KeyRing,
        now: Timestamp,
    ) -> Result<Code, Error> {
        let purposes = keys.opening_keys(self.sealed_with, now).ok_or(ErrorCode::RecordNotFound)?;
        let code = Code::draw(policy, &purposes.code, self.record.id);
        let is_the_same = self.is_code(code.as_str(), keys, now);
        if is_the_same { Ok(code) } else { Err(ErrorCode::RecordNotFound.into()) }
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
