//! Access tokens: who is calling, through which client, with which scopes.
//!
//! A token is a JWT of the one issuer, for the one audience, signed by the one algorithm that the
//! configured key is for. Which algorithm a token itself names never matters (RFC 8725 §3.1).

use std::collections::HashSet;

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind, Validation};
use sekisho::{Session, Subject, Timestamp};
use serde::Deserialize;

/// The shortest HS256 secret, in bytes (RFC 7518 §3.2).
pub(crate) const MIN_SECRET_BYTES: usize = 32;

/// How far, in seconds, the issuer's clock may be ahead of ours.
const CLOCK_SKEW_SECONDS: u64 = 60;

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
}

/// Which clients are the operator's own.
#[derive(Clone, Debug)]
pub(crate) enum FirstParty {
    /// Whatever the issuer gives tokens to.
    EveryClient,
    /// These client ids. A token without one is a third party's.
    Clients(HashSet<String>),
    /// Every client but those whose id begins like this; dev mode mints such tokens.
    AllBut(&'static str),
}

impl FirstParty {
    fn includes(&self, client: Option<&str>) -> bool {
        match self {
            Self::EveryClient => true,
            Self::Clients(ids) => client.is_some_and(|id| ids.contains(id)),
            Self::AllBut(prefix) => client.is_none_or(|id| !id.starts_with(prefix)),
        }
    }
}

/// Checks access tokens.
pub(crate) struct AccessTokens {
    key: DecodingKey,
    validation: Validation,
    first_party: FirstParty,
}

/// What a valid access token says.
#[derive(Clone, Debug)]
pub(crate) struct AccessToken {
    /// The user (`sub`).
    pub(crate) subject: Subject,
    /// The user's session (`sid`), to which records are then bound.
    pub(crate) session: Option<Session>,
    /// Whether the client is the operator's own.
    pub(crate) is_first_party: bool,
    scopes: HashSet<String>,
}

impl AccessToken {
    pub(crate) fn has_scope(&self, scope: &str) -> bool {
        self.scopes.contains(scope)
    }
}

/// Why a token is refused. That is nobody's business but the log's, and what the token says is not
/// even the log's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidToken {
    #[error("it is not a well-formed JWT with exp, iss, aud and sub")]
    Malformed,
    #[error("it is signed by another algorithm than the configured key's")]
    Algorithm,
    #[error("its signature is not by the configured key")]
    Signature,
    #[error("it is of another issuer")]
    Issuer,
    #[error("it is for another audience")]
    Audience,
    #[error("its type (typ) is not that of an access token")]
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

impl AccessTokens {
    pub(crate) fn new(
        key: AccessTokenKey,
        issuer: &str,
        audience: &str,
        first_party: FirstParty,
    ) -> Self {
        let mut validation = Validation::new(key.algorithm);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[audience]);
        // The library would read the system's clock; times are held against the server's own.
        validation.validate_exp = false;
        Self { key: key.key, validation, first_party }
    }

    /// Reads a token, which may come from an attacker.
    pub(crate) fn check(&self, token: &str, now: Timestamp) -> Result<AccessToken, InvalidToken> {
        let decoded = jsonwebtoken::decode::<Claims>(token, &self.key, &self.validation)?;
        if decoded.header.typ.is_some_and(|typ| !is_access_token_type(&typ)) {
            return Err(InvalidToken::Type);
        }
        if decoded.header.crit.is_some() {
            return Err(InvalidToken::CriticalHeader);
        }
        decoded.claims.check_times(now)?;
        self.read(decoded.claims)
    }

    fn read(&self, claims: Claims) -> Result<AccessToken, InvalidToken> {
        let session = claims.sid.as_deref().map(Session::parse).transpose();
        let client = claims.client_id.or(claims.azp);
        Ok(AccessToken {
            subject: Subject::parse(&claims.sub).map_err(|_| InvalidToken::MalformedId)?,
            session: session.map_err(|_| InvalidToken::MalformedId)?,
            is_first_party: self.first_party.includes(client.as_deref()),
            scopes: claims.scope.split_ascii_whitespace().map(str::to_owned).collect(),
        })
    }
}

