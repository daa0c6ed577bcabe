//! The formats a second time, from `docs/token-format.md`, over HKDF, HMAC and SHA-256 alone.

use base64ct::{Base64UrlUnpadded, Encoding};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

pub(crate) const RECORD: &str = "sekisho_r1_";
pub(crate) const CHALLENGE: &str = "sekisho_c1_";
pub(crate) const RESUME: &str = "sekisho_h1_";
pub(crate) const REVOCATION: &str = "sekisho_x1_";

/// A key ring with everything in the open.
#[derive(Clone)]
pub(crate) struct Ring {
    pub(crate) environment: &'static str,
    pub(crate) digest_secret: [u8; 32],
    pub(crate) keys: Vec<Key>,
}

#[derive(Clone, Copy)]
pub(crate) struct Key {
    pub(crate) id: [u8; 4],
    pub(crate) secret: [u8; 32],
    pub(crate) seals_from: u64,
    pub(crate) opens_until: Option<u64>,
}

impl Ring {
    pub(crate) fn generate(environment: &'static str, now: u64, entropy: &[u8; 32]) -> Self {
        let digest_secret = from_entropy(entropy, "digest secret", 0);
        Self { environment, digest_secret, keys: Vec::new() }.rotate(now, now, entropy)
    }

    pub(crate) fn rotate(&self, seals_from: u64, now: u64, entropy: &[u8; 32]) -> Self {
        let opens = |key: &&Key| key.opens_until.is_none_or(|until| now < until);
        let mut keys: Vec<Key> = self.keys.iter().filter(opens).copied().collect();
        let id = leftmost(&from_entropy(entropy, "key id", 0));
        let secret = from_entropy(entropy, "key secret", 0);
        keys.push(Key { id, secret, seals_from, opens_until: None });
        Self { keys, ..self.clone() }
    }

    pub(crate) fn retire(&self, place: usize, at: u64) -> Self {
        let mut ring = self.clone();
        if let Some(key) = ring.keys.get_mut(place) {
            key.opens_until = Some(at);
        }
        ring
    }

    /// The same secrets, marked for the other environment.
    pub(crate) fn copied_to(&self, environment: &'static str) -> Self {
        Self { environment, ..self.clone() }
    }

    pub(crate) fn to_text(&self) -> String {
        let head =
            format!("sekisho_keys_1.{}.{}", self.environment, base64url(&self.digest_secret));
        self.keys.iter().fold(head, |text, key| text + "." + &key.to_text())
    }

    /// The key for one purpose: `digest`, `counter` and `pseudonym` of the digest secret, `record`,
    /// `challenge`, `code`, `resume` and `revocation` of a key's secret.
    pub(crate) fn derive(&self, secret: &[u8; 32], purpose: &str) -> [u8; 32] {
        let info = format!("sekisho/v1/{}/{purpose}", self.environment);
        let mut key = [0; 32];
        let expanded = Hkdf::<Sha256>::new(None, secret).expand(info.as_bytes(), &mut key);
        assert!(expanded.is_ok(), "32 bytes are within HKDF's limit");
        key
    }

    /// The digest of a value, or of *none*.
    pub(crate) fn digest(&self, label: &str, value: Option<&[u8]>) -> [u8; 16] {
        let key = self.derive(&self.digest_secret, "digest");
        let parts: [&[u8]; 3] = match value {
            Some(value) => [label.as_bytes(), &[1], value],
            None => [label.as_bytes(), &[0], &[]],
        };
        leftmost(&hmac(&key, &parts))
    }

    pub(crate) fn counter(&self, label: &str, of: &[&[u8]]) -> String {
        base64url(&self.counter_digest::<16>(label, of))
    }

    pub(crate) fn counter_digest<const N: usize>(&self, label: &str, of: &[&[u8]]) -> [u8; N] {
        let key = self.derive(&self.digest_secret, "counter");
        let mut parts: Vec<&[u8]> = vec![label.as_bytes(), &[0]];
        parts.extend_from_slice(of);
        leftmost(&hmac(&key, &parts))
    }

