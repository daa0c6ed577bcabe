//! The verifier, which starts every flow.

use alloc::borrow::ToOwned;
use alloc::sync::Arc;

use sekisho::{
    Accepted, CodeCheck, CodeResend, CodeSend, CodeSent, CodeVerified, Error, KeyRing,
    PasswordCheck, PasswordPolicy, PasswordVerified, Presentation, Step, Subject,
};
use zeroize::Zeroizing;

use crate::answer::Answer;
use crate::argument::Arguments;
use crate::flow::issued;
use crate::held::Value;

/// Starts every flow.
pub(crate) struct Verifier {
    verifier: sekisho::Verifier,
    passwords: Arc<PasswordPolicy>,
}

/// A verifier of these keys, passwords and policy: whether it counts, record lifetime; code length,
/// whether it is base32, lifetime, tries; failure limit, window, block; send limit, window.
pub(crate) fn make(
    keys: &Arc<KeyRing>,
    passwords: &Arc<PasswordPolicy>,
    arguments: &mut Arguments<'_>,
) -> Result<Value, Error> {
    let counts = arguments.is_true();
    let make = if counts { sekisho::Verifier::new } else { sekisho::Verifier::without_counters };
    let verifier = make(Arc::clone(keys), arguments.policy())?;
    Ok(Value::Verifier(Verifier { verifier, passwords: Arc::clone(passwords) }))
}

impl Verifier {
    /// Checks the user's password: binding, password, its NFKC form, stored hash, time, entropy.
    pub(crate) fn check_password(
        &self,
        arguments: &mut Arguments<'_>,
    ) -> Result<Step<PasswordVerified>, Error> {
        let check = PasswordCheck {
            binding: arguments.binding()?,
            password: arguments.password()?,
            stored: arguments.stored_hash(&self.passwords)?,
            policy: Arc::clone(&self.passwords),
        };
        Ok(self.verifier.check_password(check, arguments.time()?, arguments.entropy()?))
    }

    /// Draws a code: binding, recipient, purpose, time, entropy.
    pub(crate) fn send_code(&self, arguments: &mut Arguments<'_>) -> Result<Step<CodeSent>, Error> {
        let send = CodeSend {
            binding: arguments.binding()?,
            to: arguments.identifier()?,
            purpose: arguments.purpose()?,
        };
        Ok(self.verifier.send_code(send, arguments.time()?, arguments.entropy()?))
    }

    /// Draws the code once more: binding, recipient, challenge, time.
    pub(crate) fn resend_code(
        &self,
        arguments: &mut Arguments<'_>,
    ) -> Result<Step<CodeSent>, Error> {
        let resend = CodeResend {
            binding: arguments.binding()?,
            to: arguments.identifier()?,
            challenge: arguments.text().to_owned(),
        };
        Ok(self.verifier.resend_code(resend, arguments.time()?))
    }

    /// Checks a code: binding, recipient, challenge, code, time.
    pub(crate) fn check_code(
        &self,
        arguments: &mut Arguments<'_>,
    ) -> Result<Step<CodeVerified>, Error> {
        let check = CodeCheck {
            binding: arguments.binding()?,
            to: arguments.identifier()?,
            challenge: arguments.text().to_owned(),
            code: Zeroizing::new(arguments.text().to_owned()),
        };
        Ok(self.verifier.check_code(check, arguments.time()?))
    }

    /// Holds a record against a requirement: binding, record, idempotency key, time, requirement.
    pub(crate) fn present(&self, arguments: &mut Arguments<'_>) -> Result<Step<Accepted>, Error> {
        let presentation = Presentation {
            binding: arguments.binding()?,
            token: arguments.text().to_owned(),
            idempotency_key: arguments.text_if_any().map(str::to_owned),
        };
        let now = arguments.time()?;
        Ok(self.verifier.present(presentation, &arguments.requirement()?, now))
    }

    /// Ends a record or challenge of the user's: subject, token, time.
    pub(crate) fn revoke(&self, arguments: &mut Arguments<'_>) -> Result<Step<()>, Error> {
        let subject = Subject::parse(arguments.text())?;
        Ok(self.verifier.revoke(arguments.text(), &subject, arguments.time()?))
    }

    /// Ends what a message's link names: revocation, time.
    pub(crate) fn revoke_by_link(&self, arguments: &mut Arguments<'_>) -> Result<Step<()>, Error> {
        let revocation = arguments.text();
        Ok(self.verifier.revoke_by_link(revocation, arguments.time()?))
    }

    /// Ends a user's block: subject.
    pub(crate) fn unblock(&self, arguments: &mut Arguments<'_>) -> Result<Step<()>, Error> {
        Ok(self.verifier.unblock(&Subject::parse(arguments.text())?))
    }

    /// For who was refused: binding, time, requirement. Handle, `expiresAt`.
    pub(crate) fn issue_resume_handle(
        &self,
        arguments: &mut Arguments<'_>,
    ) -> Result<Answer, Error> {
        let (binding, now) = (arguments.binding()?, arguments.time()?);
        let handle = self.verifier.issue_resume_handle(&arguments.requirement()?, &binding, now)?;
        Ok(issued(&handle))
    }

    /// Holds a handle against the verification asked for: binding, handle, method, time.
    pub(crate) fn check_resume_handle(
        &self,
        arguments: &mut Arguments<'_>,
    ) -> Result<Answer, Error> {
        let (binding, handle) = (arguments.binding()?, arguments.text());
        let method = arguments.method()?;
        self.verifier.check_resume_handle(handle, &binding, method, arguments.time()?)?;
        Ok(Answer::new())
    }
}
