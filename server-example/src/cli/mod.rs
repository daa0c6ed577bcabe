//! The command line.

mod config;
mod health;
mod keys;
mod pseudonym;
pub(crate) mod serve;
mod user;

use std::env;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::thread;

use clap::builder::{BoolishValueParser, NonEmptyStringValueParser};
use clap::error::{ContextKind, ContextValue};
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::config::{ConfigError, ConfigFile, ConfigFileError, check_environment};
use crate::delivery::DeliveryArgs;
use crate::dev::DevError;
use crate::http::monitoring::MonitoringArgs;
use crate::http::openapi::document;
use crate::key_file::KeyFileError;
use crate::password_pool::PasswordPoolArgs;
use crate::policy::PolicyError;
use crate::secret::SecretError;
use crate::store::{CountersArgs, DatabaseArgs, OpenStoreError, StoreError, StoreSettingsError};
use crate::telemetry::LogArgs;
use crate::terminal;
use crate::users::{OpenError, UsersArgs, UsersError};

/// Step-up verification over HTTP: the Account API's security verification.
///
/// A user who is signed in proves once more who they are, by password or by a code sent to them,
/// and gets a verification record that allows a risky operation for ten minutes.
///
/// To try it out, without any setting:   sekisho-server serve --dev
#[derive(Parser)]
#[command(name = "sekisho-server", version, max_term_width = 100, after_help = ENVIRONMENT)]
pub(crate) struct Cli {
    #[command(flatten)]
    log: LogArgs,

    /// A TOML file of settings. Its keys are the options' names without the dashes; the account
    /// policy is its table `[policy]`. What is on the command line or in the environment comes
    /// before it. `config reference` lists all settings.
    #[arg(long, env = "SEKISHO_CONFIG_FILE", value_name = "FILE", global = true)]
    config_file: Option<PathBuf>,

    #[command(subcommand)]
    command: Command,
}

const ENVIRONMENT: &str = "\
Every option can also be set in the environment, by the name shown with it, or in the file that \
--config-file names. A variable that begins with SEKISHO_ and is not known stops the program, and so \
does a key of the file: a typo never passes unseen.

Secrets are read from the environment or from files, because everybody on a machine can read \
command lines:
  SEKISHO_KEYS                         the key ring itself, instead of --keys-file
  SEKISHO_ACCESS_TOKEN_SECRET          the HS256 secret of access tokens
  SEKISHO_INTROSPECTION_CLIENT_SECRET  the secret of --introspection-client-id
  SEKISHO_SMS_SECRET                   the secret of the SMS webhook
Each of them can also be in a file, named by the option of the same name with -file.

The first start in production:
  sekisho-server keys generate --keys-file sekisho.keys
  sekisho-server user add --database sekisho.db --id ana-at-your-issuer \\
      --email ana@example.com --password-stdin
  sekisho-server serve --database sekisho.db --keys-file sekisho.keys \\
      --access-token-issuer https://id.example.com \\
      --access-token-audience https://account.example.com \\
      --smtp-url 'smtps://user:password@mail.example.com' --mail-from no-reply@example.com";

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
    /// Prints what the audit log calls a user, session, e-mail address or phone number.
    Pseudonym(pseudonym::PseudonymArgs),
    /// Tells what settings are in force, and what settings there are.
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Prints the API document (OpenAPI 3.1), which the server answers with at /openapi.json.
    Openapi,
    /// Asks a server on this machine whether it lives (`/healthz`), for images that have no curl.
    Health(health::HealthArgs),
}

/// Where a server listens that was told nothing else.
const DEFAULT_LISTEN: &str = "127.0.0.1:3001";

/// The settings of `serve`.
#[derive(Args)]
pub(crate) struct ServeArgs {
    /// Address and port to listen on. Port 0 takes any that is free.
    #[arg(long, env = "SEKISHO_LISTEN", default_value = DEFAULT_LISTEN)]
    pub(crate) listen: SocketAddr,

    /// Starts without any other setting: a demo user, an outbox instead of mail, and the control
    /// surface under /dev, by which everybody who reaches the port can do everything. Nothing is
    /// kept after the end, unless --database or --counters name a PostgreSQL or Redis for it.
    #[arg(long, env = "SEKISHO_DEV", value_parser = BoolishValueParser::new())]
    pub(crate) dev: bool,

    #[command(flatten)]
    pub(crate) database: DatabaseArgs,

    #[command(flatten)]
    pub(crate) counters: CountersArgs,

    #[command(flatten)]
    pub(crate) users: UsersArgs,

    #[command(flatten)]
    pub(crate) keys: KeyArgs,

    /// The public key of the access tokens' issuer, in PEM, instead of those that it publishes. The
    /// key tells the algorithm, and no other is accepted: RS256, ES256, ES384 or Ed25519.
    #[arg(long, env = "SEKISHO_ACCESS_TOKEN_KEY_FILE", value_name = "FILE")]
    pub(crate) access_token_key_file: Option<PathBuf>,

    /// The file of the HS256 secret that the issuer signs access tokens with, at least 32 bytes,
    /// instead of a public key.
    #[arg(long, env = "SEKISHO_ACCESS_TOKEN_SECRET_FILE", value_name = "FILE")]
    pub(crate) access_token_secret_file: Option<PathBuf>,

    /// What access tokens must have as `iss`: the URL of your OpenID issuer, which is asked for its
    /// keys. https, or http on this machine alone.
    #[arg(long, env = "SEKISHO_ACCESS_TOKEN_ISSUER", value_name = "URL")]
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub(crate) access_token_issuer: Option<String>,

