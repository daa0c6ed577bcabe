//! `serve`: the server, from its start to its end.

use std::error::Error;
use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use clap::FromArgMatches;
use sekisho::PasswordPolicy;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::sleep;

use super::{CommandError, ServeArgs, serve_command};
use crate::access_token::{AccessTokenSettings, AccessTokens, CheckedBy, FirstParty};
use crate::app::App;
use crate::clock::Clock;
use crate::config::{Config, ConfigError, ConfigFile, Mode, Production};
use crate::delivery::{Delivery, Outbox, PublicUrl};
use crate::dev::{Dev, DevError, DevSecrets, Shared, TokenRequest};
use crate::http::monitoring::{self, MetricsPlace};
use crate::http::{self, listener};
use crate::key_file::WatchedKeyFile;
use crate::password_pool::{PasswordPool, PasswordPoolArgs};
use crate::policy::AccountPolicy;
use crate::readiness::Readiness;
use crate::rules::Rules;
use crate::store::{CounterStore, Opening, SqliteStore, StoreSettings, Stores, Timed};
use crate::tasks::Tasks;
use crate::telemetry::Metrics;
use crate::users::{BuiltInUsers, SqlUsers, Users};
use crate::{demo, terminal};

/// How often expired counters are removed.
const SWEEP_INTERVAL: Duration = Duration::from_mins(1);

pub(super) async fn serve(args: ServeArgs, file: &ConfigFile) -> Result<(), CommandError> {
    let config = Config::new(args, file)?;
    let stop = Stop::new()?;
    // First of all: whoever asks the issuer in vain meanwhile would hide that a port is taken.
    let (listener, address) = listen("--listen", config.listen).await?;
    let monitoring = match config.metrics {
        MetricsPlace::OwnPort(address) => Some(listen("--metrics-listen", address).await?),
        MetricsPlace::MainPort | MetricsPlace::Nowhere => None,
    };
    let passwords = config.passwords;
    let (app, key_file) = match config.mode {
        Mode::Dev { delivery, stores } => {
            // Here alone it is the address that the developer's browser has, too.
            let own = PublicUrl::parse(&format!("http://{address}"));
            let delivery = match own {
                Some(url) => delivery.with_default_public_url(url),
                None => *delivery,
            };
            (dev(delivery, stores, passwords).await?, None)
        }
        Mode::Production(settings) => production(*settings, passwords).await?,
    };
    let app = Arc::new(app);
    tokio::spawn(sweep(Arc::clone(&app)));
    if let Some(file) = key_file {
        let app = Arc::clone(&app);
        tokio::spawn(async move { file.watch(&app.rules).await });
    }
    if let Some((listener, address)) = monitoring {
        tracing::info!(%address, "serving metrics, health and readiness");
        tokio::spawn(watch_over(Arc::clone(&app), listener));
    }
    announce(&app, address);
    let router = http::router(Arc::clone(&app), config.metrics);
    let stop = stop.requested(&app.readiness, config.drain_delay);
    listener::serve(listener, router, stop, &app.tasks).await;
    app.users.close().await;
    app.counters.close().await;
    Ok(())
}

/// What answers where `serve --dev` listens.
pub(crate) async fn dev_router() -> Result<Router, Box<dyn Error>> {
    let given = serve_command().try_get_matches_from(["serve", "--dev"])?;
    let config = Config::new(ServeArgs::from_arg_matches(&given)?, &ConfigFile::default())?;
    let Mode::Dev { delivery, stores } = config.mode else { return Err("not in dev mode".into()) };
    let app = dev(*delivery, stores, config.passwords).await?;
    Ok(http::router(Arc::new(app), config.metrics))
}

async fn production(
    settings: Production,
    passwords: PasswordPoolArgs,
) -> Result<(App, Option<WatchedKeyFile>), CommandError> {
    settings.delivery.warn_of_clear_text();
    tell_who_checks(&settings.access_tokens);
    let stores = Box::pin(settings.stores.open(Opening::Serve)).await?;
    let users: Arc<dyn Users> = match (settings.users, stores.users) {
        (Some(settings), _) => Arc::new(SqlUsers::open(settings).await?),
        (None, Some(users)) => users,
        (None, None) => return Err(ConfigError::Missing("--database".to_owned()).into()),
    };
    let metrics = Arc::new(Metrics::new());
    let app = App {
        clock: Arc::default(),
        counters: Arc::new(Timed::new(stores.counters, Arc::clone(&metrics))),
        users,
        rules: Rules::new(settings.keys.ring, settings.policy)?,
        tokens: access_tokens(settings.access_tokens)?,
        delivery: settings.delivery,
        tasks: Tasks::default(),
        passwords: PasswordPool::new(passwords, metrics.pool.clone())?,
        metrics,
        readiness: Readiness::default(),
        password_policy: password_policy(passwords),
        leaked_passwords: Arc::new(settings.leaked_passwords),
        dev: None,
    };
    Ok((app, settings.keys.file))
}

