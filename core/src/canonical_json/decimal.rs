//! Numbers as decimal digits.

use alloc::string::String;
use alloc::vec::Vec;
use core::iter::repeat_n;

use crate::cursor::Cursor;
use crate::digits;

/// Stands for every exponent as large or larger.
const MAX_EXPONENT: i64 = 1_000_000_000;

/// 0.d₁d₂d₃… × 10^`point`, or minus that.
pub(super) struct Decimal {
    pub(super) is_negative: bool,
    /// From 0 to 9, none of them a zero at either end; none at all for zero.
    pub(super) digits: Vec<u8>,
    pub(super) point: i64,
}

impl Decimal {
    /// Reads a number of JSON (RFC 8259 §6).
    pub(super) fn parse(token: &str) -> Option<Self> {
        let mut cursor = Cursor::new(token);
        let is_negative = cursor.take(b'-').is_some();
        let whole = digits(&mut cursor)?;
        if whole.len() > 1 && whole.starts_with('0') {
            return None;
        }
        let fraction = match cursor.take(b'.') {
            Some(()) => digits(&mut cursor)?,
            None => "",
        };
        let exponent = match cursor.take(b'e').or_else(|| cursor.take(b'E')) {
            Some(()) => exponent(&mut cursor)?,
            None => 0,
        };
        if !cursor.is_at_end() {
            return None;
        }
        let mut digits = Vec::with_capacity(whole.len() + fraction.len());
        digits.extend(whole.bytes().chain(fraction.bytes()).map(|digit| digit - b'0'));
        let point = i64::try_from(whole.len()).ok()?.checked_add(exponent)?;
        Some(Self { is_negative, digits, point }.trimmed())
    }

    /// Writes a number below 10^21 as ECMAScript does (ECMA-262, `Number::toString`).
    pub(super) fn write(&self, out: &mut String) {
        if self.digits.is_empty() {
            out.push('0');
            return;
        }
        if self.is_negative {
            out.push('-');
        }
        let mut digits = self.digits.iter().map(|digit| char::from(b'0' + digit));
        match usize::try_from(self.point) {
            Ok(point @ 1..) => {
                out.extend(digits.by_ref().chain(repeat_n('0', point)).take(point));
                if digits.len() > 0 {
                    out.push('.');
                    out.extend(digits);
                }
            }
            _ if self.point > -6 => {
                out.push_str("0.");
                out.extend((self.point..0).map(|_| '0'));
                out.extend(digits);
            }
            _ => {
                out.extend(digits.next());
                if digits.len() > 0 {
                    out.push('.');
                    out.extend(digits);
                }
                out.push_str("e-");
                out.push_str(&digits::to_text((1 - self.point).unsigned_abs()));
            }
        }
    }

    fn trimmed(mut self) -> Self {
        let zeros = self.digits.iter().take_while(|digit| **digit == 0).count();
        self.digits.drain(..zeros);
        self.point -= i64::try_from(zeros).unwrap_or(i64::MAX);
        while self.digits.pop_if(|digit| *digit == 0).is_some() {}
        self
    }
}

fn digits<'a>(cursor: &mut Cursor<'a>) -> Option<&'a str> {
    let digits = cursor.take_while(|byte| byte.is_ascii_digit());
    (!digits.is_empty()).then_some(digits)
}

fn exponent(cursor: &mut Cursor<'_>) -> Option<i64> {
    let is_negative = cursor.take(b'-').is_some();
    if !is_negative {
        let _ = cursor.take(b'+');
    }
    let exponent = digits(cursor)?.bytes().fold(0, |exponent: i64, digit| {
        (exponent * 10 + i64::from(digit - b'0')).min(MAX_EXPONENT)
    });
    Some(if is_negative { -exponent } else { exponent })
}
