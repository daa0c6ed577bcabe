//! Readiness: whether requests can be answered well now, for who decides where they go.

use std::fmt::Display;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sekisho::Timestamp;
use serde::Serialize;
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::app::App;
use crate::store::CounterStore;
use crate::tasks::Tasks;
use crate::users::Users;

/// How long a database may take: less than the second that most probes wait.
const PATIENCE: Duration = Duration::from_millis(800);

/// How long their answers are good. Asking costs a write, and anybody can ask.
const GOOD_FOR: Duration = Duration::from_secs(1);

/// Whether the server is ready.
#[derive(Debug, Default)]
pub(crate) struct Readiness {
    is_stopping: AtomicBool,
    /// When the databases were asked last, and whether they answered. Who comes meanwhile waits for
    /// that.
    databases: Arc<Mutex<Option<Asked>>>,
    told: AtomicBool,
}

/// An outcome of asking the databases, and when it came.
#[derive(Debug)]
struct Asked {
    at: Instant,
    answers: [bool; 2],
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
    /// The store of counters has taken a write.
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
        let databases = (Arc::clone(&app.counters), Arc::clone(&app.users));
        let [store_answers, users_answer] =
            self.databases_answer(databases, &app.tasks, app.now()).await;
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
    async fn databases_answer(
        &self,
        (store, users): (Arc<dyn CounterStore>, Arc<dyn Users>),
        tasks: &Tasks,
        now: Timestamp,
    ) -> [bool; 2] {
        let mut last = Arc::clone(&self.databases).lock_owned().await;
        if let Some(asked) = &*last
            && asked.at.elapsed() < GOOD_FOR
        {
            return asked.answers;
        }
        // To its end: else who hangs up at once would have each next one ask anew.
        let asked = tasks.finish(async move {
            let store = ask("the store of counters does not take a write", store.probe(now));
            let users = ask("the users' database does not answer", users.probe());
            let answers = <[bool; 2]>::from(tokio::join!(store, users));
            *last = Some(Asked { at: Instant::now(), answers });
            answers
        });
        asked.await.unwrap_or([false; 2])
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::SqliteStore;

    #[tokio::test]
    async fn who_hangs_up_does_not_have_the_next_one_ask_anew() {
        let store = SqliteStore::in_memory().unwrap();
        let (readiness, tasks) = (Readiness::default(), Tasks::default());
        let now = Timestamp::from_unix_seconds(1_764_000_000).unwrap();
        let users: Arc<dyn Users> = Arc::new(store.clone());
        let held = store.hold_writer().await;
        let counters: Arc<dyn CounterStore> = Arc::new(store.clone());
        let asking = readiness.databases_answer((counters, users), &tasks, now);
        assert!(
            timeout(Duration::from_millis(20), asking).await.is_err(),
            "it waits for the store"
        );
        drop(held);
        tasks.finished().await;
        let last = readiness.databases.lock().await;
        assert_eq!(last.as_ref().map(|asked| asked.answers), Some([true, true]));
    }
}
