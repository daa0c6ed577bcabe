//! Why a token is not accepted.

use jsonwebtoken::errors::ErrorKind;

use super::issuer::Unavailable;

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenError {
    #[error(transparent)]
    Invalid(#[from] InvalidToken),
    /// It may be valid: who could tell does not answer.
    #[error("the issuer of access tokens does not answer, so no token can be judged")]
    Unavailable,
}

/// Why a token is refused. That is nobody's business but the log's, and what the token says is not
/// even the log's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidToken {
    #[error("it is not a well-formed JWT with exp, iss, aud and sub")]
    Malformed,
    #[error("it is not a JWT, and there is no --introspection-client-id to ask about others")]
    Opaque,
    #[error("it is not active, says the issuer: unknown, expired or revoked")]
    Inactive,
    #[error("it is signed by another algorithm than the key is for")]
    Algorithm,
    #[error("its key is not one that the issuer publishes")]
    UnknownKey,
    #[error("its signature is not by the key")]
    Signature,
    #[error("it is of another issuer")]
    Issuer,
    #[error("it is for another audience")]
    Audience,
    #[error("its type (typ, token_type) is not that of an access token for its bearer")]
    Type,
    #[error("its header names extensions that must be understood (crit)")]
    CriticalHeader,
    #[error("it has expired")]
    Expired,
    #[error("it is not valid yet (nbf)")]
    NotYetValid,
    #[error("its subject or session is not an id")]
    MalformedId,
}

impl TokenError {
    /// One word, for metrics.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Invalid(invalid) => invalid.as_str(),
            Self::Unavailable => "issuer_unavailable",
        }
    }
}

impl InvalidToken {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Opaque => "opaque",
            Self::Inactive => "inactive",
            Self::Algorithm => "algorithm",
            Self::UnknownKey => "unknown_key",
            Self::Signature => "signature",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::Type => "type",
            Self::CriticalHeader => "critical_header",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::MalformedId => "malformed_id",
        }
    }
}

impl From<jsonwebtoken::errors::Error> for InvalidToken {
    fn from(error: jsonwebtoken::errors::Error) -> Self {
        match error.kind() {
            ErrorKind::InvalidAlgorithm => Self::Algorithm,
            ErrorKind::InvalidSignature => Self::Signature,
            ErrorKind::InvalidIssuer => Self::Issuer,
            ErrorKind::InvalidAudience => Self::Audience,
            _ => Self::Malformed,
        }
    }
}

impl From<Unavailable> for TokenError {
    fn from(_: Unavailable) -> Self {
        Self::Unavailable
    }
}