async fn dev(
    delivery: Delivery,
    stores: Option<StoreSettings>,
    passwords: PasswordPoolArgs,
) -> Result<App, CommandError> {
    let clock = Arc::new(Clock::default());
    let stores = match stores {
        Some(settings) => Some(Box::pin(settings.open(Opening::Dev)).await?),
        None => None,
    };
    let in_memory = SqliteStore::in_memory()?;
    let (counters, users, postgresql): (Arc<dyn CounterStore>, Arc<dyn BuiltInUsers>, _) =
        match stores {
            Some(Stores { counters, users, postgresql }) => {
                (counters, users.unwrap_or_else(|| Arc::new(in_memory)), postgresql)
            }
            None => (Arc::new(in_memory.clone()), Arc::new(in_memory), None),
        };
    let mut secrets = DevSecrets::draw(clock.now()).map_err(DevError::from)?;
    let (delivery, shared) = match postgresql {
        Some(store) => {
            let shared = Shared::new(store.clone());
            secrets = shared.secrets(secrets).await?;
            (delivery.with_outbox(Outbox::Shared(store)), Some(shared))
        }
        None => (delivery.with_outbox(Outbox::default()), None),
    };
    let tokens = secrets.access_tokens().map_err(DevError::from)?;
    let password_policy = password_policy(passwords);
    let demo = demo::user(&password_policy)?;
    let dev = Dev::new(&secrets, demo, Arc::clone(&users), shared);
    dev.add_demo_user(&clock).await?;
    let metrics = Arc::new(Metrics::new());
    Ok(App {
        clock,
        counters: Arc::new(Timed::new(counters, Arc::clone(&metrics))),
        users,
        rules: Rules::new(secrets.keys, AccountPolicy::of_dev_mode())?,
        tokens: access_tokens(tokens)?,
        delivery,
        tasks: Tasks::default(),
        passwords: PasswordPool::new(passwords, metrics.pool.clone())?,
        metrics,
        readiness: Readiness::default(),
        password_policy,
        leaked_passwords: Arc::default(),
        dev: Some(dev),
    })
}

/// Each thread's memory is kept: the system would take longer to give it than a tenth of a check.
fn password_policy(passwords: PasswordPoolArgs) -> Arc<PasswordPolicy> {
    Arc::new(PasswordPolicy::default().with_kept_memory(passwords.threads()))
}

fn access_tokens(settings: AccessTokenSettings) -> Result<AccessTokens, CommandError> {
    AccessTokens::new(settings).map_err(|cause| CommandError::Tls(cause.to_string()))
}

async fn listen(
    setting: &'static str,
    address: SocketAddr,
) -> Result<(TcpListener, SocketAddr), CommandError> {
    let failed = |cause| CommandError::Listen { setting, address, cause };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

/// Serves metrics, health and readiness until the process ends: how the server stops is worth
/// watching, too.
async fn watch_over(app: Arc<App>, listener: TcpListener) {
    listener::serve(listener, monitoring::router(app), pending(), &Tasks::default()).await;
}

/// Prints the address on a line of its own and, in dev mode, what can be done there.
fn announce(app: &App, address: SocketAddr) {
    let url = format!("http://{address}");
    tracing::info!(%address, "accepting connections");
    terminal::line(&url);
    let Some(dev) = &app.dev else { return };
    if !address.ip().is_loopback() {
        tracing::warn!("dev mode can be reached from outside: everybody there can do everything");
    }
    let request =
        TokenRequest { expires_in: demo::TOKEN_LIFETIME, ..TokenRequest::for_user(demo::ID) };
    match dev.mint(&request, app.now()) {
        Ok(token) => {
            for command in demo::commands(&url, &token) {
                terminal::line(format_args!("\n# {}\n{}", command.what, command.line));
            }
        }
        Err(error) => tracing::error!(%error, "no access token for the demo user"),
    }
}

/// Removes expired counters, for ever.
async fn sweep(app: Arc<App>) {
    loop {
        sleep(SWEEP_INTERVAL).await;
        match app.counters.sweep(app.now()).await {
            Ok(0) => {}
            Ok(swept) => tracing::debug!(swept, "expired counters removed"),
            Err(error) => tracing::error!(%error, "expired counters could not be removed"),
        }
    }
}

fn tell_who_checks(settings: &AccessTokenSettings) {
    let AccessTokenSettings { issuer, checked_by, first_party, .. } = settings;
    match first_party {
        FirstParty::Clients(ids) => {
            let clients = ids.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
            tracing::info!(clients, "these clients are first-party");
        }
        FirstParty::EveryClient | FirstParty::AllBut(_) => {
            tracing::info!("every client of the issuer is first-party");
        }
    }
    match checked_by {
        CheckedBy::Key(key) => {
            let algorithm = key.algorithm();
            tracing::info!(issuer, ?algorithm, "access tokens are checked by the configured key");
        }
        CheckedBy::Issuer(_, None) => {
            tracing::info!(issuer, "access tokens are checked by the issuer's published keys");
        }
        CheckedBy::Issuer(_, Some(_)) => tracing::info!(
            issuer,
            "access tokens are checked by the issuer's published keys, opaque ones by introspection"
        ),
    }
}

/// The signals that end the server. Caught from its start on, so that none is missed.
struct Stop {
    interrupt: Signal,
    terminate: Signal,
}

impl Stop {
    fn new() -> Result<Self, CommandError> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Done when the server is to take no more connections. SIGINT, a person at a terminal, is not
    /// kept waiting; neither is who sends a second signal.
    async fn requested(mut self, readiness: &Readiness, drain_delay: Duration) {
        tokio::select! {
            _ = self.interrupt.recv() => return readiness.stop(),
            _ = self.terminate.recv() => readiness.stop(),
        }
        if !drain_delay.is_zero() {
            let seconds = drain_delay.as_secs();
            tracing::info!(seconds, "not ready any more, and taking no connections after a delay");
        }
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            () = sleep(drain_delay) => {}
        }
    }
}
