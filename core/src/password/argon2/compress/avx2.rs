//! With the 256-bit vectors of AVX2.

use core::arch::x86_64::{
    __m256i, _mm_cvtsi128_si64, _mm256_add_epi64, _mm256_alignr_epi8, _mm256_castsi256_si128,
    _mm256_loadu_si256, _mm256_mul_epu32, _mm256_permute4x64_epi64, _mm256_setr_epi64x,
    _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_shuffle_epi32, _mm256_srli_epi64,
    _mm256_storeu_si256, _mm256_xor_si256,
};

use super::super::block::Block;
use super::{Ahead, Mode};

/// Words in a vector.
const LANES: usize = 4;
/// Vectors and rows in a block.
const VECTORS: usize = Block::WORDS / LANES;
const ROWS: usize = 8;

#[target_feature(enable = "avx2")]
pub(super) fn compress(
    out: &mut Block,
    previous: &Block,
    reference: &Block,
    mode: Mode,
    ahead: Option<&mut Ahead<'_>>,
) {
    let (x, y) = (vectors(previous), vectors(reference));
    let mut z = [_mm256_setzero_si256(); VECTORS];
    for ((z, x), y) in z.iter_mut().zip(x).zip(y) {
        *z = _mm256_xor_si256(load(x), load(y));
    }
    // Two at a time, since the processor can do with one what the other waits for.
    for two_rows in z.as_chunks_mut().0 {
        permute_two_rows(two_rows);
    }
    permute_two_columns(&mut z, 0);
    if let Some(ahead) = ahead {
        let [first, ..] = z;
        let first = _mm_cvtsi128_si64(_mm256_castsi256_si128(first)).cast_unsigned();
        ahead.first_word(mode.first_word(first, out, previous, reference));
    }
    for pair in 1..LANES {
        permute_two_columns(&mut z, pair);
    }
    for (((out, z), x), y) in out.0.as_chunks_mut().0.iter_mut().zip(z).zip(x).zip(y) {
        let whole = _mm256_xor_si256(z, _mm256_xor_si256(load(x), load(y)));
        let whole = match mode {
            Mode::Overwrite => whole,
            Mode::Xor => _mm256_xor_si256(whole, load(out)),
        };
        store(out, whole);
    }
}

/// The permutation P (RFC 9106 §3.6) of two rows of four vectors.
#[target_feature(enable = "avx2")]
fn permute_two_rows(rows: &mut [__m256i; 8]) {
    let [a, b, c, d, a2, b2, c2, d2] = *rows;
    let [[a, a2], [b, b2], [c, c2], [d, d2]] = mix([[a, a2], [b, b2], [c, c2], [d, d2]]);
    let [[a, a2], [b, b2], [c, c2], [d, d2]] = mix([
        [a, a2],
        [b, b2].map(|v| _mm256_permute4x64_epi64::<0b00_11_10_01>(v)),
        [c, c2].map(|v| _mm256_permute4x64_epi64::<0b01_00_11_10>(v)),
        [d, d2].map(|v| _mm256_permute4x64_epi64::<0b10_01_00_11>(v)),
    ]);
    let [b, b2] = [b, b2].map(|v| _mm256_permute4x64_epi64::<0b10_01_00_11>(v));
    let [c, c2] = [c, c2].map(|v| _mm256_permute4x64_epi64::<0b01_00_11_10>(v));
    let [d, d2] = [d, d2].map(|v| _mm256_permute4x64_epi64::<0b00_11_10_01>(v));
    *rows = [a, b, c, d, a2, b2, c2, d2];
}

/// The permutation P of two columns, which lie side by side in a vector of each row: in each half
/// two of a column's 16 words.
#[target_feature(enable = "avx2")]
fn permute_two_columns(z: &mut [__m256i; VECTORS], pair: usize) {
    let mut rows = [_mm256_setzero_si256(); ROWS];
    let places = z.iter().skip(pair).step_by(VECTORS / ROWS);
    rows.iter_mut().zip(places).for_each(|(row, v)| *row = *v);
    let [r0, r1, r2, r3, r4, r5, r6, r7] = rows;
    let [[a, a2], [b, b2], [c, c2], [d, d2]] = mix([[r0, r1], [r2, r3], [r4, r5], [r6, r7]]);
    let [[a, a2], [b, b2], [c, c2], [d, d2]] =
        mix([[a, a2], [next(b, b2), next(b2, b)], [c2, c], [next(d2, d), next(d, d2)]]);
    let rows = [a, a2, next(b2, b), next(b, b2), c2, c, next(d, d2), next(d2, d)];
    let places = z.iter_mut().skip(pair).step_by(VECTORS / ROWS);
    places.zip(rows).for_each(|(to, v)| *to = v);
}

/// In each half, the second word of the one and the first of the other.
#[target_feature(enable = "avx2")]
fn next(v: __m256i, other: __m256i) -> __m256i {
    _mm256_alignr_epi8::<8>(other, v)
}

/// GB, on words of the same place.
#[target_feature(enable = "avx2")]
fn mix([a, b, c, d]: [[__m256i; 2]; 4]) -> [[__m256i; 2]; 4] {
    let a = add(a, b);
    let d = xor(d, a).map(|v| _mm256_shuffle_epi32::<0b10_11_00_01>(v));
    let c = add(c, d);
    let b = xor(b, c).map(|v| rotate_bytes(v, 3));
    let a = add(a, b);
    let d = xor(d, a).map(|v| rotate_bytes(v, 2));
    let c = add(c, d);
    let b = xor(b, c).map(|v| _mm256_xor_si256(_mm256_srli_epi64::<63>(v), _mm256_add_epi64(v, v)));
    [a, b, c, d]
}

/// Rotates each word right by bytes.
#[target_feature(enable = "avx2")]
fn rotate_bytes(v: __m256i, bytes: i64) -> __m256i {
    let order = |by: i64| -> i64 { (0..8).fold(0, |all, n| all | ((n + by) % 8) << (8 * n)) };
    let (low, high) = (order(bytes), order(bytes) + 0x0808_0808_0808_0808);
    _mm256_shuffle_epi8(v, _mm256_setr_epi64x(low, high, low, high))
}

#[target_feature(enable = "avx2")]
fn xor([x, x2]: [__m256i; 2], [y, y2]: [__m256i; 2]) -> [__m256i; 2] {
    [_mm256_xor_si256(x, y), _mm256_xor_si256(x2, y2)]
}

#[target_feature(enable = "avx2")]
fn add([x, x2]: [__m256i; 2], [y, y2]: [__m256i; 2]) -> [__m256i; 2] {
    [add_one(x, y), add_one(x2, y2)]
}

/// x + y + 2 · low half of x · low half of y.
#[target_feature(enable = "avx2")]
fn add_one(x: __m256i, y: __m256i) -> __m256i {
    let product = _mm256_mul_epu32(x, y);
    _mm256_add_epi64(_mm256_add_epi64(x, y), _mm256_add_epi64(product, product))
}

fn vectors(block: &Block) -> &[[u64; LANES]] {
    block.0.as_chunks().0
}

#[target_feature(enable = "avx2")]
fn load(words: &[u64; LANES]) -> __m256i {
    // SAFETY: 32 bytes are there, and any address will do.
    unsafe { _mm256_loadu_si256(words.as_ptr().cast()) }
}

#[target_feature(enable = "avx2")]
fn store(words: &mut [u64; LANES], v: __m256i) {
    // SAFETY: 32 bytes are there, and any address will do.
    unsafe { _mm256_storeu_si256(words.as_mut_ptr().cast(), v) }
}
