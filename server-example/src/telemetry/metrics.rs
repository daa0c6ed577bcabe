//! Metrics, in the names of Prometheus and of OpenTelemetry's conventions for HTTP servers.
//!
//! No label has more values than the code has words: never an id, an address or a path as it came.

use std::fmt::{self, Debug};
use std::hash::Hash;
use std::time::{Duration, Instant};

use prometheus_client::encoding::{EncodeLabelSet, prometheus_text, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use sekisho::Identifier;

use super::audit::channel;
use super::process::Process;

/// Everything that is counted and measured.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Histogram>,
    verifications: Family<VerificationLabels, Counter>,
    sends: Family<SendLabels, Counter>,
    record_uses: Family<RecordUseLabels, Counter>,
    account_changes: Family<AccountChangeLabels, Counter>,
    revocations: Family<RevocationLabels, Counter>,
    access_tokens: Family<OutcomeLabel, Counter>,
    deliveries: Family<ChannelLabel, Histogram>,
    additions: Histogram,
    failed_additions: Counter,
    pub(super) blocks: Counter,
    pub(crate) pool: PoolMetrics,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
#[expect(clippy::struct_field_names, reason = "OpenTelemetry names them so")]
struct RequestLabels {
    http_request_method: &'static str,
    http_route: String,
    http_response_status_code: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct VerificationLabels {
    method: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SendLabels {
    channel: &'static str,
    template: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RecordUseLabels {
    requirement: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct AccountChangeLabels {
    field: &'static str,
    action: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RevocationLabels {
    by: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabel {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ChannelLabel {
    channel: &'static str,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut ours = Catalogue(Registry::default());
        ours.0.register_collector(Box::new(Process::started_now()));
        let version = [("version", env!("CARGO_PKG_VERSION"))];
        ours.0.register("sekisho_build", "The version that runs", Info::new(version));
        Self {
            requests: ours.seconds_each(
                "http_server_request_duration",
                "How long requests took, from their head to the answer's head",
                request_buckets,
            ),
            verifications: ours.counters("sekisho_verifications", "Passwords and codes checked"),
            sends: ours.counters("sekisho_code_sends", "Codes asked for"),
            record_uses: ours.counters("sekisho_record_uses", "Verification records shown"),
            account_changes: ours
                .counters("sekisho_account_changes", "Changes of accounts asked for"),
            revocations: ours.counters(
                "sekisho_revocations",
                "Verifications to be revoked, by their users or by the links of messages",
            ),
            access_tokens: ours.counters("sekisho_access_token_checks", "Access tokens checked"),
            deliveries: ours.seconds_each(
                "sekisho_delivery_duration",
                "How long providers took for a message, taken or not",
                delivery_buckets,
            ),
            additions: ours.seconds(
                "sekisho_counter_store_duration",
                "How long additions to counters took, waiting included",
                &QUICK,
            ),
            failed_additions: ours
                .counter("sekisho_counter_store_failures", "Additions that failed"),
            blocks: ours
                .counter("sekisho_blocks", "Users who became blocked after too many failures"),
            pool: PoolMetrics::new(&mut ours),
            registry: ours.0,
        }
    }

    /// The text format of Prometheus (version 0.0.4).
    pub(crate) fn to_prometheus_text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        prometheus_text::encode(&mut text, &self.registry).map(|()| text)
    }

    /// The text format of `OpenMetrics` 1.0.
    pub(crate) fn to_open_metrics(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        text::encode(&mut text, &self.registry).map(|()| text)
    }

    /// `route` is as the server has it, empty where there is none for the request.
    pub(crate) fn request(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let labels = RequestLabels {
            http_request_method: method,
            http_route: route.to_owned(),
            http_response_status_code: status,
        };
        self.requests.get_or_create(&labels).observe(took.as_secs_f64());
    }

    pub(crate) fn access_token_check(&self, outcome: &'static str) {
        self.access_tokens.get_or_create(&OutcomeLabel { outcome }).inc();
    }

    /// A message was handed to its provider, or was not taken.
    pub(crate) fn delivery(&self, to: &Identifier, took: Duration) {
        let labels = ChannelLabel { channel: channel(to) };
        self.deliveries.get_or_create(&labels).observe(took.as_secs_f64());
    }

    /// Counters were added to, or were not.
    pub(crate) fn addition(&self, took: Duration, has_failed: bool) {
        self.additions.observe(took.as_secs_f64());
        if has_failed {
            self.failed_additions.inc();
        }
    }

    pub(super) fn verification(&self, method: &'static str, outcome: &'static str) {
        self.verifications.get_or_create(&VerificationLabels { method, outcome }).inc();
    }

    pub(super) fn send(
        &self,
        channel: &'static str,
        template: &'static str,
        outcome: &'static str,
    ) {
        self.sends.get_or_create(&SendLabels { channel, template, outcome }).inc();
    }

    pub(super) fn record_use(&self, requirement: &'static str, outcome: &'static str) {
        self.record_uses.get_or_create(&RecordUseLabels { requirement, outcome }).inc();
    }

    pub(super) fn revocation(&self, by: &'static str, outcome: &'static str) {
        self.revocations.get_or_create(&RevocationLabels { by, outcome }).inc();
    }

    pub(super) fn account_change(
        &self,
        field: &'static str,
        action: &'static str,
        outcome: &'static str,
    ) {
        self.account_changes.get_or_create(&AccountChangeLabels { field, action, outcome }).inc();
    }
}

/// What the password pool tells of itself. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct PoolMetrics {
    wait: Histogram,
    work: Histogram,
    waiting: Gauge,
    seats: Gauge,
    taken: Gauge,
    turned_away: Counter,
}

impl PoolMetrics {
    fn new(ours: &mut Catalogue) -> Self {
        let wait = "How long requests waited for a seat, those included that got none";
        let work = "How long password work took in its seat";
        Self {
            wait: ours.seconds("sekisho_password_pool_wait", wait, &SLOW),
            work: ours.seconds("sekisho_password_pool_work", work, &SLOW),
            waiting: ours
                .gauge("sekisho_password_pool_waiting", "Requests that wait for a seat now"),
            seats: ours.gauge("sekisho_password_pool_seats", "Seats there are"),
            taken: ours.gauge("sekisho_password_pool_seats_taken", "Seats taken now"),
            turned_away: ours
                .counter("sekisho_password_pool_refusals", "Requests that got no seat in time"),
        }
    }

    /// There are so many seats.
    pub(crate) fn open(&self, seats: usize) {
        self.seats.set(i64::try_from(seats).unwrap_or(i64::MAX));
    }

    /// A request waits for a seat, until this is dropped.
    pub(crate) fn wait(&self) -> Waiting {
        self.waiting.inc();
        Waiting { since: Instant::now(), metrics: self.clone() }
    }

    /// A seat is taken, until this is dropped.
    pub(crate) fn take(&self) -> Taken {
        self.taken.inc();
        Taken { worked: Duration::ZERO, metrics: self.clone() }
    }

    pub(crate) fn turn_away(&self) {
        self.turned_away.inc();
    }
}

/// A request that waits for a seat.
#[derive(Debug)]
pub(crate) struct Waiting {
    since: Instant,
    metrics: PoolMetrics,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.metrics.waiting.dec();
        self.metrics.wait.observe(self.since.elapsed().as_secs_f64());
    }
}

/// A seat that is taken.
#[derive(Debug)]
pub(crate) struct Taken {
    worked: Duration,
    metrics: PoolMetrics,
}

impl Taken {
    /// A part of the work was done.
    pub(crate) fn has_worked(&mut self, took: Duration) {
        self.worked += took;
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.metrics.taken.dec();
        if !self.worked.is_zero() {
            self.metrics.work.observe(self.worked.as_secs_f64());
        }
    }
}

/// Upper bounds in seconds: OpenTelemetry's for HTTP, and two below them, since most answers are
/// that quick.
const REQUEST: [f64; 16] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];

/// Of what takes a disk's time: 0.1 ms to the 5 s after which the store gives up.
const QUICK: [f64; 14] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// Of what takes a hash's or a provider's time: 5 ms to 15 s.
const SLOW: [f64; 12] = [0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0];

fn request_buckets() -> Histogram {
    Histogram::new(REQUEST)
}

fn delivery_buckets() -> Histogram {
    Histogram::new(SLOW)
}

/// The registry, while it is being filled.
struct Catalogue(Registry);

impl Catalogue {
    fn counter(&mut self, name: &str, help: &str) -> Counter {
        let counter = Counter::default();
        self.0.register(name, help, counter.clone());
        counter
    }

    fn counters<L: Labels>(&mut self, name: &str, help: &str) -> Family<L, Counter> {
        let family = Family::default();
        self.0.register(name, help, family.clone());
        family
    }

    fn gauge(&mut self, name: &str, help: &str) -> Gauge {
        let gauge = Gauge::default();
        self.0.register(name, help, gauge.clone());
        gauge
    }

    fn seconds(&mut self, name: &str, help: &str, bounds: &[f64]) -> Histogram {
        let histogram = Histogram::new(bounds.iter().copied());
        self.0.register_with_unit(name, help, Unit::Seconds, histogram.clone());
        histogram
    }

    fn seconds_each<L: Labels>(
        &mut self,
        name: &str,
        help: &str,
        buckets: fn() -> Histogram,
    ) -> Family<L, Histogram> {
        let family = Family::new_with_constructor(buckets);
        self.0.register_with_unit(name, help, Unit::Seconds, family.clone());
        family
    }
}

/// What a family of metrics asks of its labels.
trait Labels: EncodeLabelSet + Clone + Debug + Eq + Hash + Send + Sync + 'static {}

impl<L: EncodeLabelSet + Clone + Debug + Eq + Hash + Send + Sync + 'static> Labels for L {}
