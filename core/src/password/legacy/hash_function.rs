//! The hash functions that old password hashes are made with.

use alloc::vec;
use alloc::vec::Vec;

use md5::Md5;
use pbkdf2::pbkdf2_hmac;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use zeroize::Zeroizing;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HashFunction {
    Md5,
    Sha1,
    Sha256,
    Sha512,
}

impl HashFunction {
    /// By its OpenSSL name, in either case.
    pub(super) fn named(name: &str) -> Option<Self> {
        [
            ("md5", Self::Md5),
            ("sha1", Self::Sha1),
            ("sha256", Self::Sha256),
            ("sha512", Self::Sha512),
        ]
        .into_iter()
        .find_map(|(known, function)| known.eq_ignore_ascii_case(name).then_some(function))
    }

    /// Bytes of its digest.
    pub(super) const fn digest_bytes(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }

    /// The digest of all parts one after the other.
    pub(super) fn digest<'a>(self, parts: impl Iterator<Item = &'a [u8]>) -> Zeroizing<Vec<u8>> {
        match self {
            Self::Md5 => digest::<Md5>(parts),
            Self::Sha1 => digest::<Sha1>(parts),
            Self::Sha256 => digest::<Sha256>(parts),
            Self::Sha512 => digest::<Sha512>(parts),
        }
    }

    /// PBKDF2 with HMAC of this function (RFC 8018, section 5.2).
    pub(super) fn pbkdf2(
        self,
        password: &[u8],
        salt: &[u8],
        iterations: u32,
        bytes: usize,
    ) -> Zeroizing<Vec<u8>> {
        let mut tag = Zeroizing::new(vec![0; bytes]);
        match self {
            Self::Md5 => pbkdf2_hmac::<Md5>(password, salt, iterations, &mut tag),
            Self::Sha1 => pbkdf2_hmac::<Sha1>(password, salt, iterations, &mut tag),
            Self::Sha256 => pbkdf2_hmac::<Sha256>(password, salt, iterations, &mut tag),
            Self::Sha512 => pbkdf2_hmac::<Sha512>(password, salt, iterations, &mut tag),
        }
        tag
    }
}

fn digest<'a, D: Digest>(parts: impl Iterator<Item = &'a [u8]>) -> Zeroizing<Vec<u8>> {
    let mut digest = D::new();
    parts.for_each(|part| digest.update(part));
    Zeroizing::new(digest.finalize().to_vec())
}
