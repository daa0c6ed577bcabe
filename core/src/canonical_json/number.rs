//! Numbers as RFC 8785 §3.2.2.3 writes them: of the IEEE 754 double that is nearest to the text, the
//! shortest decimal that no other double is nearer to.
//!
//! For most numbers there is nothing to do: two decimals of up to 15 digits never have one double in
//! common, so such a decimal is the shortest itself.

use alloc::string::String;
use alloc::vec::Vec;

use super::decimal::Decimal;
#[cfg(feature = "numbers")]
use super::double::Double;

/// 2^53 - 1, the greatest number that is accepted (RFC 7493 §2.2), as digits and point.
const GREATEST: (i64, &[u8]) = (16, &[9, 0, 0, 7, 1, 9, 9, 2, 5, 4, 7, 4, 0, 9, 9, 1]);
/// Decimals of so many digits are told apart by every double…
const DISTINCT_DIGITS: usize = 15;
/// …that has all its bits, as those from 10^-307 on have.
const LEAST_FULL_POINT: i64 = -306;
/// What is below 10^-324 is nearer to zero than to the least double, 2^-1074.
const LEAST_POINT: i64 = -323;
/// The most digits that the shortest decimal of a double has.
#[cfg(not(feature = "numbers"))]
const MAX_SHORTEST_DIGITS: usize = 17;

/// Writes the number of a JSON text; `None` where it is none, or where its double is beyond
/// 2^53 - 1.
pub(super) fn write_number(token: &str, out: &mut String) -> Option<()> {
    let decimal = Decimal::parse(token)?;
    let (mut digits, mut point) = shortest(&decimal.digits, decimal.point)?;
    while digits.pop_if(|digit| *digit == 0).is_some() {}
    if (point, digits.as_slice()) > GREATEST {
        return None;
    }
    if digits.is_empty() {
        point = 0;
    }
    Decimal { digits, point, ..decimal }.write(out);
    Some(())
}

/// Digits and point of the shortest decimal of the double that is nearest.
fn shortest(digits: &[u8], point: i64) -> Option<(Vec<u8>, i64)> {
    if digits.is_empty() || point < LEAST_POINT {
        return Some((Vec::new(), 0));
    }
    if point > GREATEST.0 {
        return None;
    }
    if digits.len() <= DISTINCT_DIGITS && point >= LEAST_FULL_POINT {
        return Some((digits.to_vec(), point));
    }
    shortest_of_many(digits, point)
}

#[cfg(feature = "numbers")]
fn shortest_of_many(digits: &[u8], point: i64) -> Option<(Vec<u8>, i64)> {
    Double::nearest(digits, point).map(|double| double.shortest(point))
}

/// The host gives the shortest, as JavaScript writes all its numbers. Another decimal of no more digits
/// is another operation, which nobody approved.
#[cfg(not(feature = "numbers"))]
fn shortest_of_many(digits: &[u8], point: i64) -> Option<(Vec<u8>, i64)> {
    (digits.len() <= MAX_SHORTEST_DIGITS).then(|| (digits.to_vec(), point))
}
