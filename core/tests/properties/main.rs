//! What holds for every input, tried on many. The same inputs in every run.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at what it does not expect"
)]

mod codes;
mod given;
mod operations;
mod parsers;
mod reference_json;
mod texts;
mod tokens;
