//! Reading texts whose syntax is ASCII, from the left.
//!
//! The patterns of `str` do the same for every kind of pattern by code of its own: 6 KB of a
//! WebAssembly module.

/// A place in a text.
#[derive(Clone)]
pub(crate) struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    pub(crate) const fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    pub(crate) const fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// The byte here; `None` at the end.
    pub(crate) fn peek(&self) -> Option<u8> {
        self.rest.as_bytes().first().copied()
    }

    /// Passes an ASCII character, if it stands here.
    pub(crate) fn take(&mut self, ascii: u8) -> Option<()> {
        let is_here = self.peek() == Some(ascii);
        is_here.then(|| self.advance(1)).map(|_| ())
    }

    /// Passes any character.
    pub(crate) fn take_char(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let character = characters.next()?;
        self.rest = characters.as_str();
        Some(character)
    }

    /// Passes so many bytes; `None` where they do not end with a character.
    pub(crate) fn take_bytes(&mut self, count: usize) -> Option<&'a str> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    /// Passes the bytes up to one that is of another kind. Those that are not ASCII must all be of
    /// one kind.
    pub(crate) fn take_while(&mut self, is_of_kind: fn(u8) -> bool) -> &'a str {
        let end = self.rest.bytes().position(|byte| !is_of_kind(byte));
        self.advance(end.unwrap_or(self.rest.len()))
    }

    fn advance(&mut self, bytes: usize) -> &'a str {
        self.take_bytes(bytes).unwrap_or_default()
    }
}

/// How many characters a text has, by the bytes that begin one. `Chars::count` is made for long texts,
/// half a kilobyte.
pub(crate) fn characters(text: &str) -> usize {
    text.bytes().filter(|byte| !matches!(byte, 0x80..0xc0)).count()
}

/// The pieces of a text between separators, as `str::split` has them.
pub(crate) struct Fields<'a> {
    rest: Option<&'a str>,
    separator: u8,
}

impl<'a> Fields<'a> {
    pub(crate) const fn new(text: &'a str, separator: u8) -> Self {
        Self { rest: Some(text), separator }
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest?;
        let end = rest.bytes().position(|byte| byte == self.separator);
        let (field, after) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
        self.rest = after.get(1..);
        Some(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_those_of_split() {
        for text in ["", ".", "a", "a.", ".a", "a.b", "a..b", "é.日本.", "...", "a.é"] {
            assert!(Fields::new(text, b'.').eq(text.split('.')), "{text}");
        }
    }

    #[test]
    fn characters_are_those_of_chars() {
        for text in ["", "a", "\u{7f}\u{80}\u{7ff}\u{800}\u{ffff}\u{10000}\u{10ffff}", "日本é"] {
            assert_eq!(characters(text), text.chars().count(), "{text}");
        }
    }

    #[test]
    fn a_cursor_passes_what_it_gives() {
        let mut cursor = Cursor::new("  ab\u{e9}c");
        assert_eq!(cursor.take(b'a'), None);
        assert_eq!(cursor.take_while(|byte| byte == b' '), "  ");
        assert_eq!(cursor.take(b'a'), Some(()));
        assert_eq!(cursor.take_while(|byte| byte == b' '), "");
        assert_eq!(cursor.take_bytes(2), None, "the second byte is half a character");
        assert_eq!(cursor.take_while(|byte| byte != b'c'), "b\u{e9}");
        assert_eq!(cursor.peek(), Some(b'c'));
        assert_eq!(cursor.take_char(), Some('c'));
        assert!(cursor.is_at_end());
        assert_eq!((cursor.peek(), cursor.take_char(), cursor.take_bytes(1)), (None, None, None));
    }
}
