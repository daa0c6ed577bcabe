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
        self.key.encode_utf16().cmp(other.key.encode_utf16())
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
