//! HMAC-SHA-256 under a key that has been prepared once.

use core::fmt;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

/// A prepared HMAC-SHA-256 key (RFC 2104): the two key blocks are hashed when it is made, not at
/// each use.
#[derive(Clone)]
pub(crate) struct HmacKey(Hmac<Sha256>);

impl HmacKey {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        // HMAC pads a key to the block's length with zeros, so the padded key is the same key.
        let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
        for (to, from) in block.iter_mut().zip(key) {
            *to = *from;
        }
        let prepared = Self(<Hmac<Sha256> as KeyInit>::new(&block));
        block.as_mut_slice().zeroize();
        prepared
    }

    /// The key for one purpose, by HKDF-SHA-256 (RFC 5869) without salt.
    pub(crate) fn derive(secret: &[u8; 32], purpose: &str) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        // 32 bytes are far below HKDF's limit of 255 blocks, the only error there is.
        let _ = Hkdf::<Sha256>::new(None, secret).expand(purpose.as_bytes(), key.as_mut_slice());
        Self::new(&key)
    }

    pub(crate) fn start(&self) -> Hmac<Sha256> {
        self.0.clone()
    }

    /// The MAC of all parts one after the other; the caller sees to it that no two lists of parts
    /// give the same bytes.
    pub(crate) fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.start();
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// 32 bytes for the thing named by `label`, the `block`th of them.
    pub(crate) fn derive_block(&self, label: &str, block: u64) -> [u8; 32] {
        self.mac(&[label.as_bytes(), &[0], &block.to_be_bytes()])
    }
}

/// The leftmost bytes of a MAC or derived block (RFC 2104 §5).
pub(crate) fn leftmost<const N: usize>(bytes: &[u8; 32]) -> [u8; N] {
    const { assert!(N <= 32) }
    bytes.first_chunk().copied().unwrap_or([0; N])
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacKey(..)")
    }
}
