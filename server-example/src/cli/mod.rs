//! The command line.

mod keys;
mod serve;
mod user;

use std::io::{self, IsTerminal};
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::{BoolishValueParser, NonEmptyStringValueParser};
use clap::{Args, CommandFactory, Parser, Subcommand};
use tracing_subscriber::filter::LevelFilter;

use crate::config::{ConfigError, check_environment};
use crate::delivery::DeliveryArgs;
use crate::dev::DevError;
use crate::key_file::KeyFileError;
use crate::password_pool::PasswordPoolArgs;
use crate::policy::PolicyError;
use crate::store::StoreError;

/// Step-up verification over HTTP: the Account API's security verification.
///
/// A user who is signed in proves once more who they are, by password or by a code sent to them,
/// and gets a verification record that allows a risky operation for ten minutes.
///
/// To try it out, without any setting:   sekisho-server serve --dev
#[derive(Parser)]
#[command(name = "sekisho-server", version, max_term_width = 100, after_help = ENVIRONMENT)]
pub(crate) struct Cli {
    /// How much is logged, to standard error: error, warn, info, debug.
    #[arg(long, env = "SEKISHO_LOG_LEVEL", default_value = "info", global = true)]
    log_level: LevelFilter,

    #[command(subcommand)]
    command: Command,
}

const ENVIRONMENT: &str = "\
Every option can also be set in the environment, by the name shown with it. A variable that begins \
with SEKISHO_ and is not known stops the program: a typo never passes unseen.

Secrets are read from the environment or from files, because everybody on a machine can read \
command lines:
  SEKISHO_KEYS                         the key ring itself, instead of --keys-file
  SEKISHO_ACCESS_TOKEN_SECRET          the HS256 secret of access tokens
  SEKISHO_INTROSPECTION_CLIENT_SECRET  the secret of --introspection-client-id
  SEKISHO_SMS_SECRET                   the secret of the SMS webhook, instead of --sms-secret-file

The first start in production:
  sekisho-server keys generate --keys-file sekisho.keys
  sekisho-server user add --database sekisho.db --email ana@example.com --password-stdin
  sekisho-server serve --database sekisho.db --keys-file sekisho.keys \\
      --access-token-issuer https://id.example.com \\
      --access-token-audience https://account.example.com \\
      --smtp-url 'smtps://user:password@mail.example.com' --mail-from no-reply@example.com";

const POLICY_FILE_HELP: &str = "\
A JSON file with what shall differ from the default policy, which is: \
{\"enabled\": true, \"fields\": {\"email\": \"Edit\", \"phone\": \"Edit\", \"password\": \"Edit\"} (or \
\"ReadOnly\", \"Off\"), \"lockout\": {\"maxAttempts\": 100, \"lockoutMinutes\": 60}, \"code\": \
{\"expirationDuration\": 600, \"maxRetryAttempts\": 10}, \"emailBlocklist\": [] (addresses, or domains \
as \"@example.net\"), \"emailAllowlist\": [], \"emailSubaddressing\": true, \"providers\": {\"email\": \
true, \"sms\": true}}";

#[derive(Subcommand)]
enum Command {
    /// Answers requests until it is told to stop (SIGINT, SIGTERM).
    Serve(Box<ServeArgs>),
    /// Adds, lists and changes users.
    #[command(subcommand)]
    User(user::UserCommand),
    /// Makes and changes key rings.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
}

/// The settings of `serve`.
#[derive(Args)]
pub(crate) struct ServeArgs {
    /// Address and port to listen on. Port 0 takes any that is free.
    #[arg(long, env = "SEKISHO_LISTEN", default_value = "127.0.0.1:3001")]
    pub(crate) listen: SocketAddr,

    /// Starts without any other setting: a demo user, an outbox instead of mail, and the control
    /// surface under /dev, by which everybody who reaches the port can do everything. Nothing is
    /// kept after the end.
    #[arg(long, env = "SEKISHO_DEV", value_parser = BoolishValueParser::new())]
    pub(crate) dev: bool,

