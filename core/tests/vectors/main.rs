//! Every case of `tests/vectors/*.json` against this crate, but for `password.json`, which
//! `password_vectors.rs` reads.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may stop at what it does not expect, and reads files"
)]

mod case;
mod code;
mod errors;
mod flow;
mod identifier;
mod keyring;
mod message;
mod operation;
mod requirement;
mod token;
