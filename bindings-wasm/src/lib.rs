//! `sekisho` for JavaScript: what crosses over, and nothing that decides.
//!
//! Arguments cross one by one and results as short arrays: the package's TypeScript gives both
//! their names. That takes a fraction of the code that objects with named members would.

#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

mod answer;
mod argument;
mod flow;
mod identifier;
mod key_ring;
mod password_acceptance;
mod password_policy;
mod requirement;
#[cfg(target_arch = "wasm32")]
mod runtime;
mod verifier;

pub use flow::{CancelableSend, Flow};
pub use identifier::canonical;
pub use key_ring::KeyRing;
pub use password_acceptance::PasswordAcceptance;
pub use password_policy::PasswordPolicy;
pub use requirement::{from_challenge, purpose_of_code, to_challenge};
pub use verifier::Verifier;
