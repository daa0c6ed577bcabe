//! One list of stable error codes for every language, runtime and answer.

use core::fmt;
use core::num::NonZeroU32;

macro_rules! error_codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $code:literal, $message:literal;)+) => {
        /// What went wrong, as a stable code. Codes with a dot are those of the HTTP contract
        /// (Logto's, where Logto has one); the others are this library's own.
        ///
        /// The registry `tests/vectors/errors.json` holds the same list, checked both ways.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl ErrorCode {
            /// Every code there is, in the order of the registry.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable text form, for answers, logs and `match`es in other languages.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// A sentence for people, in English, without any input in it. Translations are keyed
            /// by [`as_str`](Self::as_str).
            pub const fn message(self) -> &'static str {
                match self { $(Self::$variant => $message,)+ }
            }
        }
    };
}

error_codes! {
    /// The password does not match, or the user has none.
    InvalidCredentials = "session.invalid_credentials",
        "The password is wrong.";
    /// Too many failures of this user; [`Error::retry_after`] tells how long it lasts.
    VerificationBlocked = "session.verification_blocked_too_many_attempts",
        "Too many failed attempts. Wait until the block ends, then try again.";
    /// The challenge or record is unknown, forged, expired, of another kind or of another user.
    RecordNotFound = "verification_record.not_found",
        "This verification is not known or has expired. Start a new one.";
    /// The record does not give the permission asked for.
    PermissionDenied = "verification_record.permission_denied",
        "This needs a fresh verification of who you are.";
    /// No code was given, or the challenge's code has been used already.
    CodeNotFound = "verification_code.not_found",
        "There is no code to check: none was given, or it has been used already.";
    /// The challenge was for another e-mail address.
    CodeEmailMismatch = "verification_code.email_mismatch",
        "The code was sent to another e-mail address.";
    /// The challenge was for another phone number.
    CodePhoneMismatch = "verification_code.phone_mismatch",
        "The code was sent to another phone number.";
    /// The code is older than its policy allows.
    CodeExpired = "verification_code.expired",
        "The code has expired. Request a new one.";
    /// The challenge's tries are used up, even for the right code.
    CodeTriesUsedUp = "verification_code.exceed_max_try",
        "The code was entered wrongly too often. Request a new one.";
    /// The code is not the one that was sent.
    CodeMismatch = "verification_code.code_mismatch",
        "The code is wrong.";
    /// Too many messages to one recipient; [`Error::retry_after`] tells how long to wait.
    MessageRateLimited = "request.message_rate_limited",
        "Too many messages were sent to this recipient. Wait, then try again.";
    /// A new password is not acceptable.
    PasswordRejected = "password.rejected",
        "The new password is not acceptable. Choose another one.";

    /// An identifier is not an e-mail address or phone number as the contract has them.
    IdentifierInvalid = "identifier_invalid",
        "The identifier is not valid: an e-mail address is something@something.something with a domain in ASCII, a phone number is digits only with the country code first.";
    /// A subject or session is empty, too long or holds control characters.
    ContextInvalid = "context_invalid",
        "A subject, session or idempotency key must be 1 to 256 bytes without control characters.";
    /// An operation is not JSON that has one meaning (RFC 7493).
    OperationInvalid = "operation_invalid",
        "The operation must be JSON with unique keys, integers up to 2^53 - 1, at most 64 levels and 65536 bytes.";
    /// A message has a field that the operation does not have, or that is not to be shown.
    OperationNotDisplayable = "operation_not_displayable",
        "The operation cannot be shown to its user: a field of the message is missing, not a text, number or truth value of 1 to 256 bytes, or holds line ends or invisible characters.";
    /// The template of a message is not one.
    MessageTemplateInvalid = "message_template_invalid",
        "A message template must be 1 to 1000 bytes without control characters, with fields like {amount}, and {{ and }} for braces.";
    /// A password is empty or longer than 4096 bytes.
    PasswordInvalid = "password_invalid",
        "A password must have 1 to 4096 bytes.";
    /// A policy value is outside its bounds.
    PolicyInvalid = "policy_invalid",
        "A policy value is outside its bounds.";
    /// The key ring's text form cannot be read.
    KeyRingMalformed = "key_ring_malformed",
        "The key ring's text is malformed. It must be exactly what `keys generate` printed, without the line end.";
    /// A key is short, zero or repeats itself.
    KeyWeak = "key_weak",
        "A key is weak: it must be 32 bytes from a secure random source.";
    /// The ring is full: all its keys still open.
    KeyRingFull = "key_ring_full",
        "The ring has 16 keys, and none of them has expired. Rotate again when one has.";
    /// Two keys of the ring have the same id or the same secret.
    KeyRepeated = "key_repeated",
        "Two keys of the ring share an id or a secret. Each must be its own.";
    /// The ring has no key that may seal at this time.
    KeyNoneSeals = "key_none_seals",
        "No key of the ring may seal now. Rotate the ring, or check the clock.";
    /// The ring has no key of this id.
    KeyUnknown = "key_unknown",
        "The ring has no key of this id.";
    /// The key cannot be retired or dropped while it is the one that seals.
    KeyStillSeals = "key_still_seals",
        "This key is the one that seals. Rotate first, then retire it.";
    /// The bytes given as randomness are not random.
    EntropyUnusable = "entropy_unusable",
        "The random bytes are all equal. The random source is broken.";
    /// The time is outside what a token can carry.
    TimeInvalid = "time_invalid",
        "A time must be a Unix time in whole seconds below 2^40.";

    /// A stored password hash is not of a form that can be checked.
    PasswordHashInvalid = "password_hash_invalid",
        "The stored password hash cannot be read. The user needs a new password.";
    /// A stored password hash asks for more memory or time than is allowed.
    PasswordHashTooCostly = "password_hash_too_costly",
        "The stored password hash asks for more memory or time than is allowed. It was not computed.";
    /// A stored password hash names a pepper that is not configured.
    PepperUnknown = "pepper_unknown",
        "The stored password hash names a pepper that is not configured. Configure it again, or reset the password.";
    /// The password computation could not get its memory.
    OutOfMemory = "out_of_memory",
        "There is not enough memory to compute the password hash.";

    /// The record is bound to another session.
    RecordSessionMismatch = "record_session_mismatch",
        "The verification was made in another session.";
    /// The record is bound to another operation, or to none while one is asked for.
    RecordOperationMismatch = "record_operation_mismatch",
        "The verification was made for another operation.";
    /// The record's method or purpose is not one that the requirement allows.
    RecordMethodNotAllowed = "record_method_not_allowed",
        "The verification was made by a method that is not enough here.";
    /// The record is older than the requirement allows.
    RecordTooOld = "record_too_old",
        "The verification is too old for this. Verify again.";
    /// The record was for single use and has been used.
    RecordUsed = "record_used",
        "The verification has been used already.";
    /// The requirement cannot be parsed, or asks for nothing that can be met.
    RequirementInvalid = "requirement_invalid",
        "The requirement is not valid, or demands the session of a request that has none.";
    /// Counters are needed and the verifier was made without.
    CountersRequired = "counters_required",
        "This needs a counter store, and the verifier was made without one.";
    /// The counter store answered what no counter store can answer.
    CounterStoreFailed = "counter_store_failed",
        "The counter store gave no usable answer. The check was refused.";
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An error: its [`ErrorCode`] and, where waiting helps, for how long.
///
/// It never holds input, so it can be logged and shown as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    code: ErrorCode,
    retry_after: Option<NonZeroU32>,
    begins_block: bool,
}

