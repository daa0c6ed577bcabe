//! `serve`: the server, from its start to its end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use sekisho::{Environment, KeyRing, PasswordPolicy};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::sleep;

use super::{CommandError, ServeArgs};
use crate::access_token::{AccessTokenSettings, AccessTokens, CheckedBy};
use crate::app::{App, entropy};
use crate::clock::Clock;
use crate::config::{Config, Mode, Production};
use crate::delivery::Delivery;
use crate::dev::{Dev, TokenRequest};
use crate::http::{self, listener};
use crate::key_file::WatchedKeyFile;
use crate::password_pool::{PasswordPool, PasswordPoolArgs};
use crate::policy::AccountPolicy;
use crate::rules::Rules;
use crate::store::Store;
use crate::tasks::Tasks;
use crate::{demo, terminal};

/// How often expired counters are removed.
const SWEEP_INTERVAL: Duration = Duration::from_mins(1);

pub(super) async fn serve(args: ServeArgs) -> Result<(), CommandError> {
    let config = Config::new(args)?;
    let stop = Stop::new()?;
    let passwords = config.passwords;
    let (app, key_file) = match config.mode {
        Mode::Dev { delivery } => (dev(*delivery, passwords).await?, None),
        Mode::Production(settings) => production(*settings, passwords).await?,
    };
    let app = Arc::new(app);
    tokio::spawn(sweep(Arc::clone(&app)));
    if let Some(file) = key_file {
        let app = Arc::clone(&app);
        tokio::spawn(async move { file.watch(&app.rules).await });
    }
    let (listener, address) = listen(config.listen).await?;
    announce(&app, address);
    let router = http::router(Arc::clone(&app));
    listener::serve(listener, router, stop.requested(), &app.tasks).await;
    app.store.close().await;
    Ok(())
}

async fn production(
    settings: Production,
    passwords: PasswordPoolArgs,
) -> Result<(App, Option<WatchedKeyFile>), CommandError> {
    settings.delivery.warn_of_clear_text();
    tell_who_checks(&settings.access_tokens);
    let path = settings.database;
    let store = Store::open(&path).await;
    let store = store.map_err(|cause| CommandError::Database { path, cause })?;
    let app = App {
        clock: Arc::default(),
        store,
        rules: Rules::new(settings.keys.ring, settings.policy)?,
        tokens: access_tokens(settings.access_tokens)?,
        delivery: settings.delivery,
        tasks: Tasks::default(),
        passwords: PasswordPool::new(passwords)?,
        password_policy: password_policy(passwords),
        dev: None,
    };
    Ok((app, settings.keys.file))
}

async fn dev(delivery: Delivery, passwords: PasswordPoolArgs) -> Result<App, CommandError> {
    let clock = Arc::new(Clock::default());
    let keys = KeyRing::generate(Environment::Development, clock.now(), &entropy()?)?;
    let password_policy = password_policy(passwords);
    let (dev, tokens) = Dev::new(demo::user(&password_policy)?)?;
    let app = App {
        clock,
        store: Store::in_memory().await?,
        rules: Rules::new(keys, AccountPolicy::default())?,
        tokens: access_tokens(tokens)?,
        delivery,
        tasks: Tasks::default(),
        passwords: PasswordPool::new(passwords)?,
        password_policy,
        dev: Some(dev),
    };
    if let Some(dev) = &app.dev {
        dev.add_demo_user(&app).await?;
    }
    Ok(app)
}

/// Each thread's memory is kept: the system would take longer to give it than a tenth of a check.
fn password_policy(passwords: PasswordPoolArgs) -> Arc<PasswordPolicy> {
    Arc::new(PasswordPolicy::default().with_kept_memory(passwords.threads()))
}

fn access_tokens(settings: AccessTokenSettings) -> Result<AccessTokens, CommandError> {
    AccessTokens::new(settings).map_err(|cause| CommandError::Tls(cause.to_string()))
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), CommandError> {
    let failed = |cause| CommandError::Listen { address, cause };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
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
        match app.store.sweep_counters(app.now()).await {
            Ok(0) => {}
            Ok(swept) => tracing::debug!(swept, "expired counters removed"),
            Err(error) => tracing::error!(%error, "expired counters could not be removed"),
        }
    }
}

fn tell_who_checks(AccessTokenSettings { issuer, checked_by, .. }: &AccessTokenSettings) {
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

    async fn requested(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
