//! `sekisho-server`: the reference server of Sekisho.
//!
//! The rules are in the crate `sekisho`; here is what touches the world: HTTP, a SQLite store,
//! access tokens, mail, the clock and randomness.

mod access_token;
mod app;
mod cli;
mod clock;
mod config;
mod delivery;
mod demo;
mod dev;
mod driver;
mod http;
mod key_file;
mod password_pool;
mod policy;
mod rules;
mod store;
mod terminal;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            terminal::remark(format_args!("sekisho-server: {error}"));
            ExitCode::FAILURE
        }
    }
}
