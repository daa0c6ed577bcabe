//! Settings: from the command line and the environment to what the server starts with.

mod access_token;

use std::env;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Command;
use zeroize::Zeroizing;

use crate::access_token::{AccessTokenSettings, IssuerUrlError, KeyError};
use crate::cli::{KeyArgs, ServeArgs};
use crate::delivery::{Delivery, DeliveryArgs, DeliverySettingsError, SMS_SECRET};
use crate::key_file::{self, KeyFileError, WatchedKeyFile};
use crate::password_pool::PasswordPoolArgs;
use crate::policy::{AccountPolicy, PolicyError};

/// The key ring's text. Only in the environment: a command line is there for everybody to read.
pub(crate) const KEYS: &str = "SEKISHO_KEYS";
/// The secret shared with the issuer of access tokens.
const ACCESS_TOKEN_SECRET: &str = "SEKISHO_ACCESS_TOKEN_SECRET";
/// The secret of the client that asks about opaque tokens.
const INTROSPECTION_CLIENT_SECRET: &str = "SEKISHO_INTROSPECTION_CLIENT_SECRET";

/// Variables with our prefix that are other tools' of this project.
const NOT_SETTINGS: [&str; 5] = [
    "SEKISHO_WASM_STD",
    "SEKISHO_CACHE",
    "SEKISHO_SERVER_BIN",
    "SEKISHO_BASE_URL",
    "SEKISHO_PRODUCTION_URL",
];

