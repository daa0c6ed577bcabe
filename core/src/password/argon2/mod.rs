//! Argon2 (RFC 9106): the function itself, in one thread, in memory that the caller gives.

mod blake2b;
mod block;
mod compress;
mod fill;

pub(super) use block::Block;

use core::hint::black_box;

use zeroize::Zeroizing;

use self::blake2b::{initial_hash, variable_hash};
use self::fill::Filling;
use super::policy::Argon2Cost;

/// Blocks of a lane that are filled between two points at which the lanes wait for each other, times
/// this, are the lane (RFC 9106 §3.4).
const SLICES: usize = 4;

/// What the computation takes of the stack at most.
const STACK_BYTES: usize = 16 << 10;

/// Which blocks a block is made of (RFC 9106 §3.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variant {
    /// Those that the block before it names.
    Argon2d,
    /// Those that its place names.
    Argon2i,
    /// First as Argon2i, then as Argon2d.
    Argon2id,
}

/// The version of the algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// 16, in which a later pass writes over what was there.
    V0x10,
    /// 19, in which what is new is added to it by XOR.
    V0x13,
}

impl Argon2Cost {
    /// Blocks of memory (RFC 9106 §3.1, §3.2); `None` where a value is out of its bounds.
    pub(super) fn blocks(self) -> Option<usize> {
        let Self { m_kib, t, p } = self;
        let are_possible = t >= 1 && (1..1 << 24).contains(&p) && m_kib / 8 >= p;
        are_possible.then(|| usize::try_from(m_kib / (4 * p) * 4 * p).ok()).flatten()
    }
}

/// All that the tag depends on, but its length.
#[derive(Clone, Copy)]
pub(super) struct Input<'a> {
    pub(super) variant: Variant,
    pub(super) version: Version,
    pub(super) cost: Argon2Cost,
    pub(super) password: &'a [u8],
    pub(super) salt: &'a [u8],
    pub(super) secret: &'a [u8],
    pub(super) data: &'a [u8],
}

/// Derives the tag in these blocks of memory, which must be as many as [`Argon2Cost::blocks`] says, and
/// whatever is in them; `None` otherwise. They are not wiped, the stack is.
pub(super) fn derive(input: &Input<'_>, memory: &mut [Block], tag: &mut [u8]) -> Option<()> {
    let derived = derive_on_stack(input, memory, tag);
    wipe_stack();
    derived
}

/// A frame of its own, which [`wipe_stack`] can come to lie upon.
#[inline(never)]
fn derive_on_stack(input: &Input<'_>, memory: &mut [Block], tag: &mut [u8]) -> Option<()> {
    let blocks = input.cost.blocks().filter(|blocks| *blocks == memory.len())?;
    let lanes = usize::try_from(input.cost.p).ok()?;
    let lane_length = blocks / lanes;
    let hash = Zeroizing::new(initial_hash(input, tag.len())?);
    let mut bytes = Zeroizing::new([0; Block::BYTES]);
    for (lane, blocks) in (0..input.cost.p).zip(memory.chunks_exact_mut(lane_length)) {
        for (place, block) in (0_u32..2).zip(blocks) {
            variable_hash(&[&*hash, &place.to_le_bytes(), &lane.to_le_bytes()], &mut *bytes)?;
            block.read(&bytes);
        }
    }
    Filling::new(input, lanes, lane_length).fill(memory)?;
    let (all_but_last, last) = memory.split_at_mut(blocks - 1);
    let [last] = last else { return None };
    for lane in 1..lanes {
        last.xor(all_but_last.get(lane * lane_length - 1)?);
    }
    last.write(&mut bytes);
    variable_hash(&[&*bytes], tag)
}

