//! What is told of every request: a log line, a measurement, and its id on the answer.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use super::monitoring::is_monitoring;
use super::problem::ErrorType;
use super::request_id::{X_REQUEST_ID, request_id, trace_id};
use crate::app::App;

/// Tells of a request when it is answered. Whatever is logged meanwhile has its id.
///
/// Of its target only the route is told: a path or query can hold addresses.
pub(super) async fn tell(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let id = request_id(request.headers());
    let shown_id = id.as_ref().and_then(|id| id.to_str().ok());
    // Of the gravest level, so that none of the levels there are leaves lines without an id.
    let span = tracing::error_span!(
        "request",
        request.id = shown_id,
        trace_id = trace_id(request.headers())
    );
    let mut response = answer(&app, request, next).instrument(span).await;
    if let Some(id) = id {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    response
}

async fn answer(app: &App, request: Request, next: Next) -> Response {
    let method = name(request.method());
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let started = Instant::now();
    let response = next.run(request).await;
    let took = started.elapsed();
    let route = matched.as_ref().map(|path| path.as_str().trim_end_matches('/'));
    let status = response.status().as_u16();
    app.metrics.request(method, route.unwrap_or_default(), status, took);
    let code = response.extensions().get::<ErrorType>().map(|ErrorType(code)| *code);
    let seconds = took.as_secs_f64();
    // Preflights and probes come as often as they like and say nothing.
    if method == "OPTIONS" || route.is_some_and(is_monitoring) {
        tracing::debug!(
            http.request.method = method,
            http.route = route,
            http.response.status_code = status,
            http.server.request.duration = seconds,
            "answered"
        );
        return response;
    }
    tracing::info!(
        http.request.method = method,
        http.route = route,
        http.response.status_code = status,
        http.server.request.duration = seconds,
        error.type = code,
        "answered"
    );
    response
}

/// The method's name; those that HTTP does not know have one in common, for anybody can make some
/// up (OpenTelemetry's conventions for HTTP).
fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::HEAD => "HEAD",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::CONNECT => "CONNECT",
        Method::TRACE => "TRACE",
        _ => "_OTHER",
    }
}
