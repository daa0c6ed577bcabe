//! Randomness, always handed in by the host: this crate has no random source.

use alloc::boxed::Box;
use core::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::mac::HmacKey;
use crate::{Error, ErrorCode};

/// 32 bytes from the host's secure random source, for one call alone.
///
/// Everything random that the call needs is derived from it by HMAC-SHA-256, so the same entropy
/// gives the same result: that is what makes test vectors possible, and why it must never be used
/// twice.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Entropy(
    /// In a place of its own, so that no copy stays behind where it is moved.
    Box<[u8; 32]>,
);

impl Entropy {
    /// Takes the bytes over.
    ///
    /// # Errors
    /// [`ErrorCode::EntropyUnusable`] where all bytes are equal: a buffer nobody filled.
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, Error> {
        let entropy = Self(Box::new(bytes));
        if bytes.iter().all(|byte| bytes.first() == Some(byte)) {
            return Err(ErrorCode::EntropyUnusable.into());
        }
        Ok(entropy)
    }

    /// 32 bytes for the thing named by `label`, the `block`th of them.
    pub(crate) fn derive(&self, label: &str, block: u64) -> [u8; 32] {
        HmacKey::new(&self.0).derive_block(label, block)
    }
}

impl fmt::Debug for Entropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entropy(..)")
    }
}