    /// What access tokens must have as `aud`.
    #[arg(long, env = "SEKISHO_ACCESS_TOKEN_AUDIENCE", value_name = "URL")]
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub(crate) access_token_audience: Option<String>,

    /// The client ids of your own applications, separated by commas: what their access tokens have
    /// as `client_id`, or `azp`. Others may then only read, and so may a token without one. Without
    /// this every client of the issuer counts as your own.
    #[arg(long, env = "SEKISHO_FIRST_PARTY_CLIENTS", value_name = "IDS", value_delimiter = ',')]
    #[arg(value_parser = client_id)]
    pub(crate) first_party_clients: Vec<String>,

    #[command(flatten)]
    pub(crate) introspection: IntrospectionArgs,

    #[command(flatten)]
    pub(crate) delivery: DeliveryArgs,

    #[command(flatten)]
    pub(crate) monitoring: MonitoringArgs,

    /// A file of passwords that have leaked, one a line: no new password may be one of them. It
    /// takes 8 bytes of memory for each.
    #[arg(long, env = "SEKISHO_LEAKED_PASSWORDS_FILE", value_name = "FILE")]
    pub(crate) leaked_passwords_file: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) passwords: PasswordPoolArgs,
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
    #[error(transparent)]
    ConfigFile(#[from] ConfigFileError),
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error("{0}")]
    Core(#[from] sekisho::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Users(#[from] UsersError),
    #[error(transparent)]
    UsersDatabase(#[from] OpenError),
    #[error(transparent)]
    Keys(#[from] KeyFileError),
    #[error("the policy: {0}")]
    Policy(#[from] PolicyError),
    #[error("dev mode: {0}")]
    Dev(#[from] DevError),
    #[error(transparent)]
    StoreSettings(#[from] StoreSettingsError),
    #[error(transparent)]
    OpenStore(#[from] OpenStoreError),
    #[error("{setting} {address}: {cause}. (Another address or port can be given)")]
    Listen { setting: &'static str, address: SocketAddr, cause: io::Error },
    #[error(
        "no TLS connection to the issuer can be made with what this machine has: {0}. (Are the \
         certificates of authorities installed? On Debian: ca-certificates)"
    )]
    Tls(String),
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    Refused(String),
}

/// Reads the command line and does what it says.
pub(crate) fn run() -> Result<(), CommandError> {
    let (cli, given) = read()?;
    cli.log.start();
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.enable_all().worker_threads(event_loops()).build()?;
    runtime.block_on(async {
        match cli.command {
            Command::Serve(args) => serve::serve(*args, &given.file).await,
            Command::User(command) => user::run(command).await,
            Command::Keys(command) => keys::run(command),
            Command::Pseudonym(args) => pseudonym::print(args),
            Command::Config(command) => config::run(command, &given),
            Command::Openapi => openapi(),
            Command::Health(args) => health::ask(args).await,
        }
    })
}

/// Half of the cores: the others are for the store, which one thread writes, and for passwords. Where
/// each core has an event loop they wake each other more often than they serve anybody.
fn event_loops() -> usize {
    thread::available_parallelism().map_or(1, |cores| cores.get().div_ceil(2))
}

/// What was given, beside its meaning: where each value comes from.
pub(crate) struct Given {
    pub(crate) matches: ArgMatches,
    pub(crate) file: ConfigFile,
}

/// The command line. Where it is asked for help, the environment and the file can be as they will;
/// where something is missing from it, a typo in the environment may be why.
fn read() -> Result<(Cli, Given), CommandError> {
    let mut command = Cli::command();
    let file = match config_file(&command) {
        Some(path) => ConfigFile::read(path, &serve_command())?,
        None => ConfigFile::default(),
    };
    command = file.apply(command);
    let read = command.try_get_matches_from_mut(env::args_os());
    if !matches!(&read, Err(shown) if !shown.use_stderr()) {
        check_environment(&command)?;
    }
    let read = read.and_then(|matches| Ok((Cli::from_arg_matches(&matches)?, matches)));
    let (cli, matches) = read.map_err(|error| explain(error, &file)).unwrap_or_else(|error| {
        error.format(&mut command).exit();
    });
    Ok((cli, Given { matches, file }))
}

/// `serve`, with the options of every command.
fn serve_command() -> clap::Command {
    let mut command = Cli::command();
    command.build();
    command.find_subcommand("serve").cloned().unwrap_or(command)
}

/// The file of settings that the command line or the environment names, whatever else is wrong with
/// them.
fn config_file(command: &clap::Command) -> Option<PathBuf> {
    let matches = command.clone().ignore_errors(true).try_get_matches().ok()?;
    matches.get_one::<PathBuf>("config_file").cloned()
}

/// Says where the value stands that is wrong, if that is in the file.
fn explain(mut error: clap::Error, file: &ConfigFile) -> clap::Error {
    let Some(ContextValue::String(option)) = error.get(ContextKind::InvalidArg) else {
        return error;
    };
    let name = option.split([' ', '=']).next().unwrap_or_default().trim_start_matches("--");
    if let Some(place) = file.place_of_option(name) {
        let tip = format!("{name} stands in {place}").into();
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip]));
    }
    error
}

fn openapi() -> Result<(), CommandError> {
    let document = document().to_pretty_json().map_err(io::Error::from)?;
    terminal::line(document);
    Ok(())
}

/// An id without the spaces around it.
fn client_id(text: &str) -> Result<String, &'static str> {
    match text.trim() {
        "" => Err("a client id is empty; without this setting every client counts as your own"),
        id => Ok(id.to_owned()),
    }
}
