//! One-time codes: their policy, how they are drawn, how what people type is read.

use alloc::string::String;
use core::fmt;
use core::ops::RangeInclusive;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::mac::{HmacKey, leftmost};
use crate::record::RecordId;
use crate::{Error, ErrorCode};

/// 144 bits, a multiple of three bytes so that a challenge's base64url has no spare bits.
pub(crate) const CODE_TAG_LENGTH: usize = 18;

/// The characters a code is drawn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// `0` to `9`.
    Digits,
    /// 32 digits and capitals without I, L, O and U (Crockford's base 32), so that none is mistaken
    /// for another.
    Base32,
}

impl Alphabet {
    const fn characters(self) -> &'static [u8] {
        match self {
            Self::Digits => b"0123456789",
            Self::Base32 => b"0123456789ABCDEFGHJKMNPQRSTVWXYZ",
        }
    }
}

/// How codes are made and how long they live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodePolicy {
    /// Characters in a code: 4 to 10, 6 by default.
    pub length: u8,
    /// [`Alphabet::Digits`] by default.
    pub alphabet: Alphabet,
    /// Seconds from sending within which the code is right: 60 to 3600, 600 by default
    /// (NIST SP 800-63B-4 §3.1.3.2 allows at most ten minutes).
    pub lifetime: u64,
    /// Wrong codes compared for one challenge: 1 to 100, 10 by default. Any further code, even the
    /// right one, is refused.
    pub max_tries: u32,
}

impl Default for CodePolicy {
    fn default() -> Self {
        Self { length: 6, alphabet: Alphabet::Digits, lifetime: 600, max_tries: 10 }
    }
}

impl CodePolicy {
    /// What [`lifetime`](Self::lifetime) may be.
    pub const LIFETIME_BOUNDS: RangeInclusive<u64> = 60..=3600;
    /// What [`max_tries`](Self::max_tries) may be.
    pub const MAX_TRIES_BOUNDS: RangeInclusive<u32> = 1..=100;

    pub(crate) fn check(&self) -> Result<(), Error> {
        let in_bounds = (4..=10).contains(&self.length)
            && Self::LIFETIME_BOUNDS.contains(&self.lifetime)
            && Self::MAX_TRIES_BOUNDS.contains(&self.max_tries);
        if in_bounds { Ok(()) } else { Err(ErrorCode::PolicyInvalid.into()) }
    }
}

/// A one-time code, to be sent and forgotten. Wiped on drop, absent from Debug.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Code(String);

impl Code {
    /// Draws the code of a challenge, each of them equally likely: bytes that would favour some
    /// characters are thrown away (rejection sampling), not folded. They come from the challenge's
    /// id, which is random, under the key, so that whoever has both draws the same code again.
    pub(crate) fn draw(policy: &CodePolicy, key: &HmacKey, id: RecordId) -> Self {
        // No code is empty, so this is no challenge's tag.
        let seed = Zeroizing::new(key.mac(&[id.as_bytes()]));
        let key = HmacKey::new(&seed);
        let characters = policy.alphabet.characters();
        let length = usize::from(policy.length);
        let mut code = Self(String::with_capacity(length));
        for block in 0.. {
            let bytes = Zeroizing::new(key.derive_block("code", block));
            let fair = bytes.iter().filter_map(|byte| pick(characters, *byte));
            code.0.extend(fair.take(length - code.0.len()));
            if code.0.len() == length {
                break;
            }
        }
        code
    }

    /// The characters, for the message to the user.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(..)")
    }
}

fn pick(characters: &[u8], byte: u8) -> Option<char> {
    let fair = 256 - 256 % characters.len();
    let byte = usize::from(byte);
    let index = (byte < fair).then_some(byte % characters.len())?;
    characters.get(index).copied().map(char::from)
}

/// Reads a code as people type it: spaces and hyphens are dropped, full-width characters and small
/// letters are the usual ones, and the letters that look like digits are those digits.
pub(crate) fn canonicalize(typed: &str) -> Zeroizing<String> {
    let mut code = Zeroizing::new(String::with_capacity(typed.len()));
    code.extend(typed.chars().filter(|c| !is_separator(*c)).map(canonical_char));
    code
}

pub(crate) fn tag(key: &HmacKey, id: RecordId, code: &str) -> [u8; CODE_TAG_LENGTH] {
    leftmost(&key.mac(&[id.as_bytes(), code.as_bytes()]))
}

fn is_separator(c: char) -> bool {
    let hyphen = matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}' | '\u{30fc}');
    let invisible = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    c.is_whitespace() || hyphen || invisible
}

fn canonical_char(c: char) -> char {
    let narrow = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    };
    match narrow.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    }
}
