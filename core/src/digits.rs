//! Whole numbers as decimal digits.
//!
//! The library functions write two digits at a time, by a table, and read numbers of every kind: three
//! times the code, for texts that are a few digits long.

use alloc::string::String;

/// The digits, without leading zeros.
pub(crate) fn to_text(number: impl Into<u64>) -> String {
    let mut rest = number.into();
    let mut text = String::new();
    loop {
        text.insert(0, char::from(b'0' + u8::try_from(rest % 10).unwrap_or_default()));
        rest /= 10;
        if rest == 0 {
            return text;
        }
    }
}

/// Reads digits and nothing else.
pub(crate) fn parse(text: &str) -> Option<u64> {
    let number = text.bytes().try_fold(0_u64, |number, byte| {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        if number > u64::MAX / 10 { None } else { (number * 10).checked_add(digit.into()) }
    });
    number.filter(|_| !text.is_empty())
}

/// Reads digits that are written as here, without leading zeros.
pub(crate) fn parse_strict(text: &str) -> Option<u64> {
    parse(text).filter(|_| text.len() == 1 || !text.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn every_number_is_written_and_read_as_by_the_library() {
        for number in [0, 1, 9, 10, 99, 100, 1_764_000_000, u64::MAX - 1, u64::MAX] {
            assert_eq!(to_text(number), number.to_string());
            assert_eq!(parse(&number.to_string()), Some(number));
            assert_eq!(parse_strict(&number.to_string()), Some(number));
        }
    }

    #[test]
    fn all_else_is_no_number() {
        for text in
            ["", "-1", "+1", " 1", "1 ", "1.0", "a", "18446744073709551616", "99999999999999999999"]
        {
            assert_eq!((parse(text), parse_strict(text)), (None, None), "{text}");
        }
        assert_eq!((parse("007"), parse_strict("007")), (Some(7), None));
        assert_eq!((parse("00"), parse_strict("00")), (Some(0), None));
    }
}
