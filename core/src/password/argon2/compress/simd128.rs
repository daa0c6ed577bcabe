//! With the 128-bit vectors of WebAssembly.
//!
//! A step of the permutation on all rows or columns comes before the next step: it waits for itself,
//! and the processor can do with others meanwhile. Few enough vectors are at work for its registers.
//! The loop stays a loop: written out, or with more in a turn, it is larger, in V8 hardly faster, and
//! in `JavaScriptCore` much slower. All the rest is to be inlined, since a vector that crosses a call goes
//! through memory.
#![expect(clippy::inline_always, reason = "the module is built for size, and this for speed")]

use core::arch::wasm32::{
    i8x16_shuffle, i32x4_shuffle, i64x2_add, i64x2_shl, i64x2_shuffle, u64x2_extmul_high_u32x4,
    u64x2_extmul_low_u32x4, u64x2_shr, u64x2_splat, v128, v128_and, v128_load, v128_or, v128_store,
    v128_xor,
};
use core::hint::black_box;

use super::super::block::Block;
use super::{Ahead, Mode};

/// Vectors in a row or a column, and rows or columns in a block.
const ROW: usize = 8;
/// Vectors that are combined in one turn.
const UNROLLED: usize = 4;

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
    for n in (0..ROW * ROW).step_by(UNROLLED) {
        // SAFETY: there are so many vectors in a block.
        unsafe {
            combine(x.add(n), y.add(n), z.add(n), out.add(n), kept);
            combine(x.add(n + 1), y.add(n + 1), z.add(n + 1), out.add(n + 1), kept);
            combine(x.add(n + 2), y.add(n + 2), z.add(n + 2), out.add(n + 2), kept);
            combine(x.add(n + 3), y.add(n + 3), z.add(n + 3), out.add(n + 3), kept);
        }
    }
    // The permutation P (RFC 9106 §3.6) is two steps: first of the rows, then of the columns.
    for step in 0..4 {
        // Otherwise the compiler has each address chosen anew for each line.
        let (apart, other) = black_box(if step < 2 { (1, ROW) } else { (ROW, 1) });
        for line in 0..ROW {
            // SAFETY: it is a row or a column.
            unsafe { mix_line(z.add(line * other), apart, step % 2 == 1) };
        }
    }
    for n in (0..ROW * ROW).step_by(UNROLLED) {
        // SAFETY: there are so many vectors in a block.
        unsafe {
            add_to(out.add(n), z.add(n));
            add_to(out.add(n + 1), z.add(n + 1));
            add_to(out.add(n + 2), z.add(n + 2));
            add_to(out.add(n + 3), z.add(n + 3));
        }
    }
    if let Some(ahead) = ahead {
        ahead.first_word(block.first_word());
    }
}

#[inline(always)]
unsafe fn combine(x: *const v128, y: *const v128, z: *mut v128, out: *mut v128, kept: v128) {
    // SAFETY: the caller's.
    unsafe {
        let v = v128_xor(v128_load(x), v128_load(y));
        v128_store(z, v);
        v128_store(out, v128_xor(v, v128_and(v128_load(out), kept)));
    }
}

#[inline(always)]
unsafe fn add_to(out: *mut v128, z: *const v128) {
    // SAFETY: the caller's.
    unsafe { v128_store(out, v128_xor(v128_load(out), v128_load(z))) };
}

/// Two vectors of a row or a column: as many words as GB is computed of at once.
type Words = [v128; 2];

/// A step of the permutation P on a row or a column, whose vectors are so far apart. It leaves the words
/// where the other step wants them: b, c and d turned by one, two and three places. The second step
/// turns them on as the first did, which is back but for the halves of b and d: these change places.
#[inline(always)]
unsafe fn mix_line(z: *mut v128, apart: usize, is_second: bool) {
    // SAFETY: the caller's.
    unsafe {
        let at = |n: usize| z.add(n * apart);
        let load = |n: usize| [v128_load(at(n)), v128_load(at(n + 1))];
        let [a, b, c, d] = mix(load(0), load(2), load(4), load(6));
        let ([b0, b1], [d0, d1]) = (next(b), next(d));
        let (first, second) = if is_second { (1, 0) } else { (0, 1) };
        v128_store(at(0), a[0]);
        v128_store(at(1), a[1]);
        v128_store(at(2 + first), b0);
        v128_store(at(2 + second), b1);
        v128_store(at(4), c[1]);
        v128_store(at(5), c[0]);
        v128_store(at(6 + second), d0);
        v128_store(at(6 + first), d1);
    }
}

/// Each word in the place before its own, the first in the last.
#[inline(always)]
fn next([v, w]: Words) -> Words {
    [i64x2_shuffle::<1, 2>(v, w), i64x2_shuffle::<1, 2>(w, v)]
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

#[inline(always)]
fn rotate_24([v, w]: Words) -> Words {
    #[inline(always)]
    fn one(v: v128) -> v128 {
        v128_or(u64x2_shr(v, 24), i64x2_shl(v, 40))
    }
    [one(v), one(w)]
}

#[inline(always)]
fn rotate_16([v, w]: Words) -> Words {
    #[inline(always)]
    fn one(v: v128) -> v128 {
        i8x16_shuffle::<2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9>(v, v)
    }
    [one(v), one(w)]
}

#[inline(always)]
fn rotate_63([v, w]: Words) -> Words {
    #[inline(always)]
    fn one(v: v128) -> v128 {
        v128_or(u64x2_shr(v, 63), i64x2_add(v, v))
    }
    [one(v), one(w)]
}
