//! The resume handle: a refused operation, to be gone on with once its user is verified.

use crate::digest::Digest;
use crate::flow::Issued;
use crate::{Binding, Error, ErrorCode, KeyRing, Method, Requirement, Timestamp, token};

/// Says that this very operation of this user in this session was refused for want of a
/// verification, and which methods are enough for it. It allows nothing.
pub(crate) struct ResumeHandle {
    /// One bit for each method that is enough.
    pub(crate) methods: u8,
    pub(crate) issued_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) subject: Digest,
    pub(crate) session: Digest,
    pub(crate) operation: Digest,
}

impl ResumeHandle {
    pub(crate) fn issue(
        requirement: &Requirement,
        binding: &Binding,
        keys: &KeyRing,
        now: Timestamp,
        lifetime: u64,
    ) -> Result<Issued, Error> {
        let methods = requirement.methods.iter().fold(0, |bits, method| bits | bit(*method));
        if methods == 0 || requirement.same_session && binding.session.is_none() {
            return Err(ErrorCode::RequirementInvalid.into());
        }
        let digests = keys.digest_key().digests(binding, None);
        let handle = Self {
            methods,
            issued_at: now,
            expires_at: now.after(lifetime),
            subject: digests.subject,
            session: digests.session,
            operation: digests.operation,
        };
        let token = token::seal_resume_handle(&handle, keys, now)?;
        Ok(Issued { token, expires_at: handle.expires_at })
    }

    /// Holds the handle against the verification that is asked for with it.
    pub(crate) fn check(
        &self,
        binding: &Binding,
        method: Method,
        keys: &KeyRing,
    ) -> Result<(), Error> {
        let asked = keys.digest_key().digests(binding, None);
        let refusal = if !self.subject.matches(&asked.subject) {
            ErrorCode::RecordNotFound
        } else if !self.session.matches(&asked.session) {
            ErrorCode::RecordSessionMismatch
        } else if !self.operation.matches(&asked.operation) {
            ErrorCode::RecordOperationMismatch
        } else if self.methods & bit(method) == 0 {
            ErrorCode::RecordMethodNotAllowed
        } else {
            return Ok(());
        };
        Err(refusal.into())
    }
}

const fn bit(method: Method) -> u8 {
    1 << (method.to_byte() - 1)
}
