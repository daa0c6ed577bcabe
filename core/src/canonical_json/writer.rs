//! Strings and objects as RFC 8785 writes them.

use alloc::collections::BinaryHeap;
use alloc::string::String;
use core::cmp::Ordering;

/// A member of an object: its key, and its value as canonical JSON.
#[derive(PartialEq, Eq)]
pub(super) struct Member {
    pub(super) key: String,
    pub(super) value: String,
}

/// By the UTF-16 code units of the key (RFC 8785 §3.2.3).
impl Ord for Member {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.bytes().map(utf16_rank).cmp(other.key.bytes().map(utf16_rank))
    }
}

/// Of two different bytes at one place, the higher rank belongs to the text with the higher code unit.
/// UTF-8 has the same order but for one thing: what begins with these two bytes, U+E000 to U+FFFF, is
/// in UTF-16 above all that takes two code units.
const fn utf16_rank(byte: u8) -> u8 {
    match byte {
        0xee | 0xef => byte | 0x10,
        _ => byte,
    }
}

impl PartialOrd for Member {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The object of these members; `None` where a key stands twice, of which one reader takes the first
/// value and another the last.
pub(super) fn write_object(members: BinaryHeap<Member>, out: &mut String) -> Option<()> {
    let mut before: Option<String> = None;
    out.push('{');
    for Member { key, value } in members.into_sorted_vec() {
        match before {
            Some(before) if before == key => return None,
            Some(_) => out.push(','),
            None => (),
        }
        write_string(&key, out);
        out.push(':');
        out.push_str(&value);
        before = Some(key);
    }
    out.push('}');
    Some(())
}

/// Escapes what must be and nothing else (RFC 8785 §3.2.2.2).
pub(super) fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\0'..='\u{1f}' => {
                out.push_str(if character < '\u{10}' { "\\u000" } else { "\\u001" });
                out.extend(char::from_digit(u32::from(character) % 16, 16));
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn keys_are_in_the_order_of_their_code_units(
            start in "[a\u{e000}\u{10000}]{0,2}",
            keys in any::<[char; 2]>(),
            edges in prop::sample::subsequence(
                vec!['\u{7f}', '\u{80}', '\u{7ff}', '\u{800}', '\u{d7ff}', '\u{e000}', '\u{efff}',
                    '\u{f000}', '\u{ffff}', '\u{10000}', '\u{3ffff}', '\u{40000}', '\u{10ffff}'],
                2,
            ),
        ) {
            for [one, other] in [keys, [edges[0], edges[1]], [keys[0], edges[1]]] {
                let [one, other] = [one, other].map(|end| format!("{start}{end}"));
                let order = one.encode_utf16().cmp(other.encode_utf16());
                let [one, other] = [one, other].map(|key| Member { key, value: String::new() });
                prop_assert_eq!(one.cmp(&other), order);
            }
        }
    }
}
