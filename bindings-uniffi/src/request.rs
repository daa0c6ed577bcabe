//! What flows are asked.

use sekisho::{Error, Operation, Session, Subject};
use zeroize::Zeroizing;

use crate::password_policy::parse;
use crate::{Identifier, PasswordPolicy, Purpose, Requirement};

/// A user who shows their password.
#[derive(Clone, uniffi::Record)]
pub struct PasswordCheck {
    /// The signed-in user, by your own stable id: 1 to 256 bytes.
    pub subject: String,
    /// The password as typed.
    pub password: String,
    /// The user's stored hash; without one the answer is that of a wrong password.
    pub password_hash: Option<String>,
    /// The session of the request, if records shall be bound to it.
    #[uniffi(default = None)]
    pub session: Option<String>,
    /// The operation that is to be approved, if any, as JSON text: any change of it is another
    /// operation.
    #[uniffi(default = None)]
    pub operation_json: Option<String>,
}

/// A user who is sent a code.
#[derive(Clone, uniffi::Record)]
pub struct CodeSend {
    /// The signed-in user, by your own stable id: 1 to 256 bytes.
    pub subject: String,
    /// Where the code goes.
    pub to: Identifier,
    /// What the record will be good for: see `purpose_of_code`. A permission if not given.
    #[uniffi(default = None)]
    pub purpose: Option<Purpose>,
    /// The session of the request, if records shall be bound to it.
    #[uniffi(default = None)]
    pub session: Option<String>,
    /// The operation that is to be approved, if any, as JSON text.
    #[uniffi(default = None)]
    pub operation_json: Option<String>,
}

/// A user who is sent a challenge's code again.
#[derive(Clone, uniffi::Record)]
pub struct CodeResend {
    /// The signed-in user.
    pub subject: String,
    /// Where the first message went.
    pub to: Identifier,
    /// The challenge of the send.
    pub challenge: String,
    /// The session of the request.
    #[uniffi(default = None)]
    pub session: Option<String>,
    /// The operation of the send, if it had one, as JSON text: the message tells of it again.
    #[uniffi(default = None)]
    pub operation_json: Option<String>,
}

/// A user who types a code.
#[derive(Clone, uniffi::Record)]
pub struct CodeCheck {
    /// The signed-in user.
    pub subject: String,
    /// Where the client says the code was sent.
    pub to: Identifier,
    /// The challenge of the send.
    pub challenge: String,
    /// The code as typed.
    pub code: String,
    /// The session of the request.
    #[uniffi(default = None)]
    pub session: Option<String>,
}

/// A user who shows a record for an operation.
#[derive(Clone, uniffi::Record)]
pub struct Presentation {
    /// The signed-in user.
    pub subject: String,
    /// The record, or a challenge whose code was used.
    pub record: String,
    /// What the operation demands; a permission by any method if not given.
    #[uniffi(default = None)]
    pub requirement: Option<Requirement>,
    /// For single use: names this one request, so that repeating it is the same use.
    #[uniffi(default = None)]
    pub idempotency_key: Option<String>,
    /// The session of the request.
    #[uniffi(default = None)]
    pub session: Option<String>,
    /// The operation that is to be done, as JSON text.
    #[uniffi(default = None)]
    pub operation_json: Option<String>,
}

impl PasswordCheck {
    pub(crate) fn parse(self, passwords: &PasswordPolicy) -> Result<sekisho::PasswordCheck, Error> {
        Ok(sekisho::PasswordCheck {
            binding: binding(&self.subject, self.session, self.operation_json)?,
            password: parse(self.password)?,
            stored: passwords.stored(self.password_hash.as_deref())?,
            policy: passwords.rules(),
        })
    }
}

impl CodeSend {
    pub(crate) fn parse(self) -> Result<sekisho::CodeSend, Error> {
        Ok(sekisho::CodeSend {
            binding: binding(&self.subject, self.session, self.operation_json)?,
            to: self.to.parse()?,
            purpose: self.purpose.map_or(sekisho::Purpose::UserPermissionValidation, Into::into),
        })
    }
}

impl CodeResend {
    pub(crate) fn parse(self) -> Result<sekisho::CodeResend, Error> {
        Ok(sekisho::CodeResend {
            binding: binding(&self.subject, self.session, self.operation_json)?,
            to: self.to.parse()?,
            challenge: self.challenge,
        })
    }
}

impl CodeCheck {
    pub(crate) fn parse(self) -> Result<sekisho::CodeCheck, Error> {
        Ok(sekisho::CodeCheck {
            binding: binding(&self.subject, self.session, None)?,
            to: self.to.parse()?,
            challenge: self.challenge,
            code: Zeroizing::new(self.code),
        })
    }
}

impl Presentation {
    pub(crate) fn parse(self) -> Result<(sekisho::Presentation, sekisho::Requirement), Error> {
        let presentation = sekisho::Presentation {
            binding: binding(&self.subject, self.session, self.operation_json)?,
            token: self.record,
            idempotency_key: self.idempotency_key,
        };
        Ok((presentation, self.requirement.unwrap_or_default().parse()?))
    }
}

pub(crate) fn binding(
    subject: &str,
    session: Option<String>,
    operation_json: Option<String>,
) -> Result<sekisho::Binding, Error> {
    Ok(sekisho::Binding {
        subject: Subject::parse(subject)?,
        session: session.map(|id| Session::parse(&id)).transpose()?,
        operation: operation_json.map(|json| Operation::from_json(&json)).transpose()?,
    })
}
