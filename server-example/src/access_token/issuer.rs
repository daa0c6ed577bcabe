//! The issuer: what it publishes, kept fresh by one task however many requests want it.

use std::sync::Arc;
use std::time::Duration;

use tokio::select;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep_until, timeout};

use super::claims::Expected;
use super::issuer_client::{IssuerClient, IssuerError, Metadata};
use super::issuer_keys::{IssuerKeys, PublishedKeys};

/// How often the issuer is asked, and how long its answer is good.
#[derive(Clone, Copy)]
pub(super) struct Timing {
    /// From one answer to the next question that nobody waits for. A key that the issuer takes
    /// back is refused after this.
    pub(super) refresh: Duration,
    /// The same after a failure.
    pub(super) retry: Duration,
    /// The least time between two questions, whoever asks: tokens with key ids that do not exist
    /// would otherwise be a way to flood the issuer.
    pub(super) pause: Duration,
    /// How long keys are trusted when the issuer answers no more.
    pub(super) trust: Duration,
    /// The longest that a request waits for the issuer. Above `pause` and an exchange together.
    pub(super) patience: Duration,
}

pub(super) const TIMING: Timing = Timing {
    refresh: Duration::from_mins(5),
    retry: Duration::from_secs(10),
    pause: Duration::from_secs(2),
    trust: Duration::from_hours(1),
    patience: Duration::from_secs(5),
};

/// What the issuer published when it was last asked.
pub(super) struct Published {
    pub(super) metadata: Metadata,
    pub(super) keys: IssuerKeys,
    as_of: Instant,
}

/// The issuer cannot be asked now. The log has the cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the issuer of access tokens does not answer, so whether a token is valid is not known")]
pub(super) struct Unavailable;

/// The issuer of access tokens.
pub(super) struct Issuer {
    answers: watch::Receiver<Answer>,
    wanted: Arc<Notify>,
    timing: Timing,
}

/// How the last question went.
struct Answer {
    asked_at: Instant,
    failed: bool,
    /// What was published when a question was last answered.
    published: Option<Arc<Published>>,
}

impl Issuer {
    /// Begins to ask; the issuer need not be there yet.
    pub(super) fn ask(client: Arc<IssuerClient>, expected: Expected, timing: Timing) -> Self {
        let nothing = Answer { asked_at: Instant::now(), failed: true, published: None };
        let (sender, answers) = watch::channel(nothing);
        let wanted = Arc::new(Notify::new());
        let asking = Asking { client, expected, timing, wanted: Arc::clone(&wanted), sender };
        tokio::spawn(asking.go_on());
        Self { answers, wanted, timing }
    }

    /// What is known without waiting, if it is still to be trusted.
    pub(super) fn known(&self) -> Option<Arc<Published>> {
        self.answers.borrow().published.as_ref().filter(|known| self.is_trusted(known)).cloned()
    }

    /// What is known if that is enough, and otherwise what the issuer answers to a question asked
    /// after this: nobody is told of a new key's token that there is no such key.
    ///
    /// # Errors
    /// [`Unavailable`], at the latest when the patience is at its end.
    pub(super) async fn published(
        &self,
        is_enough: impl Fn(&Published) -> bool,
    ) -> Result<Arc<Published>, Unavailable> {
        let is_enough = |known: &Arc<Published>| self.is_trusted(known) && is_enough(known);
        let wanted_at = Instant::now();
        let settles = |answer: &Answer| {
            answer.asked_at > wanted_at || answer.published.as_ref().is_some_and(is_enough)
        };
        let mut answers = self.answers.clone();
        if !settles(&answers.borrow()) {
            self.wanted.notify_one();
        }
        let answer = timeout(self.timing.patience, answers.wait_for(settles)).await;
        let answer = answer.map_err(|_| Unavailable)?.map_err(|_| Unavailable)?;
        match &answer.published {
            Some(published) if !answer.failed || is_enough(published) => Ok(Arc::clone(published)),
            _ => Err(Unavailable),
        }
    }

    fn is_trusted(&self, published: &Published) -> bool {
        published.as_of.elapsed() <= self.timing.trust
    }
}

/// The task that asks.
struct Asking {
    client: Arc<IssuerClient>,
    expected: Expected,
    timing: Timing,
    wanted: Arc<Notify>,
    sender: watch::Sender<Answer>,
}

