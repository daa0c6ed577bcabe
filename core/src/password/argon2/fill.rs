//! Filling the memory: which block is made of which (RFC 9106 §3.2, steps 5 and 6, and §3.4).

use super::block::Block;
use super::compress::{Compress, Mode, prefetch};
use super::{Input, SLICES, Variant, Version};

pub(super) struct Filling {
    variant: Variant,
    version: Version,
    passes: u32,
    lanes: usize,
    lane_length: usize,
    segment_length: usize,
    compress: Compress,
}

/// A lane's part between two points at which the lanes wait for each other.
#[derive(Clone, Copy)]
struct Segment {
    pass: u32,
    slice: usize,
    lane: usize,
}

impl Filling {
    pub(super) fn new(input: &Input<'_>, lanes: usize, lane_length: usize) -> Self {
        let Input { variant, version, cost, .. } = *input;
        Self {
            variant,
            version,
            passes: cost.t,
            lanes,
            lane_length,
            segment_length: lane_length / SLICES,
            compress: Compress::detect(),
        }
    }

    /// Fills the memory, of which the first two blocks of each lane are there already. `None` never
    /// happens: it stands for a block beyond the end, or one made of itself.
    pub(super) fn fill(&self, memory: &mut [Block]) -> Option<()> {
        for pass in 0..self.passes {
            for slice in 0..SLICES {
                for lane in 0..self.lanes {
                    self.fill_segment(Segment { pass, slice, lane }, memory)?;
                }
            }
        }
        Some(())
    }

    fn fill_segment(&self, segment: Segment, memory: &mut [Block]) -> Option<()> {
        let mode = match self.version {
            Version::V0x13 if segment.pass > 0 => Mode::Xor,
            _ => Mode::Overwrite,
        };
        let mut addresses = self.addresses(segment);
        let first = if segment.pass == 0 && segment.slice == 0 { 2 } else { 0 };
        let word = match &mut addresses {
            Some(addresses) => addresses.word(first, self.compress)?,
            None => memory.get(self.previous(segment, first))?.first_word(),
        };
        let mut reference = self.reference(segment, first, word);
        for index in first..self.segment_length {
            let current = self.place(segment, index);
            let mut ahead = Ahead {
                filling: self,
                segment,
                index: index + 1,
                word: match &mut addresses {
                    Some(addresses) => Some(addresses.word(index + 1, self.compress)?),
                    None => None,
                },
                memory: memory.as_ptr(),
                reference,
            };
            let previous = self.previous(segment, index);
            let blocks = memory.get_disjoint_mut([current, previous, reference]);
            let [current, previous, referred] = blocks.ok()?;
            self.compress.block(current, previous, referred, mode, Some(&mut ahead));
            reference = ahead.reference;
        }
        Some(())
    }

    fn place(&self, segment: Segment, index: usize) -> usize {
        segment.lane * self.lane_length + segment.slice * self.segment_length + index
    }

    /// The block before, in the lane, which is a ring.
    fn previous(&self, segment: Segment, index: usize) -> usize {
        let is_first_of_lane = segment.slice == 0 && index == 0;
        let place = self.place(segment, index);
        if is_first_of_lane { place + self.lane_length - 1 } else { place - 1 }
    }

    /// The block that a random word names, for the block of this index in the segment
    /// (RFC 9106 §3.4.2).
    fn reference(&self, segment: Segment, index: usize, word: u64) -> usize {
        let Segment { pass, slice, lane } = segment;
        let (j1, j2) = (word & 0xffff_ffff, word >> 32);
        let is_start = pass == 0 && slice == 0;
        let other = usize::try_from(j2).unwrap_or(0) % self.lanes;
        let reference_lane = if is_start { lane } else { other };
        let finished_slices = if pass == 0 { slice } else { SLICES - 1 };
        let finished = finished_slices * self.segment_length;
        let area = match (reference_lane == lane, index) {
            (true, _) => finished + index - 1,
            (false, 0) => finished - 1,
            (false, _) => finished,
        };
        let area_start = match (pass, slice + 1) {
            (0, _) | (_, SLICES) => 0,
            (_, next) => next * self.segment_length,
        };
        let back = (area as u64 * ((j1 * j1) >> 32)) >> 32;
        let within = area_start + area - 1 - usize::try_from(back).unwrap_or(0);
        let wrapped = if within < self.lane_length { within } else { within - self.lane_length };
        reference_lane * self.lane_length + wrapped
    }

    /// Where the segment's random words come from, if not from the blocks themselves.
    fn addresses(&self, segment: Segment) -> Option<Addresses> {
        let is_independent = match self.variant {
            Variant::Argon2d => false,
            Variant::Argon2i => true,
            Variant::Argon2id => segment.pass == 0 && segment.slice < SLICES / 2,
        };
        let numbers = [
            segment.pass.into(),
            segment.lane as u64,
            segment.slice as u64,
            (self.lanes * self.lane_length) as u64,
            self.passes.into(),
            self.variant.to_number().into(),
        ];
        is_independent.then(|| Addresses::new(numbers))
    }
}

/// What is done as soon as a block's first word is known: it names the block that the next one is
/// made of, which comes from memory while the rest of this one is computed.
pub(super) struct Ahead<'a> {
    filling: &'a Filling,
    segment: Segment,
    /// That of the next block.
    index: usize,
    /// The word that names it, where it is not the one of the block.
    word: Option<u64>,
    memory: *const Block,
    reference: usize,
}

impl Ahead<'_> {
    #[inline]
    pub(super) fn first_word(&mut self, word: u64) {
        let word = self.word.unwrap_or(word);
        self.reference = self.filling.reference(self.segment, self.index, word);
        prefetch(self.memory.wrapping_add(self.reference));
    }
}

/// Random words that depend on nothing but the place (RFC 9106 §3.4.1.2).
struct Addresses {
    input: Block,
    words: Block,
}

impl Addresses {
    /// Which of the input's words counts the blocks of words.
    const COUNTER: usize = 6;

    fn new(numbers: [u64; Self::COUNTER]) -> Self {
        let mut input = Block::default();
        input.0.iter_mut().zip(numbers).for_each(|(word, number)| *word = number);
        Self { input, words: Block::default() }
    }

    /// The word for the block of this index. Ask for them in order.
    fn word(&mut self, index: usize, compress: Compress) -> Option<u64> {
        let counter = self.input.0.get_mut(Self::COUNTER)?;
        let needed = (index / Block::WORDS) as u64 + 1;
        if *counter < needed {
            *counter = needed;
            let (zero, mut once) = (Block::default(), Block::default());
            compress.block(&mut once, &zero, &self.input, Mode::Overwrite, None);
            compress.block(&mut self.words, &zero, &once, Mode::Overwrite, None);
        }
        self.words.0.get(index % Block::WORDS).copied()
    }
}
