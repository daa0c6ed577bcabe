//! What the user reads.

use sekisho::{Code, Identifier, Purpose};

/// The language of the texts, a BCP 47 tag.
pub(crate) const LOCALE: &str = "en";

/// A code for one recipient.
pub(crate) struct Message<'a> {
    pub(crate) to: &'a Identifier,
    pub(crate) purpose: Purpose,
    pub(crate) code: &'a Code,
    /// Seconds until the code is no longer right.
    pub(crate) lifetime: u64,
}

impl Message<'_> {
    /// The subject of an e-mail. The code is not in it: subjects show on locked screens.
    pub(crate) const fn subject(&self) -> &'static str {
        match self.purpose {
            Purpose::UserPermissionValidation => "Your verification code",
            Purpose::BindNewIdentifier => "Confirm your new address",
            Purpose::BindMfa => "Your code for two-step verification",
        }
    }

    /// The text of an e-mail or text message.
    pub(crate) fn text(&self) -> String {
        let what = match self.purpose {
            Purpose::UserPermissionValidation => "to confirm that it is you",
            Purpose::BindNewIdentifier => "to confirm that this is yours",
            Purpose::BindMfa => "to set up two-step verification",
        };
        let code = self.code.as_str();
        let minutes = self.lifetime.div_ceil(60);
        format!(
            "Your code is {code}. Enter it where you asked for it {what}. It is good for {minutes} \
             minutes.\n\nNobody will ever ask you for this code. If you did not ask for it, \
             somebody may be using your account: change your password.\n"
        )
    }

    /// One line for the developer's terminal.
    pub(crate) fn for_terminal(&self) -> String {
        let (kind, to, code) = (self.to.kind(), self.to.value(), self.code.as_str());
        format!("{kind} to {to}: code {code} ({})", self.purpose.as_str())
    }
}
