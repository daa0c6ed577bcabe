//! Every flow's beginning.

use std::sync::Arc;

use sekisho::{Error, Step, Subject};

use crate::argument::{entropy, time_or_now};
use crate::{
    Accepted, CodeCheck, CodeCheckFlow, CodeSend, CodeSendFlow, CodeSent, EmptyFlow, KeyRing,
    PasswordCheck, PasswordCheckFlow, PasswordPolicy, PasswordVerified, Policy, Presentation,
    PresentationFlow, SekishoError, Verified,
};

/// The flows in their single steps, for who batches additions or has a store of another shape.
#[derive(uniffi::Object)]
pub struct Steps(pub(crate) Start);

#[uniffi::export]
impl Steps {
    /// Begins to check a password. The flow's first `resume` blocks the thread: it computes Argon2.
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

    /// Begins to end a user's block.
    pub fn unblock(&self, subject: String) -> Result<EmptyFlow, SekishoError> {
        Ok(EmptyFlow::of(self.0.unblock(&subject)?))
    }
}

/// Starts every flow: the rules, and how passwords are hashed.
#[derive(Clone)]
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

    pub(crate) fn unblock(&self, subject: &str) -> Result<Step<()>, Error> {
        Ok(self.verifier.unblock(&Subject::parse(subject)?))
    }
}
