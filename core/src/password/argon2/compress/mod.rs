//! The compression function G (RFC 9106 §3.5), in the fastest form that the processor has.
#![allow(unsafe_code, reason = "vectors are loaded, stored and asked for by their addresses")]
#![allow(clippy::many_single_char_names, reason = "so RFC 9106 has them")]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "aarch64")]
mod neon;
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod portable;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128;

use super::block::Block;
use super::fill::Ahead;

#[cfg(target_arch = "x86_64")]
cpufeatures::new!(has_avx2, "avx2");
#[cfg(target_arch = "x86_64")]
cpufeatures::new!(has_avx512, "avx512f");
/// It is part of every target with floating point.
#[cfg(target_arch = "aarch64")]
const HAS_NEON: bool = cfg!(target_feature = "neon");

/// What becomes of what was in the block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Overwrite,
    Xor,
}

#[cfg(target_arch = "x86_64")]
impl Mode {
    /// The first word of a block, of its permutation's.
    #[inline]
    fn first_word(self, permuted: u64, old: &Block, previous: &Block, reference: &Block) -> u64 {
        let word = permuted ^ previous.first_word() ^ reference.first_word();
        match self {
            Self::Overwrite => word,
            Self::Xor => word ^ old.first_word(),
        }
    }
}

/// A form of the function. There are none but those that the processor has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compress {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "aarch64")]
    Neon,
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    Simd128,
    #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
    Portable,
}

impl Compress {
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    const BASIC: Self = Self::Simd128;
    #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
    const BASIC: Self = Self::Portable;

    pub(super) fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        if has_avx512::get() {
            return Self::Avx512;
        }
        #[cfg(target_arch = "x86_64")]
        if has_avx2::get() {
            return Self::Avx2;
        }
        #[cfg(target_arch = "aarch64")]
        if HAS_NEON {
            return Self::Neon;
        }
        Self::BASIC
    }

    /// Makes a block of two others, and tells its first word as soon as it is known.
    #[inline]
    pub(super) fn block(
        self,
        out: &mut Block,
        previous: &Block,
        reference: &Block,
        mode: Mode,
        ahead: Option<&mut Ahead<'_>>,
    ) {
        match self {
            // SAFETY: there is no such value where the processor does not have it.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => unsafe { avx512::compress(out, previous, reference, mode, ahead) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => unsafe { avx2::compress(out, previous, reference, mode, ahead) },
            // SAFETY: as above.
            #[cfg(target_arch = "aarch64")]
            Self::Neon => unsafe { neon::compress(out, previous, reference, mode, ahead) },
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            Self::Simd128 => simd128::compress(out, previous, reference, mode, ahead),
            #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
            Self::Portable => portable::compress(out, previous, reference, mode, ahead),
        }
    }

    /// All forms that the processor has.
    #[cfg(test)]
    pub(super) fn all() -> Vec<Self> {
        let mut all = vec![Self::BASIC];
        #[cfg(target_arch = "x86_64")]
        all.extend(has_avx2::get().then_some(Self::Avx2));
        #[cfg(target_arch = "x86_64")]
        all.extend(has_avx512::get().then_some(Self::Avx512));
        #[cfg(target_arch = "aarch64")]
        all.extend(HAS_NEON.then_some(Self::Neon));
        all
    }
}

/// Has a block come from memory.
#[cfg(target_arch = "x86_64")]
#[inline]
pub(super) fn prefetch(block: *const Block) {
    use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    const LINE_BYTES: usize = 64;
    for line in 0..Block::BYTES / LINE_BYTES {
        // SAFETY: it is a hint, and nothing is read.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(block.cast::<i8>().wrapping_add(line * LINE_BYTES)) };
    }
}

/// Elsewhere the processor is left to itself.
#[cfg(not(target_arch = "x86_64"))]
#[inline]
pub(super) const fn prefetch(_: *const Block) {}
