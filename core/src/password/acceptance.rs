//! Whether a new password is good enough.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
#[cfg(feature = "unicode")]
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::leaked::LeakedPasswords;
use super::secret::Password;
use crate::cursor::characters;

/// Least and most characters of a new password. NIST SP 800-63B-4, section 3.1.1.2, wants at least
/// 8 where the password is one factor of several, and at least 64 allowed.
const CHARACTERS: core::ops::RangeInclusive<usize> = 8..=256;
/// Digits at the end of a phone number that people recognise as it, with or without its prefix.
const PHONE_DIGITS: usize = 8;
/// Shortest run that counts as repetition or sequence, in characters.
const MIN_RUN: usize = 3;
/// Characters outside such runs that make them harmless; any fewer, and the password is rejected.
const MIN_FREE: usize = 3;
/// Characters that zxcvbn sees. Its time grows with more than their square: 100 characters chosen to
/// be hard for it take it most of a second.
#[cfg(feature = "acceptance")]
const JUDGED_CHARACTERS: usize = 40;
/// Guesses that a new password must withstand, by zxcvbn's estimate: eight random characters do.
#[cfg(feature = "acceptance")]
const MIN_GUESSES: u64 = 100_000_000;
/// Longest unit whose bare repetition is rejected, in characters.
const MAX_UNIT: usize = 4;

/// What people take for random: digits, the alphabet, rows and columns of a keyboard, each also
/// backwards. The list is Logto's.
const SEQUENCES: [&str; 14] = [
    "0123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz",
    "2wsx",
    "3edc",
    "4rfv",
    "5tgb",
    "6yhn",
    "7ujm",
    "8ik",
    "9ol",
];

/// Why a new password is not acceptable. The codes are Logto's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Rejection {
    /// It has fewer than 8 characters.
    TooShort,
    /// It has more than 256 characters.
    TooLong,
    /// It is little else than a character, or up to four characters, over and over.
    Repetition,
    /// It is little else than a sequence such as `12345678`, `fedcba` or `qwerty`.
    Sequence,
    /// It contains the user's own data.
    UserInfo,
    /// It contains a word that the operator rejects.
    Words,
    /// It is too easy to guess, or has leaked. Logto's code for it is `pwned`, whose text for people
    /// is "Avoid using simple passwords that are easy to guess".
    Guessable,
}

/// What a new password is held against.
#[derive(Clone, Copy, Debug, Default)]
pub struct Forbidden<'a> {
    /// What the user is known by: username, names, e-mail address, phone number, each an entry of
    /// its own. The password must not contain one of 4 characters or more, in whatever case, nor the
    /// part of an e-mail address before the `@`, nor the last 8 digits of a phone number.
    pub own_data: &'a [&'a str],
    /// The operator's words, such as the name of the service. The password must not contain one of
    /// 4 characters or more, in whatever case.
    pub words: &'a [String],
    /// Passwords that have leaked. The password must not be one of them.
    pub leaked: Option<&'a LeakedPasswords>,
}

impl Forbidden<'_> {
    /// The shortest word or piece of the user's own data that is looked for, in characters.
    pub const MIN_WORD_CHARACTERS: usize = 4;

    /// Whether a word is long enough to be looked for, white space around it aside. Needs the
    /// feature `unicode`.
    #[cfg(feature = "unicode")]
    pub fn is_sought(word: &str) -> bool {
        is_long_enough(&as_sought(word))
    }
}

impl Rejection {
    /// Every rejection there is, in the order they are listed.
    pub const ALL: &'static [Self] = &[
        Self::TooShort,
        Self::TooLong,
        Self::Repetition,
        Self::Sequence,
        Self::UserInfo,
        Self::Words,
        Self::Guessable,
    ];

    /// The stable text form, for answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooShort => "password_rejected.too_short",
            Self::TooLong => "password_rejected.too_long",
            Self::Repetition => "password_rejected.restricted.repetition",
            Self::Sequence => "password_rejected.restricted.sequence",
            Self::UserInfo => "password_rejected.restricted.user_info",
            Self::Words => "password_rejected.restricted.words",
            Self::Guessable => "password_rejected.pwned",
        }
    }

    /// For a person: what is wrong with the password.
    pub const fn message(self) -> &'static str {
        match self {
            Self::TooShort => "it has fewer than 8 characters",
            Self::TooLong => "it has more than 256 characters",
            Self::Repetition => "it is little else than the same characters over and over",
            Self::Sequence => "it is little else than a sequence such as 12345678 or qwerty",
            Self::UserInfo => "it contains the user's own name, address or number",
            Self::Words => "it contains a word that may not be in passwords here",
            Self::Guessable => "it is too easy to guess, or has leaked",
        }
    }
}