/// Writes zeros where the computation had its frames: vectors, and what the hash function works in, are
/// where the compiler puts them, and only so is everything of them reached.
#[inline(never)]
fn wipe_stack() {
    black_box(&mut [0_u64; STACK_BYTES / size_of::<u64>()]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::compress::{Compress, Mode};
    use super::*;

    fn block(seed: u64) -> Block {
        let mut block = Block::default();
        let mut word = seed;
        for place in &mut block.0 {
            word = word.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23) ^ seed;
            *place = word;
        }
        block
    }

    #[test]
    fn every_form_makes_the_same_block() {
        let forms = Compress::all();
        for seed in 1..200 {
            for mode in [Mode::Overwrite, Mode::Xor] {
                let made = forms.iter().map(|form| {
                    let mut out = block(seed + 2);
                    form.block(&mut out, &block(seed), &block(seed + 1), mode, None);
                    out.0
                });
                let made: Vec<_> = made.collect();
                assert!(made.windows(2).all(|two| two[0] == two[1]), "{forms:?} {mode:?}");
            }
        }
    }

    #[test]
    fn memory_of_another_size_or_a_cost_out_of_bounds_is_refused() {
        let cost = |m_kib, t, p| Argon2Cost { m_kib, t, p };
        for (cost, blocks) in [
            (cost(8, 1, 1), Some(8)),
            (cost(15, 1, 1), Some(12)),
            (cost(39, 1, 2), Some(32)),
            (cost(7, 1, 1), None),
            (cost(15, 1, 2), None),
            (cost(8, 0, 1), None),
            (cost(8, 1, 0), None),
            (cost(u32::MAX, 1, 1 << 24), None),
            (cost(u32::MAX, 1, 1 << 30), None),
            (cost(u32::MAX, 1, u32::MAX), None),
        ] {
            assert_eq!(cost.blocks(), blocks, "{cost:?}");
        }
        let input = Input {
            variant: Variant::Argon2id,
            version: Version::V0x13,
            cost: cost(8, 1, 1),
            password: b"",
            salt: b"",
            secret: b"",
            data: b"",
        };
        for blocks in [0, 7, 9] {
            let mut memory = vec![Block::default(); blocks];
            assert_eq!(derive(&input, &mut memory, &mut [0; 16]), None);
        }
    }

    /// The same by the crate `argon2`.
    fn by_reference(input: &Input<'_>, tag: &mut [u8]) {
        let algorithm = match input.variant {
            Variant::Argon2d => ::argon2::Algorithm::Argon2d,
            Variant::Argon2i => ::argon2::Algorithm::Argon2i,
            Variant::Argon2id => ::argon2::Algorithm::Argon2id,
        };
        let version = match input.version {
            Version::V0x10 => ::argon2::Version::V0x10,
            Version::V0x13 => ::argon2::Version::V0x13,
        };
        let Argon2Cost { m_kib, t, p } = input.cost;
        let mut params = ::argon2::ParamsBuilder::new();
        params.m_cost(m_kib).t_cost(t).p_cost(p).output_len(tag.len());
        params.data(input.data.try_into().unwrap());
        let params = params.build().unwrap();
        let argon2 = ::argon2::Argon2::new_with_secret(input.secret, algorithm, version, params);
        argon2.unwrap().hash_password_into(input.password, input.salt, tag).unwrap();
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases * 2, ..ProptestConfig::default() })]

        /// 512 cases; `PROPTEST_CASES=50000` makes it 100,000.
        #[test]
        fn tags_are_those_of_the_argon2_crate(
            variant in prop::sample::select(vec![Variant::Argon2d, Variant::Argon2i, Variant::Argon2id]),
            version in prop::sample::select(vec![Version::V0x10, Version::V0x13]),
            (p, m_kib) in (1_u32..=5).prop_flat_map(|p| (Just(p), 8 * p..=600)),
            t in 1_u32..=4,
            password in prop::collection::vec(any::<u8>(), 0..200),
            salt in prop::collection::vec(any::<u8>(), 8..64),
            secret in prop::collection::vec(any::<u8>(), 0..64),
            data in prop::collection::vec(any::<u8>(), 0..=32),
            tag_bytes in 4_usize..200,
        ) {
            let input = Input {
                variant,
                version,
                cost: Argon2Cost { m_kib, t, p },
                password: &password,
                salt: &salt,
                secret: &secret,
                data: &data,
            };
            let mut memory = vec![block(7); input.cost.blocks().unwrap()];
            let (mut tag, mut expected) = (vec![0; tag_bytes], vec![0; tag_bytes]);
            derive(&input, &mut memory, &mut tag).unwrap();
            by_reference(&input, &mut expected);
            prop_assert_eq!(tag, expected);
        }
    }
}
