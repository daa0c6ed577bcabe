//! The verifier, which starts every flow.

use alloc::borrow::ToOwned;
use alloc::sync::Arc;

use sekisho::{
    Accepted, CodeCheck, CodeResend, CodeSend, CodeSent, CodeVerified, Error, Issued, KeyRing,
    PasswordCheck, PasswordPolicy, PasswordVerified, Presentation, Step, Subject,
};
use zeroize::Zeroizing;

use crate::answer::Answer;
use crate::argument::Arguments;
use crate::flow::Outcome;
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
    /// Record, `expiresAt`, `needsRehash`.
    pub(crate) fn check_password(
        &self,
        arguments: &mut Arguments<'_>,
    ) -> Result<Step<Outcome>, Error> {
        let check = PasswordCheck {
            binding: arguments.binding()?,
            password: arguments.password()?,
            stored: arguments.stored_hash(&self.passwords)?,
            policy: Arc::clone(&self.passwords),
        };
        let step = self.verifier.check_password(check, arguments.time()?, arguments.entropy()?);
        Ok(step.map(|verified: PasswordVerified| {
            let mut answer = issued(&verified.record);
            answer.flag(verified.needs_rehash);
            answer.into()
        }))
    }

    /// Draws a code: binding, recipient, purpose, time, entropy. Challenge, `expiresAt`, code,
    /// revocation, purpose; then the send.
    pub(crate) fn send_code(&self, arguments: &mut Arguments<'_>) -> Result<Step<Outcome>, Error> {
        let send = CodeSend {
            binding: arguments.binding()?,
            to: arguments.identifier()?,
            purpose: arguments.purpose()?,
        };
        let step = self.verifier.send_code(send, arguments.time()?, arguments.entropy()?);
        Ok(step.map(code_sent))
    }

    /// The code once more: binding, recipient, challenge, time. As [`send_code`](Self::send_code).
    pub(crate) fn resend_code(
        &self,
        arguments: &mut Arguments<'_>,
    ) -> Result<Step<Outcome>, Error> {
        let resend = CodeResend {
            binding: arguments.binding()?,
            to: arguments.identifier()?,
            challenge: arguments.text().to_owned(),
        };
        Ok(self.verifier.resend_code(resend, arguments.time()?).map(code_sent))
    }

    /// Checks a code: binding, recipient, challenge, code, time. Record, `expiresAt`.
    pub(crate) fn check_code(&self, arguments: &mut Arguments<'_>) -> Result<Step<Outcome>, Error> {
        let check = CodeCheck {
            binding: arguments.binding()?,
            to: arguments.identifier()?,
            challenge: arguments.text().to_owned(),
            code: Zeroizing::new(arguments.text().to_owned()),
        };
        let step = self.verifier.check_code(check, arguments.time()?);
        Ok(step.map(|verified: CodeVerified| issued(&verified.record).into()))
    }

    /// Holds a record against a requirement: binding, record, idempotency key, time, requirement.
    /// Id, method, purpose, `issuedAt`, `expiresAt`, repeated.
    pub(crate) fn present(&self, arguments: &mut Arguments<'_>) -> Result<Step<Outcome>, Error> {
        let presentation = Presentation {
            binding: arguments.binding()?,
            token: arguments.text().to_owned(),
            idempotency_key: arguments.text_if_any().map(str::to_owned),
        };
        let now = arguments.time()?;
        let step = self.verifier.present(presentation, &arguments.requirement()?, now);
        Ok(step.map(|accepted: Accepted| accepted_answer(&accepted).into()))
    }

    /// Ends a record or challenge of the user's: subject, token, time.
    pub(crate) fn revoke(&self, arguments: &mut Arguments<'_>) -> Result<Step<Outcome>, Error> {
        let subject = Subject::parse(arguments.text())?;
        Ok(self.verifier.revoke(arguments.text(), &subject, arguments.time()?).map(nothing))
    }

    /// Ends what a message's link names: revocation, time.
    pub(crate) fn revoke_by_link(
        &self,
        arguments: &mut Arguments<'_>,
    ) -> Result<Step<Outcome>, Error> {
        let revocation = arguments.text();
        Ok(self.verifier.revoke_by_link(revocation, arguments.time()?).map(nothing))
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

    /// Ends a user's block: subject.
    pub(crate) fn unblock(&self, arguments: &mut Arguments<'_>) -> Result<Step<Outcome>, Error> {
        let subject = Subject::parse(arguments.text())?;
        Ok(self.verifier.unblock(&subject).map(nothing))
    }
}

fn code_sent(sent: CodeSent) -> Outcome {
    let mut answer = issued(&sent.challenge);
    answer.text(sent.code.as_str());
    answer.text(&sent.revocation.token);
    answer.text(sent.purpose.as_str());
    Outcome { answer, sent: Some(sent) }
}

fn nothing((): ()) -> Outcome {
    Answer::new().into()
}

fn issued(Issued { token, expires_at }: &Issued) -> Answer {
    let mut answer = Answer::of(token);
    answer.number(expires_at.unix_seconds());
    answer
}

fn accepted_answer(Accepted { record, repeated, .. }: &Accepted) -> Answer {
    let mut answer = Answer::of(&record.id().to_text());
    answer.text(record.method().as_str());
    answer.text(record.purpose().as_str());
    answer.number(record.issued_at().unix_seconds());
    answer.number(record.expires_at().unix_seconds());
    answer.flag(*repeated);
    answer
}
