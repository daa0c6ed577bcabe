//! Users of a server, and what their clients hold.

use std::error::Error;
use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{EncodingKey, Header, encode};
use sekisho::{
    Binding, CodeSend, Entropy, Identifier, KeyRing, Policy, Purpose, Subject, Timestamp, Verifier,
};
use serde_json::json;

use crate::server::{ACCESS_TOKEN_SECRET, AUDIENCE, ISSUER, Installation};

/// How long access tokens live, in seconds.
const LIFETIME: u64 = 3600;

/// A user with an address of their own.
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) email: String,
    /// A JWT under the shared secret.
    pub(crate) token: String,
}

/// A code that was sent.
pub(crate) struct Sent {
    pub(crate) challenge: String,
    pub(crate) code: String,
}

impl Account {
    /// Adds so many users; without password where it is empty.
    pub(crate) fn add(
        installation: &Installation,
        count: usize,
        password: &str,
    ) -> Result<Vec<Self>, Box<dyn Error>> {
        let add_one = |number| {
            let id = format!("user{number}");
            let email = format!("{id}@example.com");
            installation.add_user(&id, &email, password)?;
            let key = EncodingKey::from_secret(ACCESS_TOKEN_SECRET.as_bytes());
            let token = access_token(&Header::default(), &key, ISSUER, &id)?;
            Ok(Self { id, email, token })
        };
        (0..count).map(add_one).collect()
    }
}

/// An access token for everything.
pub(crate) fn access_token(
    header: &Header,
    key: &EncodingKey,
    issuer: &str,
    user: &str,
) -> Result<String, Box<dyn Error>> {
    let now = seconds_now()?;
    let claims = json!({
        "iss": issuer, "aud": AUDIENCE, "sub": user, "client_id": "bench",
        "scope": "openid profile email phone", "iat": now, "exp": now + LIFETIME,
    });
    Ok(encode(header, &claims, key)?)
}

/// Makes the challenges that the server would have made: it knows them by their key.
pub(crate) struct Sender {
    verifier: Verifier,
}

impl Sender {
    pub(crate) fn new(installation: &Installation) -> Result<Self, Box<dyn Error>> {
        let keys = KeyRing::parse(fs::read_to_string(installation.keys_file())?.trim())?;
        let verifier = Verifier::without_counters(keys, Policy::default())?;
        Ok(Self { verifier })
    }

    pub(crate) fn send(&self, account: &Account) -> Result<Sent, Box<dyn Error>> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| error.to_string())?;
        let send = CodeSend {
            binding: Binding::to_subject(Subject::parse(&account.id)?),
            to: Identifier::email(&account.email)?,
            purpose: Purpose::UserPermissionValidation,
        };
        let entropy = Entropy::from_bytes(seed)?;
        let now = Timestamp::from_unix_seconds(seconds_now()?)?;
        let sent = self.verifier.send_code(send, now, entropy);
        let sent = sent.drive(|_| Err("nothing is counted"))??;
        Ok(Sent { challenge: sent.challenge.token, code: sent.code.as_str().to_owned() })
    }
}

fn seconds_now() -> Result<u64, Box<dyn Error>> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())
}
