//! Readiness: whether requests can be answered well now, for who decides where they go.

use std::fmt::Display;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::app::App;

/// How long a database may take: less than the second that most probes wait.
const PATIENCE: Duration = Duration::from_millis(800);

/// How long their answers are good. Asking costs a write, and anybody can ask.
const GOOD_FOR: Duration = Duration::from_secs(1);

/// An id that is no user's; whether there is one does not matter.
const NOBODY: &str = "readyz";

/// Whether the server is ready.
#[derive(Debug, Default)]
pub(crate) struct Readiness {
    is_stopping: AtomicBool,
    /// When the databases were asked last, and whether they answered. Who comes meanwhile waits for
    /// that.
    databases: Mutex<Option<(Instant, [bool; 2])>>,
    told: AtomicBool,
}

/// What was looked at, each by its state.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Report {
    status: &'static str,
    checks: Checks,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Checks {
    /// Not told to stop.
    server: &'static str,
    /// The store has written a row.
    store: &'static str,
    /// The users' database has answered.
    users: &'static str,
    /// A key seals now.
    keys: &'static str,
    /// The issuer's keys are known, where access tokens are checked by them.
    issuer: &'static str,
}

impl Report {
    pub(crate) fn is_ready(&self) -> bool {
        self.status == READY
    }
}

const READY: &str = "ready";

impl Readiness {
    /// From now on the server is not ready: it is about to stop.
    pub(crate) fn stop(&self) {
        self.is_stopping.store(true, Ordering::Relaxed);
    }

    /// Looks at everything. Takes a second at most.
    pub(crate) async fn report(&self, app: &App) -> Report {
        let [store_answers, users_answer] = self.databases_answer(app).await;
        let states = [
            (!self.is_stopping.load(Ordering::Relaxed), "stopping"),
            (store_answers, "failing"),
            (users_answer, "failing"),
            (app.rules.in_force().verifier.keys().seals_with(app.now()).is_ok(), "failing"),
            (app.tokens.can_judge(), "failing"),
        ];
        let is_ready = states.iter().all(|(is_well, _)| *is_well);
        let [server, store, users, keys, issuer] =
            states.map(|(is_well, otherwise)| if is_well { "ok" } else { otherwise });
        let status = if is_ready { READY } else { "not_ready" };
        let report = Report { status, checks: Checks { server, store, users, keys, issuer } };
        self.tell(&report);
        report
    }

    /// Whether the store takes a write and the users' database answers.
    async fn databases_answer(&self, app: &App) -> [bool; 2] {
        let mut last = self.databases.lock().await;
        if let Some((asked_at, answers)) = *last
            && asked_at.elapsed() < GOOD_FOR
        {
            return answers;
        }
        let store = ask("the store does not take a write", app.store.probe(app.now()));
        let users = ask("the users' database does not answer", app.users.user(NOBODY));
        let (store, users) = tokio::join!(store, users);
        *last = Some((Instant::now(), [store, users]));
        [store, users]
    }

    /// Logs a change, once.
    fn tell(&self, report: &Report) {
        let was_told = self.told.swap(!report.is_ready(), Ordering::Relaxed);
        let Checks { server, store, users, keys, issuer } = report.checks;
        match (was_told, report.is_ready()) {
            (false, false) => tracing::warn!(server, store, users, keys, issuer, "not ready"),
            (true, true) => tracing::info!("ready again"),
            _ => {}
        }
    }
}

/// Whether it is done in time; if not the log says why.
async fn ask<T>(
    what_fails: &'static str,
    asked: impl Future<Output = Result<T, impl Display>>,
) -> bool {
    match timeout(PATIENCE, asked).await {
        Ok(Ok(_)) => return true,
        Ok(Err(error)) => tracing::error!(%error, "{what_fails}"),
        Err(_) => {
            tracing::error!(seconds = PATIENCE.as_secs_f64(), "{what_fails} in time");
        }
    }
    false
}
