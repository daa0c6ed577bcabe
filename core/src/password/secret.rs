//! The password as a secret value.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;
use core::iter::once;

#[cfg(feature = "unicode")]
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};
use zeroize::Zeroizing;

use crate::{Error, ErrorCode};

/// A password as somebody typed it, together with its NFKC form (Unicode Standard Annex 15), the
/// one that NIST SP 800-63B-4, section 3.1.1.2, wants hashed: the same password typed on another
/// keyboard may come as other code points.
///
/// Wiped when dropped; `Debug` shows nothing of it.
pub struct Password {
    typed: Zeroizing<String>,
    /// Only where it differs from `typed`.
    nfkc: Option<Zeroizing<String>>,
}

impl Password {
    /// The longest password that is looked at, in bytes as typed. It bounds the work of one check;
    /// [`accept`](Self::accept) has the much lower bound for new passwords.
    pub const MAX_BYTES: usize = 4096;

    /// The bytes that one byte may become at most: U+FDFA has 3, and 33 in NFKC.
    const MAX_GROWTH: usize = 11;

    /// Takes a password as it was typed: 1 to [`MAX_BYTES`](Self::MAX_BYTES) bytes, every
    /// character allowed, nothing trimmed. Needs the feature `unicode`.
    ///
    /// # Errors
    /// [`ErrorCode::PasswordInvalid`] where it is empty or longer.
    #[cfg(feature = "unicode")]
    pub fn parse(typed: &str) -> Result<Self, Error> {
        check_length(typed, Self::MAX_BYTES)?;
        let nfkc = nfkc(typed).filter(|nfkc| nfkc.as_str() != typed);
        Ok(Self { typed: Zeroizing::new(typed.to_owned()), nfkc })
    }

    /// As [`parse`](Self::parse), for a host that has Unicode's tables itself, as every JavaScript
    /// engine has: `nfkc` is the NFKC form of `typed`. If it is anything else, the same password
    /// does not match on another host.
    ///
    /// # Errors
    /// [`ErrorCode::PasswordInvalid`] where one of them is empty, or longer than it can be.
    pub fn from_forms(typed: &str, nfkc: &str) -> Result<Self, Error> {
        check_length(typed, Self::MAX_BYTES)?;
        check_length(nfkc, Self::MAX_GROWTH * typed.len())?;
        let nfkc = (nfkc != typed).then(|| Zeroizing::new(nfkc.to_owned()));
        Ok(Self { typed: Zeroizing::new(typed.to_owned()), nfkc })
    }

    /// The form that new hashes are made of.
    pub(crate) fn nfkc(&self) -> &str {
        self.nfkc.as_ref().unwrap_or(&self.typed)
    }

    /// The forms to check, the preferred one first: NFKC, then as typed where that differs, for
    /// hashes that were made elsewhere without normalising.
    pub(crate) fn forms(&self) -> impl Iterator<Item = &str> {
        let typed = self.nfkc.is_some().then_some(self.typed.as_str());
        once(self.nfkc()).chain(typed)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

fn check_length(form: &str, max: usize) -> Result<(), Error> {
    let is_within = (1..=max).contains(&form.len());
    if is_within { Ok(()) } else { Err(ErrorCode::PasswordInvalid.into()) }
}

/// `None` where the text is known to be in NFKC already.
#[cfg(feature = "unicode")]
fn nfkc(text: &str) -> Option<Zeroizing<String>> {
    if is_nfkc_quick(text.chars()) == IsNormalized::Yes {
        return None;
    }
    // Sized before it is filled: a string that grows leaves copies behind that nobody wipes.
    let bytes = text.nfkc().map(char::len_utf8).sum();
    let mut normalized = Zeroizing::new(String::with_capacity(bytes));
    normalized.extend(text.nfkc());
    Some(normalized)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_may_give_both_forms() {
        let forms = |typed, nfkc| {
            let password = Password::from_forms(typed, nfkc).map_err(|error| error.code())?;
            Ok(password.forms().map(str::to_owned).collect::<Vec<_>>())
        };
        assert_eq!(forms("hunter42", "hunter42"), Ok(vec!["hunter42".into()]));
        assert_eq!(forms("\u{fb01}sh", "fish"), Ok(vec!["fish".into(), "\u{fb01}sh".into()]));
        let long = "x".repeat(4097);
        let (grows, grown) = ("\u{fdfa}".repeat(1365), "x".repeat(1365 * 33));
        assert!(forms(&grows, &grown).is_ok());
        for (typed, nfkc) in [("", ""), ("a", ""), ("", "a"), (&long, "x"), ("a", "twelve bytes")] {
            assert_eq!(forms(typed, nfkc), Err(ErrorCode::PasswordInvalid), "{typed} {nfkc}");
        }
    }
}

#[cfg(test)]
#[cfg(feature = "unicode")]
mod unicode_tests {
    use super::*;

    fn forms(typed: &str) -> Vec<String> {
        Password::parse(typed).unwrap().forms().map(str::to_owned).collect()
    }

    #[test]
    fn takes_1_to_4096_bytes() {
        for typed in ["a", " ", "\0", "é", &"x".repeat(4096)] {
            assert!(Password::parse(typed).is_ok(), "{} bytes", typed.len());
        }
        for typed in ["", &"x".repeat(4097), &"é".repeat(2049)] {
            let error = Password::parse(typed).unwrap_err();
            assert_eq!(error.code(), ErrorCode::PasswordInvalid, "{} bytes", typed.len());
        }
    }

    #[test]
    fn has_one_form_where_normalising_changes_nothing() {
        for typed in ["hunter42", " x ", "caf\u{e9}", "\u{65e5}\u{672c}", "\u{1f511}"] {
            assert_eq!(forms(typed), [typed]);
        }
    }

    #[test]
    fn has_the_nfkc_form_first_and_the_typed_one_second() {
        for (typed, nfkc) in [
            ("cafe\u{301}", "caf\u{e9}"),
            ("\u{ff21}\u{ff42}\u{ff11}", "Ab1"),
            ("\u{fb01}sh", "fish"),
            ("\u{2460}\u{a0}\u{2126}", "1 \u{3a9}"),
            ("\u{ff76}\u{ff9e}", "\u{30ac}"),
        ] {
            assert_eq!(forms(typed), [nfkc, typed]);
        }
    }

    #[test]
    fn survives_the_text_that_grows_most() {
        // U+FDFA is 3 bytes and becomes 33.
        let password = Password::parse(&"\u{fdfa}".repeat(1365)).unwrap();
        assert_eq!(password.nfkc().len(), 1365 * 33);
    }

    #[test]
    fn shows_nothing_in_debug() {
        let password = Password::parse("hunter42").unwrap();
        assert_eq!(format!("{password:?}"), "Password(..)");
    }
}