impl Asking {
    async fn go_on(self) {
        let Timing { refresh, retry, pause, .. } = self.timing;
        while !self.sender.is_closed() {
            let asked_at = Instant::now();
            let published = self.fetch(asked_at).await;
            let due = asked_at + if published.is_ok() { refresh } else { retry };
            self.tell(asked_at, published);
            select! {
                () = self.wanted.notified() => {}
                () = self.sender.closed() => {}
                () = sleep_until(due) => {}
            }
            sleep_until(asked_at + pause).await;
        }
    }

    async fn fetch(&self, as_of: Instant) -> Result<Published, IssuerError> {
        let metadata = self.client.metadata().await?;
        let keys: PublishedKeys = self.client.fetch(metadata.jwks_uri.clone()).await?;
        Ok(Published { metadata, keys: IssuerKeys::new(keys, &self.expected), as_of })
    }

    fn tell(&self, asked_at: Instant, published: Result<Published, IssuerError>) {
        let failed = published.is_err();
        let issuer = &self.expected.issuer;
        match &published {
            Err(error) => tracing::error!(issuer, %error, "the issuer's keys are not to be had"),
            Ok(published) if published.keys.is_empty() => {
                tracing::warn!(issuer, "the issuer publishes no key that signs access tokens");
            }
            // The first time and after every failure.
            Ok(_) if self.sender.borrow().failed => {
                tracing::info!(issuer, "the issuer's keys are known");
            }
            Ok(_) => tracing::debug!(issuer, "the issuer's keys are known as they are now"),
        }
        self.sender.send_modify(|answer| {
            answer.asked_at = asked_at;
            answer.failed = failed;
            if let Ok(published) = published {
                answer.published = Some(Arc::new(published));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::Router;
    use axum::routing::get;
    use jsonwebtoken::{Algorithm, Header};
    use serde_json::{Value, json};
    use tokio::net::TcpListener;
    use tokio::sync::Mutex;
    use tokio::task::JoinSet;
    use tokio::time::sleep;

    use super::*;
    use crate::http::listener::serve;
    use crate::tasks::Tasks;

    const QUICK: Timing = Timing {
        refresh: Duration::from_mins(1),
        retry: Duration::from_mins(1),
        pause: Duration::from_millis(50),
        trust: Duration::from_mins(1),
        patience: Duration::from_secs(2),
    };

    /// An issuer of this process. While `silent` is locked it takes questions and answers none.
    struct TestIssuer {
        url: String,
        key_ids: Mutex<Vec<&'static str>>,
        name: Mutex<String>,
        asked: AtomicUsize,
        silent: Mutex<()>,
    }

    impl TestIssuer {
        async fn start() -> Arc<Self> {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("http://{}", listener.local_addr().unwrap());
            let this = Arc::new(Self {
                name: Mutex::new(url.clone()),
                url,
                key_ids: Mutex::default(),
                asked: AtomicUsize::new(0),
                silent: Mutex::default(),
            });
            let metadata = Arc::clone(&this);
            let keys = Arc::clone(&this);
            let router = Router::new()
                .route(
                    "/.well-known/openid-configuration",
                    get(async move || metadata.metadata().await.to_string()),
                )
                .route("/jwks", get(async move || keys.jwks().await.to_string()));
            tokio::spawn(async move {
                serve(listener, router, pending(), &Tasks::default()).await;
            });
            this
        }

        async fn metadata(&self) -> Value {
            self.asked.fetch_add(1, Ordering::SeqCst);
            drop(self.silent.lock().await);
            json!({ "issuer": *self.name.lock().await, "jwks_uri": format!("{}/jwks", self.url) })
        }

        async fn jwks(&self) -> Value {
            let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
            let key = |id| json!({ "kid": id, "kty": "OKP", "crv": "Ed25519", "x": x });
            let ids = self.key_ids.lock().await.clone();
            json!({ "keys": ids.into_iter().map(key).collect::<Vec<_>>() })
        }

        fn asked_by_us(&self, timing: Timing) -> Arc<Issuer> {
            let client = IssuerClient::new(self.url.parse().unwrap()).unwrap();
            let expected = Expected { issuer: self.url.clone(), audience: "a".into() };
            Arc::new(Issuer::ask(Arc::new(client), expected, timing))
        }
    }

    /// Whether there is a key of this id, as far as the issuer tells.
    async fn has_key(issuer: &Issuer, id: &str) -> Result<bool, Unavailable> {
        let header = Header { kid: Some(id.into()), ..Header::new(Algorithm::EdDSA) };
        let finds = |known: &Published| known.keys.find(&header).unwrap().is_some();
        issuer.published(finds).await.map(|published| finds(&published))
    }

    #[tokio::test]
    async fn a_new_key_is_known_at_once_and_a_key_that_is_none_is_told_so() {
        let there = TestIssuer::start().await;
        there.key_ids.lock().await.push("a");
        let issuer = there.asked_by_us(QUICK);
        assert_eq!(has_key(&issuer, "a").await, Ok(true));
        assert_eq!(has_key(&issuer, "b").await, Ok(false));
        there.key_ids.lock().await.push("b");
        assert_eq!(has_key(&issuer, "b").await, Ok(true));
        let before = there.asked.load(Ordering::SeqCst);
        for _ in 0..100 {
            assert_eq!(has_key(&issuer, "a").await, Ok(true));
        }
        sleep(2 * QUICK.pause).await;
        // One more was under way for those who asked before.
        assert!(there.asked.load(Ordering::SeqCst) <= before + 1);
    }

    #[tokio::test]
    async fn many_requests_share_one_question_and_questions_are_rare() {
        let there = TestIssuer::start().await;
        let issuer = there.asked_by_us(QUICK);
        assert_eq!(has_key(&issuer, "none").await, Ok(false));
        let before = there.asked.load(Ordering::SeqCst);
        let began = Instant::now();
        let mut requests = JoinSet::new();
        for number in 0..500 {
            let issuer = Arc::clone(&issuer);
            requests.spawn(async move { has_key(&issuer, &number.to_string()).await });
        }
        for answer in requests.join_all().await {
            assert_eq!(answer, Ok(false));
        }
        let pauses = began.elapsed().as_millis() / QUICK.pause.as_millis();
        let asked = there.asked.load(Ordering::SeqCst) - before;
        assert!((1..=2 + usize::try_from(pauses).unwrap()).contains(&asked), "{asked} {pauses}");
    }

    #[tokio::test]
    async fn a_silent_issuer_makes_nobody_wait_longer_than_stated() {
        let there = TestIssuer::start().await;
        there.key_ids.lock().await.push("a");
        let timing = Timing { patience: Duration::from_millis(300), ..QUICK };
        let issuer = there.asked_by_us(timing);
        assert_eq!(has_key(&issuer, "a").await, Ok(true));
        let silent = there.silent.lock().await;
        let began = Instant::now();
        assert_eq!(has_key(&issuer, "b").await, Err(Unavailable));
        assert!(began.elapsed() < Duration::from_secs(1));
        assert_eq!(has_key(&issuer, "a").await, Ok(true));
        drop(silent);
        sleep(2 * QUICK.pause).await;
        assert_eq!(has_key(&issuer, "b").await, Ok(false));
    }

    #[tokio::test]
    async fn keys_are_not_trusted_for_ever() {
        let there = TestIssuer::start().await;
        there.key_ids.lock().await.push("a");
        let timing = Timing {
            refresh: Duration::from_millis(50),
            trust: Duration::from_millis(900),
            patience: Duration::from_millis(300),
            ..QUICK
        };
        let issuer = there.asked_by_us(timing);
        assert_eq!(has_key(&issuer, "a").await, Ok(true));
        // While the issuer answers, what it said is renewed.
        sleep(2 * timing.trust).await;
        assert!(issuer.known().is_some());
        // What it takes back is gone.
        there.key_ids.lock().await.clear();
        sleep(4 * timing.refresh).await;
        assert_eq!(has_key(&issuer, "a").await, Ok(false));
        there.key_ids.lock().await.push("a");
        assert_eq!(has_key(&issuer, "a").await, Ok(true));

        let _silent = there.silent.lock().await;
        assert!(issuer.known().is_some());
        sleep(2 * timing.trust).await;
        assert!(issuer.known().is_none());
        assert_eq!(has_key(&issuer, "a").await, Err(Unavailable));
    }

    #[tokio::test]
    async fn another_issuers_document_is_not_believed() {
        let there = TestIssuer::start().await;
        there.key_ids.lock().await.push("a");
        *there.name.lock().await = "https://other.example".into();
        let issuer = there.asked_by_us(QUICK);
        assert_eq!(has_key(&issuer, "a").await, Err(Unavailable));
        there.name.lock().await.clone_from(&there.url);
        assert_eq!(has_key(&issuer, "a").await, Ok(true));
    }
}
