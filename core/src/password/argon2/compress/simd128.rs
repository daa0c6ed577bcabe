//! With the 128-bit vectors of WebAssembly.
//!
//! A permutation is one chain of additions, each of which waits for the one before. So GB is cut into four
//! parts, and each part is computed on all rows or columns before the next one is: what a processor looks
//! ahead at is then many short chains, and not a piece of a long one. That is worth the loads and stores
//! in between, and leaves few vectors at work, as many as there are registers. Each loop has one line in a
//! turn: with more, or written out, it is larger and no faster. All is to be inlined, since a vector that
//! crosses a call goes through memory.
#![expect(clippy::inline_always, reason = "the module is built for size, and this for speed")]

use core::arch::wasm32::{
    i32x4_shuffle, i64x2_add, i64x2_shuffle, u8x16, u8x16_swizzle, u64x2_extmul_high_u32x4,
    u64x2_extmul_low_u32x4, u64x2_shr, v128, v128_load, v128_or, v128_store, v128_xor,
};
use core::mem::MaybeUninit;

use super::super::block::Block;
use super::{Ahead, Mode};

/// Vectors in a row or a column, and rows or columns in a block.
const LINE: usize = 8;
/// Where GB's four inputs begin in a row or a column, in vectors.
const A: usize = 0;
const B: usize = 2;
const C: usize = 4;
const D: usize = 6;

/// Where the bytes of two words come from that are rotated by 24 and by 16 bits. They are read in a way
/// that hides from compilers what is in them: of a constant V8 makes two instructions or five.
static PLACES: [v128; 2] = [
    u8x16(3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10),
    u8x16(2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9),
];

pub(super) fn compress(
    block: &mut Block,
    previous: &Block,
    reference: &Block,
    mode: Mode,
    ahead: Option<&mut Ahead<'_>>,
) {
    let mut z = MaybeUninit::<Block>::uninit();
    let z: *mut v128 = z.as_mut_ptr().cast();
    let (x, y): (*const v128, *const v128) =
        (previous.0.as_ptr().cast(), reference.0.as_ptr().cast());
    let out: *mut v128 = block.0.as_mut_ptr().cast();
    // SAFETY: a reference could be read, too. The lines are those of blocks, and the first loop writes
    // all of z.
    unsafe {
        let places = (&raw const PLACES).read_volatile();
        for n in 0..LINE {
            let row = n * LINE;
            combine(z.add(row), x.add(row), y.add(row));
        }
        permute::<1, LINE>(z, places);
        permute::<LINE, 1>(z, places);
        for n in 0..LINE {
            let row = n * LINE;
            finish(out.add(row), z.add(row), x.add(row), y.add(row), mode);
        }
    }
    if let Some(ahead) = ahead {
        ahead.first_word(block.first_word());
    }
}

/// A row of z.
#[inline(always)]
unsafe fn combine(z: *mut v128, x: *const v128, y: *const v128) {
    // SAFETY: the caller's.
    unsafe {
        combine_words(z, x, y, A);
        combine_words(z, x, y, B);
        combine_words(z, x, y, C);
        combine_words(z, x, y, D);
    }
}

#[inline(always)]
unsafe fn combine_words(z: *mut v128, x: *const v128, y: *const v128, n: usize) {
    // SAFETY: the caller's.
    unsafe { store::<1>(z, n, xor(load::<1>(x, n), load::<1>(y, n))) };
}

/// A row of the block that is made.
#[inline(always)]
unsafe fn finish(out: *mut v128, z: *const v128, x: *const v128, y: *const v128, mode: Mode) {
    // SAFETY: the caller's.
    unsafe {
        finish_words(out, z, x, y, A, mode);
        finish_words(out, z, x, y, B, mode);
        finish_words(out, z, x, y, C, mode);
        finish_words(out, z, x, y, D, mode);
    }
}

#[inline(always)]
unsafe fn finish_words(
    out: *mut v128,
    z: *const v128,
    x: *const v128,
    y: *const v128,
    n: usize,
    mode: Mode,
) {
    // SAFETY: the caller's.
    unsafe {
        let combined = xor(load::<1>(x, n), load::<1>(y, n));
        let whole = xor(load::<1>(z, n), combined);
        let whole = match mode {
            Mode::Overwrite => whole,
            Mode::Xor => xor(whole, load::<1>(out, n)),
        };
        store::<1>(out, n, whole);
    }
}

