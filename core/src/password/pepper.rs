//! Secrets that go into hashes and are kept outside the database.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{Error, ErrorCode};

/// A secret that goes into password hashes and is kept apart from them, so that the database alone
/// is of no use for guessing (NIST SP 800-63B-4, section 3.1.1.2; OWASP Password Storage Cheat
/// Sheet, "Peppering").
///
/// It is Argon2's secret value (RFC 9106, section 3.1); its id stands in the hash as the `keyid`
/// parameter of the PHC string. Whoever loses a pepper loses the hashes made with it.
pub struct Pepper {
    id: String,
    key: Zeroizing<Vec<u8>>,
}

impl Pepper {
    /// A pepper of this id, 1 to 8 ASCII letters, digits, `-` or `_`, and this key, 32 to 64 bytes
    /// from a secure random source.
    ///
    /// # Errors
    /// [`ErrorCode::PolicyInvalid`] for the id, [`ErrorCode::KeyWeak`] for the key, also where all
    /// its bytes are equal.
    pub fn new(id: &str, key: &[u8]) -> Result<Self, Error> {
        if !is_id(id) {
            return Err(ErrorCode::PolicyInvalid.into());
        }
        if !(32..=64).contains(&key.len()) || key.iter().all(|byte| key.first() == Some(byte)) {
            return Err(ErrorCode::KeyWeak.into());
        }
        Ok(Self { id: id.to_owned(), key: Zeroizing::new(key.to_owned()) })
    }

    /// For published vectors, whose keys would be refused.
    #[cfg(test)]
    pub(super) fn unchecked(id: &str, key: &[u8]) -> Self {
        Self { id: id.to_owned(), key: Zeroizing::new(key.to_owned()) }
    }
}

impl fmt::Debug for Pepper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pepper").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The peppers of a policy: the one for new hashes, and those that still verify.
#[derive(Debug, Default)]
pub(super) struct Peppers {
    current: Option<Pepper>,
    older: Vec<Pepper>,
}

impl Peppers {
    pub(super) fn new(current: Option<Pepper>, older: Vec<Pepper>) -> Result<Self, Error> {
        let mut rest = older.as_slice();
        let mut next = current.as_ref();
        loop {
            if next.is_some_and(|one| rest.iter().any(|other| same(one, other))) {
                return Err(ErrorCode::KeyRepeated.into());
            }
            let Some((one, others)) = rest.split_first() else { break };
            (next, rest) = (Some(one), others);
        }
        Ok(Self { current, older })
    }

    /// The id that new hashes name; empty for none, as in a hash without pepper.
    pub(super) fn current_id(&self) -> &[u8] {
        self.current.as_ref().map_or(&[], |pepper| pepper.id.as_bytes())
    }

    /// The key of the pepper that a hash names; an empty id names none.
    pub(super) fn key(&self, id: &[u8]) -> Result<Option<&[u8]>, Error> {
        if id.is_empty() {
            return Ok(None);
        }
        let pepper = self.all().find(|pepper| pepper.id.as_bytes() == id);
        pepper.map(|pepper| Some(pepper.key.as_slice())).ok_or(ErrorCode::PepperUnknown.into())
    }

    fn all(&self) -> impl Iterator<Item = &Pepper> {
        self.current.iter().chain(&self.older)
    }
}

fn is_id(id: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=8).contains(&id.len()) && id.bytes().all(is_allowed)
}

fn same(one: &Pepper, other: &Pepper) -> bool {
    one.id == other.id || bool::from(one.key.ct_eq(&other.key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(first: u8) -> Vec<u8> {
        (first..first + 32).collect()
    }

    fn pepper(id: &str, first: u8) -> Pepper {
        Pepper::new(id, &key(first)).unwrap()
    }

    #[test]
    fn takes_ids_of_1_to_8_plain_characters() {
        for id in ["a", "2026-07", "p_1", "12345678"] {
            assert!(Pepper::new(id, &key(0)).is_ok(), "{id}");
        }
        for id in ["", "123456789", "a b", "a$b", "é", "a,b", "a.b"] {
            let error = Pepper::new(id, &key(0)).unwrap_err();
            assert_eq!(error.code(), ErrorCode::PolicyInvalid, "{id}");
        }
    }

    #[test]
    fn takes_keys_of_32_to_64_bytes_that_are_not_all_equal() {
        for key in [(0..32).collect::<Vec<u8>>(), (0..64).collect()] {
            assert!(Pepper::new("a", &key).is_ok());
        }
        for key in [vec![], (0..31).collect::<Vec<u8>>(), (0..65).collect(), vec![0; 32]] {
            let error = Pepper::new("a", &key).unwrap_err();
            assert_eq!(error.code(), ErrorCode::KeyWeak, "{} bytes", key.len());
        }
    }

    #[test]
    fn refuses_two_peppers_of_the_same_id_or_key() {
        let code = |current, older| Peppers::new(current, older).unwrap_err().code();
        assert_eq!(code(Some(pepper("a", 0)), vec![pepper("a", 1)]), ErrorCode::KeyRepeated);
        assert_eq!(code(Some(pepper("a", 0)), vec![pepper("b", 0)]), ErrorCode::KeyRepeated);
        assert_eq!(code(None, vec![pepper("a", 0), pepper("a", 1)]), ErrorCode::KeyRepeated);
        assert!(Peppers::new(Some(pepper("a", 0)), vec![pepper("b", 1)]).is_ok());
    }

    #[test]
    fn finds_the_key_that_a_hash_names() {
        let peppers = Peppers::new(Some(pepper("new", 1)), vec![pepper("old", 2)]).unwrap();
        assert_eq!(peppers.current_id(), b"new");
        assert_eq!(peppers.key(b"new").unwrap(), Some(key(1).as_slice()));
        assert_eq!(peppers.key(b"old").unwrap(), Some(key(2).as_slice()));
        assert_eq!(peppers.key(b"").unwrap(), None);
        assert_eq!(peppers.key(b"other").unwrap_err().code(), ErrorCode::PepperUnknown);
        assert_eq!(Peppers::default().current_id(), b"");
    }

    #[test]
    fn shows_the_id_alone_in_debug() {
        let key = [b'K'; 31].iter().chain(b"L").copied().collect::<Vec<u8>>();
        let shown = format!("{:?}", Pepper::new("2026", &key).unwrap());
        assert_eq!(shown, r#"Pepper { id: "2026", .. }"#);
    }
}