impl Error {
    /// An error of this code, to be retried after that many seconds, at least one.
    pub fn with_retry_after(code: ErrorCode, seconds: u64) -> Self {
        let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
        let retry_after = NonZeroU32::new(seconds).or(Some(NonZeroU32::MIN));
        Self { code, retry_after, begins_block: false }
    }

    /// The failure that blocks a user from now on, for that many seconds.
    pub(crate) fn beginning_block(seconds: u64) -> Self {
        Self {
            begins_block: true,
            ..Self::with_retry_after(ErrorCode::VerificationBlocked, seconds)
        }
    }

    /// The stable code.
    pub const fn code(&self) -> ErrorCode {
        self.code
    }

    /// Seconds to wait before the same request can succeed, for `Retry-After`; `None` where
    /// waiting does not help.
    pub fn retry_after(&self) -> Option<u64> {
        self.retry_after.map(|seconds| u64::from(seconds.get()))
    }

    /// Whether the user is blocked by this very failure, and not since an earlier one: each block
    /// begins once, however many attempts ran in parallel. For logs and alerts.
    pub const fn begins_block(&self) -> bool {
        self.begins_block
    }
}

impl From<ErrorCode> for Error {
    fn from(code: ErrorCode) -> Self {
        Self { code, retry_after: None, begins_block: false }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.message())
    }
}

impl core::error::Error for Error {}
