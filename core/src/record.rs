//! The verification record: who proved what, how, when, and for what.

use alloc::string::String;
use core::fmt;

use crate::digest::Digests;
use crate::{Binding, Error, ErrorCode, Identifier, KeyRing, Subject, Timestamp, token};

/// How the user proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    /// The password.
    Password,
    /// A one-time code sent by e-mail.
    EmailCode,
    /// A one-time code sent to a phone.
    PhoneCode,
}

impl Method {
    /// Every method.
    pub const ALL: [Self; 3] = [Self::Password, Self::EmailCode, Self::PhoneCode];

    /// The word used in every language and, after `urn:sekisho:`, in `acr_values`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::EmailCode => "email_code",
            Self::PhoneCode => "phone_code",
        }
    }

    pub(crate) const fn to_byte(self) -> u8 {
        match self {
            Self::Password => 1,
            Self::EmailCode => 2,
            Self::PhoneCode => 3,
        }
    }

    pub(crate) fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.to_byte() == byte)
    }
}

/// What the verification is good for; Logto's `templateType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Purpose {
    /// Permission for a protected operation.
    UserPermissionValidation,
    /// Proof that a new e-mail address or phone number belongs to the user; never a permission.
    BindNewIdentifier,
    /// Setting up a second factor; never a permission.
    BindMfa,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 3] =
        [Self::UserPermissionValidation, Self::BindNewIdentifier, Self::BindMfa];

    /// Logto's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UserPermissionValidation => "UserPermissionValidation",
            Self::BindNewIdentifier => "BindNewIdentifier",
            Self::BindMfa => "BindMfa",
        }
    }

    /// The purpose of a code sent to `to`: what was asked for where the user owns the identifier
    /// already (`current`, compared byte for byte), and [`Purpose::BindNewIdentifier`] for any
    /// other, so that a code sent to an address of one's choice is never a permission.
    pub fn of_code(to: &Identifier, current: &[Identifier], asked: Option<Self>) -> Self {
        if current.contains(to) {
            return asked.unwrap_or(Self::UserPermissionValidation);
        }
        Self::BindNewIdentifier
    }

    pub(crate) const fn to_byte(self) -> u8 {
        match self {
            Self::UserPermissionValidation => 1,
            Self::BindNewIdentifier => 2,
            Self::BindMfa => 3,
        }
    }

    pub(crate) fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.to_byte() == byte)
    }
}

/// 128 random bits that name a record, or a challenge and the record made of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RecordId(pub(crate) [u8; 16]);

impl RecordId {
    /// Takes 16 random bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The 16 bytes as 32 lower-case hexadecimal digits.
    pub fn to_text(&self) -> String {
        base16ct::lower::encode_string(&self.0)
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

/// A verification record whose authenticity is established: it was made here or opened from a
/// token by a key of the ring, and it has not expired.
#[derive(Clone)]
pub struct VerificationRecord {
    pub(crate) id: RecordId,
    pub(crate) method: Method,
    pub(crate) purpose: Purpose,
    pub(crate) issued_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) digests: Digests,
}

impl VerificationRecord {
    /// The random id, the same for a challenge and the record made of it.
    pub const fn id(&self) -> RecordId {
        self.id
    }

    /// How the user proved who they are.
    pub const fn method(&self) -> Method {
        self.method
    }

    /// What the verification is good for.
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// When the user proved it; for a challenge, when the code was sent.
    pub const fn issued_at(&self) -> Timestamp {
        self.issued_at
    }

    /// From this time on the record is refused.
    pub const fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// Makes a record without checking anything. This is the tool beneath the
    /// [`Verifier`](crate::Verifier)'s flows, for an application that has verified the user by
    /// means of its own.
    pub fn new(
        keys: &KeyRing,
        fields: &RecordFields<'_>,
        issued_at: Timestamp,
        expires_at: Timestamp,
    ) -> Self {
        let RecordFields { id, method, purpose, identifier, binding } = *fields;
        let digests = keys.digest_key().digests(binding, identifier);
        Self { id, method, purpose, issued_at, expires_at, digests }
    }

    /// The record as a token, by the key that seals at `now`.
    ///
    /// # Errors
    /// [`ErrorCode::KeyNoneSeals`].
    pub fn seal(&self, keys: &KeyRing, now: Timestamp) -> Result<String, Error> {
        token::seal_record(self, keys, now)
    }

    /// The record of a token. The token may come from an attacker.
    ///
    /// # Errors
    /// [`ErrorCode::RecordNotFound`] for every text that is not a record sealed by a key of this
    /// ring and valid at `now`.
    pub fn open(token: &str, keys: &KeyRing, now: Timestamp) -> Result<Self, Error> {
        token::open_record(token, keys, now)
    }

    /// Holds the record against who presents it and for what.
    ///
    /// # Errors
    /// [`ErrorCode::RecordNotFound`] for another user's record,
    /// [`ErrorCode::RecordSessionMismatch`], [`ErrorCode::RecordOperationMismatch`].
    pub(crate) fn check_binding(&self, keys: &KeyRing, binding: &Binding) -> Result<(), Error> {
        if !self.is_of_subject(keys, &binding.subject) {
            return Err(ErrorCode::RecordNotFound.into());
        }
        if !self.fits_session(keys, binding) {
            return Err(ErrorCode::RecordSessionMismatch.into());
        }
        if !self.is_of_operation(keys, binding) {
            return Err(ErrorCode::RecordOperationMismatch.into());
        }
        Ok(())
    }

    pub(crate) fn is_of_subject(&self, keys: &KeyRing, subject: &Subject) -> bool {
        self.digests.subject.matches(&keys.digest_key().subject(subject))
    }

    /// Made for the binding's operation; where it has none, for none.
    pub(crate) fn is_of_operation(&self, keys: &KeyRing, binding: &Binding) -> bool {
        let operation = keys.digest_key().operation(binding.operation.as_ref());
        self.digests.operation.matches(&operation)
    }

    /// Made in the binding's session, or in none.
    pub(crate) fn fits_session(&self, keys: &KeyRing, binding: &Binding) -> bool {
        self.is_of_session(keys, binding)
            || self.digests.session.matches(&keys.digest_key().session(None))
    }

    /// Made in the very session of the binding; false where either has none.
    pub(crate) fn is_of_session(&self, keys: &KeyRing, binding: &Binding) -> bool {
        binding.session.as_ref().is_some_and(|session| {
            self.digests.session.matches(&keys.digest_key().session(Some(session)))
        })
    }

    pub(crate) fn is_of_identifier(&self, keys: &KeyRing, identifier: &Identifier) -> bool {
        self.digests.identifier.matches(&keys.digest_key().identifier(Some(identifier)))
    }
}

impl fmt::Debug for VerificationRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerificationRecord")
            .field("id", &format_args!("{}", self.id))
            .field("method", &self.method)
            .field("purpose", &self.purpose)
            .field("issued_at", &self.issued_at)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// What a new record says.
#[derive(Clone, Copy, Debug)]
pub struct RecordFields<'a> {
    /// 128 random bits.
    pub id: RecordId,
    /// How the user proved who they are.
    pub method: Method,
    /// What it is good for.
    pub purpose: Purpose,
    /// The identifier the code was sent to; `None` for a password.
    pub identifier: Option<&'a Identifier>,
    /// Who, in which session, for which operation.
    pub binding: &'a Binding,
}
