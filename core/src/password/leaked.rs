//! Passwords that are known to everybody.

use core::fmt;

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::secret::Password;

/// A list of passwords that have leaked or are common. No new password may be one of them (NIST
/// SP 800-63B-4, section 3.1.1.2), in whatever case; one may contain them.
///
/// It takes 8 bytes for each password: the first 64 bits of a digest. With ten million of them, one
/// in 10^12 other passwords is taken for one of the list.
#[derive(Default)]
pub struct LeakedPasswords {
    /// Sorted, each once.
    digests: Vec<u64>,
}

impl LeakedPasswords {
    /// How many passwords are on the list.
    pub fn len(&self) -> usize {
        self.digests.len()
    }

    /// Whether there is none on it.
    pub fn is_empty(&self) -> bool {
        self.digests.is_empty()
    }

    pub(super) fn contain(&self, password: &Password) -> bool {
        !self.is_empty() && self.digests.binary_search(&digest(password.nfkc())).is_ok()
    }
}

/// From one password an item; empty ones are passed over.
impl<T: AsRef<str>> FromIterator<T> for LeakedPasswords {
    fn from_iter<I: IntoIterator<Item = T>>(passwords: I) -> Self {
        let passwords = passwords.into_iter();
        let digest_of = |password: T| {
            let password = password.as_ref();
            let normalized: Zeroizing<String> = Zeroizing::new(password.nfkc().collect());
            (!password.is_empty()).then(|| digest(&normalized))
        };
        let mut digests: Vec<u64> = passwords.filter_map(digest_of).collect();
        digests.sort_unstable();
        digests.dedup();
        digests.shrink_to_fit();
        Self { digests }
    }
}

impl fmt::Debug for LeakedPasswords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LeakedPasswords({})", self.len())
    }
}

fn digest(normalized: &str) -> u64 {
    let lowercase = Zeroizing::new(normalized.to_lowercase());
    let digest = Sha256::digest(lowercase.as_bytes());
    digest.first_chunk().map_or(0, |start| u64::from_be_bytes(*start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listed_password_is_found_in_any_case_and_form_and_no_other() {
        let leaked: LeakedPasswords =
            ["Hunter-42-otters", "", "cafe\u{301} noir", "Hunter-42-otters"].into_iter().collect();
        assert_eq!(leaked.len(), 2);
        let is_listed = |typed| leaked.contain(&Password::parse(typed).unwrap());
        for typed in ["hunter-42-otters", "HUNTER-42-OTTERS", "caf\u{e9} noir", "ｃafé noir"] {
            assert!(is_listed(typed), "{typed}");
        }
        for typed in ["hunter-42-otter", "hunter-42-otters ", " ", "cafe noir"] {
            assert!(!is_listed(typed), "{typed}");
        }
        assert_eq!(format!("{leaked:?}"), "LeakedPasswords(2)");
    }
}
