//! Unpadded base64: for URLs (RFC 4648 §5), and the standard one (§4), which PHC strings have.
//!
//! The two differ in two characters, which are exchanged: each alphabet of the library is code of its
//! own, and so is each way of decoding.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use base64ct::{Base64UrlUnpadded, Encoding};

pub(crate) fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

pub(crate) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = vec![0; text.len()];
    let length = decode_into(text, &mut bytes)?;
    bytes.truncate(length);
    Some(bytes)
}

/// How many bytes it has written; `None` where there are more than fit, too.
pub(crate) fn decode_into(text: &[u8], bytes: &mut [u8]) -> Option<usize> {
    Base64UrlUnpadded::decode(text, bytes).ok().map(<[u8]>::len)
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
    use base64ct::Base64Unpadded;
    use proptest::prelude::*;

    use super::*;

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
