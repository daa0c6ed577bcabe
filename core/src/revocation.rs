//! The revocation: what the link "this was not me" of a message carries.

use crate::flow::Issued;
use crate::{Error, KeyRing, RecordId, Timestamp, VerificationRecord, token};

/// Names a challenge, and the record made of it, to whoever may end it without signing in. It is
/// good for nothing else.
pub(crate) struct Revocation {
    pub(crate) of: RecordId,
    pub(crate) issued_at: Timestamp,
    /// When the record ends, too.
    pub(crate) expires_at: Timestamp,
}

impl Revocation {
    pub(crate) const fn of(record: &VerificationRecord) -> Self {
        Self { of: record.id(), issued_at: record.issued_at(), expires_at: record.expires_at() }
    }

    pub(crate) fn issue(&self, keys: &KeyRing, now: Timestamp) -> Result<Issued, Error> {
        let token = token::seal_revocation(self, keys, now)?;
        Ok(Issued { token, expires_at: self.expires_at })
    }

    pub(crate) fn open(token: &str, keys: &KeyRing, now: Timestamp) -> Result<Self, Error> {
        token::open_revocation(token, keys, now)
    }
}
