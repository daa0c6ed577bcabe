//! What an operation demands.

use sekisho::{Error, ErrorCode};

use crate::argument::signed;
use crate::{Identifier, SekishoError};

/// How the user proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Method {
    /// By the password.
    Password,
    /// By a code sent to an e-mail address.
    EmailCode,
    /// By a code sent to a phone number.
    PhoneCode,
}

/// What a verification is good for; Logto's `templateType`. Only the first is a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Purpose {
    /// Doing what needs a verification.
    UserPermissionValidation,
    /// Proving that a new identifier is the user's.
    BindNewIdentifier,
    /// Setting up another factor.
    BindMfa,
}

/// What an operation demands of a record. What is not given is as for a permission by any method.
#[derive(Clone, Debug, Default, PartialEq, Eq, uniffi::Record)]
pub struct Requirement {
    /// The methods that are enough, each by itself.
    #[uniffi(default = None)]
    pub methods: Option<Vec<Method>>,
    /// What the record must be good for.
    #[uniffi(default = None)]
    pub purpose: Option<Purpose>,
    /// The greatest age of the verification in seconds; if not given, until the record expires.
    #[uniffi(default = None)]
    pub max_age: Option<i64>,
    /// The record must be bound to the session of the request.
    #[uniffi(default = false)]
    pub same_session: bool,
    /// The record must be for this identifier, byte for byte.
    #[uniffi(default = None)]
    pub identifier: Option<Identifier>,
    /// The record is used up.
    #[uniffi(default = false)]
    pub single_use: bool,
}

/// What an RFC 9470 challenge asks for.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct AskedVerification {
    /// The methods that are enough, each by itself.
    pub methods: Vec<Method>,
    /// The greatest age of the verification in seconds.
    pub max_age: Option<i64>,
}

/// The value of `WWW-Authenticate` that tells a client which verification it needs (RFC 9470 §3).
///
/// Fails with `requirement_invalid` for an age below zero.
#[uniffi::export]
pub fn to_challenge(requirement: Requirement) -> Result<String, SekishoError> {
    Ok(requirement.parse()?.to_challenge())
}

/// Reads such a value, for clients.
///
/// Fails with `requirement_invalid` where it asks for no verification that is known here.
#[uniffi::export]
pub fn from_challenge(www_authenticate: String) -> Result<AskedVerification, SekishoError> {
    let asked = sekisho::Requirement::from_challenge(&www_authenticate)?;
    let methods = asked.methods.into_iter().map(Method::from).collect();
    Ok(AskedVerification { methods, max_age: asked.max_age.map(signed) })
}

/// What a code that goes there will be good for: a permission (or what was asked) for the user's
/// own identifiers, and for any other a proof that it is theirs.
///
/// Fails with `identifier_invalid`.
#[uniffi::export(default(asked = None))]
pub fn purpose_of_code(
    to: Identifier,
    own: Vec<Identifier>,
    asked: Option<Purpose>,
) -> Result<Purpose, SekishoError> {
    let own = own.iter().map(Identifier::parse).collect::<Result<Vec<_>, _>>()?;
    Ok(sekisho::Purpose::of_code(&to.parse()?, &own, asked.map(Into::into)).into())
}

impl Requirement {
    pub(crate) fn parse(self) -> Result<sekisho::Requirement, Error> {
        let any = sekisho::Requirement::permission();
        let methods = |given: Vec<Method>| given.into_iter().map(Into::into).collect();
        let age = |given| u64::try_from(given).map_err(|_| ErrorCode::RequirementInvalid);
        Ok(sekisho::Requirement {
            methods: self.methods.map_or(any.methods, methods),
            purpose: self.purpose.map_or(any.purpose, Into::into),
            max_age: self.max_age.map(age).transpose()?,
            same_session: self.same_session,
            identifier: self.identifier.map(|given| given.parse()).transpose()?,
            single_use: self.single_use,
        })
    }
}

macro_rules! mirror {
    ($enum:ident { $($variant:ident)+ }) => {
        impl From<$enum> for sekisho::$enum {
            fn from(value: $enum) -> Self {
                match value { $($enum::$variant => Self::$variant,)+ }
            }
        }

        impl From<sekisho::$enum> for $enum {
            fn from(value: sekisho::$enum) -> Self {
                match value { $(sekisho::$enum::$variant => Self::$variant,)+ }
            }
        }
    };
}

mirror!(Method { Password EmailCode PhoneCode });
mirror!(Purpose { UserPermissionValidation BindNewIdentifier BindMfa });
