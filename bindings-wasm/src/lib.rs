//! `sekisho` for JavaScript: what crosses over, and nothing that decides.
//!
//! Arguments and answers cross as bytes: the package's TypeScript gives both their names. That takes
//! a fraction of the code that objects with named members would.

#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

mod answer;
mod argument;
mod call;
mod flow;
mod held;
mod identifier;
mod key_ring;
mod message;
mod password_acceptance;
mod password_policy;
mod requirement;
#[cfg(target_arch = "wasm32")]
mod runtime;
mod verifier;

pub use call::Call;
pub use held::Held;
