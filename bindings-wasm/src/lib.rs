//! `sekisho` for JavaScript: what crosses over, and nothing that decides.
//!
//! Arguments cross one by one and results as short arrays: the package's TypeScript gives both
//! their names. That takes a fraction of the code that objects with named members would.

#![expect(clippy::missing_errors_doc, reason = "what is thrown is told in the TypeScript")]
#![expect(clippy::needless_pass_by_value, reason = "owned is how optional texts cross over")]

mod argument;
mod failure;
mod flow;
mod identifier;
mod key_ring;
mod password_acceptance;
mod password_policy;
mod requirement;
mod verifier;

pub use flow::{CancelableSend, Flow};
pub use identifier::canonical;
pub use key_ring::KeyRing;
pub use password_acceptance::PasswordAcceptance;
pub use password_policy::PasswordPolicy;
pub use requirement::Requirement;
pub use verifier::Verifier;
