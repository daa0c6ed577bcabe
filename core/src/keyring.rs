//! The key ring: one key seals, several open, each with its times.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::cursor::Fields;
use crate::digest::DigestKey;
use crate::mac::{HmacKey, leftmost};
use crate::{Entropy, Error, ErrorCode, Timestamp, base64, digits};

/// The most keys a ring holds at once.
pub const MAX_KEYS: usize = 16;

const TEXT_PREFIX: &str = "sekisho_keys_1";
const NEVER: &str = "-";

/// Names one key of a ring; 4 bytes, written as 8 lower-case hexadecimal digits (JOSE's `kid`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId([u8; 4]);

impl KeyId {
    /// Reads the 8 lower-case hexadecimal digits.
    ///
    /// # Errors
    /// [`ErrorCode::KeyRingMalformed`] for anything else.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut id = [0; 4];
        match base16ct::lower::decode(text, &mut id) {
            Ok(decoded) if decoded.len() == 4 => Ok(Self(id)),
            _ => Err(ErrorCode::KeyRingMalformed.into()),
        }
    }

    /// The 8 digits.
    pub fn to_text(&self) -> String {
        base16ct::lower::encode_string(&self.0)
    }

    pub(crate) const fn from_bytes(bytes: [u8; 4]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn as_bytes(&self) -> &[u8; 4] {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

/// Where a ring is for. Keys are derived differently for each, so that what a development ring
/// sealed no production ring opens, even if somebody copied the secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// Real users.
    Production,
    /// A developer's machine and conformance runs.
    Development,
}

impl Environment {
    /// The word in the ring's text form and in every key derivation.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Development => "development",
        }
    }

    fn parse(text: &str) -> Result<Self, Error> {
        [Self::Production, Self::Development]
            .into_iter()
            .find(|environment| environment.as_str() == text)
            .ok_or(ErrorCode::KeyRingMalformed.into())
    }
}

/// A key's id and times, without its secret: what may be listed and logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyTimes {
    /// The key's id.
    pub id: KeyId,
    /// From this time on the key may seal; the latest such key is the one that does.
    pub seals_from: Timestamp,
    /// From this time on the key opens nothing; `None` until it is retired.
    pub opens_until: Option<Timestamp>,
}

impl KeyTimes {
    fn opens(&self, now: Timestamp) -> bool {
        self.opens_until.is_none_or(|until| now < until)
    }

    fn may_seal(&self, now: Timestamp) -> bool {
        self.seals_from <= now && self.opens(now)
    }
}

/// 32 secret bytes, wiped on drop.
#[derive(PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
struct Secret([u8; 32]);

impl Secret {
    /// A secret must look random: of 32 random bytes fewer than 8 distinct ones is a chance of
    /// less than 2^-100, so such a key is a typed word, a counter or an unfilled buffer.
    fn new(bytes: [u8; 32]) -> Result<Self, Error> {
        let secret = Self(bytes);
        let distinct = bytes
            .iter()
            .enumerate()
            .filter(|(n, byte)| !bytes.iter().take(*n).any(|before| before == *byte));
        if distinct.count() < 8 { Err(ErrorCode::KeyWeak.into()) } else { Ok(secret) }
    }

    fn parse(text: &str) -> Result<Self, Error> {
        let mut bytes = Zeroizing::new([0; 32]);
        let decoded = base64::decode_into(text.as_bytes(), bytes.as_mut_slice());
        if decoded.ok_or(ErrorCode::KeyRingMalformed)? < 32 {
            return Err(ErrorCode::KeyWeak.into());
        }
        Self::new(*bytes)
    }

    fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(base64::encode(&self.0))
    }
}

/// One key of the ring.
#[derive(Clone)]
struct Key {
    times: KeyTimes,
    secrets: Arc<KeySecrets>,
}

struct KeySecrets {
    secret: Secret,
    purposes: SealingKeys,
}

/// The keys derived from one key of the ring, one for each purpose, so that what is made for one
/// never passes for another.
pub(crate) struct SealingKeys {
    pub(crate) record: HmacKey,
    pub(crate) challenge: HmacKey,
    pub(crate) code: HmacKey,
    pub(crate) resume: HmacKey,
    pub(crate) revocation: HmacKey,
}

impl Key {
    fn new(environment: Environment, times: KeyTimes, secret: Secret) -> Self {
        let derive = |purpose| HmacKey::derive(&secret.0, &info(environment, purpose));
        let purposes = SealingKeys {
            record: derive("record"),
            challenge: derive("challenge"),
            code: derive("code"),
            resume: derive("resume"),
            revocation: derive("revocation"),
        };
        Self { times, secrets: Arc::new(KeySecrets { secret, purposes }) }
    }
}

