//! Black-box conformance suite: every row of the HTTP contract is a named test.
//!
//! It speaks HTTP only and knows nothing of the implementation, so it checks the reference
//! server, the edge worker or a port in any language. The implementation must run in dev mode,
//! because users, tokens, the outbox, the clock and the policy come from its control surface.
//! Those are global, so tests run one at a time and each begins with a reset.
//!
//! ```text
//! sekisho-conformance --base-url http://127.0.0.1:3000 [FILTER] [--skip NAME] [--list]
//! SEKISHO_SERVER_BIN=target/debug/sekisho-server sekisho-conformance
//! ```
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "the whole crate is a test: a panic is how a row fails"
)]

mod access_token;
mod body;
mod check;
mod check_failure;
mod client;
mod control;
mod cors;
mod document;
mod extension;
mod identifier_kind;
mod journey;
mod lockout;
mod new_password;
mod openapi;
mod operation;
mod password;
mod paths;
mod primary_identifier;
mod production;
mod races;
mod record;
mod resend;
mod revoke;
mod send;
mod server;
mod session_limit;
mod skipped;
mod transfer;
mod transfer_session;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};
use libtest_mimic::{Arguments, Trial};

use crate::client::Api;
use crate::production::Production;
use crate::server::Server;

#[derive(Parser)]
struct Options {
    /// Address of a running implementation in dev mode, such as `http://127.0.0.1:3000`.
    #[arg(long, env = "SEKISHO_BASE_URL", value_name = "URL")]
    base_url: Option<String>,

    /// Server to start in dev mode, and once more without it, where no address is given.
    #[arg(long, env = "SEKISHO_SERVER_BIN", value_name = "PATH")]
    server_bin: Option<PathBuf>,

    /// Address of a running implementation without dev mode.
    #[arg(long, env = "SEKISHO_PRODUCTION_URL", value_name = "URL")]
    no_dev_base_url: Option<String>,

    /// File of the rows to skip, each a line `NAME: REASON`.
    #[arg(long, value_name = "FILE")]
    skipped_rows: Option<PathBuf>,

    /// Leaves out what goes beyond Logto's Account API: operations, resending, revoking, the limit of
    /// a session.
    #[arg(long)]
    contract_alone: bool,

    #[command(flatten)]
    libtest: Arguments,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let is_whole_run = options.libtest.filter.is_none() && options.libtest.skip.is_empty();
    // Clock, policy and outbox are global in the implementation under test.
    let arguments = Arguments { test_threads: Some(1), ..options.libtest.clone() };

    let server = dev_server(&options).unwrap_or_else(|cause| usage_error(&cause));
    let started = server.as_ref().map(Server::base_url);
    let address = options.base_url.as_deref().or(started).filter(|_| !options.libtest.list);
    let api = Arc::new(Api::new(address));
    let production = Production::new(options.no_dev_base_url.clone(), options.server_bin.clone());
    let skipped = options.skipped_rows.as_deref().map_or(Ok(BTreeMap::new()), skipped::read);
    let is_asked_for = |trial: &Trial| !options.contract_alone || !extension::has_row(trial.name());
    let all = trials(&api, production, is_whole_run).into_iter().filter(is_asked_for).collect();
    let trials = skipped.and_then(|skipped| skipped::skip(all, skipped));

    // Not `Conclusion::exit`: the servers stop when they are dropped.
    match trials {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
        Err(cause) => {
            drop(server);
            usage_error(&cause)
        }
    }
}

fn dev_server(options: &Options) -> Result<Option<Server>, String> {
    if options.base_url.is_some() || options.libtest.list {
        return Ok(None);
    }
    let binary = options.server_bin.as_ref().ok_or(
        "no implementation to test: give --base-url URL (or SEKISHO_BASE_URL) of one that runs \
         in dev mode, or SEKISHO_SERVER_BIN, the path of a server to start",
    )?;
    Server::start_dev(binary).map(Some)
}

fn usage_error(cause: &str) -> ! {
    Options::command().error(ErrorKind::MissingRequiredArgument, cause).exit()
}

fn trials(api: &Arc<Api>, production: Production, is_whole_run: bool) -> Vec<Trial> {
    [
        paths::trials(api),
        access_token::trials(api),
        body::trials(api),
        password::trials(api),
        send::trials(api),
        check::trials(api),
        check_failure::trials(api),
        lockout::trials(api),
        record::trials(api),
        new_password::trials(api),
        primary_identifier::trials(api),
        cors::trials(api),
        races::trials(api),
        operation::trials(api),
        transfer::trials(api),
        transfer_session::trials(api),
        resend::trials(api),
        revoke::trials(api),
        session_limit::trials(api),
        production::trials(api, production),
        // The last, since it tells what the others have not seen.
        document::trials(api, is_whole_run),
    ]
    .into_iter()
    .flatten()
    .collect()
}
