//! The session of the demo's page: a cookie with an access token of the demo user. In dev mode alone.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, COOKIE, HOST, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::response::Response;
use axum::routing::post;
use cookie::{Cookie, SameSite};

use super::super::answer::{Answer, no_content};
use super::super::{Problem, Route};
use crate::app::{App, fill_random};
use crate::demo;
use crate::dev::TokenRequest;

const NAME: &str = "sekisho_demo";

/// The access token of a request of the demo's page.
///
/// The cookie counts only where nothing else was given, and only from pages of this very origin: a
/// browser sends it along with what other ports of the same host ask for, too.
pub(in super::super) fn access_token(
    app: &App,
    method: &Method,
    headers: &HeaderMap,
) -> Option<String> {
    let may_count = app.dev.is_some() && !headers.contains_key(AUTHORIZATION);
    if !may_count || !is_of_own_page(method, headers) {
        return None;
    }
    let values = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut cookies = values.flat_map(Cookie::split_parse).flatten();
    cookies.find(|cookie| cookie.name() == NAME).map(|cookie| cookie.value().to_owned())
}

pub(super) fn route() -> Route {
    ("/demo/session", post(sign_in).delete(sign_out))
}

async fn sign_in(State(app): State<Arc<App>>, method: Method, headers: HeaderMap) -> Answer {
    let dev = app.dev.as_ref().ok_or_else(Problem::unexpected)?;
    require_own_page(&method, &headers)?;
    let mut id = [0; 16];
    fill_random(&mut id)?;
    let request = TokenRequest {
        expires_in: demo::TOKEN_LIFETIME,
        session_id: Some(format!("{:032x}", u128::from_be_bytes(id))),
        ..TokenRequest::for_user(demo::ID)
    };
    let token = dev.mint(&request, app.now()).map_err(|error| {
        tracing::error!(%error, "no access token for the demo user");
        Problem::unexpected()
    })?;
    Ok(with_cookie(&cookie(&headers, &token, demo::TOKEN_LIFETIME)))
}

async fn sign_out(method: Method, headers: HeaderMap) -> Answer {
    require_own_page(&method, &headers)?;
    Ok(with_cookie(&cookie(&headers, "", 0)))
}

fn require_own_page(method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    let refusal = "Only this server's own page signs in and out here: Sec-Fetch-Site must be \
                   same-origin; without it, Origin must name the same host and port as Host.";
    if is_of_own_page(method, headers) { Ok(()) } else { Err(Problem::invalid_input(refusal)) }
}

/// What a browser says about whoever asks; no page can change it (Fetch Metadata §2.3).
///
/// To an address without HTTPS that is not its own machine's a browser sends no `Sec-Fetch-Site`, but
/// `Origin` with all that changes something, and with what another page could read.
fn is_of_own_page(method: &Method, headers: &HeaderMap) -> bool {
    match (headers.get("sec-fetch-site"), headers.get(ORIGIN)) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => headers.get(HOST).is_some_and(|host| is_at(origin, host)),
        (None, None) => method.is_safe(),
    }
}

fn is_at(origin: &HeaderValue, host: &HeaderValue) -> bool {
    let at = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    at.is_some_and(|(_scheme, at)| at.as_bytes().eq_ignore_ascii_case(host.as_bytes()))
}

/// `Secure` where the page came by HTTPS, which the browser tells in `Origin`: a proxy may have ended
/// it.
fn cookie<'a>(headers: &HeaderMap, token: &'a str, max_age: i64) -> Cookie<'a> {
    let is_https = headers.get(ORIGIN).is_some_and(|o| o.as_bytes().starts_with(b"https://"));
    Cookie::build((NAME, token))
        .http_only(true)
        .same_site(SameSite::Strict)
        .path("/")
        .max_age(time::Duration::seconds(max_age))
        .secure(is_https)
        .build()
}

fn with_cookie(cookie: &Cookie<'_>) -> Response {
    let mut response = no_content();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers
        .extend(HeaderValue::from_str(&cookie.to_string()).ok().map(|value| (SET_COOKIE, value)));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_out_of_reach_of_scripts_and_of_other_sites() {
        let mut headers = HeaderMap::new();
        let attributes = "HttpOnly; SameSite=Strict";
        let set = |headers: &HeaderMap| cookie(headers, "token", 60).to_string();
        assert_eq!(set(&headers), format!("{NAME}=token; {attributes}; Path=/; Max-Age=60"));
        headers.insert(ORIGIN, HeaderValue::from_static("https://demo.example"));
        assert_eq!(
            set(&headers),
            format!("{NAME}=token; {attributes}; Secure; Path=/; Max-Age=60")
        );
    }

    fn asked(headers: &[(&'static str, &'static str)]) -> HeaderMap {
        let header =
            |&(name, value): &(&str, _)| (name.parse().unwrap(), HeaderValue::from_static(value));
        headers.iter().map(header).collect()
    }

    #[test]
    fn only_this_origin_is_its_own_page() {
        let here = ("origin", "http://192.0.2.2:3003");
        let host = ("host", "192.0.2.2:3003");
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let is_own = |headers: &[_]| is_of_own_page(&method, &asked(headers));
            assert!(is_own(&[("sec-fetch-site", "same-origin")]));
            // What it says counts alone.
            for site in ["same-site", "cross-site", "none", "Same-Origin", ""] {
                assert!(!is_own(&[("sec-fetch-site", site), here, host]), "{site}");
            }
        }
    }

    #[test]
    fn without_fetch_metadata_the_origin_is_the_host_that_is_asked() {
        let host = ("host", "lan.example:3003");
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let is_own = |headers: &[_]| is_of_own_page(&method, &asked(headers));
            for origin in ["http://lan.example:3003", "http://LAN.example:3003"] {
                assert!(is_own(&[("origin", origin), host]), "{origin}");
            }
            for origin in [
                "http://lan.example",
                "http://lan.example:3004",
                "http://lan.example:30030",
                "http://evil.example",
                "http://lan.example:3003.evil.example",
                "lan.example:3003",
                "null",
                "",
            ] {
                assert!(!is_own(&[("origin", origin), host]), "{origin}");
            }
            assert!(!is_own(&[("origin", "http://lan.example:3003")]));
            assert_eq!(is_own(&[host]), method == Method::GET, "{method}");
        }
        assert!(!is_of_own_page(&Method::POST, &asked(&[("origin", "null"), ("host", "null")])));
    }
}
