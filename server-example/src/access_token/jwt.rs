//! JWTs: tokens that carry their claims themselves, under the issuer's signature.
//!
//! Which algorithm is checked is the key's to say. What a token itself names only has to agree
//! (RFC 8725 §3.1).

use base64ct::{Base64UrlUnpadded, Encoding};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use sekisho::Timestamp;

use super::InvalidToken;
use super::claims::{Claims, Expected};

/// A key of the issuer's, for one algorithm alone.
pub(super) struct JwtKey {
    key: DecodingKey,
    algorithm: Algorithm,
    validation: Validation,
    expected: Expected,
}

impl JwtKey {
    pub(super) fn new(key: DecodingKey, algorithm: Algorithm, expected: &Expected) -> Self {
        let mut validation = Validation::new(algorithm);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.set_issuer(&[&expected.issuer]);
        validation.set_audience(&[&expected.audience]);
        // The library would read the system's clock; times are held against the server's own.
        validation.validate_exp = false;
        Self { key, algorithm, validation, expected: expected.clone() }
    }

    pub(super) const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Reads a token, which may come from an attacker.
    pub(super) fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, InvalidToken> {
        let decoded = jsonwebtoken::decode::<Claims>(token, &self.key, &self.validation)?;
        check_header(&decoded.header)?;
        decoded.claims.check(&self.expected, now)?;
        Ok(decoded.claims)
    }
}

/// Whether a token is a signed JWT by its shape: three parts, of which the first is a JSON object
/// (RFC 7515 §9).
pub(super) fn is_jwt(token: &str) -> bool {
    let mut parts = token.split('.');
    let (Some(header), Some(_), Some(_), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let header = Base64UrlUnpadded::decode_vec(header).unwrap_or_default();
    serde_json::from_slice::<serde_json::Map<_, _>>(&header).is_ok()
}

/// The header of a token whose key is still to be found.
pub(super) fn unverified_header(token: &str) -> Result<Header, InvalidToken> {
    let header = jsonwebtoken::decode_header(token)?;
    check_header(&header)?;
    Ok(header)
}

/// The claims of a token whose key is not known: good for refusing it, never for accepting it.
pub(super) fn unverified_claims(token: &str) -> Result<Claims, InvalidToken> {
    Ok(jsonwebtoken::dangerous::insecure_decode_claims(token)?)
}

fn check_header(header: &Header) -> Result<(), InvalidToken> {
    if header.typ.as_deref().is_some_and(|typ| !is_access_token_type(typ)) {
        return Err(InvalidToken::Type);
    }
    if header.crit.is_some() {
        return Err(InvalidToken::CriticalHeader);
    }
    Ok(())
}

/// RFC 9068 §2.1 names the type `at+jwt`; issuers that do not follow it write `JWT` or nothing.
fn is_access_token_type(typ: &str) -> bool {
    ["at+jwt", "application/at+jwt", "jwt"].iter().any(|known| typ.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_a_jwt_from_an_opaque_token() {
        for jwt in ["e30.e30.", "eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOiJFUzI1NiJ9.x.y"] {
            assert!(is_jwt(jwt), "{jwt}");
        }
        let opaque = ["", "abc", "a.b", "a.b.c", "ory_at_x.y", "e30.e30", "e30.e30.e30.e30.e30"];
        for token in opaque {
            assert!(!is_jwt(token), "{token}");
        }
        // A JSON value that is no object.
        assert!(!is_jwt("MQ.e30."));
    }
}
