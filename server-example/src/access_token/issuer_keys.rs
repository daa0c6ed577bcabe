//! The issuer's published keys (RFC 7517), each for one algorithm.

use jsonwebtoken::jwk::{
    AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse,
};
use jsonwebtoken::{Algorithm, DecodingKey, Header};
use serde::Deserialize;
use serde_json::Value;

use super::InvalidToken;
use super::claims::Expected;
use super::jwt::JwtKey;

/// The keys that access tokens are checked with.
pub(super) struct IssuerKeys(Vec<IssuerKey>);

struct IssuerKey {
    id: Option<String>,
    key: JwtKey,
}

/// A JWK Set as it is published. What a key is made of is looked at one by one: those of a kind
/// that is not known are to be ignored (RFC 7517 §5), not to spoil the others.
#[derive(Deserialize)]
pub(super) struct PublishedKeys {
    keys: Vec<Value>,
}

impl IssuerKeys {
    pub(super) fn new(published: PublishedKeys, expected: &Expected) -> Self {
        let keys = published.keys.into_iter().filter_map(|jwk| {
            let jwk: Jwk = serde_json::from_value(jwk).ok()?;
            IssuerKey::new(jwk, expected)
        });
        Self(keys.collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The key that a token of this header must be signed with; `None` if it is not known.
    ///
    /// # Errors
    /// [`InvalidToken::Algorithm`] if the key is known and for another algorithm.
    pub(super) fn find(&self, header: &Header) -> Result<Option<&JwtKey>, InvalidToken> {
        match &header.kid {
            Some(id) => self.find_by_id(id, header.alg),
            None => Ok(self.only_one_for(header.alg)),
        }
    }

    fn find_by_id(&self, id: &str, algorithm: Algorithm) -> Result<Option<&JwtKey>, InvalidToken> {
        let mut of_id = self.0.iter().filter(|key| key.id.as_deref() == Some(id)).peekable();
        if of_id.peek().is_none() {
            return Ok(None);
        }
        let key = of_id.find(|key| key.key.algorithm() == algorithm);
        key.map(|key| Some(&key.key)).ok_or(InvalidToken::Algorithm)
    }

    /// A token without a key id is for an issuer with one key (`OpenID` Connect Core 1.0 §10.1).
    fn only_one_for(&self, algorithm: Algorithm) -> Option<&JwtKey> {
        let mut keys = self.0.iter().filter(|key| key.key.algorithm() == algorithm);
        keys.next().filter(|_| keys.next().is_none()).map(|key| &key.key)
    }
}

impl IssuerKey {
    /// `None` for a key that no access token is checked with: for encryption, symmetric, or for an
    /// algorithm that is not known.
    fn new(jwk: Jwk, expected: &Expected) -> Option<Self> {
        if !is_for_signatures(&jwk) {
            return None;
        }
        let algorithm = algorithm_of(&jwk)?;
        let key = DecodingKey::from_jwk(&jwk).ok()?;
        Some(Self { id: jwk.common.key_id, key: JwtKey::new(key, algorithm, expected) })
    }
}

fn is_for_signatures(jwk: &Jwk) -> bool {
    let by_use = jwk.common.public_key_use.as_ref().is_none_or(|of| *of == PublicKeyUse::Signature);
    let operations = jwk.common.key_operations.as_ref();
    by_use && operations.is_none_or(|operations| operations.contains(&KeyOperations::Verify))
}

/// The one algorithm of a key: its own `alg`, if that fits its kind; without one what its curve is
/// for, and RS256 for RSA. Never a symmetric one: published, it would be no secret.
fn algorithm_of(jwk: &Jwk) -> Option<Algorithm> {
    use KeyAlgorithm as K;
    let named = jwk.common.key_algorithm;
    let either = |usual: KeyAlgorithm| named.is_none_or(|named| named == usual);
    match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => match named.unwrap_or(K::RS256) {
            K::RS256 => Some(Algorithm::RS256),
            K::RS384 => Some(Algorithm::RS384),
            K::RS512 => Some(Algorithm::RS512),
            K::PS256 => Some(Algorithm::PS256),
            K::PS384 => Some(Algorithm::PS384),
            K::PS512 => Some(Algorithm::PS512),
            _ => None,
        },
        AlgorithmParameters::EllipticCurve(key) => match key.curve {
            EllipticCurve::P256 if either(K::ES256) => Some(Algorithm::ES256),
            EllipticCurve::P384 if either(K::ES384) => Some(Algorithm::ES384),
            _ => None,
        },
        AlgorithmParameters::OctetKeyPair(key) => {
            let is_ed25519 = key.curve == EllipticCurve::Ed25519;
            (is_ed25519 && either(K::EdDSA)).then_some(Algorithm::EdDSA)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const N: &str = "sXchDaQebHnPiGvyDOAT4saGEUetSyo9MKLOoWFsueri23bOdgWp4Dy1WlUzewbgBHod5pcM9H95GQRV3JDXboIRROSBigeC5yjU1hGzHHyXss8UDprecbAYxknTcQkhslANGRUZmdTOQ5qTRsLAt6BTYuyvVRdhS8exSZEy_c4gs_7svlJJQ4H9_NxsiIoLwAEk7-Q3UXERGYw_75IDrGA84-lA_-Ct4eTlXHBIY2EaV7t7LjJaynVJCpkv4LKjTTAumiGUIuQhrNhZLuF_RJLqHpM2kgWFLU7-VTdL1VbC2tejvcI2BlMkEpk1BzBZI0KQB0GaDWFLN-aEAw3vRw";
    const X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    const Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

    fn keys(jwks: &Value) -> IssuerKeys {
        let expected = Expected { issuer: "i".into(), audience: "a".into() };
        let published = json!({ "keys": jwks });
        IssuerKeys::new(serde_json::from_value(published).unwrap(), &expected)
    }

    /// A key's algorithm, or what of it nothing is checked with.
    fn algorithm(jwk: &Value) -> Option<Algorithm> {
        keys(&json!([jwk])).0.first().map(|key| key.key.algorithm())
    }

    fn rsa(more: &Value) -> Value {
        merged(json!({ "kty": "RSA", "n": N, "e": "AQAB" }), more)
    }

    fn p256(more: &Value) -> Value {
        merged(json!({ "kty": "EC", "crv": "P-256", "x": X, "y": Y }), more)
    }

    fn merged(mut jwk: Value, more: &Value) -> Value {
        jwk.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        jwk
    }

    fn header(algorithm: Algorithm, id: Option<&str>) -> Header {
        Header { kid: id.map(str::to_owned), ..Header::new(algorithm) }
    }

    #[test]
    fn every_key_is_for_one_algorithm() {
        use Algorithm as A;
        assert_eq!(algorithm(&rsa(&json!({}))), Some(A::RS256));
        assert_eq!(algorithm(&rsa(&json!({ "alg": "PS512" }))), Some(A::PS512));
        assert_eq!(algorithm(&p256(&json!({}))), Some(A::ES256));
        assert_eq!(algorithm(&p256(&json!({ "alg": "ES256", "use": "sig" }))), Some(A::ES256));
        assert_eq!(algorithm(&p256(&json!({ "key_ops": ["verify"] }))), Some(A::ES256));
        let okp = |crv: &str| json!({ "kty": "OKP", "crv": crv, "x": X });
        assert_eq!(algorithm(&okp("Ed25519")), Some(A::EdDSA));
        assert_eq!(algorithm(&okp("X25519")), None);
    }

    #[test]
    fn a_key_that_is_not_for_signatures_checks_none() {
        for jwk in [
            json!({ "kty": "oct", "k": "AAAA", "alg": "HS256" }),
            json!({ "kty": "oct", "k": "AAAA" }),
            json!({ "kty": "unheard of" }),
            json!("not a key"),
            rsa(&json!({ "alg": "HS256" })),
            rsa(&json!({ "alg": "RSA-OAEP" })),
            rsa(&json!({ "alg": "ES256" })),
            rsa(&json!({ "alg": "none" })),
            rsa(&json!({ "use": "enc" })),
            rsa(&json!({ "key_ops": ["encrypt"] })),
            p256(&json!({ "crv": "P-521" })),
            p256(&json!({ "crv": "secp256k1" })),
            p256(&json!({ "alg": "ES384" })),
            p256(&json!({ "x": "!" })),
            p256(&json!({ "x5c": "not a list" })),
        ] {
            assert_eq!(algorithm(&jwk), None, "{jwk}");
        }
    }

    #[test]
    fn a_token_names_its_key() {
        let keys = keys(&json!([
            { "kty": "unheard of", "kid": "c" },
            rsa(&json!({ "kid": "a" })),
            p256(&json!({ "kid": "b" })),
        ]));
        let found = |algorithm, id| keys.find(&header(algorithm, id)).map(|key| key.is_some());
        assert_eq!(found(Algorithm::RS256, Some("a")), Ok(true));
        assert_eq!(found(Algorithm::ES256, Some("b")), Ok(true));
        assert_eq!(found(Algorithm::RS256, Some("c")), Ok(false));
        assert_eq!(found(Algorithm::RS256, Some("")), Ok(false));
        // The key says which algorithm it is for.
        assert_eq!(found(Algorithm::ES256, Some("a")), Err(InvalidToken::Algorithm));
        assert_eq!(found(Algorithm::PS256, Some("a")), Err(InvalidToken::Algorithm));
        // The classic: a public key taken for an HMAC secret.
        assert_eq!(found(Algorithm::HS256, Some("a")), Err(InvalidToken::Algorithm));
        assert_eq!(found(Algorithm::HS256, None), Ok(false));
    }

    #[test]
    fn a_token_that_names_no_key_is_for_the_only_one() {
        let one = keys(&json!([rsa(&json!({ "kid": "a" })), p256(&json!({ "kid": "b" }))]));
        assert!(one.find(&header(Algorithm::RS256, None)).unwrap().is_some());
        assert!(one.find(&header(Algorithm::ES384, None)).unwrap().is_none());
        let two = keys(&json!([rsa(&json!({ "kid": "a" })), rsa(&json!({ "kid": "b" }))]));
        assert!(two.find(&header(Algorithm::RS256, None)).unwrap().is_none());
    }
}
