//! Passwords that are known to everybody.

#[cfg(feature = "unicode")]
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use sha2::{Digest, Sha256};
#[cfg(feature = "unicode")]
use unicode_normalization::UnicodeNormalization;
#[cfg(feature = "unicode")]
use zeroize::Zeroizing;

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

    /// As from an iterator, for a host that has Unicode's tables itself: from the lower case of each
    /// password's NFKC form.
    pub fn from_forms<T: AsRef<str>>(lower_cases: impl IntoIterator<Item = T>) -> Self {
        let forms = lower_cases.into_iter();
        let digest_of = |form: T| (!form.as_ref().is_empty()).then(|| digest(form.as_ref()));
        let mut digests = sorted(forms.filter_map(digest_of).collect());
        digests.dedup();
        digests.shrink_to_fit();
        Self { digests }
    }

    pub(super) fn contain(&self, lower_case: &str) -> bool {
        !self.is_empty() && self.digests.binary_search(&digest(lower_case)).is_ok()
    }
}

/// From one password an item; empty ones are passed over. Needs the feature `unicode`.
#[cfg(feature = "unicode")]
impl<T: AsRef<str>> FromIterator<T> for LeakedPasswords {
    fn from_iter<I: IntoIterator<Item = T>>(passwords: I) -> Self {
        Self::from_forms(passwords.into_iter().map(|password| {
            let nfkc: Zeroizing<String> = Zeroizing::new(password.as_ref().nfkc().collect());
            Zeroizing::new(nfkc.to_lowercase())
        }))
    }
}

impl fmt::Debug for LeakedPasswords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LeakedPasswords({})", self.len())
    }
}

#[cfg(feature = "std")]
fn sorted(mut digests: Vec<u64>) -> Vec<u64> {
    digests.sort_unstable();
    digests
}

/// Slower, and in a tenth of the code, which where there is no `std` counts for more.
#[cfg(not(feature = "std"))]
fn sorted(digests: Vec<u64>) -> Vec<u64> {
    alloc::collections::BinaryHeap::from(digests).into_sorted_vec()
}

fn digest(lower_case: &str) -> u64 {
    let digest = Sha256::digest(lower_case.as_bytes());
    digest.first_chunk().map_or(0, |start| u64::from_be_bytes(*start))
}

#[cfg(test)]
#[cfg(feature = "unicode")]
mod tests {
    use super::*;

    #[test]
    fn a_listed_password_is_found_in_any_case_and_form_and_no_other() {
        let leaked: LeakedPasswords =
            ["Hunter-42-otters", "", "cafe\u{301} noir", "Hunter-42-otters"].into_iter().collect();
        assert_eq!(leaked.len(), 2);
        let is_listed = |typed| {
            let sought: LeakedPasswords = [typed].into_iter().collect();
            sought.digests.iter().all(|digest| leaked.digests.contains(digest))
        };
        for typed in ["hunter-42-otters", "HUNTER-42-OTTERS", "caf\u{e9} noir", "ｃafé noir"] {
            assert!(is_listed(typed), "{typed}");
        }
        for typed in ["hunter-42-otter", "hunter-42-otters ", " ", "cafe noir"] {
            assert!(!is_listed(typed), "{typed}");
        }
        assert_eq!(format!("{leaked:?}"), "LeakedPasswords(2)");
    }
}
