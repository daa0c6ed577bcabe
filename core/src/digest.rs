//! Keyed digests of who and what a record is bound to: all a token says about people.

use subtle::ConstantTimeEq;

use crate::mac::{HmacKey, leftmost};
use crate::{Binding, Identifier, Operation, Session, Subject};

/// 128 bits of a keyed digest. Comparing is done in constant time.
#[derive(Clone, Copy)]
pub(crate) struct Digest(pub(crate) [u8; 16]);

impl Digest {
    pub(crate) fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

/// The digests of all a record is bound to. What it is not bound to has a digest as well, that of
/// *none*, so a token does not tell.
#[derive(Clone, Copy)]
pub(crate) struct Digests {
    pub(crate) subject: Digest,
    pub(crate) identifier: Digest,
    pub(crate) session: Digest,
    pub(crate) operation: Digest,
}

/// The key of these digests, and the digests of *none*, which are always the same.
#[derive(Clone)]
pub(crate) struct DigestKey {
    key: HmacKey,
    no_identifier: Digest,
    no_session: Digest,
    no_operation: Digest,
}

impl DigestKey {
    pub(crate) fn new(key: HmacKey) -> Self {
        let none = |label: &str| Digest(leftmost(&key.mac(&[label.as_bytes(), &[0]])));
        let (no_identifier, no_session, no_operation) =
            (none("identifier"), none("session"), none("operation"));
        Self { key, no_identifier, no_session, no_operation }
    }

    pub(crate) fn digests(&self, binding: &Binding, identifier: Option<&Identifier>) -> Digests {
        Digests {
            subject: self.subject(&binding.subject),
            identifier: self.identifier(identifier),
            session: self.session(binding.session.as_ref()),
            operation: self.operation(binding.operation.as_ref()),
        }
    }

    pub(crate) fn subject(&self, subject: &Subject) -> Digest {
        self.some("subject", subject.as_str().as_bytes())
    }

    pub(crate) fn identifier(&self, identifier: Option<&Identifier>) -> Digest {
        identifier.map_or(self.no_identifier, |identifier| {
            self.some(identifier.kind(), identifier.value().as_bytes())
        })
    }

    pub(crate) fn session(&self, session: Option<&Session>) -> Digest {
        session.map_or(self.no_session, |id| self.some("session", id.as_str().as_bytes()))
    }

    pub(crate) fn operation(&self, operation: Option<&Operation>) -> Digest {
        operation.map_or(self.no_operation, |operation| self.some("operation", operation.digest()))
    }

    fn some(&self, label: &str, value: &[u8]) -> Digest {
        Digest(leftmost(&self.key.mac(&[label.as_bytes(), &[1], value])))
    }
}