/// Why the settings do not let the server start. Each names its setting.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("{name} is not a setting. There are: {known}")]
    Unknown { name: String, known: String },
    #[error("{name} is set, but its value is not text")]
    NotText { name: String },
    #[error("--dev has no use for {0}: it starts with a key ring, users and tokens of its own")]
    NotInDev(String),
    #[error("missing: {0}. (To try the server out without any of them: serve --dev)")]
    Missing(String),
    #[error("{0} and {1} are two answers to one question: give one of them")]
    Contradiction(&'static str, &'static str),
    #[error("{setting}: {cause}")]
    AccessTokenKey { setting: &'static str, cause: KeyError },
    #[error(
        "--access-token-issuer {issuer:?}: {cause}. (An issuer that publishes no keys needs \
         --access-token-key-file)"
    )]
    Issuer { issuer: String, cause: IssuerUrlError },
    #[error(
        "--introspection-client-id and its secret (SEKISHO_INTROSPECTION_CLIENT_SECRET or \
         --introspection-client-secret-file) go together: one is missing"
    )]
    HalfOfIntrospection,
    #[error("{0}: the file is empty")]
    EmptyFile(&'static str),
    #[error("{setting} {path}: {cause}")]
    File { setting: &'static str, path: PathBuf, cause: std::io::Error },
    #[error("--policy-file {path}: {cause}")]
    Policy { path: PathBuf, cause: PolicyError },
    #[error(transparent)]
    Keys(#[from] KeyFileError),
    #[error(transparent)]
    Delivery(#[from] DeliverySettingsError),
}

/// What the server starts with.
pub(crate) struct Config {
    pub(crate) listen: SocketAddr,
    pub(crate) passwords: PasswordPoolArgs,
    pub(crate) mode: Mode,
}

pub(crate) enum Mode {
    /// Nothing but what the process makes itself, and perhaps providers.
    Dev {
        delivery: Box<Delivery>,
    },
    Production(Box<Production>),
}

pub(crate) struct Production {
    pub(crate) database: PathBuf,
    pub(crate) keys: Keys,
    pub(crate) access_tokens: AccessTokenSettings,
    pub(crate) delivery: Delivery,
    pub(crate) policy: AccountPolicy,
}

/// A production key ring, with its file where it is in one.
pub(crate) struct Keys {
    pub(crate) ring: sekisho::KeyRing,
    pub(crate) file: Option<WatchedKeyFile>,
}

impl Config {
    pub(crate) fn new(args: ServeArgs) -> Result<Self, ConfigError> {
        let (listen, passwords) = (args.listen, args.passwords);
        let mode = if args.dev { dev(args)? } else { Mode::Production(production(args)?.into()) };
        Ok(Self { listen, passwords, mode })
    }
}

/// Refuses variables with our prefix that are no setting: a typo would pass unseen.
pub(crate) fn check_environment(command: &Command) -> Result<(), ConfigError> {
    let mut known = [KEYS, ACCESS_TOKEN_SECRET, INTROSPECTION_CLIENT_SECRET, SMS_SECRET]
        .map(str::to_owned)
        .to_vec();
    collect_variables(command, &mut known);
    known.sort_unstable();
    known.dedup();
    let names = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let mut ours = names.filter(|name| name.starts_with("SEKISHO_") && !is_service_link(name));
    let is_known = |name: &String| known.contains(name) || NOT_SETTINGS.contains(&name.as_str());
    match ours.find(|name| !is_known(name)) {
        Some(name) => Err(ConfigError::Unknown { name, known: known.join(", ") }),
        None => Ok(()),
    }
}

/// Whether this is a variable that Kubernetes sets in every container beside a Service, here one
/// whose name begins with `sekisho`: `…_SERVICE_HOST`, `…_SERVICE_PORT`, `…_SERVICE_PORT_HTTP`,
/// `…_PORT`, `…_PORT_3001_TCP`, `…_PORT_3001_TCP_ADDR`.
fn is_service_link(name: &str) -> bool {
    let is_of_port = |(_, port): (&str, &str)| {
        let mut words = port.split('_');
        let number = words.next().unwrap_or_default();
        number.parse::<u16>().is_ok() && matches!(words.next(), Some("TCP" | "UDP" | "SCTP"))
    };
    let is_named_port = |(_, port): (&str, &str)| port.is_empty() || port.starts_with('_');
    name.ends_with("_SERVICE_HOST")
        || name.rsplit_once("_SERVICE_PORT").is_some_and(is_named_port)
        || name.ends_with("_PORT")
        || name.split_once("_PORT_").is_some_and(is_of_port)
}

/// The production key ring that the settings name.
pub(crate) fn keys(args: KeyArgs) -> Result<Option<Keys>, ConfigError> {
    match (args.keys_file, secret_variable(KEYS)?) {
        (Some(_), Some(_)) => Err(ConfigError::Contradiction("--keys-file", KEYS)),
        (Some(path), None) => {
            let (ring, file) = WatchedKeyFile::open(path)?;
            Ok(Some(Keys { ring, file: Some(file) }))
        }
        (None, Some(text)) => {
            let ring = key_file::require_production(key_file::parse(&text, KEYS)?, KEYS)?;
            Ok(Some(Keys { ring, file: None }))
        }
        (None, None) => Ok(None),
    }
}

/// A secret from the environment; an empty one is none.
pub(crate) fn secret_variable(name: &str) -> Result<Option<Zeroizing<String>>, ConfigError> {
    match env::var(name) {
        Ok(value) if value.is_empty() => Ok(None),
        Ok(value) => Ok(Some(Zeroizing::new(value))),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(ConfigError::NotText { name: name.to_owned() }),
    }
}

fn dev(args: ServeArgs) -> Result<Mode, ConfigError> {
    let unused = [
        ("--database", args.database.is_some()),
        ("--keys-file", args.keys.keys_file.is_some()),
        (KEYS, secret_variable(KEYS)?.is_some()),
        (ACCESS_TOKEN_SECRET, secret_variable(ACCESS_TOKEN_SECRET)?.is_some()),
        ("--access-token-key-file", args.access_token_key_file.is_some()),
        ("--access-token-issuer", args.access_token_issuer.is_some()),
        ("--access-token-audience", args.access_token_audience.is_some()),
        ("--first-party-clients", !args.first_party_clients.is_empty()),
        ("--introspection-client-id", args.introspection.introspection_client_id.is_some()),
        (INTROSPECTION_CLIENT_SECRET, secret_variable(INTROSPECTION_CLIENT_SECRET)?.is_some()),
        (
            "--introspection-client-secret-file",
            args.introspection.introspection_client_secret_file.is_some(),
        ),
        ("--policy-file", args.policy_file.is_some()),
    ];
    if let Some((name, _)) = unused.into_iter().find(|(_, is_given)| *is_given) {
        return Err(ConfigError::NotInDev(name.to_owned()));
    }
    Ok(Mode::Dev { delivery: delivery(args.delivery)?.with_outbox().into() })
}

fn production(mut args: ServeArgs) -> Result<Production, ConfigError> {
    let mut missing = Missing::default();
    let access_tokens = access_token::settings(&mut args, &mut missing)?;
    let delivery = delivery(args.delivery)?;
    let keys = keys(args.keys)?;
    let policy = args.policy_file.as_deref().map(read_policy).transpose()?.unwrap_or_default();
    let database = missing.unless(args.database, "--database (SEKISHO_DATABASE)");
    let keys = missing.unless(keys, "--keys-file (SEKISHO_KEYS_FILE) or SEKISHO_KEYS");
    let delivery = missing.unless(
        delivery.has_provider().then_some(delivery),
        "--smtp-url (SEKISHO_SMTP_URL) and --mail-from, or --sms-url (SEKISHO_SMS_URL)",
    );
    match (database, keys, access_tokens, delivery) {
        (Some(database), Some(keys), Some(access_tokens), Some(delivery)) => {
            Ok(Production { database, keys, access_tokens, delivery, policy })
        }
        _ => Err(ConfigError::Missing(missing.0.join("; "))),
    }
}

/// Collects what is missing, so that one start names all of it.
#[derive(Default)]
struct Missing(Vec<&'static str>);

impl Missing {
    fn unless<T>(&mut self, value: Option<T>, name: &'static str) -> Option<T> {
        if value.is_none() {
            self.0.push(name);
        }
        value
    }
}

fn delivery(args: DeliveryArgs) -> Result<Delivery, ConfigError> {
    Ok(Delivery::new(args, secret_variable(SMS_SECRET)?)?)
}

fn read_policy(path: &Path) -> Result<AccountPolicy, ConfigError> {
    let text =
        fs::read_to_string(path).map_err(|cause| file_error("--policy-file", path, cause))?;
    AccountPolicy::parse(&text)
        .map_err(|cause| ConfigError::Policy { path: path.to_owned(), cause })
}

fn file_error(setting: &'static str, path: &Path, cause: std::io::Error) -> ConfigError {
    ConfigError::File { setting, path: path.to_owned(), cause }
}

fn collect_variables(command: &Command, into: &mut Vec<String>) {
    let of_arguments = command.get_arguments().filter_map(|argument| argument.get_env());
    into.extend(of_arguments.filter_map(|name| name.to_str()).map(str::to_owned));
    for subcommand in command.get_subcommands() {
        collect_variables(subcommand, into);
    }
}
