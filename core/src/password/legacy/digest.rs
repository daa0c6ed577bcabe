//! One digest of the password, alone or with salt around it.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use subtle::ConstantTimeEq;

use super::hash_function::HashFunction;
use super::{hex, unreadable};
use crate::Error;

/// The digest of pieces one after the other, some of them the password.
pub(in crate::password) struct Digest {
    function: HashFunction,
    pieces: Vec<Piece>,
    tag: Vec<u8>,
}

pub(super) enum Piece {
    Password,
    Salt(String),
}

impl Digest {
    /// Reads the hex form of an unsalted digest; its length tells the function.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let function = match text.len() {
            32 => HashFunction::Md5,
            40 => HashFunction::Sha1,
            64 => HashFunction::Sha256,
            _ => return Err(unreadable()),
        };
        Self::new(function, vec![Piece::Password], text)
    }

    pub(super) fn new(
        function: HashFunction,
        pieces: Vec<Piece>,
        tag: &str,
    ) -> Result<Self, Error> {
        let tag = hex(tag).filter(|tag| tag.len() == function.digest_bytes());
        Ok(Self { function, pieces, tag: tag.ok_or_else(unreadable)? })
    }

    pub(super) fn matches(&self, password: &[u8]) -> bool {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Password => password,
            Piece::Salt(salt) => salt.as_bytes(),
        });
        self.function.digest(pieces).ct_eq(&self.tag).into()
    }
}
