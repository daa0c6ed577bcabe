//! The one key that an operator configures instead of an issuer's published ones.

use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind};

use super::claims::Expected;
use super::jwt::JwtKey;

/// The shortest HS256 secret, in bytes (RFC 7518 §3.2).
const MIN_SECRET_BYTES: usize = 32;

/// The key that access tokens are checked with, and the algorithm it is for.
pub(crate) struct AccessTokenKey {
    key: DecodingKey,
    algorithm: Algorithm,
}

/// Why a key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KeyError {
    #[error("the secret is shorter than {MIN_SECRET_BYTES} bytes, which HS256 needs at least")]
    SecretTooShort,
    #[error("it is a private key: give only the public one, which the issuer publishes")]
    Private,
    #[error("it is not a PEM public key (RSA, P-256, P-384 or Ed25519)")]
    NotAPublicKey,
}

impl AccessTokenKey {
    /// A secret shared with the issuer, for HS256.
    pub(crate) fn from_secret(secret: &[u8]) -> Result<Self, KeyError> {
        if secret.len() < MIN_SECRET_BYTES {
            return Err(KeyError::SecretTooShort);
        }
        Ok(Self { key: DecodingKey::from_secret(secret), algorithm: Algorithm::HS256 })
    }

    /// The issuer's public key in PEM: RS256, ES256, ES384 or `EdDSA`, as the key has it.
    pub(crate) fn from_pem(pem: &str) -> Result<Self, KeyError> {
        if pem.contains("PRIVATE KEY") {
            return Err(KeyError::Private);
        }
        let pem = pem.as_bytes();
        if let Ok(key) = DecodingKey::from_ed_pem(pem) {
            return Ok(Self { key, algorithm: Algorithm::EdDSA });
        }
        if let Ok(key) = DecodingKey::from_ec_pem(pem) {
            let algorithm = ec_algorithm(&key).ok_or(KeyError::NotAPublicKey)?;
            return Ok(Self { key, algorithm });
        }
        match DecodingKey::from_rsa_pem(pem) {
            Ok(key) => Ok(Self { key, algorithm: Algorithm::RS256 }),
            Err(_) => Err(KeyError::NotAPublicKey),
        }
    }

    pub(crate) const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(super) fn into_jwt_key(self, expected: &Expected) -> JwtKey {
        JwtKey::new(self.key, self.algorithm, expected)
    }
}

/// An uncompressed point is one byte and two coordinates (SEC 1 §2.3.3).
fn ec_algorithm(key: &DecodingKey) -> Option<Algorithm> {
    match key.kind() {
        DecodingKeyKind::SecretOrDer(point) if point.len() == 65 => Some(Algorithm::ES256),
        DecodingKeyKind::SecretOrDer(point) if point.len() == 97 => Some(Algorithm::ES384),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_keys_that_are_none() {
        let refused = |key: Result<AccessTokenKey, KeyError>| key.err().unwrap();
        assert_eq!(refused(AccessTokenKey::from_secret(&[7; 31])), KeyError::SecretTooShort);
        assert_eq!(refused(AccessTokenKey::from_pem("hello")), KeyError::NotAPublicKey);
        let private = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        assert_eq!(refused(AccessTokenKey::from_pem(private)), KeyError::Private);
    }
}
