//! With the 128-bit vectors of `AArch64`.

use core::arch::aarch64::{
    uint64x2_t, vaddq_u64, vdupq_n_u64, veorq_u64, vextq_u64, vld1q_u64, vmovn_u64, vmull_u32,
    vreinterpretq_u32_u64, vreinterpretq_u64_u32, vrev64q_u32, vshlq_n_u64, vsriq_n_u64, vst1q_u64,
};

use super::super::block::Block;
use super::{Ahead, Mode};

/// Words in a vector.
const LANES: usize = 2;
/// Vectors in a block, and in a row or a column.
const VECTORS: usize = Block::WORDS / LANES;
const ROW: usize = 8;

#[target_feature(enable = "neon")]
pub(super) fn compress(
    out: &mut Block,
    previous: &Block,
    reference: &Block,
    mode: Mode,
    ahead: Option<&mut Ahead<'_>>,
) {
    let (x, y) = (vectors(previous), vectors(reference));
    let mut z = [vdupq_n_u64(0); VECTORS];
    for ((z, x), y) in z.iter_mut().zip(x).zip(y) {
        *z = veorq_u64(load(x), load(y));
    }
    // Two at a time, since the processor can do with one what the other waits for.
    for two_rows in z.as_chunks_mut::<{ 2 * ROW }>().0 {
        permute(two_rows);
    }
    for column in (0..ROW).step_by(2) {
        let mut columns = [vdupq_n_u64(0); 2 * ROW];
        let (one, two) = columns.split_at_mut(ROW);
        let pairs = z.as_chunks::<ROW>().0.iter().map(|row| row.split_at(column).1);
        for ((one, two), pair) in one.iter_mut().zip(two).zip(pairs) {
            if let [v, w, ..] = pair {
                (*one, *two) = (*v, *w);
            }
        }
        permute(&mut columns);
        let (one, two) = columns.split_at(ROW);
        let pairs = z.as_chunks_mut::<ROW>().0.iter_mut().map(|row| row.split_at_mut(column).1);
        for ((one, two), pair) in one.iter().zip(two).zip(pairs) {
            if let [v, w, ..] = pair {
                (*v, *w) = (*one, *two);
            }
        }
    }
    for (((out, z), x), y) in out.0.as_chunks_mut().0.iter_mut().zip(z).zip(x).zip(y) {
        let whole = veorq_u64(z, veorq_u64(load(x), load(y)));
        let whole = match mode {
            Mode::Overwrite => whole,
            Mode::Xor => veorq_u64(whole, load(out)),
        };
        store(out, whole);
    }
    if let Some(ahead) = ahead {
        ahead.first_word(out.first_word());
    }
}

/// The permutation P (RFC 9106 §3.6), of two rows or columns.
#[target_feature(enable = "neon")]
fn permute(two: &mut [uint64x2_t; 2 * ROW]) {
    let [a0, a1, b0, b1, c0, c1, d0, d1, a2, a3, b2, b3, c2, c3, d2, d3] = *two;
    let (a, b) = ([a0, a1, a2, a3], [b0, b1, b2, b3]);
    let (c, d) = ([c0, c1, c2, c3], [d0, d1, d2, d3]);
    let [a, b, c, d] = mix([a, b, c, d]);
    let [a, b, c, d] = mix([a, next(b), swap(c), swap(next(d))]);
    let ([a0, a1, a2, a3], [b0, b1, b2, b3]) = (a, swap(next(b)));
    let ([c0, c1, c2, c3], [d0, d1, d2, d3]) = (swap(c), next(d));
    *two = [a0, a1, b0, b1, c0, c1, d0, d1, a2, a3, b2, b3, c2, c3, d2, d3];
}

/// Four words of a row or a column, and of another.
type Words = [uint64x2_t; 4];

/// Each word in the place before its own, the first in the last.
#[target_feature(enable = "neon")]
fn next([v, w, x, y]: Words) -> Words {
    [vextq_u64::<1>(v, w), vextq_u64::<1>(w, v), vextq_u64::<1>(x, y), vextq_u64::<1>(y, x)]
}

const fn swap([v, w, x, y]: Words) -> Words {
    [w, v, y, x]
}

/// GB, on words of the same place.
#[target_feature(enable = "neon")]
fn mix([a, b, c, d]: [Words; 4]) -> [Words; 4] {
    let a = add(a, b);
    let d = xor(d, a).map(|v| vreinterpretq_u64_u32(vrev64q_u32(vreinterpretq_u32_u64(v))));
    let c = add(c, d);
    let b = xor(b, c).map(|v| vsriq_n_u64::<24>(vshlq_n_u64::<40>(v), v));
    let a = add(a, b);
    let d = xor(d, a).map(|v| vsriq_n_u64::<16>(vshlq_n_u64::<48>(v), v));
    let c = add(c, d);
    let b = xor(b, c).map(|v| vsriq_n_u64::<63>(vaddq_u64(v, v), v));
    [a, b, c, d]
}

#[target_feature(enable = "neon")]
fn xor([v0, v1, v2, v3]: Words, [w0, w1, w2, w3]: Words) -> Words {
    [veorq_u64(v0, w0), veorq_u64(v1, w1), veorq_u64(v2, w2), veorq_u64(v3, w3)]
}

#[target_feature(enable = "neon")]
fn add([x0, x1, x2, x3]: Words, [y0, y1, y2, y3]: Words) -> Words {
    [add_one(x0, y0), add_one(x1, y1), add_one(x2, y2), add_one(x3, y3)]
}

/// x + y + 2 · low half of x · low half of y.
#[target_feature(enable = "neon")]
fn add_one(x: uint64x2_t, y: uint64x2_t) -> uint64x2_t {
    let product = vmull_u32(vmovn_u64(x), vmovn_u64(y));
    vaddq_u64(vaddq_u64(x, y), vaddq_u64(product, product))
}

fn vectors(block: &Block) -> &[[u64; LANES]] {
    block.0.as_chunks().0
}

#[target_feature(enable = "neon")]
fn load(words: &[u64; LANES]) -> uint64x2_t {
    // SAFETY: 16 bytes are there.
    unsafe { vld1q_u64(words.as_ptr()) }
}

#[target_feature(enable = "neon")]
fn store(words: &mut [u64; LANES], v: uint64x2_t) {
    // SAFETY: 16 bytes are there.
    unsafe { vst1q_u64(words.as_mut_ptr(), v) }
}
