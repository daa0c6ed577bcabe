//! In words, for every processor.

use super::super::block::Block;
use super::{Ahead, Mode};

/// Words of a row or a column.
const WORDS: usize = 16;

pub(super) fn compress(
    out: &mut Block,
    previous: &Block,
    reference: &Block,
    mode: Mode,
    ahead: Option<&mut Ahead<'_>>,
) {
    let mut z = previous.clone();
    z.xor(reference);
    if mode == Mode::Overwrite {
        out.0.fill(0);
    }
    out.xor(&z);
    for row in z.0.as_chunks_mut::<WORDS>().0 {
        permute(row);
    }
    for column in 0..WORDS / 2 {
        // A column is a pair of words of each row.
        let mut words = [0; WORDS];
        let pairs = z.0.as_chunks::<2>().0.iter().skip(column).step_by(WORDS / 2);
        words.as_chunks_mut().0.iter_mut().zip(pairs).for_each(|(to, pair)| *to = *pair);
        permute(&mut words);
        let pairs = z.0.as_chunks_mut::<2>().0.iter_mut().skip(column).step_by(WORDS / 2);
        pairs.zip(words.as_chunks().0).for_each(|(to, pair)| *to = *pair);
    }
    out.xor(&z);
    if let Some(ahead) = ahead {
        ahead.first_word(out.first_word());
    }
}

/// The permutation P of 16 words (RFC 9106 §3.6).
fn permute(words: &mut [u64; WORDS]) {
    let [mut a, mut b, mut c, mut d] = [[0; 4]; 4];
    let fours = words.as_chunks().0;
    [&mut a, &mut b, &mut c, &mut d].into_iter().zip(fours).for_each(|(to, four)| *to = *four);
    mix(&mut a, &mut b, &mut c, &mut d);
    b.rotate_left(1);
    c.rotate_left(2);
    d.rotate_left(3);
    mix(&mut a, &mut b, &mut c, &mut d);
    b.rotate_right(1);
    c.rotate_right(2);
    d.rotate_right(3);
    words.iter_mut().zip([a, b, c, d].as_flattened()).for_each(|(to, word)| *to = *word);
}

/// GB, on words of the same place.
fn mix(a: &mut [u64; 4], b: &mut [u64; 4], c: &mut [u64; 4], d: &mut [u64; 4]) {
    for (((a, b), c), d) in a.iter_mut().zip(b).zip(c).zip(d) {
        *a = add(*a, *b);
        *d = (*d ^ *a).rotate_right(32);
        *c = add(*c, *d);
        *b = (*b ^ *c).rotate_right(24);
        *a = add(*a, *b);
        *d = (*d ^ *a).rotate_right(16);
        *c = add(*c, *d);
        *b = (*b ^ *c).rotate_right(63);
    }
}

/// x + y + 2 · low half of x · low half of y.
const fn add(x: u64, y: u64) -> u64 {
    const LOW: u64 = 0xffff_ffff;
    x.wrapping_add(y).wrapping_add(((x & LOW) * (y & LOW)).wrapping_mul(2))
}
