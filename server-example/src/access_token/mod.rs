//! Access tokens: who is calling, through which client, with which scopes.
//!
//! A token is of the one issuer and for the one audience. It is a JWT, signed by the configured key
//! or by one that the issuer publishes, or an opaque one, about which the issuer is asked.

mod claims;
mod error;
mod introspection;
mod issuer;
mod issuer_client;
mod issuer_keys;
mod issuer_url;
mod jwt;
mod key;

use std::collections::HashSet;
use std::sync::Arc;

use jsonwebtoken::AlgorithmFamily;
use sekisho::{Session, Subject, Timestamp};
use tokio::time::timeout;

use claims::{Claims, Expected};
use introspection::Introspection;
use issuer::{Issuer, TIMING};
use issuer_client::IssuerClient;
use jwt::JwtKey;

pub(crate) use error::{InvalidToken, TokenError};
pub(crate) use issuer_client::ClientCredentials;
pub(crate) use issuer_url::{IssuerUrl, IssuerUrlError};
pub(crate) use key::{AccessTokenKey, KeyError};

/// Which access tokens are accepted.
pub(crate) struct AccessTokenSettings {
    /// What they must have as `iss`.
    pub(crate) issuer: String,
    /// What they must have as `aud`.
    pub(crate) audience: String,
    pub(crate) checked_by: CheckedBy,
    pub(crate) first_party: FirstParty,
}

/// What tells whether a token is the issuer's.
pub(crate) enum CheckedBy {
    /// A key that the operator configured. There are no opaque tokens then.
    Key(AccessTokenKey),
    /// The issuer itself: by the keys it publishes, and for opaque tokens by introspection, where
    /// it has given credentials for that.
    Issuer(IssuerUrl, Option<ClientCredentials>),
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
    judge: Judge,
    first_party: FirstParty,
}

/// Who tells a token's claims.
enum Judge {
    Key(JwtKey),
    Issuer { issuer: Issuer, expected: Expected, introspection: Option<Introspection> },
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

impl AccessTokens {
    /// Begins to ask the issuer for its keys where it publishes them; it need not be there yet.
    ///
    /// # Errors
    /// Where the machine's root certificates cannot be read.
    pub(crate) fn new(settings: AccessTokenSettings) -> Result<Self, reqwest::Error> {
        let AccessTokenSettings { issuer, audience, checked_by, first_party } = settings;
        let expected = Expected { issuer, audience };
        let judge = match checked_by {
            CheckedBy::Key(key) => Judge::Key(key.into_jwt_key(&expected)),
            CheckedBy::Issuer(url, credentials) => {
                let client = Arc::new(IssuerClient::new(url)?);
                let introspection = credentials
                    .map(|credentials| Introspection::new(Arc::clone(&client), credentials));
                let issuer = Issuer::ask(client, expected.clone(), TIMING);
                Judge::Issuer { issuer, expected, introspection }
            }
        };
        Ok(Self { judge, first_party })
    }

