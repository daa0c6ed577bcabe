//! Natural numbers of any size.

use alloc::vec::Vec;
use core::cmp::Ordering;

/// A natural number: 32 bits each, the least significant first, none of them zero at the end.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Natural(Vec<u32>);

impl From<u64> for Natural {
    fn from(number: u64) -> Self {
        let mut natural = Self(Vec::new());
        natural.multiply_add(1, number);
        natural
    }
}

impl Natural {
    pub(super) fn from_digits(digits: &[u8]) -> Self {
        let mut natural = Self::from(0);
        for digit in digits {
            natural.multiply_add(10, (*digit).into());
        }
        natural
    }

    /// How many bits it has.
    pub(super) fn bits(&self) -> u32 {
        self.0.iter().rev().enumerate().fold(0, |bits, (n, limb)| match n {
            0 => 32 - limb.leading_zeros(),
            _ => bits + 32,
        })
    }

    pub(super) fn times_10(&mut self) {
        self.multiply_add(10, 0);
    }

    pub(super) fn times_10_to(&mut self, exponent: u32) {
        (0..exponent / 9).for_each(|_| self.multiply_add(1_000_000_000, 0));
        (0..exponent % 9).for_each(|_| self.times_10());
    }

    pub(super) fn times_2_to(&mut self, exponent: u32) {
        (0..exponent / 31).for_each(|_| self.multiply_add(1 << 31, 0));
        self.multiply_add(1 << (exponent % 31), 0);
    }

    pub(super) fn plus(mut self, other: &Self) -> Self {
        let mut carry = 0;
        let length = self.0.len().max(other.0.len());
        self.0.resize(length, 0);
        let others = other.0.iter().copied().chain(core::iter::repeat(0));
        for (limb, other) in self.0.iter_mut().zip(others) {
            carry += u64::from(*limb) + u64::from(other);
            *limb = low_half(carry);
            carry >>= 32;
        }
        self.push(carry);
        self
    }

    /// Takes the other one off and tells whether it could, being no smaller.
    pub(super) fn subtract(&mut self, other: &Self) -> bool {
        if *self < *other {
            return false;
        }
        let mut borrow = 0;
        let others = other.0.iter().copied().chain(core::iter::repeat(0));
        for (limb, other) in self.0.iter_mut().zip(others) {
            let less = u64::from(*limb).wrapping_sub(other.into()).wrapping_sub(borrow);
            *limb = low_half(less);
            borrow = less >> 63;
        }
        while self.0.pop_if(|limb| *limb == 0).is_some() {}
        true
    }

    fn multiply_add(&mut self, factor: u32, summand: u64) {
        let mut carry = summand;
        for limb in &mut self.0 {
            carry += u64::from(*limb) * u64::from(factor);
            *limb = low_half(carry);
            carry >>= 32;
        }
        self.push(carry);
    }

    fn push(&mut self, mut carry: u64) {
        while carry > 0 {
            self.0.push(low_half(carry));
            carry >>= 32;
        }
    }
}

impl Ord for Natural {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_length = self.0.len().cmp(&other.0.len());
        by_length.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}

impl PartialOrd for Natural {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the other half is the carry")]
const fn low_half(number: u64) -> u32 {
    number as u32
}