/// Several keys of which one seals and all that are not retired open, and the one secret under
/// which people and operations are digested.
///
/// The digest secret stays the same when keys rotate: counter keys are made with it, and rotating
/// must not give anybody a fresh budget.
#[derive(Clone)]
pub struct KeyRing {
    environment: Environment,
    lasting: Arc<LastingSecrets>,
    keys: Vec<Key>,
}

/// What no rotation changes.
struct LastingSecrets {
    digest_secret: Secret,
    digest: DigestKey,
    counter: HmacKey,
    pseudonym: HmacKey,
}

impl LastingSecrets {
    fn new(environment: Environment, digest_secret: Secret) -> Arc<Self> {
        let derive = |purpose| HmacKey::derive(&digest_secret.0, &info(environment, purpose));
        let digest = DigestKey::new(derive("digest"));
        let (counter, pseudonym) = (derive("counter"), derive("pseudonym"));
        Arc::new(Self { digest_secret, digest, counter, pseudonym })
    }
}

impl KeyRing {
    /// A new ring with one key that seals from `now` on.
    ///
    /// # Errors
    /// [`ErrorCode::KeyWeak`] only if the entropy led to it, which does not happen by chance.
    pub fn generate(
        environment: Environment,
        now: Timestamp,
        entropy: &Entropy,
    ) -> Result<Self, Error> {
        let digest_secret = Secret::new(entropy.derive("digest secret", 0))?;
        let lasting = LastingSecrets::new(environment, digest_secret);
        Self { environment, lasting, keys: Vec::new() }.rotate(now, now, entropy)
    }

