//! Reads JSON text (RFC 8259) and writes it canonically as it goes.

use alloc::collections::BinaryHeap;
use alloc::string::String;

use super::number::write_number;
use super::writer::{Member, write_object, write_string};
use super::{MAX_BYTES, MAX_LEVELS};
use crate::cursor::{Cursor, Fields};
use crate::{Error, ErrorCode};

/// The canonical form of a text.
///
/// # Errors
/// [`ErrorCode::OperationInvalid`].
pub(crate) fn from_text(text: &str) -> Result<String, Error> {
    let canonical = || {
        let mut reader = Reader(Cursor::new((text.len() <= MAX_BYTES).then_some(text)?));
        let mut canonical = String::with_capacity(text.len());
        reader.value(MAX_LEVELS, &mut canonical)?;
        (reader.0.is_at_end() && canonical.len() <= MAX_BYTES).then_some(canonical)
    };
    canonical().ok_or(ErrorCode::OperationInvalid.into())
}

/// What stands at a path in a canonical text: a string's characters, or the spelling of a number or of
/// a truth value; `None` where nothing else or nothing at all stands there.
pub(crate) fn scalar_at(canonical: &str, path: &str) -> Option<String> {
    let mut reader = Reader(Cursor::new(canonical));
    names(path).try_for_each(|name| reader.go_to_member(name))?;
    match reader.0.peek()? {
        b'"' => reader.string(),
        b't' | b'f' | b'-' | b'0'..=b'9' => {
            let mut scalar = String::new();
            reader.value(1, &mut scalar).map(|()| scalar)
        }
        _ => None,
    }
}

/// The names of a path, which stand with dots between them.
pub(crate) fn names(path: &str) -> Fields<'_> {
    Fields::new(path, b'.')
}

/// All that it reads is `None` where something else stands there.
struct Reader<'a>(Cursor<'a>);

impl Reader<'_> {
    /// A value and the white space around it, of at most so many levels.
    fn value(&mut self, levels: usize, out: &mut String) -> Option<()> {
        let levels = levels.checked_sub(1)?;
        self.skip_white_space();
        match self.0.peek()? {
            b'{' => self.object(levels, out)?,
            b'[' => self.array(levels, out)?,
            b'"' => write_string(&self.string()?, out),
            b'-' | b'0'..=b'9' => write_number(self.0.take_while(is_of_number), out)?,
            _ => out.push_str(self.literal()?),
        }
        self.skip_white_space();
        Some(())
    }

    fn object(&mut self, levels: usize, out: &mut String) -> Option<()> {
        let mut members = BinaryHeap::new();
        let mut is_more = self.begin(b'{', b'}')?;
        while is_more {
            self.skip_white_space();
            let key = self.string()?;
            self.skip_white_space();
            self.0.take(b':')?;
            let mut value = String::new();
            self.value(levels, &mut value)?;
            members.push(Member { key, value });
            is_more = self.go_on(b'}')?;
        }
        write_object(members, out)
    }

    /// Goes on to the value of an object's member.
    fn go_to_member(&mut self, name: &str) -> Option<()> {
        let mut is_more = self.begin(b'{', b'}')?;
        while is_more {
            let key = self.string()?;
            self.0.take(b':')?;
            if key == name {
                return Some(());
            }
            self.value(MAX_LEVELS, &mut String::new())?;
            is_more = self.go_on(b'}')?;
        }
        None
    }

    fn array(&mut self, levels: usize, out: &mut String) -> Option<()> {
        out.push('[');
        let mut is_more = self.begin(b'[', b']')?;
        while is_more {
            self.value(levels, out)?;
            is_more = self.go_on(b']')?;
            if is_more {
                out.push(',');
            }
        }
        out.push(']');
        Some(())
    }

    /// Begins a list and tells whether there is an item in it.
    fn begin(&mut self, open: u8, close: u8) -> Option<bool> {
        self.0.take(open)?;
        self.skip_white_space();
        Some(self.0.take(close).is_none())
    }

    /// Ends a list or goes on to its next item, and tells whether there is one.
    fn go_on(&mut self, close: u8) -> Option<bool> {
        if self.0.take(close).is_some() {
            return Some(false);
        }
        self.0.take(b',').map(|()| true)
    }

    fn literal(&mut self) -> Option<&'static str> {
        let word = self.0.take_while(|byte| byte.is_ascii_lowercase());
        ["null", "true", "false"].into_iter().find(|literal| *literal == word)
    }

    fn string(&mut self) -> Option<String> {
        self.0.take(b'"')?;
        let mut string = String::new();
        loop {
            string.push_str(self.0.take_while(is_plain));
            if self.0.take(b'"').is_some() {
                return Some(string);
            }
            self.0.take(b'\\')?;
            string.push(self.escaped()?);
        }
    }

    /// The character that an escape stands for.
    fn escaped(&mut self) -> Option<char> {
        match self.0.take_char()? {
            character @ ('"' | '\\' | '/') => Some(character),
            'b' => Some('\u{8}'),
            'f' => Some('\u{c}'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'u' => self.code_point(),
            _ => None,
        }
    }

    /// One code unit of UTF-16, or two that are a surrogate pair.
    fn code_point(&mut self) -> Option<char> {
        let unit = self.code_unit()?;
        if !(0xd800..0xdc00).contains(&unit) {
            return char::from_u32(unit);
        }
        self.0.take(b'\\')?;
        self.0.take(b'u')?;
        let low = self.code_unit()?;
        let is_low = (0xdc00..0xe000).contains(&low);
        let code_point = 0x1_0000 + ((unit & 0x3ff) << 10 | (low & 0x3ff));
        char::from_u32(code_point).filter(|_| is_low)
    }

    fn code_unit(&mut self) -> Option<u32> {
        let digits = self.0.take_bytes(4)?;
        digits.chars().try_fold(0, |unit, digit| Some(unit << 4 | digit.to_digit(16)?))
    }

    fn skip_white_space(&mut self) {
        self.0.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    }
}

/// Stands in a string as it is.
const fn is_plain(byte: u8) -> bool {
    byte >= b' ' && byte != b'"' && byte != b'\\'
}

const fn is_of_number(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')
}
