//! Unpadded base64: for URLs (RFC 4648 §5), and the standard one (§4), which PHC strings have.
//!
//! Keys are written so: which branches are taken, and where memory is read, depends on lengths alone.
//! The library that keeps to that takes four times the code in the WebAssembly module; it is the
//! reference in the tests. The two alphabets differ in two characters, which are exchanged.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

pub(crate) fn encode(bytes: &[u8]) -> String {
    // Room for all of it, so that no part of a key is left where the text has grown from.
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    let (mut bits, mut count) = (0, 0);
    for byte in bytes {
        bits = bits << 8 | i32::from(*byte);
        count += 8;
        while count >= 6 {
            count -= 6;
            text.push(character(bits >> count & 63));
        }
    }
    if count > 0 {
        text.push(character(bits << (6 - count) & 63));
    }
    text
}

pub(crate) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = vec![0; text.len()];
    let length = decode_into(text, &mut bytes)?;
    bytes.truncate(length);
    Some(bytes)
}

/// How many bytes it has written; `None` where there are more than fit, too.
pub(crate) fn decode_into(text: &[u8], bytes: &mut [u8]) -> Option<usize> {
    let (mut bits, mut count, mut wrong, mut written) = (0, 0, 0, 0);
    for character in text {
        let value = value(*character);
        wrong |= value;
        bits = bits << 6 | value & 63;
        count += 6;
        if count >= 8 {
            count -= 8;
            let [.., byte] = (bits >> count).to_be_bytes();
            *bytes.get_mut(written)? = byte;
            written += 1;
        }
    }
    // Left over is less than a character, and zeros, so that no bytes have a second spelling.
    let spare = bits & ((1 << count) - 1);
    (wrong >= 0 && spare == 0 && count < 6).then_some(written)
}

fn character(value: i32) -> char {
    let past = |last: i32, skipped: i32| within(value, last + 1, 63) & skipped;
    let code = i32::from(b'A') + value + past(25, 6) - past(51, 75) - past(61, 13) + past(62, 49);
    let [.., code] = code.to_be_bytes();
    char::from(code)
}

/// What six bits a character stands for; -1 for none.
fn value(character: u8) -> i32 {
    let code = i32::from(character);
    let of = |first: u8, last: u8, value: i32| {
        let (first, last) = (i32::from(first), i32::from(last));
        within(code, first, last) & (code - first + value + 1)
    };
    of(b'A', b'Z', 0)
        + of(b'a', b'z', 26)
        + of(b'0', b'9', 52)
        + of(b'-', b'-', 62)
        + of(b'_', b'_', 63)
        - 1
}

/// All ones where a small number is within bounds, else zero, without a branch.
const fn within(number: i32, least: i32, most: i32) -> i32 {
    ((least - 1 - number) & (number - most - 1)) >> 31
}

pub(crate) fn encode_standard(bytes: &[u8]) -> String {
    encode(bytes).bytes().map(in_other_alphabet).map(char::from).collect()
}

pub(crate) fn decode_standard(text: &str) -> Option<Vec<u8>> {
    let text: Vec<u8> = text.bytes().map(in_other_alphabet).collect();
    decode(&text)
}

/// Exchanges the characters that only one of them has, so that what has those of the other stays none.
const fn in_other_alphabet(character: u8) -> u8 {
    match character {
        b'+' => b'-',
        b'/' => b'_',
        b'-' => b'+',
        b'_' => b'/',
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use base64ct::{Base64Unpadded, Base64UrlUnpadded, Encoding};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_character_at_every_place_is_read_as_by_the_library() {
        for length in 0..=9 {
            for place in 0..length {
                for character in 0..=u8::MAX {
                    let mut text = vec![b'A'; length];
                    text[place] = character;
                    let mut room = [0; 9];
                    let by_library = Base64UrlUnpadded::decode(&text, &mut room).ok();
                    assert_eq!(decode(&text).as_deref(), by_library, "{text:?}");
                }
            }
        }
    }

    #[test]
    fn every_length_is_written_and_read_as_by_the_library() {
        for length in 0..=100 {
            let bytes: Vec<u8> = (0..length).map(|n| 255 - n * 2).collect();
            let text = Base64UrlUnpadded::encode_string(&bytes);
            assert_eq!(encode(&bytes), text);
            assert_eq!(decode(text.as_bytes()), Some(bytes));
        }
    }

    proptest! {
        #[test]
        fn bytes_are_written_and_read_as_by_the_library(bytes: Vec<u8>) {
            let (for_urls, standard) = (encode(&bytes), encode_standard(&bytes));
            prop_assert_eq!(&for_urls, &Base64UrlUnpadded::encode_string(&bytes));
            prop_assert_eq!(&standard, &Base64Unpadded::encode_string(&bytes));
            prop_assert_eq!(decode(for_urls.as_bytes()), Some(bytes.clone()));
            prop_assert_eq!(decode_standard(&standard), Some(bytes));
        }

        #[test]
        fn a_text_is_read_as_by_the_library(text in "[A-Za-z0-9+/_=\u{e9}-]{0,12}") {
            prop_assert_eq!(decode(text.as_bytes()), Base64UrlUnpadded::decode_vec(&text).ok());
            prop_assert_eq!(decode_standard(&text), Base64Unpadded::decode_vec(&text).ok());
        }

        #[test]
        fn what_does_not_fit_is_not_written(bytes: [u8; 9], room in 0_usize..12) {
            let mut written = [0; 12];
            let length = decode_into(encode(&bytes).as_bytes(), &mut written[..room]);
            prop_assert_eq!(length, (room >= 9).then_some(9));
        }
    }
}