    /// Reads the text form, which is strict: what [`to_text`](Self::to_text) gives and no other
    /// spelling.
    ///
    /// # Errors
    /// [`ErrorCode::KeyRingMalformed`] for a text that is not a ring; [`ErrorCode::KeyWeak`] for a
    /// secret that is short, zero or repeats a few bytes; [`ErrorCode::KeyRepeated`] for an id or a
    /// secret that stands twice.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut parts = Fields::new(text, b'.');
        let mut next = || parts.next().ok_or(Error::from(ErrorCode::KeyRingMalformed));
        if next()? != TEXT_PREFIX {
            return Err(ErrorCode::KeyRingMalformed.into());
        }
        let environment = Environment::parse(next()?)?;
        let digest_secret = Secret::parse(next()?)?;
        let mut keys = Vec::new();
        for part in parts {
            keys.push(parse_key(environment, part)?);
        }
        if keys.is_empty() || keys.len() > MAX_KEYS {
            return Err(ErrorCode::KeyRingMalformed.into());
        }
        let lasting = LastingSecrets::new(environment, digest_secret);
        Self { environment, lasting, keys }.checked()
    }

    /// The text form for an environment variable or a file: letters, digits, `_`, `-`, `.` and `:`
    /// only. It is the secret itself.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(96 + 80 * self.keys.len()));
        text.push_str(TEXT_PREFIX);
        text.push('.');
        text.push_str(self.environment.as_str());
        text.push('.');
        text.push_str(&self.lasting.digest_secret.to_text());
        for Key { times, secrets } in &self.keys {
            let until =
                times.opens_until.map_or(NEVER.into(), |at| digits::to_text(at.unix_seconds()));
            text.push('.');
            text.push_str(&times.id.to_text());
            text.push(':');
            text.push_str(&secrets.secret.to_text());
            text.push(':');
            text.push_str(&digits::to_text(times.seals_from.unix_seconds()));
            text.push(':');
            text.push_str(&until);
        }
        text
    }

    /// The ring with a new key that seals from `seals_from` on. The other keys go on opening; those
    /// already retired at `now` are dropped.
    ///
    /// Where several hosts share the ring, give it to all of them before `seals_from`: then each
    /// one opens what any other seals at every moment.
    ///
    /// # Errors
    /// [`ErrorCode::KeyRingFull`] where the ring is full ([`MAX_KEYS`]), and
    /// [`ErrorCode::KeyRepeated`] where the same entropy was used before.
    pub fn rotate(
        &self,
        seals_from: Timestamp,
        now: Timestamp,
        entropy: &Entropy,
    ) -> Result<Self, Error> {
        let mut ring = self.clone();
        ring.keys.retain(|key| key.times.opens(now));
        if ring.keys.len() >= MAX_KEYS {
            return Err(ErrorCode::KeyRingFull.into());
        }
        let times = KeyTimes {
            id: KeyId(leftmost(&entropy.derive("key id", 0))),
            seals_from,
            opens_until: None,
        };
        let secret = Secret::new(entropy.derive("key secret", 0))?;
        ring.keys.push(Key::new(self.environment, times, secret));
        ring.checked()
    }

    /// The ring in which the key opens nothing from `at` on. Choose `at` no earlier than the last
    /// sealing by this key plus the record's lifetime, and no valid record is refused.
    ///
    /// # Errors
    /// [`ErrorCode::KeyUnknown`] where the ring has no such key, [`ErrorCode::KeyStillSeals`] where
    /// no key would seal at `at`. What is to seal later is not looked at: retire the older keys,
    /// not all of them.
    pub fn retire(&self, id: KeyId, at: Timestamp) -> Result<Self, Error> {
        let mut ring = self.clone();
        let key = ring.keys.iter_mut().find(|key| key.times.id == id);
        key.ok_or(ErrorCode::KeyUnknown)?.times.opens_until = Some(at);
        match ring.sealing_key_at(at) {
            Ok(_) => Ok(ring),
            Err(_) => Err(ErrorCode::KeyStillSeals.into()),
        }
    }

    /// Where this ring is for.
    pub const fn environment(&self) -> Environment {
        self.environment
    }

    /// The ids and times of all keys, without secrets.
    pub fn keys(&self) -> impl Iterator<Item = KeyTimes> + '_ {
        self.keys.iter().map(|key| key.times)
    }

    /// The id of the key that seals at `now`.
    ///
    /// # Errors
    /// [`ErrorCode::KeyNoneSeals`] before the first key's time or after the last one's.
    pub fn seals_with(&self, now: Timestamp) -> Result<KeyId, Error> {
        self.sealing_key_at(now).map(|key| key.times.id)
    }

    pub(crate) fn sealing_keys(&self, now: Timestamp) -> Result<(KeyId, &SealingKeys), Error> {
        self.sealing_key_at(now).map(|key| (key.times.id, &key.secrets.purposes))
    }

    pub(crate) fn opening_keys(&self, id: KeyId, now: Timestamp) -> Option<&SealingKeys> {
        let key = self.keys.iter().find(|key| key.times.id == id)?;
        key.times.opens(now).then_some(&key.secrets.purposes)
    }

    pub(crate) fn digest_key(&self) -> &DigestKey {
        &self.lasting.digest
    }

    pub(crate) fn counter_key(&self) -> &HmacKey {
        &self.lasting.counter
    }

    pub(crate) fn pseudonym_key(&self) -> &HmacKey {
        &self.lasting.pseudonym
    }

    fn checked(self) -> Result<Self, Error> {
        let mut rest = self.keys.as_slice();
        while let Some((key, others)) = rest.split_first() {
            let secret = &key.secrets.secret;
            let repeats =
                |other: &Key| other.times.id == key.times.id || other.secrets.secret == *secret;
            if others.iter().any(repeats) || *secret == self.lasting.digest_secret {
                return Err(ErrorCode::KeyRepeated.into());
            }
            rest = others;
        }
        Ok(self)
    }

    fn sealing_key_at(&self, now: Timestamp) -> Result<&Key, Error> {
        let candidates = self.keys.iter().filter(|key| key.times.may_seal(now));
        candidates.max_by_key(|key| key.times.seals_from).ok_or(ErrorCode::KeyNoneSeals.into())
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing")
            .field("environment", &self.environment)
            .field("keys", &self.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

fn info(environment: Environment, purpose: &str) -> String {
    let mut info = String::from("sekisho/v1/");
    info.push_str(environment.as_str());
    info.push('/');
    info.push_str(purpose);
    info
}

fn parse_key(environment: Environment, text: &str) -> Result<Key, Error> {
    let mut parts = Fields::new(text, b':');
    let mut next = || parts.next().ok_or(Error::from(ErrorCode::KeyRingMalformed));
    let id = KeyId::parse(next()?)?;
    let secret = Secret::parse(next()?)?;
    let seals_from = parse_time(next()?)?;
    let opens_until = match next()? {
        NEVER => None,
        time => Some(parse_time(time)?),
    };
    if parts.next().is_some() {
        return Err(ErrorCode::KeyRingMalformed.into());
    }
    Ok(Key::new(environment, KeyTimes { id, seals_from, opens_until }, secret))
}

fn parse_time(text: &str) -> Result<Timestamp, Error> {
    let seconds = digits::parse_strict(text).ok_or(ErrorCode::KeyRingMalformed)?;
    Timestamp::from_unix_seconds(seconds).map_err(|_| ErrorCode::KeyRingMalformed.into())
}