impl Password {
    /// Judges a new password: `Ok` where it is acceptable, else every reason why not, in the order
    /// of [`Rejection::ALL`] (for a password that is too long, that alone).
    ///
    /// Characters are Unicode scalar values of the NFKC form (NIST SP 800-63B-4, section 3.1.1.2).
    /// No kinds of characters are asked for, for the same section forbids it. Whether a password is
    /// easy to guess is judged only with the feature `acceptance`, by zxcvbn: what takes fewer than
    /// 10^8 guesses is rejected. It sees the first 40 characters, and unlike the rest of this
    /// library it does not wipe them. Needs the feature `unicode`.
    ///
    /// # Errors
    /// The rejections, at least one.
    #[cfg(feature = "unicode")]
    pub fn accept(&self, forbidden: Forbidden<'_>) -> Result<(), Vec<Rejection>> {
        // Only what can be accepted is worth the work.
        if characters(self.nfkc()) > *CHARACTERS.end() {
            return Err(vec![Rejection::TooLong]);
        }
        let lower_case = Zeroizing::new(self.nfkc().to_lowercase());
        let own_data: Vec<String> = forbidden.own_data.iter().map(|it| as_sought(it)).collect();
        let own_data: Vec<&str> = own_data.iter().map(String::as_str).collect();
        let words: Vec<String> = forbidden.words.iter().map(|word| as_sought(word)).collect();
        let forbidden = Forbidden { own_data: &own_data, words: &words, ..forbidden };
        self.accept_from_forms(&lower_case, forbidden)
    }

    /// As [`accept`](Self::accept), for a host that has Unicode's tables itself: `lower_case` is the
    /// lower case of the password's NFKC form, and what is forbidden comes without white space
    /// around it, in the lower case of its NFKC form, too.
    ///
    /// # Errors
    /// The rejections, at least one.
    pub fn accept_from_forms(
        &self,
        lower_case: &str,
        forbidden: Forbidden<'_>,
    ) -> Result<(), Vec<Rejection>> {
        let count = characters(self.nfkc());
        if count > *CHARACTERS.end() {
            return Err(vec![Rejection::TooLong]);
        }
        let candidate = Candidate::new(self.nfkc(), lower_case, forbidden.own_data);
        let (repetition, sequence) = candidate.runs();
        let is_known = forbidden.leaked.is_some_and(|leaked| leaked.contain(lower_case));
        let rejections: Vec<Rejection> = [
            (count < *CHARACTERS.start(), Rejection::TooShort),
            (repetition, Rejection::Repetition),
            (sequence, Rejection::Sequence),
            (candidate.has_own_data(), Rejection::UserInfo),
            (candidate.has_word(forbidden.words), Rejection::Words),
            (is_known || candidate.is_guessable(), Rejection::Guessable),
        ]
        .into_iter()
        .filter_map(|(is_rejected, rejection)| is_rejected.then_some(rejection))
        .collect();
        if rejections.is_empty() { Ok(()) } else { Err(rejections) }
    }
}

/// A new password and what it is held against.
struct Candidate<'a> {
    #[cfg_attr(not(feature = "acceptance"), expect(dead_code, reason = "only zxcvbn needs it"))]
    text: &'a str,
    lowercase: &'a str,
    characters: Zeroizing<Vec<char>>,
    /// The user's own data and parts of it, in lower case.
    own: Vec<&'a str>,
    /// The ends of the user's phone numbers.
    phones: Vec<String>,
}

