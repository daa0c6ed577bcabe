//! Going on with an operation that was refused for want of a verification.

use sekisho::Issued;

use crate::argument::signed;

/// What a client needs to go on with a refused operation. It allows nothing.
#[derive(Clone, uniffi::Record)]
pub struct ResumeHandle {
    /// The text, for the client; it comes back with the request for a verification.
    pub handle: String,
    /// Unix seconds.
    pub expires_at: i64,
}

impl From<Issued> for ResumeHandle {
    fn from(issued: Issued) -> Self {
        let Issued { token: handle, expires_at } = issued;
        Self { handle, expires_at: signed(expires_at.unix_seconds()) }
    }
}
