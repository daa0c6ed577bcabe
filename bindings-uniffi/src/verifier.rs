//! The verifier, which starts every flow.

use std::sync::Arc;

use sekisho::{Error, Step, Subject};

use crate::argument::{entropy, time_or_now};
use crate::request::binding;
use crate::{
    Accepted, CodeCheck, CodeCheckFlow, CodeResend, CodeSend, CodeSendFlow, CodeSent, EmptyFlow,
    KeyRing, Method, PasswordCheck, PasswordCheckFlow, PasswordPolicy, PasswordVerified, Policy,
    Presentation, PresentationFlow, Requirement, ResumeHandle, SekishoError, Verified,
};

/// Starts every flow. Each language drives it over the counters by a loop of its own, so that
/// cancelling and a store's exception are the language's.
///
/// `now` is a Unix time in seconds, the system's if not given; `entropy` is for tests: 32 bytes in
/// place of the platform's randomness.
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

    /// Begins to check a password. One `resume` of the flow blocks the thread: it computes Argon2.
    #[uniffi::method(default(now = None, entropy = None))]
    pub fn check_password(
        &self,
        check: PasswordCheck,
        now: Option<i64>,
        entropy: Option<Vec<u8>>,
    ) -> Result<PasswordCheckFlow, SekishoError> {
        Ok(PasswordCheckFlow::of(self.0.check_password(check, now, entropy)?))
    }

    /// Begins to send a code.
    #[uniffi::method(default(now = None, entropy = None))]
    pub fn send_code(
        &self,
        send: CodeSend,
        now: Option<i64>,
        entropy: Option<Vec<u8>>,
    ) -> Result<CodeSendFlow, SekishoError> {
        Ok(CodeSendFlow::of(self.0.send_code(send, now, entropy)?))
    }

    /// Begins to send a challenge's code once more, under the same token, to the same end and within the
    /// same budgets.
    ///
    /// Fails with `verification_record.not_found` for what is no challenge of this user and session, or
    /// was made under another policy of codes, `verification_code.email_mismatch` or `phone_mismatch`
    /// for another recipient, `record_operation_mismatch`, `verification_code.expired`,
    /// `verification_code.not_found` for a code that was used or revoked, and
    /// `request.message_rate_limited`, also within 30 seconds of the message before.
    #[uniffi::method(default(now = None))]
    pub fn resend_code(
        &self,
        resend: CodeResend,
        now: Option<i64>,
    ) -> Result<CodeSendFlow, SekishoError> {
        Ok(CodeSendFlow::of(self.0.resend_code(resend, now)?))
    }

    /// Begins to check a code.
    #[uniffi::method(default(now = None))]
    pub fn check_code(
        &self,
        check: CodeCheck,
        now: Option<i64>,
    ) -> Result<CodeCheckFlow, SekishoError> {
        Ok(CodeCheckFlow::of(self.0.check_code(check, now)?))
    }

    /// Begins to hold a record against a requirement.
    #[uniffi::method(default(now = None))]
    pub fn present(
        &self,
        shown: Presentation,
        now: Option<i64>,
    ) -> Result<PresentationFlow, SekishoError> {
        Ok(PresentationFlow::of(self.0.present(shown, now)?))
    }

    /// Begins to revoke a record or a challenge of the user's, in whichever session it was made: its code
    /// is no longer right, and nothing accepts the record. Revoking again changes nothing.
    ///
    /// Fails with `verification_record.not_found` for what is none of this user.
    #[uniffi::method(default(now = None))]
    pub fn revoke(
        &self,
        record: String,
        subject: String,
        now: Option<i64>,
    ) -> Result<EmptyFlow, SekishoError> {
        Ok(EmptyFlow::of(self.0.revoke(&record, &subject, now)?))
    }

    /// Begins to revoke the challenge of a message that the user did not ask for, by what the message's
    /// link carries: the send's `revocation`. Nobody needs to be signed in.
    ///
    /// Fails with `verification_record.not_found` for anything else, and after the record's end.
    #[uniffi::method(default(now = None))]
    pub fn revoke_by_link(
        &self,
        revocation: String,
        now: Option<i64>,
    ) -> Result<EmptyFlow, SekishoError> {
        Ok(EmptyFlow::of(self.0.revoke_by_link(&revocation, now)?))
    }

    /// Begins to end a user's block.
    pub fn unblock(&self, subject: String) -> Result<EmptyFlow, SekishoError> {
        Ok(EmptyFlow::of(self.0.unblock(&subject)?))
    }

    /// What a client needs to go on with an operation that was refused for want of a verification: send
    /// it along with the refusal. It lives as long as a record, and allows nothing.
    ///
    /// Fails with `key_none_seals`, and `requirement_invalid` for an age below zero.
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

    /// Whether a verification by this method is what the handle's operation was refused for.
    ///
    /// Fails with `verification_record.not_found` for a text that is no handle of this user or has
    /// expired, `record_session_mismatch`, `record_operation_mismatch`, `record_method_not_allowed`.
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

