//! Budgets hold under every interleaving: many flows at once, each addition a step of its own, in
//! random order, over a clock that moves and with flows that are dropped in the middle.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at what it does not expect"
)]

mod attempts;
mod resends;
mod revocations;
mod sends;
mod sessions;
mod store;
mod uses;
mod world;
