//! The unit of memory.

use alloc::vec::Vec;
use core::hint::black_box;

/// 1024 bytes as little-endian words (RFC 9106 §3.2), at the beginning of a line of the cache.
#[derive(Clone)]
#[repr(C, align(64))]
pub(in crate::password) struct Block(pub(super) [u64; Block::WORDS]);

impl Default for Block {
    fn default() -> Self {
        Self([0; Self::WORDS])
    }
}

impl Block {
    pub(super) const BYTES: usize = 1024;
    pub(super) const WORDS: usize = Self::BYTES / 8;

    pub(super) fn read(&mut self, bytes: &[u8; Self::BYTES]) {
        let words = bytes.as_chunks().0.iter().map(|word| u64::from_le_bytes(*word));
        self.0.iter_mut().zip(words).for_each(|(to, word)| *to = word);
    }

    pub(super) fn write(&self, bytes: &mut [u8; Self::BYTES]) {
        let places = bytes.as_chunks_mut().0;
        places.iter_mut().zip(&self.0).for_each(|(to, word)| *to = word.to_le_bytes());
    }

    pub(super) fn xor(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word ^= other);
    }

    pub(super) const fn first_word(&self) -> u64 {
        let [first, ..] = self.0;
        first
    }

    /// So many blocks of zeros; `None` where the memory cannot be had.
    #[expect(unsafe_code, reason = "all at once is quicker than a copy for each block")]
    pub(in crate::password) fn zeros(blocks: usize) -> Option<Vec<Self>> {
        let mut memory = Vec::<Self>::new();
        memory.try_reserve_exact(blocks).ok()?;
        // SAFETY: so many blocks are reserved, and a block of zeros is a block.
        unsafe {
            memory.as_mut_ptr().write_bytes(0, blocks);
            memory.set_len(blocks);
        }
        Some(memory)
    }

    /// Writes zeros into all of them, and has the compiler believe that somebody reads them.
    #[expect(unsafe_code, reason = "all at once is three times as fast as word by word")]
    pub(in crate::password) fn wipe(blocks: &mut [Self]) {
        // SAFETY: a block of zeros is a block.
        unsafe { blocks.as_mut_ptr().write_bytes(0, blocks.len()) };
        black_box(blocks);
    }

    #[cfg(test)]
    pub(in crate::password) fn fill(&mut self, word: u64) {
        self.0.fill(word);
    }

    #[cfg(test)]
    pub(in crate::password) fn is_zero(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }
}