/// The claims looked at (RFC 9068 §2.2). Times may have fractions (RFC 7519 §2).
#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: f64,
    nbf: Option<f64>,
    #[serde(default)]
    scope: String,
    client_id: Option<String>,
    azp: Option<String>,
    sid: Option<String>,
}

impl Claims {
    fn check_times(&self, now: Timestamp) -> Result<(), InvalidToken> {
        let seconds = now.unix_seconds();
        if self.exp <= as_numeric_date(seconds) {
            return Err(InvalidToken::Expired);
        }
        if self.nbf.is_some_and(|nbf| nbf > as_numeric_date(seconds + CLOCK_SKEW_SECONDS)) {
            return Err(InvalidToken::NotYetValid);
        }
        Ok(())
    }
}

/// Exact: a timestamp is below 2^40.
#[expect(clippy::cast_precision_loss)]
fn as_numeric_date(seconds: u64) -> f64 {
    seconds as f64
}

/// RFC 9068 §2.1 names the type `at+jwt`; issuers that do not follow it write `JWT` or nothing.
fn is_access_token_type(typ: &str) -> bool {
    ["at+jwt", "application/at+jwt", "jwt"].iter().any(|known| typ.eq_ignore_ascii_case(known))
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
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::{Value, json};

    use super::*;

    const SECRET: &[u8] = b"a secret of at least 32 bytes, for tests alone";
    const NOW: u64 = 1_764_000_000;

    fn tokens(first_party: FirstParty) -> AccessTokens {
        let key = AccessTokenKey::from_secret(SECRET).unwrap();
        AccessTokens::new(key, "https://id.example", "https://account.example", first_party)
    }

    fn claims(changes: &Value) -> Value {
        let mut claims = json!({
            "iss": "https://id.example", "aud": "https://account.example", "sub": "ana",
            "scope": "openid email", "client_id": "shop", "iat": NOW, "exp": NOW + 60,
        });
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims
    }

    fn sign(header: &Header, claims: &Value) -> String {
        encode(header, claims, &EncodingKey::from_secret(SECRET)).unwrap()
    }

    fn check(token: &str) -> Result<AccessToken, InvalidToken> {
        let now = Timestamp::from_unix_seconds(NOW).unwrap();
        tokens(FirstParty::EveryClient).check(token, now)
    }

    #[test]
    fn reads_who_is_calling() {
        let changes = json!({ "sid": "s1", "aud": ["other", "https://account.example"] });
        let token = check(&sign(&Header::default(), &claims(&changes))).unwrap();
        assert_eq!(token.subject.as_str(), "ana");
        assert_eq!(token.session.as_ref().map(Session::as_str), Some("s1"));
        assert!(token.has_scope("openid") && token.has_scope("email"));
        assert!(!token.has_scope("mail") && !token.has_scope("phone"));
        assert!(token.is_first_party);
    }

    #[test]
    fn refuses_what_is_not_a_valid_access_token() {
        use InvalidToken as E;
        let ours = Header::default();
        let typed = |typ: &str| Header { typ: Some(typ.into()), ..Header::default() };
        let critical = Header { crit: Some(vec!["b64".into()]), ..Header::default() };
        let rows = [
            (&ours, json!({ "iss": "https://evil.example" }), E::Issuer),
            (&ours, json!({ "iss": null }), E::Malformed),
            (&ours, json!({ "aud": "https://other.example" }), E::Audience),
            (&ours, json!({ "aud": null }), E::Malformed),
            (&ours, json!({ "sub": "" }), E::MalformedId),
            (&ours, json!({ "sub": null }), E::Malformed),
            (&ours, json!({ "sub": "a\u{0}" }), E::MalformedId),
            (&ours, json!({ "sid": "" }), E::MalformedId),
            (&ours, json!({ "exp": NOW }), E::Expired),
            (&ours, json!({ "exp": null }), E::Malformed),
            (&ours, json!({ "exp": "never" }), E::Malformed),
            (&ours, json!({ "nbf": NOW + 61 }), E::NotYetValid),
            (&typed("dpop+jwt"), json!({}), E::Type),
            (&critical, json!({}), E::CriticalHeader),
            (&Header::new(Algorithm::HS512), json!({}), E::Algorithm),
        ];
        for (header, changes, expected) in rows {
            let refused = check(&sign(header, &claims(&changes))).unwrap_err();
            assert_eq!(refused, expected, "{changes}");
        }
        let forged = encode(&ours, &claims(&json!({})), &EncodingKey::from_secret(&[9; 32]));
        assert_eq!(check(&forged.unwrap()).unwrap_err(), E::Signature);
        for text in ["", ".", "..", "a.b.c", "e30.e30.e30", &"x".repeat(10_000)] {
            assert_eq!(check(text).unwrap_err(), E::Malformed, "{text:.20}");
        }
        for typ in [None, Some("JWT"), Some("at+jwt"), Some("application/at+JWT")] {
            let header = Header { typ: typ.map(str::to_owned), ..ours.clone() };
            assert!(check(&sign(&header, &claims(&json!({ "nbf": NOW + 60 })))).is_ok());
        }
    }

    #[test]
    fn knows_its_own_clients() {
        let now = Timestamp::from_unix_seconds(NOW).unwrap();
        let is_first_party = |rule: &FirstParty, changes: Value| {
            let token = sign(&Header::default(), &claims(&changes));
            tokens(rule.clone()).check(&token, now).unwrap().is_first_party
        };
        let shop = FirstParty::Clients(HashSet::from(["shop".to_owned()]));
        assert!(is_first_party(&shop, json!({})));
        assert!(is_first_party(&shop, json!({ "client_id": null, "azp": "shop" })));
        assert!(!is_first_party(&shop, json!({ "client_id": "other", "azp": "shop" })));
        assert!(!is_first_party(&shop, json!({ "client_id": null })));
        let dev = FirstParty::AllBut("third-party:");
        assert!(is_first_party(&dev, json!({})));
        assert!(!is_first_party(&dev, json!({ "client_id": "third-party:shop" })));
    }

    /// Each public key with a token of [`claims`] signed by its private one, which is gone.
    const ISSUERS: [(&str, &str, Algorithm); 4] = [
        (
            include_str!("../tests/keys/rsa.pem"),
            include_str!("../tests/keys/rsa.jwt"),
            Algorithm::RS256,
        ),
        (
            include_str!("../tests/keys/p256.pem"),
            include_str!("../tests/keys/p256.jwt"),
            Algorithm::ES256,
        ),
        (
            include_str!("../tests/keys/p384.pem"),
            include_str!("../tests/keys/p384.jwt"),
            Algorithm::ES384,
        ),
        (
            include_str!("../tests/keys/ed25519.pem"),
            include_str!("../tests/keys/ed25519.jwt"),
            Algorithm::EdDSA,
        ),
    ];

    #[test]
    fn a_public_key_checks_its_own_issuers_tokens_alone() {
        let now = Timestamp::from_unix_seconds(NOW).unwrap();
        for (pem, own, algorithm) in ISSUERS {
            let key = AccessTokenKey::from_pem(pem).unwrap();
            assert_eq!(key.algorithm(), algorithm);
            let (issuer, audience) = ("https://id.example", "https://account.example");
            let tokens = AccessTokens::new(key, issuer, audience, FirstParty::EveryClient);
            for (_, token, _) in ISSUERS {
                assert_eq!(tokens.check(token.trim(), now).is_ok(), token == own, "{algorithm:?}");
            }
            // The classic: the public key taken for an HMAC secret.
            let forged = EncodingKey::from_secret(pem.as_bytes());
            let forged = encode(&Header::default(), &claims(&json!({})), &forged).unwrap();
            assert!(tokens.check(&forged, now).is_err());
        }
    }

    #[test]
    fn refuses_keys_that_are_none() {
        let refused = |key: Result<AccessTokenKey, KeyError>| key.err().unwrap();
        assert_eq!(refused(AccessTokenKey::from_secret(&[7; 31])), KeyError::SecretTooShort);
        assert_eq!(refused(AccessTokenKey::from_pem("hello")), KeyError::NotAPublicKey);
        let private = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        assert_eq!(refused(AccessTokenKey::from_pem(private)), KeyError::Private);
    }
}
