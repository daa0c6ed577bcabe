//! `sekisho-server`: the reference server of Sekisho.
//!
//! The rules are in the crate `sekisho`; here is what touches the world: HTTP, stores, access
//! tokens, mail, the clock and randomness.

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

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Gives the 19 MiB of a password check back when it is done. The system's allocator (glibc) keeps
/// such blocks, one or two for every thread that ever checked a password: hundreds of MiB.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    match cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            terminal::remark(format_args!("sekisho-server: {error}"));
            ExitCode::FAILURE
        }
    }
}
