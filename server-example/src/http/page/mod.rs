//! The pages: in every mode the one that a message's link "this was not me" opens, in dev mode a demo
//! of all that a signed-in user does.

mod file;
pub(super) mod session;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::{Next, from_fn};
use axum::response::Response;

use super::routed;
use crate::app::App;

/// Nothing of another origin, nothing inline, and in nobody's frame.
const HEADERS: [(HeaderName, HeaderValue); 5] = [
    (
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
             img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
    ),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

/// The pages and their files.
pub(super) fn router(is_dev: bool) -> Router<Arc<App>> {
    let of_every_mode = file::OF_EVERY_MODE.iter().map(file::File::route);
    let pages = if is_dev {
        let of_dev_mode = file::OF_DEV_MODE.iter().map(file::File::route);
        routed(of_every_mode.chain(of_dev_mode).chain([file::INDEX.route(), session::route()]))
    } else {
        routed(of_every_mode)
    };
    pages.layer(from_fn(guard))
}

async fn guard(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().extend(HeaderMap::from_iter(HEADERS));
    response
}
