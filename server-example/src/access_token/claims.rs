//! Claims: what a token says, whether it says so itself (JWT) or the issuer does (introspection).

use sekisho::Timestamp;
use serde::Deserialize;

use super::InvalidToken;

/// How far, in seconds, the issuer's clock may be ahead of ours. An expiry has no leeway: a token
/// ends when ours says so.
const CLOCK_SKEW_SECONDS: u64 = 60;

/// What every access token must be of and for.
#[derive(Clone, Debug)]
pub(super) struct Expected {
    /// `iss`, compared byte for byte (RFC 9068 §4).
    pub(super) issuer: String,
    /// One of `aud`.
    pub(super) audience: String,
}

/// The claims looked at (RFC 9068 §2.2, RFC 7662 §2.2). Times may have fractions (RFC 7519 §2).
///
/// A JWT's come from an attacker until its signature has been checked.
#[derive(Clone, Deserialize)]
pub(super) struct Claims {
    pub(super) sub: Option<String>,
    pub(super) sid: Option<String>,
    client_id: Option<String>,
    azp: Option<String>,
    scope: Option<String>,
    exp: Option<f64>,
    nbf: Option<f64>,
    iss: Option<String>,
    aud: Option<Audience>,
}

#[derive(Clone, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Claims {
    /// Refuses what is of another issuer, for another audience or of another time. A claim that is
    /// not there passes: which ones must be there depends on who says them.
    pub(super) fn check(&self, expected: &Expected, now: Timestamp) -> Result<(), InvalidToken> {
        if self.iss.as_ref().is_some_and(|issuer| *issuer != expected.issuer) {
            return Err(InvalidToken::Issuer);
        }
        if self.aud.as_ref().is_some_and(|audience| !audience.includes(&expected.audience)) {
            return Err(InvalidToken::Audience);
        }
        self.check_times(now)
    }

    fn check_times(&self, now: Timestamp) -> Result<(), InvalidToken> {
        let seconds = now.unix_seconds();
        if self.exp.is_some_and(|exp| exp <= as_numeric_date(seconds)) {
            return Err(InvalidToken::Expired);
        }
        if self.nbf.is_some_and(|nbf| nbf > as_numeric_date(seconds + CLOCK_SKEW_SECONDS)) {
            return Err(InvalidToken::NotYetValid);
        }
        Ok(())
    }

    /// The client that the token was issued to (RFC 8693 §4.3, or as `OpenID` Connect has it).
    pub(super) fn client(&self) -> Option<&str> {
        self.client_id.as_deref().or(self.azp.as_deref())
    }

    pub(super) fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope.iter().flat_map(|scope| scope.split_ascii_whitespace())
    }

    /// Seconds until the token expires, where that is known; negative if it has.
    pub(super) fn seconds_left(&self, now: Timestamp) -> Option<f64> {
        self.exp.map(|exp| exp - as_numeric_date(now.unix_seconds()))
    }
}

impl Audience {
    fn includes(&self, audience: &str) -> bool {
        match self {
            Self::One(one) => one == audience,
            Self::Many(many) => many.iter().any(|one| one == audience),
        }
    }
}

/// Exact: a timestamp is below 2^40.
#[expect(clippy::cast_precision_loss)]
fn as_numeric_date(seconds: u64) -> f64 {
    seconds as f64
}
