//! With the 512-bit vectors of AVX-512: a whole block is in registers while it is permuted.

use core::arch::x86_64::{
    __m512i, _mm_cvtsi128_si64, _mm512_add_epi64, _mm512_castsi512_si128, _mm512_loadu_si512,
    _mm512_mul_epu32, _mm512_permutex_epi64, _mm512_permutexvar_epi64, _mm512_ror_epi64,
    _mm512_setr_epi64, _mm512_setzero_si512, _mm512_shuffle_i64x2, _mm512_storeu_si512,
    _mm512_ternarylogic_epi64, _mm512_xor_si512,
};

use super::super::block::Block;
use super::{Ahead, Mode};

/// Words in a vector.
const LANES: usize = 8;
/// a ^ b ^ c, as a truth table.
const XOR3: i32 = 0b1001_0110;

#[target_feature(enable = "avx512f")]
pub(super) fn compress(
    out: &mut Block,
    previous: &Block,
    reference: &Block,
    mode: Mode,
    ahead: Option<&mut Ahead<'_>>,
) {
    let (x, y) = (vectors(previous), vectors(reference));
    let mut z = [_mm512_setzero_si512(); 16];
    for ((z, x), y) in z.iter_mut().zip(x).zip(y) {
        *z = _mm512_xor_si512(load(x), load(y));
    }
    permute_rows(&mut z);
    permute_columns(&mut z, |first| {
        if let Some(ahead) = ahead {
            let first = _mm_cvtsi128_si64(_mm512_castsi512_si128(first)).cast_unsigned();
            ahead.first_word(mode.first_word(first, out, previous, reference));
        }
    });
    for (((out, z), x), y) in out.0.as_chunks_mut().0.iter_mut().zip(z).zip(x).zip(y) {
        let whole = _mm512_ternarylogic_epi64::<XOR3>(z, load(x), load(y));
        let whole = match mode {
            Mode::Overwrite => whole,
            Mode::Xor => _mm512_xor_si512(whole, load(out)),
        };
        store(out, whole);
    }
}

/// Permutes all rows: a row is two vectors, [a b] and [c d], and two rows are permuted at once. Leaves
/// them as [a a'], [b b'], [c c'], [d d'].
#[target_feature(enable = "avx512f")]
fn permute_rows(z: &mut [__m512i; 16]) {
    for two_rows in z.as_chunks_mut().0 {
        let [ab, cd, ab2, cd2] = *two_rows;
        *two_rows = permute([
            _mm512_shuffle_i64x2::<0x44>(ab, ab2),
            _mm512_shuffle_i64x2::<0xee>(ab, ab2),
            _mm512_shuffle_i64x2::<0x44>(cd, cd2),
            _mm512_shuffle_i64x2::<0xee>(cd, cd2),
        ]);
    }
}

/// Permutes all columns of what [`permute_rows`] left, and puts the rows together again. Two columns
/// lie side by side in four vectors: of each, a pair of words in each half.
#[target_feature(enable = "avx512f")]
fn permute_columns(z: &mut [__m512i; 16], ahead: impl FnOnce(__m512i)) {
    let next = _mm512_setr_epi64(1, 4, 3, 6, 5, 0, 7, 2);
    let last = _mm512_setr_epi64(5, 0, 7, 2, 1, 4, 3, 6);
    let turn = |v, by| _mm512_permutexvar_epi64(by, v);
    let half = |v| _mm512_shuffle_i64x2::<0b01_00_11_10>(v, v);
    let [r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13, r14, r15] = *z;
    let columns = [[r0, r4, r8, r12], [r1, r5, r9, r13], [r2, r6, r10, r14], [r3, r7, r11, r15]];
    let permute = |columns| {
        let [a, b, c, d] = mix(columns);
        let [a, b, c, d] = mix([a, turn(b, next), half(c), turn(d, last)]);
        [a, turn(b, last), half(c), turn(d, next)]
    };
    let [c0, c1, c2, c3] = columns;
    let one = permute(c0);
    ahead(one[0]);
    let (two, three, four) = (permute(c1), permute(c2), permute(c3));
    let ([a0, a1, a2, a3], [b0, b1, b2, b3]) = (one, two);
    let ([c0, c1, c2, c3], [d0, d1, d2, d3]) = (three, four);
    *z = [a0, b0, c0, d0, a1, b1, c1, d1, a2, b2, c2, d2, a3, b3, c3, d3];
    for two_rows in z.as_chunks_mut().0 {
        let [a, b, c, d] = *two_rows;
        *two_rows = [
            _mm512_shuffle_i64x2::<0x44>(a, b),
            _mm512_shuffle_i64x2::<0x44>(c, d),
            _mm512_shuffle_i64x2::<0xee>(a, b),
            _mm512_shuffle_i64x2::<0xee>(c, d),
        ];
    }
}

/// The permutation P of 16 words, four in each vector's half (RFC 9106 §3.6).
#[target_feature(enable = "avx512f")]
fn permute(words: [__m512i; 4]) -> [__m512i; 4] {
    let [a, b, c, d] = mix(words);
    let [a, b, c, d] = mix([
        a,
        _mm512_permutex_epi64::<0b00_11_10_01>(b),
        _mm512_permutex_epi64::<0b01_00_11_10>(c),
        _mm512_permutex_epi64::<0b10_01_00_11>(d),
    ]);
    [
        a,
        _mm512_permutex_epi64::<0b10_01_00_11>(b),
        _mm512_permutex_epi64::<0b01_00_11_10>(c),
        _mm512_permutex_epi64::<0b00_11_10_01>(d),
    ]
}

/// GB, on words of the same place.
#[target_feature(enable = "avx512f")]
fn mix([a, b, c, d]: [__m512i; 4]) -> [__m512i; 4] {
    let a = add(a, b);
    let d = _mm512_ror_epi64::<32>(_mm512_xor_si512(d, a));
    let c = add(c, d);
    let b = _mm512_ror_epi64::<24>(_mm512_xor_si512(b, c));
    let a = add(a, b);
    let d = _mm512_ror_epi64::<16>(_mm512_xor_si512(d, a));
    let c = add(c, d);
    let b = _mm512_ror_epi64::<63>(_mm512_xor_si512(b, c));
    [a, b, c, d]
}

/// x + y + 2 · low half of x · low half of y.
#[target_feature(enable = "avx512f")]
fn add(x: __m512i, y: __m512i) -> __m512i {
    let product = _mm512_mul_epu32(x, y);
    _mm512_add_epi64(_mm512_add_epi64(x, y), _mm512_add_epi64(product, product))
}

fn vectors(block: &Block) -> &[[u64; LANES]] {
    block.0.as_chunks().0
}

#[target_feature(enable = "avx512f")]
fn load(words: &[u64; LANES]) -> __m512i {
    // SAFETY: 64 bytes are there, and any address will do.
    unsafe { _mm512_loadu_si512(words.as_ptr().cast()) }
}

#[target_feature(enable = "avx512f")]
fn store(words: &mut [u64; LANES], v: __m512i) {
    // SAFETY: 64 bytes are there, and any address will do.
    unsafe { _mm512_storeu_si512(words.as_mut_ptr().cast(), v) }
}
