//! `sekisho` for JavaScript: what crosses over, and nothing that decides.
//!
//! Arguments cross one by one and results as short arrays: the package's TypeScript gives both
//! their names. That takes a fraction of the code that objects with named members would.

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
