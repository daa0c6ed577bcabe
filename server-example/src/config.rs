//! Settings: from the command line, the environment and a file to what the server starts with.

mod access_token;
mod environment;
mod file;
mod leaked_passwords;
mod policy_places;
pub(crate) mod reference;

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sekisho::password::LeakedPasswords;

use crate::access_token::{AccessTokenSettings, IssuerUrlError, KeyError};
use crate::cli::{KeyArgs, ServeArgs};
use crate::delivery::{Delivery, DeliverySettingsError};
use crate::http::monitoring::MetricsPlace;
use crate::key_file::{self, KeyFileError, WatchedKeyFile};
use crate::password_pool::PasswordPoolArgs;
use crate::policy::AccountPolicy;
use crate::secret::{self, ACCESS_TOKEN_SECRET, INTROSPECTION_CLIENT_SECRET, KEYS, SecretError};
use crate::store::{StoreSettings, StoreSettingsError};
use crate::users::{UsersSettings, UsersSettingsError};

pub(crate) use environment::check_environment;
pub(crate) use file::{ConfigFile, ConfigFileError, options};

/// Why a command that digests names does not go without a ring.
pub(crate) const KEYS_NEEDED: &str = "missing: --keys-file (SEKISHO_KEYS_FILE) or SEKISHO_KEYS. \
    Counters and pseudonyms are found by the ring's digest secret";

