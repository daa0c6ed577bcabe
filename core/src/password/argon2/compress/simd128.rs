//! With the 128-bit vectors of WebAssembly.
//!
//! The loops stay loops: written out, they are slower in V8 as well as larger. Two rows or columns
//! are permuted at once, since the processor can do with one what the other waits for. All the rest
//! is to be inlined, since a vector that crosses a call goes through memory.
#![expect(clippy::inline_always, reason = "the module is built for size, and this for speed")]

use core::arch::wasm32::{
    i8x16_shuffle, i32x4_shuffle, i64x2_add, i64x2_shl, i64x2_shuffle, u64x2_extmul_high_u32x4,
    u64x2_extmul_low_u32x4, u64x2_shr, u64x2_splat, v128, v128_and, v128_load, v128_or, v128_store,
    v128_xor,
};

use super::super::block::Block;
use super::{Ahead, Mode};

/// Vectors in a row or a column, and rows or columns in a block.
const ROW: usize = 8;

pub(super) fn compress(
    block: &mut Block,
    previous: &Block,
    reference: &Block,
    mode: Mode,
    ahead: Option<&mut Ahead<'_>>,
) {
    let mut z = Block::default();
    let z: *mut v128 = z.0.as_mut_ptr().cast();
    let (x, y): (*const v128, *const v128) =
        (previous.0.as_ptr().cast(), reference.0.as_ptr().cast());
    let out: *mut v128 = block.0.as_mut_ptr().cast();
    let kept = match mode {
        Mode::Overwrite => u64x2_splat(0),
        Mode::Xor => u64x2_splat(u64::MAX),
    };
    for n in 0..ROW * ROW {
        // SAFETY: there are so many vectors in a block.
        unsafe {
            let v = v128_xor(v128_load(x.add(n)), v128_load(y.add(n)));
            let out = out.add(n);
            v128_store(z.add(n), v);
            v128_store(out, v128_xor(v, v128_and(v128_load(out), kept)));
        }
    }
    // First the rows, then the columns.
    for two in 0..ROW {
        let (first, apart, other) = match two {
            0..4 => (two * 2 * ROW, 1, ROW),
            _ => ((two - 4) * 2, ROW, 1),
        };
        // SAFETY: these are two rows or columns.
        unsafe {
            let z = z.add(first);
            let (one, two) = permute(load(z, apart), load(z.add(other), apart));
            store(z, apart, one);
            store(z.add(other), apart, two);
        }
    }
    for n in 0..ROW * ROW {
        // SAFETY: there are so many vectors in a block.
        unsafe { v128_store(out.add(n), v128_xor(v128_load(out.add(n)), v128_load(z.add(n)))) };
    }
    if let Some(ahead) = ahead {
        ahead.first_word(block.first_word());
    }
}

/// Loads vectors so far apart.
#[inline(always)]
unsafe fn load(z: *const v128, apart: usize) -> [v128; ROW] {
    // SAFETY: the caller's.
    unsafe {
        [
            v128_load(z),
            v128_load(z.add(apart)),
            v128_load(z.add(2 * apart)),
            v128_load(z.add(3 * apart)),
            v128_load(z.add(4 * apart)),
            v128_load(z.add(5 * apart)),
            v128_load(z.add(6 * apart)),
            v128_load(z.add(7 * apart)),
        ]
    }
}

/// Stores vectors so far apart.
#[inline(always)]
unsafe fn store(z: *mut v128, apart: usize, [a, b, c, d, e, f, g, h]: [v128; ROW]) {
    // SAFETY: the caller's.
    unsafe {
        v128_store(z, a);
        v128_store(z.add(apart), b);
        v128_store(z.add(2 * apart), c);
        v128_store(z.add(3 * apart), d);
        v128_store(z.add(4 * apart), e);
        v128_store(z.add(5 * apart), f);
        v128_store(z.add(6 * apart), g);
        v128_store(z.add(7 * apart), h);
    }
}

/// Four words of a row or a column, and of another.
type Words = [v128; 4];