impl<'a> Candidate<'a> {
    fn new(text: &'a str, lowercase: &'a str, own_data: &[&'a str]) -> Self {
        let (mut own, mut phones) = (Vec::new(), Vec::new());
        for entry in own_data {
            own.extend(local_part(entry));
            phones.extend(phone_end(entry));
        }
        own.extend_from_slice(own_data);
        own.retain(|entry| is_long_enough(entry));
        let characters = Zeroizing::new(lowercase.chars().collect());
        Self { text, lowercase, characters, own, phones }
    }

    /// Whether the password is repetition, and whether it is sequence: little else than runs of
    /// the two together, and which of them it has; or a short unit over and over.
    fn runs(&self) -> (bool, bool) {
        let mut covered = vec![false; self.characters.len()];
        let mut cover = |is_linked: &dyn Fn(char, char) -> bool| {
            cover_runs(&self.characters, is_linked, &mut covered)
        };
        let repetition = cover(&|one, next| one == next);
        let mut sequence = false;
        for order in SEQUENCES {
            for direction in [1, -1] {
                sequence |= cover(&|one, next| follows(order, direction, one, next));
            }
        }
        let is_little_else = covered.iter().filter(|covered| !**covered).count() < MIN_FREE;
        let is_unit = is_unit_over_and_over(&self.characters);
        (repetition && is_little_else || is_unit, sequence && is_little_else)
    }

    fn has_own_data(&self) -> bool {
        let digits = Zeroizing::new(digits(self.lowercase));
        self.own.iter().any(|entry| contains(self.lowercase, entry))
            || self.phones.iter().any(|end| contains(&digits, end))
    }

    fn has_word(&self, words: &[String]) -> bool {
        let mut sought = words.iter().filter(|word| is_long_enough(word));
        sought.any(|word| contains(self.lowercase, word))
    }

    #[cfg(feature = "acceptance")]
    fn is_guessable(&self) -> bool {
        let judged: Zeroizing<String> =
            Zeroizing::new(self.text.chars().take(JUDGED_CHARACTERS).collect());
        zxcvbn::zxcvbn(&judged, &self.own).guesses() < MIN_GUESSES
    }

    #[cfg(not(feature = "acceptance"))]
    #[expect(clippy::unused_self, reason = "the same call with and without the feature")]
    fn is_guessable(&self) -> bool {
        false
    }
}

/// The form in which a word is looked for.
#[cfg(feature = "unicode")]
fn as_sought(word: &str) -> String {
    word.trim().nfkc().collect::<String>().to_lowercase()
}

/// Shorter ones are in many passwords by chance.
fn is_long_enough(sought: &str) -> bool {
    characters(sought) >= Forbidden::MIN_WORD_CHARACTERS
}

/// Whether one text is in another. `str::contains` is as good, but for its size: it is made for texts
/// that are longer than passwords.
fn contains(text: &str, sought: &str) -> bool {
    let windows = text.as_bytes().windows(sought.len().max(1));
    sought.is_empty() || windows.into_iter().any(|window| window == sought.as_bytes())
}

/// Notes each character that is in a run of linked characters of [`MIN_RUN`] or more, and tells
/// whether there is any.
fn cover_runs(
    characters: &[char],
    is_linked: &dyn Fn(char, char) -> bool,
    covered: &mut [bool],
) -> bool {
    let mut covered = covered.iter_mut();
    let mut is_any = false;
    for run in characters.chunk_by(|one, next| is_linked(*one, *next)) {
        let is_long = run.len() >= MIN_RUN;
        is_any |= is_long;
        covered.by_ref().take(run.len()).for_each(|covered| *covered |= is_long);
    }
    is_any
}

fn follows(order: &str, direction: isize, one: char, next: char) -> bool {
    let place = |character| {
        let place = order.bytes().position(|byte| char::from(byte) == character)?;
        isize::try_from(place).ok()
    };
    match (place(one), place(next)) {
        (Some(one), Some(next)) => next - one == direction,
        _ => false,
    }
}

fn is_unit_over_and_over(characters: &[char]) -> bool {
    let repeats_after =
        |unit| characters.iter().zip(characters.iter().skip(unit)).all(|(a, b)| a == b);
    (1..=MAX_UNIT).any(|unit| characters.len() >= 2 * unit && repeats_after(unit))
}

/// What an e-mail address has before its last `@`.
fn local_part(entry: &str) -> Option<&str> {
    entry.get(..entry.bytes().rposition(|byte| byte == b'@')?)
}

/// The end of a phone number, in digits; `None` for what is no phone number.
fn phone_end(entry: &str) -> Option<String> {
    let is_phone = entry
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b' ' | b'+' | b'-' | b'.' | b'(' | b')'));
    let digits = digits(entry);
    let end = digits.len().checked_sub(PHONE_DIGITS).and_then(|start| digits.get(start..));
    end.filter(|_| is_phone).map(str::to_owned)
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
#[cfg(feature = "unicode")]
mod tests {
    use super::*;

    fn rejections(typed: &str, own_data: &[&str]) -> Vec<Rejection> {
        rejections_of(typed, Forbidden { own_data, ..Forbidden::default() })
    }

    fn rejections_of(typed: &str, forbidden: Forbidden<'_>) -> Vec<Rejection> {
        let judged = Password::parse(typed).unwrap().accept(forbidden);
        let mut rejections = judged.err().unwrap_or_default();
        rejections.retain(|rejection| *rejection != Rejection::Guessable);
        rejections
    }