/// Why the settings do not let the server start. Each names its setting.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("{name} is not a setting. There are: {known}")]
    Unknown { name: String, known: String },
    #[error("--dev has no use for {0}: it starts with a key ring, users and tokens of its own")]
    NotInDev(String),
    #[error("missing: {0}. (To try the server out without any of them: serve --dev)")]
    Missing(String),
    #[error("{0} and {1} are two answers to one question: give one of them")]
    Contradiction(&'static str, &'static str),
    #[error("{setting}: {cause}")]
    AccessTokenSecret { setting: &'static str, cause: KeyError },
    #[error("--access-token-key-file {path}: {cause}")]
    AccessTokenKeyFile { path: PathBuf, cause: KeyError },
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
    #[error("{setting} {path}: {cause}")]
    File { setting: &'static str, path: PathBuf, cause: io::Error },
    #[error("--leaked-passwords-file {path}: {problem}")]
    LeakedPasswords { path: PathBuf, problem: &'static str },
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error(transparent)]
    Keys(#[from] KeyFileError),
    #[error(transparent)]
    Delivery(#[from] DeliverySettingsError),
    #[error(transparent)]
    Stores(#[from] StoreSettingsError),
    #[error(transparent)]
    Users(#[from] UsersSettingsError),
}

/// What the server starts with.
pub(crate) struct Config {
    pub(crate) listen: SocketAddr,
    pub(crate) metrics: MetricsPlace,
    pub(crate) drain_delay: Duration,
    pub(crate) passwords: PasswordPoolArgs,
    pub(crate) mode: Mode,
}

pub(crate) enum Mode {
    /// Nothing but what the process makes itself, and perhaps providers and stores.
    Dev {
        delivery: Box<Delivery>,
        /// `None` where they are in memory.
        stores: Option<StoreSettings>,
    },
    Production(Box<Production>),
}

pub(crate) struct Production {
    pub(crate) stores: StoreSettings,
    /// `None` where they are in the built-in table.
    pub(crate) users: Option<UsersSettings>,
    pub(crate) keys: Keys,
    pub(crate) access_tokens: AccessTokenSettings,
    pub(crate) delivery: Delivery,
    pub(crate) policy: AccountPolicy,
    pub(crate) leaked_passwords: LeakedPasswords,
}

/// A production key ring, with its file where it is in one.
pub(crate) struct Keys {
    pub(crate) ring: sekisho::KeyRing,
    pub(crate) file: Option<WatchedKeyFile>,
}

impl Config {
    pub(crate) fn new(args: ServeArgs, file: &ConfigFile) -> Result<Self, ConfigError> {
        let (listen, passwords) = (args.listen, args.passwords);
        let metrics = MetricsPlace::new(args.monitoring.metrics_listen, listen, args.dev);
        let drain_delay = Duration::from_secs(args.monitoring.drain_delay);
        let mode = if args.dev {
            dev(args, file)?
        } else {
            Mode::Production(production(args, file)?.into())
        };
        Ok(Self { listen, metrics, drain_delay, passwords, mode })
    }
}

/// The production key ring that the settings name.
pub(crate) fn keys(args: KeyArgs) -> Result<Option<Keys>, ConfigError> {
    match (args.keys_file, secret::variable(KEYS)?) {
        (Some(_), Some(_)) => Err(SecretError::Twice("--keys-file", KEYS).into()),
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

fn dev(args: ServeArgs, file: &ConfigFile) -> Result<Mode, ConfigError> {
    let unused = [
        ("--keys-file", args.keys.keys_file.is_some()),
        (KEYS, secret::variable(KEYS)?.is_some()),
        (ACCESS_TOKEN_SECRET, secret::variable(ACCESS_TOKEN_SECRET)?.is_some()),
        ("--access-token-key-file", args.access_token_key_file.is_some()),
        ("--access-token-secret-file", args.access_token_secret_file.is_some()),
        ("--access-token-issuer", args.access_token_issuer.is_some()),
        ("--access-token-audience", args.access_token_audience.is_some()),
        ("--first-party-clients", !args.first_party_clients.is_empty()),
        ("--introspection-client-id", args.introspection.introspection_client_id.is_some()),
        (INTROSPECTION_CLIENT_SECRET, secret::variable(INTROSPECTION_CLIENT_SECRET)?.is_some()),
        (
            "--introspection-client-secret-file",
            args.introspection.introspection_client_secret_file.is_some(),
        ),
        ("--leaked-passwords-file", args.leaked_passwords_file.is_some()),
        ("the table [policy] of --config-file", file.has_policy()),
    ];
    if let Some((name, _)) = unused.into_iter().find(|(_, is_given)| *is_given) {
        return Err(ConfigError::NotInDev(name.to_owned()));
    }
    if args.users.settings()?.is_some() {
        return Err(ConfigError::NotInDev("--users-url".to_owned()));
    }
    let stores = StoreSettings::for_dev(args.database, args.counters)?;
    Ok(Mode::Dev { delivery: Delivery::new(args.delivery)?.into(), stores })
}

fn production(mut args: ServeArgs, file: &ConfigFile) -> Result<Production, ConfigError> {
    let mut missing = Missing::default();
    let access_tokens = access_token::settings(&mut args, &mut missing)?;
    let users = args.users.settings()?;
    let delivery = Delivery::new(args.delivery)?;
    let keys = keys(args.keys)?;
    let leaked_passwords = args
        .leaked_passwords_file
        .as_deref()
        .map(leaked_passwords::read)
        .transpose()?
        .unwrap_or_default();
    let stores = StoreSettings::new(args.database, args.counters, users.is_none())?;
    let stores = missing.unless(stores, "--database (SEKISHO_DATABASE)");
    let keys = missing.unless(keys, "--keys-file (SEKISHO_KEYS_FILE) or SEKISHO_KEYS");
    let delivery = missing.unless(
        delivery.has_provider().then_some(delivery),
        "--smtp-url (SEKISHO_SMTP_URL) and --mail-from, or --sms-url (SEKISHO_SMS_URL)",
    );
    match (stores, keys, access_tokens, delivery) {
        (Some(stores), Some(keys), Some(access_tokens), Some(delivery)) => {
            let policy = file.policy().clone();
            if !policy.operations.is_empty() {
                delivery.check_operations()?;
            }
            Ok(Production {
                stores,
                users,
                keys,
                access_tokens,
                delivery,
                policy,
                leaked_passwords,
            })
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

fn file_error(setting: &'static str, path: &Path, cause: io::Error) -> ConfigError {
    ConfigError::File { setting, path: path.to_owned(), cause }
}
