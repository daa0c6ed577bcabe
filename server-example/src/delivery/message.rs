//! A code for one recipient, before it is written down in a language.

use sekisho::{Code, Identifier, Purpose};

use super::AcceptLanguage;

/// A code for one recipient.
pub(crate) struct Message<'a> {
    pub(crate) to: &'a Identifier,
    pub(crate) purpose: Purpose,
    pub(crate) code: &'a Code,
    /// Seconds until the code is no longer right.
    pub(crate) lifetime: u64,
    pub(crate) languages: AcceptLanguage,
}

impl Message<'_> {
    /// One line for the developer's terminal.
    pub(crate) fn for_terminal(&self) -> String {
        let (kind, to, code) = (self.to.kind(), self.to.value(), self.code.as_str());
        format!("{kind} to {to}: code {code} ({})", self.purpose.as_str())
    }
}