/// The permutation P (RFC 9106 §3.6) of rows or columns, whose vectors are so far apart, and which are so
/// far apart from each other.
#[inline(always)]
unsafe fn permute<const APART: usize, const NEXT: usize>(z: *mut v128, [by_24, by_16]: [v128; 2]) {
    for half in 0..2 {
        // SAFETY: the caller's.
        unsafe {
            for n in 0..LINE {
                first_part::<APART>(z.add(n * NEXT));
            }
            for n in 0..LINE {
                second_part::<APART>(z.add(n * NEXT), by_24);
            }
            for n in 0..LINE {
                third_part::<APART>(z.add(n * NEXT), by_16);
            }
            for n in 0..LINE {
                last_part::<APART>(z.add(n * NEXT), half);
            }
        }
    }
}

#[inline(always)]
unsafe fn first_part<const APART: usize>(line: *mut v128) {
    // SAFETY: the caller's.
    unsafe { store::<APART>(line, D, rotate_32(add_up::<APART>(line, A, B, D))) };
}

#[inline(always)]
unsafe fn second_part<const APART: usize>(line: *mut v128, by_24: v128) {
    // SAFETY: the caller's.
    unsafe { store::<APART>(line, B, rotate_bytes(add_up::<APART>(line, C, D, B), by_24)) };
}

#[inline(always)]
unsafe fn third_part<const APART: usize>(line: *mut v128, by_16: v128) {
    // SAFETY: the caller's.
    unsafe { store::<APART>(line, D, rotate_bytes(add_up::<APART>(line, A, B, D), by_16)) };
}

/// It leaves the words where the other half wants them: b, c and d turned by one, two and three places.
/// The second half turns them on as the first did, which is back but for the halves of b and d: these
/// change places.
#[inline(always)]
unsafe fn last_part<const APART: usize>(line: *mut v128, half: usize) {
    // SAFETY: the caller's.
    unsafe {
        let [b0, b1] = next(rotate_63(add_up::<APART>(line, C, D, B)));
        let ([c0, c1], [d0, d1]) = (load::<APART>(line, C), next(load::<APART>(line, D)));
        let (at_first, at_second) = (line.add(half * APART), line.add((1 - half) * APART));
        v128_store(at_first.add(B * APART), b0);
        v128_store(at_second.add(B * APART), b1);
        store::<APART>(line, C, [c1, c0]);
        v128_store(at_second.add(D * APART), d0);
        v128_store(at_first.add(D * APART), d1);
    }
}

/// Adds the words y to the words x as GB does, and answers with the XOR of these and the words w.
#[inline(always)]
unsafe fn add_up<const APART: usize>(line: *mut v128, x: usize, y: usize, w: usize) -> Words {
    // SAFETY: the caller's.
    unsafe {
        let sum = add(load::<APART>(line, x), load::<APART>(line, y));
        store::<APART>(line, x, sum);
        xor(load::<APART>(line, w), sum)
    }
}

/// Two vectors of a row or a column: as many words as GB is computed of at once.
type Words = [v128; 2];

#[inline(always)]
unsafe fn load<const APART: usize>(line: *const v128, n: usize) -> Words {
    // SAFETY: the caller's.
    unsafe { [v128_load(line.add(n * APART)), v128_load(line.add((n + 1) * APART))] }
}

#[inline(always)]
unsafe fn store<const APART: usize>(line: *mut v128, n: usize, [v, w]: Words) {
    // SAFETY: the caller's.
    unsafe {
        v128_store(line.add(n * APART), v);
        v128_store(line.add((n + 1) * APART), w);
    }
}

/// Each word in the place before its own, the first in the last.
#[inline(always)]
fn next([v, w]: Words) -> Words {
    [i64x2_shuffle::<1, 2>(v, w), i64x2_shuffle::<1, 2>(w, v)]
}

/// x + y + 2 · low half of x · low half of y.
#[inline(always)]
fn add([x0, x1]: Words, [y0, y1]: Words) -> Words {
    let [low, high] = products(x0, x1, y0, y1);
    [sum(x0, y0, low), sum(x1, y1, high)]
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
fn xor([v0, v1]: Words, [w0, w1]: Words) -> Words {
    [v128_xor(v0, w0), v128_xor(v1, w1)]
}

#[inline(always)]
fn rotate_32([v, w]: Words) -> Words {
    [i32x4_shuffle::<1, 0, 3, 2>(v, v), i32x4_shuffle::<1, 0, 3, 2>(w, w)]
}

/// Each byte in the place that is given for it.
#[inline(always)]
fn rotate_bytes([v, w]: Words, places: v128) -> Words {
    [u8x16_swizzle(v, places), u8x16_swizzle(w, places)]
}

#[inline(always)]
fn rotate_63([v, w]: Words) -> Words {
    #[inline(always)]
    fn one(v: v128) -> v128 {
        v128_or(u64x2_shr(v, 63), i64x2_add(v, v))
    }
    [one(v), one(w)]
}
