//! Segments: how many text messages a text is, for the phone network and its bill.

use std::fmt;

/// The GSM 7-bit default alphabet (3GPP TS 23.038 §6.2.1), one septet each.
const GSM_7: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
                     ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Its extension table (§6.2.1.1), two septets each.
const GSM_7_EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// How many units there are in a message that stands alone, and in one of several, which needs room
/// to say which it is (3GPP TS 23.040 §9.2.3.24.1).
struct Encoding {
    name: &'static str,
    alone: usize,
    joined: usize,
}

const SEPTETS: Encoding = Encoding { name: "GSM-7", alone: 160, joined: 153 };
const UCS_2: Encoding = Encoding { name: "UCS-2", alone: 70, joined: 67 };

/// The size of a text message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) segments: usize,
    units: usize,
    encoding: &'static str,
}

impl Size {
    /// As networks do it: seven bits for each character if the alphabet has all of them, else 16.
    pub(crate) fn of(text: &str) -> Self {
        let lengths: Option<Vec<_>> = text.chars().map(septets).collect();
        let in_ucs_2 = || (text.chars().map(char::len_utf16).collect(), UCS_2);
        let (lengths, encoding) = lengths.map_or_else(in_ucs_2, |lengths| (lengths, SEPTETS));
        let units = lengths.iter().sum();
        let alone = units <= encoding.alone;
        let segments = if alone { 1 } else { pack(&lengths, encoding.joined) };
        Self { segments, units, encoding: encoding.name }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} segments ({} units of {})", self.segments, self.units, self.encoding)
    }
}

/// Segments that are filled one after the other; no character is cut in two.
fn pack(lengths: &[usize], room: usize) -> usize {
    let (mut segments, mut used) = (1, 0);
    for length in lengths {
        if used + length > room {
            segments += 1;
            used = 0;
        }
        used += length;
    }
    segments
}

fn septets(c: char) -> Option<usize> {
    match c {
        _ if GSM_7.contains(c) => Some(1),
        _ if GSM_7_EXTENSION.contains(c) => Some(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alphabet_is_whole() {
        // 128 places, of which one is the escape to the extension table.
        assert_eq!(GSM_7.chars().count(), 127);
        assert_eq!(GSM_7_EXTENSION.chars().count(), 10);
    }

    #[test]
    fn segments_are_counted_as_networks_do() {
        let rows = [
            ("a".repeat(160), 1, "GSM-7"),
            ("a".repeat(161), 2, "GSM-7"),
            ("a".repeat(306), 2, "GSM-7"),
            ("a".repeat(307), 3, "GSM-7"),
            ("€".repeat(80), 1, "GSM-7"),
            ("€".repeat(81), 2, "GSM-7"),
            // 153 is odd: a character of two septets at the end goes to the next segment.
            ("€".repeat(153), 3, "GSM-7"),
            ("あ".repeat(70), 1, "UCS-2"),
            ("あ".repeat(71), 2, "UCS-2"),
            ("あ".repeat(134), 2, "UCS-2"),
            ("あ".repeat(135), 3, "UCS-2"),
            ("😀".repeat(35), 1, "UCS-2"),
            ("😀".repeat(67), 3, "UCS-2"),
            (format!("’{}", "a".repeat(70)), 2, "UCS-2"),
            (String::new(), 1, "GSM-7"),
        ];
        for (text, segments, encoding) in rows {
            let size = Size::of(&text);
            assert_eq!((size.segments, size.encoding), (segments, encoding), "{text}");
        }
    }
}
