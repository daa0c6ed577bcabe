//! Cross-origin requests (Fetch standard): any origin may call, none with cookies.
//!
//! Written here because the contract's answers (`*` where there is no origin, a preflight of 204
//! on every path) are ones that `tower_http::cors` does not give.

use axum::extract::Request;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_REQUEST_HEADERS, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

const METHODS: HeaderValue = HeaderValue::from_static("GET,HEAD,PUT,POST,DELETE,PATCH");
const ANY: HeaderValue = HeaderValue::from_static("*");

/// Answers a preflight, and adds to every other answer of these paths, errors too, that any origin
/// may read it.
pub(crate) async fn share(request: Request, next: Next) -> Response {
    let origin = request.headers().get(ORIGIN).cloned();
    let mut response = if request.method() == Method::OPTIONS {
        preflight(request.headers())
    } else {
        let mut response = next.run(request).await;
        response.headers_mut().insert(ACCESS_CONTROL_EXPOSE_HEADERS, ANY);
        response
    };
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.unwrap_or(ANY));
    headers.append(VARY, HeaderValue::from_static("Origin"));
    response
}

fn preflight(request: &HeaderMap) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    if let Some(requested) = request.get(ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, requested.clone());
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preflight_echoes_the_headers_asked_for() {
        let mut request = HeaderMap::new();
        assert!(preflight(&request).headers().get(ACCESS_CONTROL_ALLOW_HEADERS).is_none());
        let asked = HeaderValue::from_static("authorization,logto-verification-id");
        request.insert(ACCESS_CONTROL_REQUEST_HEADERS, asked.clone());
        let response = preflight(&request);
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        assert_eq!(response.headers()[ACCESS_CONTROL_ALLOW_HEADERS], asked);
        assert_eq!(response.headers()[ACCESS_CONTROL_ALLOW_METHODS], METHODS);
    }
}
