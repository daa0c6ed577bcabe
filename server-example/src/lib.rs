//! `sekisho-server`: the reference server of Sekisho.
//!
//! The rules are in the crate `sekisho`; here is what touches the world: HTTP, stores, access
//! tokens, mail, the clock and randomness.
//!
//! A program, not a library for others: [`main`] is all of it. What else is here is for its fuzz target.

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
mod operation;
mod password_pool;
mod policy;
mod readiness;
mod rules;
mod secret;
mod sql;
mod store;
mod tasks;
mod telemetry;
mod terminal;
#[cfg(test)]
mod test_servers;
mod users;

use std::error::Error;
use std::process::ExitCode;

use axum::Router;

/// Does what the command line says.
pub fn main() -> ExitCode {
    match cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            terminal::remark(format_args!("sekisho-server: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// What answers where `serve --dev` listens, with its demo user and everything in memory.
///
/// # Errors
/// What keeps dev mode from starting.
pub async fn dev_router() -> Result<Router, Box<dyn Error>> {
    cli::serve::dev_router().await
}
