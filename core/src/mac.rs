//! HMAC-SHA-256 under a key that has been prepared once.

use core::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Bytes of a block of SHA-256.
const BLOCK_BYTES: usize = 64;

/// A prepared HMAC-SHA-256 key (RFC 2104): the two key blocks are hashed when it is made, not at
/// each use.
#[derive(Clone)]
pub(crate) struct HmacKey {
    inner: Sha256,
    outer: Sha256,
}

impl HmacKey {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        let start = |pad: u8| {
            let mut block = Zeroizing::new([pad; BLOCK_BYTES]);
            block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
            Sha256::new_with_prefix(block.as_slice())
        };
        Self { inner: start(0x36), outer: start(0x5c) }
    }

    /// The key for one purpose, by HKDF-SHA-256 (RFC 5869) without salt: of what it expands to, the
    /// first block.
    pub(crate) fn derive(secret: &[u8; 32], purpose: &str) -> Self {
        let extracted = Zeroizing::new(Self::new(&[0; 32]).mac(&[secret]));
        let expanded = Self::new(&extracted).mac(&[purpose.as_bytes(), &[1]]);
        Self::new(&Zeroizing::new(expanded))
    }

    /// The MAC of all parts one after the other; the caller sees to it that no two lists of parts
    /// give the same bytes.
    pub(crate) fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut inner = self.inner.clone();
        for part in parts {
            inner.update(part);
        }
        let mut outer = self.outer.clone();
        outer.update(inner.finalize());
        outer.finalize().into()
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

#[cfg(test)]
mod tests {
    use hkdf::Hkdf;
    use hmac::{Hmac, KeyInit, Mac};
    use proptest::prelude::*;

    use super::*;

    fn by_library(key: &[u8], message: &[u8]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(message);
        mac.finalize().into_bytes().into()
    }

    proptest! {
        #[test]
        fn a_mac_is_that_of_the_library(key: [u8; 32], parts: [Vec<u8>; 3], long in 0_usize..300) {
            let long = vec![7; long];
            let parts = [parts[0].as_slice(), &parts[1], &long, &parts[2]];
            prop_assert_eq!(HmacKey::new(&key).mac(&parts), by_library(&key, &parts.concat()));
        }

        #[test]
        fn a_derived_key_is_that_of_the_library(secret: [u8; 32], purpose: String, message: Vec<u8>) {
            let mut key = [0; 32];
            Hkdf::<Sha256>::new(None, &secret).expand(purpose.as_bytes(), &mut key).unwrap();
            let mac = HmacKey::derive(&secret, &purpose).mac(&[&message]);
            prop_assert_eq!(mac, by_library(&key, &message));
        }
    }
}