/// The permutation P (RFC 9106 §3.6), of two rows or columns.
#[inline(always)]
fn permute(
    [a0, a1, b0, b1, c0, c1, d0, d1]: [v128; ROW],
    [a2, a3, b2, b3, c2, c3, d2, d3]: [v128; ROW],
) -> ([v128; ROW], [v128; ROW]) {
    let (a, b) = ([a0, a1, a2, a3], [b0, b1, b2, b3]);
    let (c, d) = ([c0, c1, c2, c3], [d0, d1, d2, d3]);
    let [a, b, c, d] = mix(a, b, c, d);
    let [a, b, c, d] = mix(a, next(b), swap(c), swap(next(d)));
    let ([a0, a1, a2, a3], [b0, b1, b2, b3]) = (a, swap(next(b)));
    let ([c0, c1, c2, c3], [d0, d1, d2, d3]) = (swap(c), next(d));
    ([a0, a1, b0, b1, c0, c1, d0, d1], [a2, a3, b2, b3, c2, c3, d2, d3])
}

/// Each word in the place before its own, the first in the last.
#[inline(always)]
fn next([v, w, x, y]: Words) -> Words {
    [
        i64x2_shuffle::<1, 2>(v, w),
        i64x2_shuffle::<1, 2>(w, v),
        i64x2_shuffle::<1, 2>(x, y),
        i64x2_shuffle::<1, 2>(y, x),
    ]
}

#[inline(always)]
const fn swap([v, w, x, y]: Words) -> Words {
    [w, v, y, x]
}

/// GB, on words of the same place.
#[inline(always)]
fn mix(a: Words, b: Words, c: Words, d: Words) -> [Words; 4] {
    let a = add(a, b);
    let d = rotate_32(xor(d, a));
    let c = add(c, d);
    let b = rotate_24(xor(b, c));
    let a = add(a, b);
    let d = rotate_16(xor(d, a));
    let c = add(c, d);
    let b = rotate_63(xor(b, c));
    [a, b, c, d]
}

/// x + y + 2 · low half of x · low half of y.
#[inline(always)]
fn add([x0, x1, x2, x3]: Words, [y0, y1, y2, y3]: Words) -> Words {
    let [low, high] = products(x0, x1, y0, y1);
    let [low2, high2] = products(x2, x3, y2, y3);
    [sum(x0, y0, low), sum(x1, y1, high), sum(x2, y2, low2), sum(x3, y3, high2)]
}

#[inline(always)]
fn sum(x: v128, y: v128, product: v128) -> v128 {
    i64x2_add(i64x2_add(x, y), i64x2_add(product, product))
}

/// The products of low halves. Those of two vectors go into one, since one instruction multiplies a
/// half of it.
#[inline(always)]
fn products(x: v128, x2: v128, y: v128, y2: v128) -> [v128; 2] {
    let x_low = i32x4_shuffle::<0, 2, 4, 6>(x, x2);
    let y_low = i32x4_shuffle::<0, 2, 4, 6>(y, y2);
    [u64x2_extmul_low_u32x4(x_low, y_low), u64x2_extmul_high_u32x4(x_low, y_low)]
}

#[inline(always)]
fn xor([v0, v1, v2, v3]: Words, [w0, w1, w2, w3]: Words) -> Words {
    [v128_xor(v0, w0), v128_xor(v1, w1), v128_xor(v2, w2), v128_xor(v3, w3)]
}

#[inline(always)]
fn rotate_32([v, w, x, y]: Words) -> Words {
    #[inline(always)]
    fn one(v: v128) -> v128 {
        i32x4_shuffle::<1, 0, 3, 2>(v, v)
    }
    [one(v), one(w), one(x), one(y)]
}

#[inline(always)]
fn rotate_24([v, w, x, y]: Words) -> Words {
    #[inline(always)]
    fn one(v: v128) -> v128 {
        v128_or(u64x2_shr(v, 24), i64x2_shl(v, 40))
    }
    [one(v), one(w), one(x), one(y)]
}

#[inline(always)]
fn rotate_16([v, w, x, y]: Words) -> Words {
    #[inline(always)]
    fn one(v: v128) -> v128 {
        i8x16_shuffle::<2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9>(v, v)
    }
    [one(v), one(w), one(x), one(y)]
}

#[inline(always)]
fn rotate_63([v, w, x, y]: Words) -> Words {
    #[inline(always)]
    fn one(v: v128) -> v128 {
        v128_or(u64x2_shr(v, 63), i64x2_add(v, v))
    }
    [one(v), one(w), one(x), one(y)]
}