    /// The SQLite file of users and counters. Made at the first start.
    #[arg(long, env = "SEKISHO_DATABASE", value_name = "FILE")]
    pub(crate) database: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) keys: KeyArgs,

    /// The public key of the access tokens' issuer, in PEM, instead of those that it publishes. The
    /// key tells the algorithm, and no other is accepted: RS256, ES256, ES384 or Ed25519.
    #[arg(long, env = "SEKISHO_ACCESS_TOKEN_KEY_FILE", value_name = "FILE")]
    pub(crate) access_token_key_file: Option<PathBuf>,

    /// What access tokens must have as `iss`: the URL of your OpenID issuer, which is asked for its
    /// keys. https, or http on this machine alone.
    #[arg(long, env = "SEKISHO_ACCESS_TOKEN_ISSUER", value_name = "URL")]
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub(crate) access_token_issuer: Option<String>,

    /// What access tokens must have as `aud`.
    #[arg(long, env = "SEKISHO_ACCESS_TOKEN_AUDIENCE", value_name = "URL")]
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub(crate) access_token_audience: Option<String>,

    /// The client ids of your own applications, separated by commas. Others may then only read.
    /// Without it every client of the issuer counts as your own.
    #[arg(long, env = "SEKISHO_FIRST_PARTY_CLIENTS", value_name = "IDS", value_delimiter = ',')]
    #[arg(value_parser = client_id)]
    pub(crate) first_party_clients: Vec<String>,

    #[command(flatten)]
    pub(crate) introspection: IntrospectionArgs,

    #[command(flatten)]
    pub(crate) delivery: DeliveryArgs,

    #[command(flatten)]
    pub(crate) passwords: PasswordPoolArgs,

    #[arg(long, env = "SEKISHO_POLICY_FILE", value_name = "FILE", help = POLICY_FILE_HELP)]
    pub(crate) policy_file: Option<PathBuf>,
}

/// Where the key ring is.
#[derive(Args)]
pub(crate) struct KeyArgs {
    /// The file of the key ring (`keys generate` makes one). A running server reads it again when
    /// it changes.
    #[arg(long, env = "SEKISHO_KEYS_FILE", value_name = "FILE")]
    pub(crate) keys_file: Option<PathBuf>,
}

/// The client as which the issuer is asked about opaque access tokens.
#[derive(Args)]
pub(crate) struct IntrospectionArgs {
    /// The client as which the issuer is asked about access tokens that are not JWTs (RFC 7662).
    /// Without it such tokens are refused. Its secret is in
    /// `SEKISHO_INTROSPECTION_CLIENT_SECRET`.
    #[arg(long, env = "SEKISHO_INTROSPECTION_CLIENT_ID", value_name = "ID")]
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub(crate) introspection_client_id: Option<String>,

    /// A file with that client's secret, instead of the variable.
    #[arg(long, env = "SEKISHO_INTROSPECTION_CLIENT_SECRET_FILE", value_name = "FILE")]
    pub(crate) introspection_client_secret_file: Option<PathBuf>,
}

/// Why a command failed, for the person who gave it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("{0}")]
    Core(#[from] sekisho::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Keys(#[from] KeyFileError),
    #[error("--policy-file: {0}")]
    Policy(#[from] PolicyError),
    #[error("dev mode: {0}")]
    Dev(#[from] DevError),
    #[error("--database {path}: {cause}")]
    Database { path: PathBuf, cause: StoreError },
    #[error("--listen {address}: {cause}")]
    Listen { address: SocketAddr, cause: io::Error },
    #[error("no TLS connection to the issuer can be made with what this machine has: {0}")]
    Tls(String),
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    Refused(String),
}

/// Reads the command line and does what it says.
pub(crate) fn run() -> Result<(), CommandError> {
    let cli = read()?;
    start_log(cli.log_level);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match cli.command {
            Command::Serve(args) => serve::serve(*args).await,
            Command::User(command) => user::run(command).await,
            Command::Keys(command) => keys::run(command),
        }
    })
}

/// The command line. Where it is asked for help, the environment can be as it will; where something
/// is missing from it, a typo in the environment may be why.
fn read() -> Result<Cli, CommandError> {
    let read = Cli::try_parse();
    if !matches!(&read, Err(shown) if !shown.use_stderr()) {
        check_environment(&Cli::command())?;
    }
    Ok(read.unwrap_or_else(|error| error.exit()))
}

/// An id without the spaces around it.
fn client_id(text: &str) -> Result<String, &'static str> {
    match text.trim() {
        "" => Err("a client id is empty; without this setting every client counts as your own"),
        id => Ok(id.to_owned()),
    }
}

fn start_log(level: LevelFilter) {
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        // They would be told on the same standard error, and where it takes nothing that is a
        // panic: a full disk under the log would end every request.
        .log_internal_errors(false)
        .init();
}
