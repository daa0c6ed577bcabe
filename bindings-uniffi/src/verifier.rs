//! The verifier, which drives every flow.

use std::sync::Arc;

use crate::flow::{at_once, drive};
use crate::steps::Start;
use crate::{
    Accepted, CodeCheck, CodeResend, CodeSend, CodeSent, CounterStore, Executor, KeyRing, Method,
    PasswordCheck, PasswordPolicy, PasswordVerified, Policy, Presentation, Requirement,
    ResumeHandle, SekishoError, Steps, Verified,
};

/// Starts every flow, in single steps; the most used ones it also drives over your counters.
///
/// `now` is a Unix time in seconds, the system's if not given; `entropy` is for tests: 32 bytes in
/// place of the platform's randomness. Where a store fails the check does: `CounterStoreFailed`.
#[derive(uniffi::Object)]
pub struct Verifier(Start);

#[uniffi::export]
impl Verifier {
    /// A verifier of a key ring. What is not given is the default: the policy's numbers, and
    /// Argon2id at OWASP's minimum.
    ///
    /// Fails with `policy_invalid` where a value of the policy is out of its bounds.
    #[uniffi::constructor(default(policy = None, passwords = None))]
    pub fn new(
        keys: Arc<KeyRing>,
        policy: Option<Policy>,
        passwords: Option<Arc<PasswordPolicy>>,
    ) -> Result<Self, SekishoError> {
        Ok(Self(Start::new(sekisho::Verifier::new, &keys, policy, passwords)?))
    }

    /// The same flows in single steps.
    pub fn steps(&self) -> Steps {
        Steps(self.0.clone())
    }

    /// Checks the user's password. Argon2 takes tens of milliseconds: of the thread that waits, or
    /// where the executor has it computed.
    ///
    /// Fails with `session.invalid_credentials`, `session.verification_blocked_too_many_attempts`,
    /// `counter_store_failed`.
    #[uniffi::method(default(executor = None, now = None, entropy = None))]
    pub async fn check_password(
        &self,
        check: PasswordCheck,
        counters: Arc<dyn CounterStore>,
        executor: Option<Arc<dyn Executor>>,
        now: Option<i64>,
        entropy: Option<Vec<u8>>,
    ) -> Result<PasswordVerified, SekishoError> {
        let step = self.0.check_password(check, now, entropy)?;
        drive(step, &*counters, executor.as_deref()).await
    }

    /// Draws a code. Send it, then answer with the challenge; if it cannot be sent, cancel it.
    ///
    /// Fails with `request.message_rate_limited`, `counter_store_failed`.
    #[uniffi::method(default(now = None, entropy = None))]
    pub async fn send_code(
        &self,
        send: CodeSend,
        counters: Arc<dyn CounterStore>,
        now: Option<i64>,
        entropy: Option<Vec<u8>>,
    ) -> Result<CodeSent, SekishoError> {
        drive(self.0.send_code(send, now, entropy)?, &*counters, None).await
    }

    /// Checks a code against its challenge.
    ///
    /// Fails with `verification_record.not_found`, `verification_code.*`,
    /// `session.verification_blocked_too_many_attempts`, `counter_store_failed`.
    #[uniffi::method(default(now = None))]
    pub async fn check_code(
        &self,
        check: CodeCheck,
        counters: Arc<dyn CounterStore>,
        now: Option<i64>,
    ) -> Result<Verified, SekishoError> {
        drive(self.0.check_code(check, now)?, &*counters, None).await
    }

    /// Holds a record against a requirement and, for single use, uses it up.
    ///
    /// Fails with `verification_record.not_found`, `record_*`, `counter_store_failed`.
    #[uniffi::method(default(now = None))]
    pub async fn present(
        &self,
        shown: Presentation,
        counters: Arc<dyn CounterStore>,
        now: Option<i64>,
    ) -> Result<Accepted, SekishoError> {
        drive(self.0.present(shown, now)?, &*counters, None).await
    }

    /// Ends a user's block and forgets their failures: an operator's act.
    pub async fn unblock(
        &self,
        subject: String,
        counters: Arc<dyn CounterStore>,
    ) -> Result<(), SekishoError> {
        drive(self.0.unblock(&subject)?, &*counters, None).await
    }
}

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
    /// Fails as that of `Steps`.
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
    /// Fails with `counters_required`, or `verification_record.not_found` as that of `Steps`.
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
    /// Fails with `counters_required`, or `verification_record.not_found` as that of `Steps`.
    #[uniffi::method(default(now = None))]
    pub fn revoke_by_link(&self, revocation: String, now: Option<i64>) -> Result<(), SekishoError> {
        at_once(self.0.revoke_by_link(&revocation, now)?)
    }

    /// As of `Steps`.
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

    /// As of `Steps`.
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
