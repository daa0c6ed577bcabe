//! The pages: in every mode the one that a message's link "this was not me" opens and the API document
//! for people, in dev mode a demo of all that a signed-in user does.

mod file;
pub(super) mod session;

use std::future::ready;
use std::sync::Arc;

use axum::Router;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::map_response;
use axum::response::Response;

use super::routed;
use crate::app::App;

/// Nothing of another origin, nothing inline, and in nobody's frame.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// The same but for styles: the reader of the API document writes `style` attributes, which no nonce
/// can allow.
const POLICY_OF_DOCS: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; \
     img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

const HEADERS: [(HeaderName, HeaderValue); 4] = [
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
    let docs = routed(file::OF_DOCS.iter().map(file::File::route));
    guarded(pages, POLICY).merge(guarded(docs, POLICY_OF_DOCS))
}

fn guarded(pages: Router<Arc<App>>, policy: HeaderValue) -> Router<Arc<App>> {
    pages.layer(map_response(move |mut response: Response| {
        let headers = response.headers_mut();
        headers.insert(CONTENT_SECURITY_POLICY, policy.clone());
        headers.extend(HeaderMap::from_iter(HEADERS));
        ready(response)
    }))
}
