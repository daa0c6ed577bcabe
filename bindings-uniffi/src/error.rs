//! Errors, with the codes of every language.

use sekisho::Error;

/// Why a call failed.
///
/// It holds no input, so it can be logged and shown as it is.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Error)]
pub enum SekishoError {
    /// The rules refused.
    Refused {
        /// Why.
        reason: ErrorCode,
        /// Seconds after which the same call can succeed; none where waiting does not help.
        retry_after: Option<i64>,
    },
}

#[uniffi::export]
impl SekishoError {
    /// The stable code, the same in every language.
    pub fn code(&self) -> String {
        self.registered().as_str().to_owned()
    }

    /// A sentence for people, in English.
    pub fn describe(&self) -> String {
        self.registered().message().to_owned()
    }
}

impl SekishoError {
    fn registered(&self) -> sekisho::ErrorCode {
        let Self::Refused { reason, .. } = self;
        (*reason).into()
    }
}

impl From<Error> for SekishoError {
    fn from(error: Error) -> Self {
        let reason = ErrorCode::of(error.code()).unwrap_or(ErrorCode::CounterStoreFailed);
        let retry_after = error.retry_after().and_then(|it| i64::try_from(it).ok());
        Self::Refused { reason, retry_after }
    }
}

impl From<sekisho::ErrorCode> for SekishoError {
    fn from(code: sekisho::ErrorCode) -> Self {
        Error::from(code).into()
    }
}

impl std::fmt::Display for SekishoError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.registered().message())
    }
}

impl std::error::Error for SekishoError {}

/// Every error code there is, in the order of the registry.
#[uniffi::export]
pub fn error_codes() -> Vec<ErrorCode> {
    ErrorCode::ALL.to_vec()
}

macro_rules! error_codes {
    ($($(#[doc = $doc:literal])+ $variant:ident,)+) => {
        /// What went wrong, the same in every language.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
        pub enum ErrorCode {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl ErrorCode {
            const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code; none for one that this list lacks, which a test excludes.
            fn of(code: sekisho::ErrorCode) -> Option<Self> {
                match code {
                    $(sekisho::ErrorCode::$variant => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl From<ErrorCode> for sekisho::ErrorCode {
            fn from(code: ErrorCode) -> Self {
                match code { $(ErrorCode::$variant => Self::$variant,)+ }
            }
        }
    };
}

#[uniffi::export]
impl ErrorCode {
    /// The stable text form.
    pub fn text(&self) -> String {
        sekisho::ErrorCode::from(*self).as_str().to_owned()
    }

    /// A sentence for people, in English.
    pub fn describe(&self) -> String {
        sekisho::ErrorCode::from(*self).message().to_owned()
    }
}

error_codes! {
    /// The password does not match, or the user has none.
    InvalidCredentials,
    /// Too many failures of this user; `retry_after` tells how long it lasts.
    VerificationBlocked,
    /// The challenge or record is unknown, forged, expired, of another kind or of another user.
    RecordNotFound,
    /// The record does not give the permission asked for.
    PermissionDenied,
    /// No code was given, or the challenge's code has been used already.
    CodeNotFound,
    /// The challenge was for another e-mail address.
    CodeEmailMismatch,
    /// The challenge was for another phone number.
    CodePhoneMismatch,
    /// The code is older than its policy allows.
    CodeExpired,
    /// The challenge's tries are used up, even for the right code.
    CodeTriesUsedUp,
    /// The code is not the one that was sent.
    CodeMismatch,
    /// Too many messages to one recipient; `retry_after` tells how long to wait.
    MessageRateLimited,
    /// A new password is not acceptable.
    PasswordRejected,
    /// An identifier is not an e-mail address or phone number as the contract has them.
    IdentifierInvalid,
    /// A subject or session is empty, too long or holds control characters.
    ContextInvalid,
    /// An operation is not JSON that has one meaning (RFC 7493).
    OperationInvalid,
    /// A message has a field that the operation does not have, or that is not to be shown.
    OperationNotDisplayable,
    /// The template of a message is not one.
    MessageTemplateInvalid,
    /// A password is empty or longer than 4096 bytes.
    PasswordInvalid,
    /// A policy value is outside its bounds.
    PolicyInvalid,
    /// The key ring's text form cannot be read.
    KeyRingMalformed,
    /// A key is short, zero or repeats itself.
    KeyWeak,
    /// The ring is full: all its keys still open.
    KeyRingFull,
    /// Two keys of the ring have the same id or the same secret.
    KeyRepeated,
    /// The ring has no key that may seal at this time.
    KeyNoneSeals,
    /// The ring has no key of this id.
    KeyUnknown,
    /// The key cannot be retired or dropped while it is the one that seals.
    KeyStillSeals,
    /// The bytes given as randomness are not random.
    EntropyUnusable,
    /// The time is outside what a token can carry.
    TimeInvalid,
    /// A stored password hash is not of a form that can be checked.
    PasswordHashInvalid,
    /// A stored password hash asks for more memory or time than is allowed.
    PasswordHashTooCostly,
    /// A stored password hash names a pepper that is not configured.
    PepperUnknown,
    /// The password computation could not get its memory.
    OutOfMemory,
    /// The record is bound to another session.
    RecordSessionMismatch,
    /// The record is bound to another operation, or to none while one is asked for.
    RecordOperationMismatch,
    /// The record's method or purpose is not one that the requirement allows.
    RecordMethodNotAllowed,
    /// The record is older than the requirement allows.
    RecordTooOld,
    /// The record was for single use and has been used.
    RecordUsed,
    /// The requirement cannot be parsed, or asks for nothing that can be met.
    RequirementInvalid,
    /// Counters are needed and the verifier was made without.
    CountersRequired,
    /// The counter store answered what no counter store can answer.
    CounterStoreFailed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_those_of_the_core_in_its_order() {
        let of_the_core = sekisho::ErrorCode::ALL.iter().map(|code| ErrorCode::of(*code));
        let codes: Option<Vec<ErrorCode>> = of_the_core.collect();
        assert_eq!(codes.as_deref(), Some(ErrorCode::ALL));
        let texts: Vec<String> = ErrorCode::ALL.iter().map(ErrorCode::text).collect();
        let known: Vec<&str> = sekisho::ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(texts, known);
    }

    #[test]
    fn a_refusal_tells_its_code_a_sentence_and_how_long_to_wait() {
        let error = Error::with_retry_after(sekisho::ErrorCode::MessageRateLimited, 60);
        let error = SekishoError::from(error);
        let reason = ErrorCode::MessageRateLimited;
        assert_eq!(error, SekishoError::Refused { reason, retry_after: Some(60) });
        assert_eq!(error.code(), "request.message_rate_limited");
        assert_eq!(error.describe(), sekisho::ErrorCode::MessageRateLimited.message());
    }
}