/// Starts every flow: the rules, and how passwords are hashed.
pub(crate) struct Start {
    verifier: sekisho::Verifier,
    passwords: Arc<PasswordPolicy>,
}

type Make = fn(Arc<sekisho::KeyRing>, sekisho::Policy) -> Result<sekisho::Verifier, Error>;

impl Start {
    pub(crate) fn new(
        make: Make,
        keys: &KeyRing,
        policy: Option<Policy>,
        passwords: Option<Arc<PasswordPolicy>>,
    ) -> Result<Self, Error> {
        let verifier = make(Arc::clone(&keys.0), policy.unwrap_or_default().into())?;
        let passwords = passwords.unwrap_or_else(|| Arc::new(PasswordPolicy::owasp()));
        Ok(Self { verifier, passwords })
    }

    pub(crate) fn check_password(
        &self,
        check: PasswordCheck,
        now: Option<i64>,
        entropy: Option<Vec<u8>>,
    ) -> Result<Step<PasswordVerified>, Error> {
        let (now, entropy) = (time_or_now(now)?, self::entropy(entropy)?);
        let check = check.parse(&self.passwords)?;
        Ok(self.verifier.check_password(check, now, entropy).map(PasswordVerified::from))
    }

    pub(crate) fn send_code(
        &self,
        send: CodeSend,
        now: Option<i64>,
        entropy: Option<Vec<u8>>,
    ) -> Result<Step<CodeSent>, Error> {
        let (now, entropy) = (time_or_now(now)?, self::entropy(entropy)?);
        Ok(self.verifier.send_code(send.parse()?, now, entropy).map(CodeSent::from))
    }

    pub(crate) fn resend_code(
        &self,
        resend: CodeResend,
        now: Option<i64>,
    ) -> Result<Step<CodeSent>, Error> {
        let now = time_or_now(now)?;
        Ok(self.verifier.resend_code(resend.parse()?, now).map(CodeSent::from))
    }

    pub(crate) fn check_code(
        &self,
        check: CodeCheck,
        now: Option<i64>,
    ) -> Result<Step<Verified>, Error> {
        let now = time_or_now(now)?;
        Ok(self.verifier.check_code(check.parse()?, now).map(Verified::from))
    }

    pub(crate) fn present(
        &self,
        shown: Presentation,
        now: Option<i64>,
    ) -> Result<Step<Accepted>, Error> {
        let now = time_or_now(now)?;
        let (shown, requirement) = shown.parse()?;
        Ok(self.verifier.present(shown, &requirement, now).map(Accepted::from))
    }

    pub(crate) fn revoke(
        &self,
        record: &str,
        subject: &str,
        now: Option<i64>,
    ) -> Result<Step<()>, Error> {
        let now = time_or_now(now)?;
        Ok(self.verifier.revoke(record, &Subject::parse(subject)?, now))
    }

    pub(crate) fn revoke_by_link(
        &self,
        revocation: &str,
        now: Option<i64>,
    ) -> Result<Step<()>, Error> {
        Ok(self.verifier.revoke_by_link(revocation, time_or_now(now)?))
    }

    pub(crate) fn unblock(&self, subject: &str) -> Result<Step<()>, Error> {
        Ok(self.verifier.unblock(&Subject::parse(subject)?))
    }

    pub(crate) fn issue_resume_handle(
        &self,
        requirement: Option<Requirement>,
        subject: &str,
        session: Option<String>,
        operation_json: Option<String>,
        now: Option<i64>,
    ) -> Result<ResumeHandle, Error> {
        let now = time_or_now(now)?;
        let binding = binding(subject, session, operation_json)?;
        let requirement = requirement.unwrap_or_default().parse()?;
        Ok(self.verifier.issue_resume_handle(&requirement, &binding, now)?.into())
    }

    pub(crate) fn check_resume_handle(
        &self,
        handle: &str,
        method: Method,
        subject: &str,
        session: Option<String>,
        operation_json: Option<String>,
        now: Option<i64>,
    ) -> Result<(), Error> {
        let now = time_or_now(now)?;
        let binding = binding(subject, session, operation_json)?;
        self.verifier.check_resume_handle(handle, &binding, method.into(), now)
    }
}
