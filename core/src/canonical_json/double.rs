//! From a decimal to the nearest IEEE 754 double, and on to the shortest decimal of that.
//!
//! All is done in whole numbers, exactly. The library functions that do it carry tables of powers,
//! 20 KB.

use alloc::vec::Vec;
use core::cmp::Ordering;

use super::natural::Natural;

/// More than the digits of any number that is halfway between two doubles. Of all digits further on
/// it only matters whether there are any.
const DECIDING_DIGITS: usize = 800;
/// The bits of a double's significand.
const BITS: u32 = 53;
/// Doubles are multiples of 2^-1074.
const MAX_SCALE: u32 = 1074;

/// `significand` / 2^`scale`, below 2^53.
pub(super) struct Double {
    significand: u64,
    scale: u32,
}

impl Double {
    /// The nearest one; of two, the even one.
    pub(super) fn nearest(digits: &[u8], point: i64) -> Option<Self> {
        let mut digits = digits.to_vec();
        if digits.len() > DECIDING_DIGITS {
            digits.truncate(DECIDING_DIGITS);
            digits.push(1);
        }
        let mut dividend = Natural::from_digits(&digits);
        let mut divisor = Natural::from(1);
        let places = i64::try_from(digits.len()).ok()?.checked_sub(point)?;
        divisor.times_10_to(u32::try_from(places).ok()?);
        let scale = scale(&dividend, &divisor)?;
        dividend.times_2_to(scale);
        let significand = round(dividend, divisor);
        Some(match significand {
            // The next power of two: a bit more, but all zeros.
            TOP if scale > 0 => Self { significand: significand / 2, scale: scale - 1 },
            _ => Self { significand, scale },
        })
    }

    /// The shortest decimal that is nearest to this double, and of several, the one that is nearest
    /// itself (Steele and White 1990, "How to print floating-point numbers accurately").
    pub(super) fn shortest(&self, mut point: i64) -> (Vec<u8>, i64) {
        // In units of a quarter of the least bit: the number, and how far what rounds to it reaches.
        let mut rest = Natural::from(4 * self.significand);
        let mut above = Natural::from(2);
        let mut below = Natural::from(if self.is_after_narrow_gap() { 1 } else { 2 });
        let mut one = Natural::from(1);
        one.times_2_to(self.scale + 2);
        let is_even = self.significand.is_multiple_of(2);
        let power = u32::try_from(point.unsigned_abs()).unwrap_or(u32::MAX);
        if point >= 0 {
            one.times_10_to(power);
        } else {
            for number in [&mut rest, &mut above, &mut below] {
                number.times_10_to(power);
            }
        }
        let reaches = |rest: &Natural, one: &Natural, above: &Natural| {
            let order = rest.clone().plus(above).cmp(one);
            order == Ordering::Greater || is_even && order == Ordering::Equal
        };
        if reaches(&rest, &one, &above) {
            one.times_10();
            point += 1;
        }
        let mut digits = Vec::new();
        loop {
            for number in [&mut rest, &mut above, &mut below] {
                number.times_10();
            }
            let mut digit = 0;
            while rest.subtract(&one) {
                digit += 1;
            }
            let may_end = rest < below || is_even && rest == below;
            let may_end_above = reaches(&rest, &one, &above);
            if may_end || may_end_above {
                let is_nearer_above = match rest.clone().plus(&rest).cmp(&one) {
                    Ordering::Less => false,
                    Ordering::Equal => digit % 2 == 1,
                    Ordering::Greater => true,
                };
                let ends_above = may_end_above && (is_nearer_above || !may_end);
                digits.push(digit + u8::from(ends_above));
                return (digits, point);
            }
            digits.push(digit);
        }
    }

    /// The doubles below a power of two are twice as close as those above.
    const fn is_after_narrow_gap(&self) -> bool {
        self.significand == TOP / 2 && self.scale < MAX_SCALE
    }
}

/// One more than the greatest significand.
const TOP: u64 = 1 << BITS;

/// By which power of two the quotient must be multiplied to have all bits of a significand, or as
/// many as the least doubles have; `None` where it has more by itself.
fn scale(dividend: &Natural, divisor: &Natural) -> Option<u32> {
    let scale = (BITS + divisor.bits()).checked_sub(dividend.bits())?;
    let (mut scaled, mut top) = (dividend.clone(), divisor.clone());
    scaled.times_2_to(scale);
    top.times_2_to(BITS);
    let scale = if scaled < top { scale } else { scale.checked_sub(1)? };
    Some(scale.min(MAX_SCALE))
}

/// The quotient, which has at most so many bits as a significand, rounded to the nearest, of two to
/// the even one.
fn round(mut dividend: Natural, mut divisor: Natural) -> u64 {
    divisor.times_2_to(BITS - 1);
    let mut quotient = 0;
    for _ in 0..BITS {
        quotient = quotient << 1 | u64::from(dividend.subtract(&divisor));
        dividend.times_2_to(1);
    }
    match dividend.cmp(&divisor) {
        Ordering::Less => quotient,
        Ordering::Equal => quotient + quotient % 2,
        Ordering::Greater => quotient + 1,
    }
}
