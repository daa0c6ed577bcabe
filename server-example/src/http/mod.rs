//! HTTP: the contract's paths, and what every request passes through on its way.

mod access_log;
pub(crate) mod answer;
mod approval;
mod authentication;
pub(crate) mod body;
mod cors;
mod endpoint;
pub(crate) mod listener;
pub(crate) mod monitoring;
mod my_account;
pub(crate) mod openapi;
mod page;
mod problem;
mod refusal;
mod request_id;
mod transfers;
mod verifications;

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::App;
use crate::dev::{self, Dev};
use endpoint::Endpoint;
use monitoring::MetricsPlace;
pub(crate) use problem::Problem;
pub(crate) use refusal::Refusal;

/// The longest a request may take; a mail server may take most of it.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Every path there is. The control surface exists in dev mode alone.
pub(crate) fn router(app: Arc<App>, metrics: MetricsPlace) -> Router {
    let control = if app.dev.is_some() { dev::routes() } else { Vec::new() };
    let example = if app.dev.is_some() { example() } else { Vec::new() };
    let documented = contract().into_iter().chain(example).map(Endpoint::into_route);
    let shared = routed(documented.chain([("/openapi.json", get(openapi::show))]))
        .fallback(|| async { Problem::from(Refusal::PathNotFound) })
        .layer(from_fn(cors::share));
    // No page of another origin has any business there.
    let own = routed(monitoring::routes(metrics).into_iter().chain(control));
    let mut all = shared.merge(own).merge(page::router(app.dev.is_some()));
    if app.dev.as_ref().is_some_and(Dev::is_shared) {
        all = all.layer(from_fn_with_state(Arc::clone(&app), dev::follow));
    }
    all.layer(from_fn_with_state(Arc::clone(&app), access_log::tell)).with_state(app)
}

fn routed(routes: impl Iterator<Item = Route>) -> Router<Arc<App>> {
    routes
        .fold(Router::new(), |router, (path, methods)| {
            let router = router.route(path, methods.clone());
            // Trailing slashes match; the root is one.
            if path == "/" { router } else { router.route(&format!("{path}/"), methods) }
        })
        .method_not_allowed_fallback(|| async { Problem::from(Refusal::MethodNotAllowed) })
        .layer(from_fn(limit_time))
        .layer(CatchPanicLayer::custom(answer_panic))
}

/// A path and what answers there.
pub(crate) type Route = (&'static str, MethodRouter<Arc<App>>);

fn contract() -> Vec<Endpoint> {
    use my_account as account;
    use verifications as v;
    vec![
        Endpoint::at("/api/verifications/password").post(v::VERIFY_PASSWORD, v::verify_password),
        Endpoint::at("/api/verifications/password/verify")
            .post(v::VERIFY_PASSWORD_TOO, v::verify_password),
        Endpoint::at("/api/verifications/verification-code").post(v::SEND_CODE, v::send_code),
        Endpoint::at("/api/verifications/verification-code/verify")
            .post(v::CHECK_CODE, v::check_code),
        Endpoint::at("/api/verifications/verification-code/resend")
            .post(v::RESEND_CODE, v::resend_code),
        Endpoint::at("/api/verifications/revoke").post(v::REVOKE_BY_LINK, v::revoke_by_link),
        Endpoint::at("/api/verifications/{id}").delete(v::REVOKE, v::revoke),
        Endpoint::at("/api/my-account").get(account::SHOW, account::show),
        Endpoint::at("/api/my-account/password").post(account::SET_PASSWORD, account::set_password),
        Endpoint::at("/api/my-account/primary-email")
            .post(account::SET_EMAIL, account::set_email)
            .delete(account::REMOVE_EMAIL, account::remove_email),
        Endpoint::at("/api/my-account/primary-phone")
            .post(account::SET_PHONE, account::set_phone)
            .delete(account::REMOVE_PHONE, account::remove_phone),
    ]
}

/// What dev mode has to try operations out with.
fn example() -> Vec<Endpoint> {
    use transfers as t;
    vec![Endpoint::at("/api/transfers").post(t::MAKE_TRANSFER, t::make_transfer)]
}

async fn limit_time(request: Request, next: Next) -> Response {
    let answer = tokio::time::timeout(REQUEST_TIMEOUT, next.run(request)).await;
    answer.unwrap_or_else(|_| {
        tracing::error!(seconds = REQUEST_TIMEOUT.as_secs(), "a request took too long");
        Problem::unavailable().into_response()
    })
}

fn answer_panic(_cause: Box<dyn Any + Send>) -> Response {
    tracing::error!("a request broke down; the panic message is on standard error");
    Problem::unexpected().into_response()
}