    /// Reads a token, which may come from an attacker. Takes 5 seconds at most, however long the
    /// issuer is silent.
    pub(crate) async fn check(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<AccessToken, TokenError> {
        let claims = match &self.judge {
            Judge::Key(key) => key.verify(token, now)?,
            Judge::Issuer { issuer, expected, introspection } => {
                let claims = claims_by_issuer(token, issuer, expected, introspection.as_ref(), now);
                timeout(TIMING.patience, claims).await.map_err(|_| TokenError::Unavailable)??
            }
        };
        Ok(self.read(&claims)?)
    }

    /// Whether access tokens can be judged now, as far as is known without asking.
    pub(crate) fn can_judge(&self) -> bool {
        match &self.judge {
            Judge::Key(_) => true,
            Judge::Issuer { issuer, .. } => issuer.known().is_some(),
        }
    }

    fn read(&self, claims: &Claims) -> Result<AccessToken, InvalidToken> {
        let subject = claims.sub.as_deref().unwrap_or_default();
        let session = claims.sid.as_deref().map(Session::parse).transpose();
        Ok(AccessToken {
            subject: Subject::parse(subject).map_err(|_| InvalidToken::MalformedId)?,
            session: session.map_err(|_| InvalidToken::MalformedId)?,
            is_first_party: self.first_party.includes(claims.client()),
            scopes: claims.scopes().map(str::to_owned).collect(),
        })
    }
}

async fn claims_by_issuer(
    token: &str,
    issuer: &Issuer,
    expected: &Expected,
    introspection: Option<&Introspection>,
    now: Timestamp,
) -> Result<Claims, TokenError> {
    if jwt::is_jwt(token) {
        return claims_by_published_key(token, issuer, expected, now).await;
    }
    let introspection = introspection.ok_or(InvalidToken::Opaque)?;
    let claims = introspection.claims(token, issuer, now).await?;
    claims.check(expected, now)?;
    Ok(claims)
}

/// A token whose key is not known is refused only when the issuer has been asked since: the key may
/// be a new one, and its bearer would be sent to sign in again for nothing. Where the issuer does
/// not answer, that cannot be told (503). What no key could make valid is refused without asking
/// (401), so that nobody floods the issuer with it.
async fn claims_by_published_key(
    token: &str,
    issuer: &Issuer,
    expected: &Expected,
    now: Timestamp,
) -> Result<Claims, TokenError> {
    let header = jwt::unverified_header(token)?;
    if header.alg.family() == AlgorithmFamily::Hmac {
        // Nobody publishes a secret.
        return Err(InvalidToken::Algorithm.into());
    }
    if let Some(known) = issuer.known()
        && let Some(key) = known.keys.find(&header)?
    {
        return Ok(key.verify(token, now)?);
    }
    jwt::unverified_claims(token)?.check(expected, now)?;
    let has_key =
        |published: &issuer::Published| published.keys.find(&header).is_ok_and(|key| key.is_some());
    let published = issuer.published(has_key).await?;
    let key = published.keys.find(&header)?.ok_or(InvalidToken::UnknownKey)?;
    Ok(key.verify(token, now)?)
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
    use serde_json::{Value, json};

    use super::*;

    const SECRET: &[u8] = b"a secret of at least 32 bytes, for tests alone";
    const NOW: u64 = 1_764_000_000;

    fn tokens(key: AccessTokenKey, first_party: FirstParty) -> AccessTokens {
        let settings = AccessTokenSettings {
            issuer: "https://id.example".into(),
            audience: "https://account.example".into(),
            checked_by: CheckedBy::Key(key),
            first_party,
        };
        AccessTokens::new(settings).unwrap()
    }

    fn secret() -> AccessTokenKey {
        AccessTokenKey::from_secret(SECRET).unwrap()
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
        check_by(&tokens(secret(), FirstParty::EveryClient), token)
    }

    /// A configured key never waits.
    fn check_by(tokens: &AccessTokens, token: &str) -> Result<AccessToken, InvalidToken> {
        let now = Timestamp::from_unix_seconds(NOW).unwrap();
        let mut checked = std::pin::pin!(tokens.check(token, now));
        match checked.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(token)) => Ok(token),
            Poll::Ready(Err(TokenError::Invalid(invalid))) => Err(invalid),
            other => panic!("{other:?}"),
        }
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
        let is_first_party = |rule: &FirstParty, changes: Value| {
            let token = sign(&Header::default(), &claims(&changes));
            check_by(&tokens(secret(), rule.clone()), &token).unwrap().is_first_party
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
            include_str!("../../tests/keys/rsa.pem"),
            include_str!("../../tests/keys/rsa.jwt"),
            Algorithm::RS256,
        ),
        (
            include_str!("../../tests/keys/p256.pem"),
            include_str!("../../tests/keys/p256.jwt"),
            Algorithm::ES256,
        ),
        (
            include_str!("../../tests/keys/p384.pem"),
            include_str!("../../tests/keys/p384.jwt"),
            Algorithm::ES384,
        ),
        (
            include_str!("../../tests/keys/ed25519.pem"),
            include_str!("../../tests/keys/ed25519.jwt"),
            Algorithm::EdDSA,
        ),
    ];

    #[test]
    fn a_public_key_checks_its_own_issuers_tokens_alone() {
        for (pem, own, algorithm) in ISSUERS {
            let key = AccessTokenKey::from_pem(pem).unwrap();
            assert_eq!(key.algorithm(), algorithm);
            let tokens = tokens(key, FirstParty::EveryClient);
            for (_, token, _) in ISSUERS {
                assert_eq!(check_by(&tokens, token.trim()).is_ok(), token == own, "{algorithm:?}");
            }
            // The classic: the public key taken for an HMAC secret.
            let forged = EncodingKey::from_secret(pem.as_bytes());
            let forged = encode(&Header::default(), &claims(&json!({})), &forged).unwrap();
            assert!(check_by(&tokens, &forged).is_err());
        }
    }
}
