//! The memory of Argon2 computations: wiped after each one, and kept for others if the host wishes.

use alloc::vec::Vec;

#[cfg(feature = "std")]
use core::fmt;
#[cfg(feature = "std")]
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::argon2::Block;
use crate::{Error, ErrorCode};

/// Memory that waits for the next computation. None is kept by default.
#[cfg(feature = "std")]
#[derive(Default)]
pub(super) struct KeptMemory {
    /// How many memories are kept at most.
    computations: usize,
    /// Blocks of 1 KiB in each of them.
    blocks: usize,
    free: Mutex<Vec<Vec<Block>>>,
}

#[cfg(feature = "std")]
impl KeptMemory {
    pub(super) fn new(computations: usize, blocks: usize) -> Self {
        Self { computations, blocks, free: Mutex::default() }
    }

    /// Memory for a computation of so many blocks. One that needs more than is kept for each gets
    /// memory of its own, which is freed afterwards.
    pub(super) fn take(&self, blocks: usize) -> Result<Memory<'_>, Error> {
        let is_kept = self.computations > 0 && blocks <= self.blocks;
        let kept = if is_kept { self.lock().pop() } else { None };
        let all = match kept {
            Some(kept) => kept,
            None => zeros(if is_kept { self.blocks } else { blocks })?,
        };
        Ok(Memory { all, blocks, kept: self })
    }

    fn give_back(&self, memory: Vec<Block>) {
        let mut free = self.lock();
        if memory.len() == self.blocks && free.len() < self.computations {
            free.push(memory);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Vec<Block>>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(feature = "std")]
impl fmt::Debug for KeptMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptMemory")
            .field("computations", &self.computations)
            .field("blocks", &self.blocks)
            .finish_non_exhaustive()
    }
}

/// Without the standard library there is no lock, and no memory is kept.
#[cfg(not(feature = "std"))]
#[derive(Debug, Default)]
pub(super) struct KeptMemory;

#[cfg(not(feature = "std"))]
impl KeptMemory {
    pub(super) fn take(&self, blocks: usize) -> Result<Memory<'_>, Error> {
        Ok(Memory { all: zeros(blocks)?, blocks, kept: self })
    }

    #[expect(clippy::unused_self, reason = "the same call with and without the feature")]
    fn give_back(&self, _: Vec<Block>) {}
}

/// The blocks of one computation. They are enough to find the password at the price of a single
/// pass, so they are wiped before anything else becomes of them.
pub(super) struct Memory<'a> {
    all: Vec<Block>,
    blocks: usize,
    kept: &'a KeptMemory,
}

impl Memory<'_> {
    pub(super) fn as_mut_slice(&mut self) -> &mut [Block] {
        self.all.get_mut(..self.blocks).unwrap_or_default()
    }
}

impl Drop for Memory<'_> {
    fn drop(&mut self) {
        Block::wipe(self.as_mut_slice());
        self.kept.give_back(core::mem::take(&mut self.all));
    }
}

fn zeros(blocks: usize) -> Result<Vec<Block>, Error> {
    Block::zeros(blocks).ok_or_else(|| ErrorCode::OutOfMemory.into())
}

#[cfg(test)]
#[cfg(feature = "std")]
mod tests {
    use super::*;

    fn computed(kept: &KeptMemory, blocks: usize) {
        let mut memory = kept.take(blocks).unwrap();
        assert_eq!(memory.as_mut_slice().len(), blocks);
        memory.as_mut_slice().iter_mut().for_each(|block| block.fill(7));
    }

    fn free(kept: &KeptMemory) -> Vec<usize> {
        kept.lock().iter().map(Vec::len).collect()
    }

    #[test]
    fn nothing_is_kept_unless_asked_for() {
        let kept = KeptMemory::default();
        computed(&kept, 8);
        assert!(free(&kept).is_empty());
    }

    #[test]
    fn what_is_kept_is_wiped_and_bounded() {
        let kept = KeptMemory::new(2, 8);
        // Smaller than what is kept, just as large, and larger; more at once than are kept.
        for blocks in [4, 8, 9, 100] {
            let others = [kept.take(8).unwrap(), kept.take(8).unwrap()];
            computed(&kept, blocks);
            drop(others);
            assert_eq!(free(&kept), [8, 8], "after {blocks}");
            computed(&kept, blocks);
            assert_eq!(free(&kept), [8, 8], "after {blocks}");
        }
        assert!(kept.lock().iter().flatten().all(Block::is_zero), "nothing of a computation stays");
    }

    #[test]
    fn memory_that_cannot_be_had_is_an_error() {
        for kept in [KeptMemory::default(), KeptMemory::new(1, usize::MAX)] {
            let error = kept.take(usize::MAX).map(|_| ()).unwrap_err();
            assert_eq!(error.code(), ErrorCode::OutOfMemory);
        }
    }
}