    /// What logs call a user, session or canonical identifier.
    pub(crate) fn pseudonym(&self, label: &str, value: &str) -> String {
        let key = self.derive(&self.digest_secret, "pseudonym");
        let mac = hmac(&key, &[label.as_bytes(), &[0], value.as_bytes()]);
        crate::document::hex(&leftmost::<16>(&mac))
    }

    pub(crate) fn sealing_key(&self, now: u64) -> Key {
        let may_seal =
            |key: &&Key| key.seals_from <= now && key.opens_until.is_none_or(|until| now < until);
        let latest = self.keys.iter().filter(may_seal).max_by_key(|key| key.seals_from).copied();
        // The all-zero key opens nothing, so a vector that wrongly relied on it would not pass.
        latest.unwrap_or(Key { id: [0; 4], secret: [0; 32], seals_from: 0, opens_until: None })
    }

    /// The text of a token: the bytes, their MAC under the key's derived key, the prefix.
    pub(crate) fn seal(&self, key: &Key, purpose: &str, prefix: &str, bytes: &[u8]) -> String {
        let mac = hmac(&self.derive(&key.secret, purpose), &[bytes]);
        format!("{prefix}{}", base64url(&[bytes, &mac[..]].concat()))
    }

    /// What a challenge's code is drawn from.
    pub(crate) fn code_seed(&self, key: &Key, record_id: &[u8; 16]) -> [u8; 32] {
        hmac(&self.derive(&key.secret, "code"), &[record_id])
    }

    /// What a challenge keeps of its code.
    pub(crate) fn code_tag(&self, key: &Key, record_id: &[u8; 16], code: &str) -> [u8; 18] {
        let mac = hmac(&self.derive(&key.secret, "code"), &[record_id, code.as_bytes()]);
        leftmost(&mac)
    }
}

impl Key {
    pub(crate) fn id_text(&self) -> String {
        crate::document::hex(&self.id)
    }

    pub(crate) fn to_text(self) -> String {
        let until = self.opens_until.map_or("-".to_owned(), |until| until.to_string());
        format!("{}:{}:{}:{until}", self.id_text(), base64url(&self.secret), self.seals_from)
    }
}

/// What is drawn from the host's randomness, block by block.
pub(crate) fn from_entropy(entropy: &[u8; 32], label: &str, block: u64) -> [u8; 32] {
    hmac(entropy, &[label.as_bytes(), &[0], &block.to_be_bytes()])
}

pub(crate) fn record_id(entropy: &[u8; 32]) -> [u8; 16] {
    leftmost(&from_entropy(entropy, "record id", 0))
}

/// Draws a code by rejection; also tells how many bytes were thrown away.
pub(crate) fn draw_code(seed: &[u8; 32], length: usize, alphabet: &str) -> (String, usize) {
    let characters: &[u8] = match alphabet {
        "base32" => b"0123456789ABCDEFGHJKMNPQRSTVWXYZ",
        _ => b"0123456789",
    };
    let count = characters.len();
    let bytes = (0..).flat_map(|block| from_entropy(seed, "code", block));
    let (mut code, mut rejected) = (String::new(), 0);
    for byte in bytes.map(usize::from) {
        if code.len() == length {
            break;
        }
        match characters.get(byte % count) {
            Some(character) if byte < 256 / count * count => code.push(char::from(*character)),
            _ => rejected += 1,
        }
    }
    (code, rejected)
}

pub(crate) fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    let mut mac = <Hmac<Sha256> as KeyInit>::new(&block);
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Bytes that look random and are the same in every run.
pub(crate) fn entropy(name: &str) -> [u8; 32] {
    sha256(format!("sekisho test vector: {name}").as_bytes())
}

pub(crate) fn base64url(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

pub(crate) fn leftmost<const N: usize>(bytes: &[u8; 32]) -> [u8; N] {
    let mut left = [0; N];
    left.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    left
}
