//! The key ring.

use std::sync::Arc;

use sekisho::{KeyId, Pseudonym, Session, Subject};
use zeroize::Zeroizing;

use crate::argument::{entropy, signed, time, time_or_now};
use crate::{Identifier, SekishoError};

/// Where a ring is for: what a development ring sealed no production ring opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Environment {
    /// Real users.
    Production,
    /// A developer's machine.
    Development,
}

/// A key's id and times, without its secret. Times are Unix seconds.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct KeyTimes {
    /// The key's id, 8 hexadecimal digits.
    pub kid: String,
    /// From this time on it may seal; the latest such key is the one that does.
    pub seals_from: i64,
    /// From this time on it opens nothing; none until it is retired.
    pub opens_until: Option<i64>,
}

/// The key ring: one key seals, several open, each with its times. A ring never changes.
#[derive(uniffi::Object)]
pub struct KeyRing(pub(crate) Arc<sekisho::KeyRing>);

#[uniffi::export]
impl KeyRing {
    /// Reads a ring's text, as `sekisho-server keys generate` prints it and `to_text` gives it.
    ///
    /// Fails with `key_ring_malformed`, `key_weak`, `key_repeated`.
    #[uniffi::constructor]
    pub fn parse(text: String) -> Result<Self, SekishoError> {
        let text = Zeroizing::new(text);
        Ok(Self::of(sekisho::KeyRing::parse(&text)?))
    }

    /// Draws a new ring of one key, which seals from `now` on. `entropy` is for tests: 32 bytes in
    /// place of the platform's randomness.
    #[uniffi::constructor(default(now = None, entropy = None))]
    pub fn generate(
        environment: Environment,
        now: Option<i64>,
        entropy: Option<Vec<u8>>,
    ) -> Result<Self, SekishoError> {
        let environment = match environment {
            Environment::Production => sekisho::Environment::Production,
            Environment::Development => sekisho::Environment::Development,
        };
        let entropy = self::entropy(entropy)?;
        Ok(Self::of(sekisho::KeyRing::generate(environment, time_or_now(now)?, &entropy)?))
    }

    /// The ring with one more key, which seals from a time on. Keys that are retired at `now` are
    /// dropped. `entropy` is for tests.
    ///
    /// Fails with `key_ring_full`.
    #[uniffi::method(default(now = None, entropy = None))]
    pub fn rotate(
        &self,
        seals_from: i64,
        now: Option<i64>,
        entropy: Option<Vec<u8>>,
    ) -> Result<Arc<Self>, SekishoError> {
        let (seals_from, now) = (time(seals_from)?, time_or_now(now)?);
        let ring = self.0.rotate(seals_from, now, &self::entropy(entropy)?)?;
        Ok(Arc::new(Self::of(ring)))
    }

    /// The ring in which a key opens nothing from a time on.
    ///
    /// Fails with `key_unknown`, `key_still_seals`.
    pub fn retire(&self, kid: String, at: i64) -> Result<Arc<Self>, SekishoError> {
        let ring = self.0.retire(KeyId::parse(&kid)?, time(at)?)?;
        Ok(Arc::new(Self::of(ring)))
    }

    /// The ring's text, which is the secret itself.
    pub fn to_text(&self) -> String {
        self.0.to_text().as_str().to_owned()
    }

    /// Where the ring is for.
    pub fn environment(&self) -> Environment {
        match self.0.environment() {
            sekisho::Environment::Production => Environment::Production,
            sekisho::Environment::Development => Environment::Development,
        }
    }

    /// The ids and times of the keys: what may be listed and logged.
    pub fn keys(&self) -> Vec<KeyTimes> {
        let of = |key: sekisho::KeyTimes| KeyTimes {
            kid: key.id.to_text(),
            seals_from: signed(key.seals_from.unix_seconds()),
            opens_until: key.opens_until.map(|until| signed(until.unix_seconds())),
        };
        self.0.keys().map(of).collect()
    }

    /// The id of the key that seals at a time.
    ///
    /// Fails with `key_none_seals`.
    #[uniffi::method(default(now = None))]
    pub fn seals_with(&self, now: Option<i64>) -> Result<String, SekishoError> {
        Ok(self.0.seals_with(time_or_now(now)?)?.to_text())
    }

    /// What logs call a user: 32 hexadecimal digits by which events about the same one are found
    /// together, and from which nobody without the ring learns who it is. Rotating keys changes none.
    ///
    /// Fails with `context_invalid`.
    pub fn pseudonym_of_subject(&self, subject: String) -> Result<String, SekishoError> {
        Ok(Pseudonym::of_subject(&self.0, &Subject::parse(&subject)?).to_string())
    }

    /// What logs call a session.
    ///
    /// Fails with `context_invalid`.
    pub fn pseudonym_of_session(&self, session: String) -> Result<String, SekishoError> {
        Ok(Pseudonym::of_session(&self.0, &Session::parse(&session)?).to_string())
    }

    /// What logs call an address or number, the same for every spelling of one recipient.
    ///
    /// Fails with `identifier_invalid`.
    pub fn pseudonym_of_identifier(&self, identifier: Identifier) -> Result<String, SekishoError> {
        Ok(Pseudonym::of_identifier(&self.0, &identifier.parse()?).to_string())
    }
}

impl KeyRing {
    fn of(ring: sekisho::KeyRing) -> Self {
        Self(Arc::new(ring))
    }
}
