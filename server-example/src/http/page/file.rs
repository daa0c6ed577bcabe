//! The files of the pages, embedded in the binary.

use std::sync::{Arc, LazyLock};

use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};

use super::super::Route;
use crate::app::App;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// A file and where it is served.
pub(super) struct File {
    path: &'static str,
    media_type: &'static str,
    content: Content,
}

#[derive(Clone, Copy)]
enum Content {
    Text(&'static str),
    Gzip(&'static [u8]),
}

macro_rules! web {
    ($name:literal) => {
        Content::Text(include_str!(concat!("../../../web/", $name)))
    };
    ($media_type:ident, $name:literal) => {
        File { path: concat!("/web/", $name), media_type: $media_type, content: web!($name) }
    };
}

/// What the link "this was not me" needs.
pub(super) const OF_EVERY_MODE: &[File] = &[
    File { path: "/not-me", media_type: HTML, content: web!("not-me.html") },
    web!(JAVASCRIPT, "not-me.js"),
    web!(JAVASCRIPT, "language.js"),
    web!(CSS, "page.css"),
];

/// The API document for people. The reader itself is packed by the build script.
pub(super) const OF_DOCS: &[File] = &[
    File { path: "/docs", media_type: HTML, content: web!("docs.html") },
    web!(JAVASCRIPT, "docs.js"),
    File {
        path: "/web/scalar.js",
        media_type: JAVASCRIPT,
        content: Content::Gzip(include_bytes!(concat!(env!("OUT_DIR"), "/scalar.js.gz"))),
    },
];

/// The demo's page, at the root.
pub(super) const INDEX: File = File { path: "/", media_type: HTML, content: web!("index.html") };

/// What the demo needs besides.
pub(super) const OF_DEV_MODE: &[File] = &[
    web!(JAVASCRIPT, "page.js"),
    web!(JAVASCRIPT, "page-texts.js"),
    web!(JAVASCRIPT, "sekisho-verify.js"),
    web!(JAVASCRIPT, "sekisho-verify/chooser.js"),
    web!(JAVASCRIPT, "sekisho-verify/client.js"),
    web!(JAVASCRIPT, "sekisho-verify/code-form.js"),
    web!(JAVASCRIPT, "sekisho-verify/element.js"),
    web!(JAVASCRIPT, "sekisho-verify/facts.js"),
    web!(JAVASCRIPT, "sekisho-verify/form.js"),
    web!(JAVASCRIPT, "sekisho-verify/node.js"),
    web!(JAVASCRIPT, "sekisho-verify/panel.js"),
    web!(JAVASCRIPT, "sekisho-verify/password-form.js"),
    web!(JAVASCRIPT, "sekisho-verify/style.js"),
    web!(JAVASCRIPT, "sekisho-verify/texts.js"),
];

impl File {
    pub(super) fn route(&self) -> Route {
        let Self { path, media_type, content } = *self;
        // Not before somebody asks: the reader is large, and most servers never show it.
        let tag = Arc::new(LazyLock::new(move || entity_tag(content.bytes())));
        let show =
            move |headers: HeaderMap| async move { show(media_type, content, &tag, &headers) };
        (path, get::<_, _, Arc<App>>(show))
    }
}

impl Content {
    const fn bytes(self) -> &'static [u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Gzip(packed) => packed,
        }
    }
}

/// A browser keeps the file and asks each time whether it is still the same.
fn show(media_type: &'static str, content: Content, tag: &str, asked: &HeaderMap) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.extend(HeaderValue::from_str(tag).ok().map(|tag| (ETAG, tag)));
    if is_known(tag, asked) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    // Every browser unpacks it, and it is for browsers alone.
    if matches!(content, Content::Gzip(_)) {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    (headers, content.bytes()).into_response()
}

fn entity_tag(content: &[u8]) -> String {
    format!("\"{}\"", Base64UrlUnpadded::encode_string(&Sha256::digest(content)))
}

/// `If-None-Match` compares weakly (RFC 9110 §13.1.2): a proxy that packs files makes tags weak.
fn is_known(tag: &str, asked: &HeaderMap) -> bool {
    let lists = asked.get_all(IF_NONE_MATCH).iter().filter_map(|list| list.to_str().ok());
    let mut tags = lists.flat_map(|list| list.split(',')).map(str::trim);
    tags.any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_file_is_not_sent_again() {
        let (tag, text) = (entity_tag(b"text"), Content::Text("text"));
        let asked = |values: &[&str]| -> HeaderMap {
            values.iter().map(|value| (IF_NONE_MATCH, value.parse().unwrap())).collect()
        };
        for known in [&[tag.as_str()][..], &["*"], &[&format!("W/{tag}")], &["\"a\"", &tag]] {
            let response = show(HTML, text, &tag, &asked(known));
            assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{known:?}");
            assert_eq!(response.headers()[ETAG], tag);
            assert!(!response.headers().contains_key(CONTENT_TYPE));
        }
        for unknown in [&[][..], &["\"a\""], &["text"]] {
            let response = show(HTML, text, &tag, &asked(unknown));
            assert_eq!(response.status(), StatusCode::OK, "{unknown:?}");
            assert_eq!(response.headers()[CONTENT_TYPE], HTML);
        }
    }

    /// It is in the binary, and nobody waits for it but who opens the document.
    #[test]
    fn the_reader_takes_little_room() {
        let size: usize = OF_DOCS.iter().map(|file| file.content.bytes().len()).sum();
        assert!((1_000_000..1_600_000).contains(&size), "{size} bytes");
    }

    /// Whoever opens a page on a slow line waits for all of it.
    #[test]
    fn no_page_is_large() {
        let index = |path: &str| !path.contains("not-me");
        let not_me = |path: &str| OF_EVERY_MODE.iter().any(|file| file.path == path);
        for (of_page, limit) in [(&index as &dyn Fn(&str) -> bool, 60_000), (&not_me, 10_000)] {
            let files = OF_EVERY_MODE.iter().chain(OF_DEV_MODE).chain([&INDEX]);
            let sizes =
                files.filter(|file| of_page(file.path)).map(|file| file.content.bytes().len());
            let size: usize = sizes.sum();
            assert!((1000..limit).contains(&size), "{size} of {limit} bytes");
        }
    }

    fn index() -> &'static str {
        std::str::from_utf8(INDEX.content.bytes()).unwrap()
    }

    /// Else the browser would find out about it only once it has read what names it.
    #[test]
    fn the_index_names_all_its_files() {
        for file in OF_DEV_MODE {
            assert!(index().contains(&format!("\"{}\"", file.path)), "{}", file.path);
        }
    }

    #[test]
    fn the_index_tells_the_password_of_the_demo_user() {
        assert!(index().contains(&format!(">{}<", crate::demo::PASSWORD)));
    }
}
