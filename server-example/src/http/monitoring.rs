//! For who watches the server: whether it lives, whether it is ready, and its metrics.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use clap::Args;
use prometheus_client::encoding::prometheus_text;
use serde_json::json;
use tower_http::catch_panic::CatchPanicLayer;

use super::answer::json_response;
use super::{Problem, Refusal, Route, access_log, answer_panic, limit_time};
use crate::app::App;

const HEALTH: &str = "/healthz";
const READINESS: &str = "/readyz";
const METRICS: &str = "/metrics";

/// Where the server is watched, and how it stops.
#[derive(Args)]
pub(crate) struct MonitoringArgs {
    /// Address and port of /metrics, /healthz and /readyz. Metrics tell who sees them how much you
    /// are used, so without this they are served in dev mode alone; with the address of --listen
    /// they are served there.
    #[arg(long, env = "SEKISHO_METRICS_LISTEN", value_name = "ADDRESS")]
    pub(crate) metrics_listen: Option<SocketAddr>,

    /// Seconds from SIGTERM until no connection is taken any more. /readyz says meanwhile that the
    /// server is not ready: give your load balancer the time to see that and to go elsewhere. A
    /// second signal ends the delay.
    #[arg(long, env = "SEKISHO_DRAIN_DELAY", default_value_t = 0, value_name = "SECONDS")]
    #[arg(value_parser = clap::value_parser!(u64).range(0..=300))]
    pub(crate) drain_delay: u64,
}

/// Where metrics are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MetricsPlace {
    Nowhere,
    /// Beside everything else.
    MainPort,
    OwnPort(SocketAddr),
}

impl MetricsPlace {
    pub(crate) fn new(metrics: Option<SocketAddr>, main: SocketAddr, is_dev: bool) -> Self {
        match metrics {
            // Port 0 is another one each time.
            Some(address) if address != main || address.port() == 0 => Self::OwnPort(address),
            Some(_) => Self::MainPort,
            None if is_dev => Self::MainPort,
            None => Self::Nowhere,
        }
    }
}

/// What the main port has of it.
pub(super) fn routes(metrics: MetricsPlace) -> Vec<Route> {
    let mut routes = vec![(HEALTH, get(live)), (READINESS, get(ready))];
    if metrics == MetricsPlace::MainPort {
        routes.push((METRICS, get(metrics_text)));
    }
    routes
}

/// All of it, for a port of its own.
pub(crate) fn router(app: Arc<App>) -> Router {
    routes(MetricsPlace::MainPort)
        .into_iter()
        .fold(Router::new(), |router, (path, methods)| router.route(path, methods))
        .fallback(|| async { Problem::from(Refusal::PathNotFound) })
        .method_not_allowed_fallback(|| async { Problem::from(Refusal::MethodNotAllowed) })
        .layer(from_fn(limit_time))
        .layer(CatchPanicLayer::custom(answer_panic))
        .layer(from_fn_with_state(Arc::clone(&app), access_log::tell))
        .with_state(app)
}

/// Whether the route is one of these.
pub(super) fn is_monitoring(route: &str) -> bool {
    [HEALTH, READINESS, METRICS].contains(&route)
}

/// The process answers, whatever else does not.
async fn live() -> Response {
    uncached(json_response(StatusCode::OK, &json!({ "status": "ok" })))
}

async fn ready(State(app): State<Arc<App>>) -> Response {
    let report = app.readiness.report(&app).await;
    let is_ready = report.is_ready();
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    uncached(json_response(status, &report))
}

async fn metrics_text(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let (media_type, text) = if wants_open_metrics(accepted) {
        (OPEN_METRICS, app.metrics.to_open_metrics())
    } else {
        (prometheus_text::CONTENT_TYPE, app.metrics.to_prometheus_text())
    };
    match text {
        Ok(text) => uncached(([(CONTENT_TYPE, media_type)], text).into_response()),
        Err(error) => {
            tracing::error!(%error, "the metrics could not be written");
            Problem::unexpected().into_response()
        }
    }
}

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Whether `OpenMetrics` is asked for: Prometheus does, a browser does not.
fn wants_open_metrics<'a>(mut accepted: impl Iterator<Item = &'a str>) -> bool {
    accepted.any(|value| value.contains("application/openmetrics-text"))
}

fn uncached(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_on_the_main_port_only_where_that_was_asked_for() {
        let address = |text: &str| Some(text.parse().unwrap());
        let place =
            |metrics, is_dev| MetricsPlace::new(metrics, "127.0.0.1:3001".parse().unwrap(), is_dev);
        assert_eq!(place(None, false), MetricsPlace::Nowhere);
        assert_eq!(place(None, true), MetricsPlace::MainPort);
        for is_dev in [false, true] {
            assert_eq!(place(address("127.0.0.1:3001"), is_dev), MetricsPlace::MainPort);
            let own = "127.0.0.1:9100".parse().unwrap();
            assert_eq!(place(Some(own), is_dev), MetricsPlace::OwnPort(own));
        }
        let any = "127.0.0.1:0".parse().unwrap();
        assert_eq!(MetricsPlace::new(Some(any), any, false), MetricsPlace::OwnPort(any));
    }
}
