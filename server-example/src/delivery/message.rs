//! A code for one recipient, before it is written down in a language.

use sekisho::{Code, Identifier, Purpose, Timestamp};

use super::AcceptLanguage;
use crate::operation::Approval;

/// A code for one recipient.
pub(crate) struct Message<'a> {
    pub(crate) to: &'a Identifier,
    pub(crate) purpose: Purpose,
    pub(crate) code: &'a Code,
    /// Seconds until the code is no longer right.
    pub(crate) lifetime: u64,
    pub(crate) languages: AcceptLanguage,
    /// What is approved by it.
    pub(crate) approval: Option<&'a Approval>,
    /// By which whoever has not asked for it makes it void.
    pub(crate) revocation: &'a str,
    pub(crate) sent_at: Timestamp,
}

impl Message<'_> {
    /// One line for the developer's terminal.
    pub(crate) fn for_terminal(&self) -> String {
        let (kind, to, code) = (self.to.kind(), self.to.value(), self.code.as_str());
        format!("{kind} to {to}: code {code} ({})", self.purpose.as_str())
    }
}
