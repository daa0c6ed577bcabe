//! The verifier of a host that keeps no counters.

use std::sync::Arc;

use crate::flow::at_once;
use crate::verifier::Start;
use crate::{
    Accepted, CodeCheck, CodeResend, CodeSend, CodeSent, KeyRing, Method, PasswordCheck,
    PasswordPolicy, PasswordVerified, Policy, Presentation, Requirement, ResumeHandle,
    SekishoError, Verified,
};

/// A verifier for a host that has no counter store: attempts are not limited, a code works until it
/// expires, and records are not used up. Every outcome says so. Only for what an attacker gains
/// nothing by trying a million times.
#[derive(uniffi::Object)]
pub struct VerifierWithoutCounters(Start);

#[uniffi::export]
impl VerifierWithoutCounters {
    /// As `Verifier`.
    #[uniffi::constructor(default(policy = None, passwords = None))]
    pub fn new(
        keys: Arc<KeyRing>,
        policy: Option<Policy>,
        passwords: Option<Arc<PasswordPolicy>>,
    ) -> Result<Self, SekishoError> {
        Ok(Self(Start::new(sekisho::Verifier::without_counters, &keys, policy, passwords)?))
    }

    /// Checks the user's password. Blocks the thread for tens of milliseconds.
    ///
    /// Fails with `session.invalid_credentials`.
    #[uniffi::method(default(now = None, entropy = None))]
    pub fn check_password(
        &self,
        check: PasswordCheck,
        now: Option<i64>,
        entropy: Option<Vec<u8>>,
    ) -> Result<PasswordVerified, SekishoError> {
        at_once(self.0.check_password(check, now, entropy)?)
    }

    /// Draws a code.
    #[uniffi::method(default(now = None, entropy = None))]
    pub fn send_code(
        &self,
        send: CodeSend,
        now: Option<i64>,
        entropy: Option<Vec<u8>>,
    ) -> Result<CodeSent, SekishoError> {
        at_once(self.0.send_code(send, now, entropy)?)
    }

    /// The challenge's code once more, 30 seconds after the challenge at the earliest.
    ///
    /// Fails as that of `Verifier`.
    #[uniffi::method(default(now = None))]
    pub fn resend_code(
        &self,
        resend: CodeResend,
        now: Option<i64>,
    ) -> Result<CodeSent, SekishoError> {
        at_once(self.0.resend_code(resend, now)?)
    }

    /// Checks a code against its challenge.
    ///
    /// Fails with `verification_record.not_found`, `verification_code.*`.
    #[uniffi::method(default(now = None))]
    pub fn check_code(&self, check: CodeCheck, now: Option<i64>) -> Result<Verified, SekishoError> {
        at_once(self.0.check_code(check, now)?)
    }

    /// Holds a record against a requirement.
    ///
    /// Fails with `verification_record.not_found`, `record_*`, and with `counters_required` where
    /// single use is asked for.
    #[uniffi::method(default(now = None))]
    pub fn present(&self, shown: Presentation, now: Option<i64>) -> Result<Accepted, SekishoError> {
        at_once(self.0.present(shown, now)?)
    }

    /// Revokes nothing: that takes counters.
    ///
    /// Fails with `counters_required`, or `verification_record.not_found` as that of `Verifier`.
    #[uniffi::method(default(now = None))]
    pub fn revoke(
        &self,
        record: String,
        subject: String,
        now: Option<i64>,
    ) -> Result<(), SekishoError> {
        at_once(self.0.revoke(&record, &subject, now)?)
    }

    /// Revokes nothing: that takes counters.
    ///
    /// Fails with `counters_required`, or `verification_record.not_found` as that of `Verifier`.
    #[uniffi::method(default(now = None))]
    pub fn revoke_by_link(&self, revocation: String, now: Option<i64>) -> Result<(), SekishoError> {
        at_once(self.0.revoke_by_link(&revocation, now)?)
    }

    /// As of `Verifier`.
    #[uniffi::method(default(requirement = None, session = None, operation_json = None, now = None))]
    pub fn issue_resume_handle(
        &self,
        subject: String,
        requirement: Option<Requirement>,
        session: Option<String>,
        operation_json: Option<String>,
        now: Option<i64>,
    ) -> Result<ResumeHandle, SekishoError> {
        Ok(self.0.issue_resume_handle(requirement, &subject, session, operation_json, now)?)
    }

    /// As of `Verifier`.
    #[uniffi::method(default(session = None, operation_json = None, now = None))]
    pub fn check_resume_handle(
        &self,
        handle: String,
        method: Method,
        subject: String,
        session: Option<String>,
        operation_json: Option<String>,
        now: Option<i64>,
    ) -> Result<(), SekishoError> {
        Ok(self.0.check_resume_handle(&handle, method, &subject, session, operation_json, now)?)
    }
}