    #[test]
    fn the_list_is_in_the_order_of_declaration() {
        assert!(Rejection::ALL.is_sorted());
        assert_eq!(Rejection::ALL.len(), 7);
    }

    #[test]
    fn lengths_are_of_characters_after_normalising() {
        let cases = [("é".repeat(7), Rejection::TooShort), ("é".repeat(257), Rejection::TooLong)];
        for (typed, expected) in cases {
            assert!(rejections(&typed, &[]).contains(&expected), "{} bytes", typed.len());
        }
        // Two code points each, one after NFKC.
        assert!(rejections(&"e\u{301}".repeat(7), &[]).contains(&Rejection::TooShort));
        assert!(!rejections(&"e\u{301}".repeat(256), &[]).contains(&Rejection::TooLong));
    }

    #[test]
    fn every_sequence_is_found_both_ways() {
        for order in SEQUENCES.iter().filter(|order| order.len() >= 8) {
            let backwards: String = order.chars().rev().collect();
            assert_eq!(rejections(order, &[]), [Rejection::Sequence], "{order}");
            assert_eq!(rejections(&backwards, &[]), [Rejection::Sequence], "{backwards}");
        }
        assert_eq!(rejections("zxcvbnm,!", &[]), [Rejection::Sequence]);
    }

    #[test]
    fn three_free_characters_make_a_run_harmless() {
        assert_eq!(rejections("aaaaaaxy", &[]), [Rejection::Repetition]);
        assert_eq!(rejections("aaaaaxyz", &[]), [Rejection::Repetition, Rejection::Sequence]);
        assert_eq!(rejections("aaaaaxyw", &[]), []);
        assert_eq!(rejections("aabbccddee", &[]), []);
    }

    #[test]
    fn own_data_is_found_from_4_characters_on() {
        for (typed, own) in [
            ("vK3#rosaqZ8!", "rosa"),
            ("vK3#ROSAqZ8!", "Rosa"),
            ("vK3#rosaqZ8!", " rosa "),
            ("vK3#rosaqZ8!", "rosa@example.com"),
            ("vK3#90123456", "+44 7911 90123456"),
            ("vK3#9012-3456", "44791190123456"),
        ] {
            assert_eq!(rejections(typed, &[own]), [Rejection::UserInfo], "{typed} {own}");
        }
        for (typed, own) in [
            ("vK3#rosqZ8!x", "ros"),
            ("vK3#rosaqZ8!", "rosalind"),
            ("vK3#90123457", "+44 7911 90123456"),
            ("vK3#90123456", "order 90123456x"),
            ("vK3#qZ8!vwRt", "@"),
        ] {
            assert_eq!(rejections(typed, &[own]), [], "{typed} {own}");
        }
    }

    #[test]
    fn words_of_the_operator_are_found_from_4_characters_on() {
        let words = ["Acme".to_owned(), "bar".to_owned(), " ".to_owned()];
        let forbidden = Forbidden { words: &words, ..Forbidden::default() };
        for typed in ["vK3#acmeqZ8!", "vK3#ＡＣＭＥqZ8!"] {
            assert_eq!(rejections_of(typed, forbidden), [Rejection::Words], "{typed}");
        }
        assert_eq!(rejections_of("vK3#bar qZ8!", forbidden), []);
    }

    #[test]
    fn what_has_leaked_is_rejected_and_what_contains_it_is_not() {
        let leaked = ["seven otters in the moat"].into_iter().collect();
        let forbidden = Forbidden { leaked: Some(&leaked), ..Forbidden::default() };
        let judge = |typed| Password::parse(typed).unwrap().accept(forbidden);
        assert_eq!(judge("Seven Otters in the moat"), Err(vec![Rejection::Guessable]));
        assert_eq!(judge("seven otters in the moat!"), Ok(()));
    }

    #[test]
    #[cfg(feature = "acceptance")]
    fn what_is_easy_to_guess_is_rejected() {
        for typed in ["password1", "Dragon2024", "letmein!!"] {
            let judged = Password::parse(typed).unwrap().accept(Forbidden::default());
            let rejections = judged.unwrap_err();
            assert_eq!(rejections, [Rejection::Guessable], "{typed}");
        }
        let own = Password::parse("Rosalind-1").unwrap();
        let forbidden = Forbidden { own_data: &["rosalind"], ..Forbidden::default() };
        assert!(own.accept(forbidden).unwrap_err().contains(&Rejection::Guessable));
    }
}
