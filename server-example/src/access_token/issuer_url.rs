//! The issuer's URL: where its documents are, and which of its endpoints may be spoken to.

use std::str::FromStr;

use url::{Host, Url};

/// Where an issuer publishes what it is (`OpenID` Connect Discovery 1.0 §4).
const DISCOVERY_PATH: &str = "/.well-known/openid-configuration";

/// The URL of an `OpenID` issuer: https, or http on this machine alone, since whoever changes the
/// documents on their way can make any token.
#[derive(Clone, Debug)]
pub(crate) struct IssuerUrl {
    /// As configured, which is what tokens must have byte for byte.
    text: String,
    discovery: Url,
}

/// Why a text is not the URL of an issuer whose documents can be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum IssuerUrlError {
    #[error("it is not a URL such as https://id.example.com")]
    NotAUrl,
    #[error("it must be https; http is for 127.0.0.1, ::1 and localhost alone")]
    NotHttps,
    #[error("an issuer has no query, fragment, user or password in its URL")]
    MoreThanAnIssuer,
}

impl IssuerUrl {
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Where the issuer's metadata is.
    pub(super) fn discovery(&self) -> Url {
        self.discovery.clone()
    }

    /// Whether an endpoint may be spoken to: https, or http on this machine where the issuer itself
    /// is there.
    pub(super) fn allows(&self, endpoint: &Url) -> bool {
        endpoint.scheme() == "https" || (self.is_plain() && is_plain_loopback(endpoint))
    }

    /// Whether the issuer is spoken to without TLS.
    pub(super) fn is_plain(&self) -> bool {
        self.discovery.scheme() == "http"
    }
}

impl FromStr for IssuerUrl {
    type Err = IssuerUrlError;

    fn from_str(text: &str) -> Result<Self, IssuerUrlError> {
        let url = Url::parse(text).map_err(|_| IssuerUrlError::NotAUrl)?;
        if url.scheme() != "https" && !is_plain_loopback(&url) {
            return Err(IssuerUrlError::NotHttps);
        }
        let has_user = !url.username().is_empty() || url.password().is_some();
        if has_user || url.query().is_some() || url.fragment().is_some() {
            return Err(IssuerUrlError::MoreThanAnIssuer);
        }
        let discovery = format!("{}{DISCOVERY_PATH}", text.trim_end_matches('/'));
        let discovery = Url::parse(&discovery).map_err(|_| IssuerUrlError::NotAUrl)?;
        Ok(Self { text: text.to_owned(), discovery })
    }
}

fn is_plain_loopback(url: &Url) -> bool {
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "http" && is_loopback
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Result<IssuerUrl, IssuerUrlError> {
        text.parse()
    }

    #[test]
    fn an_issuer_is_https_or_on_this_machine() {
        use IssuerUrlError as E;
        for text in [
            "https://id.example.com",
            "https://id.example.com/realms/a/",
            "http://127.0.0.1:3000",
            "http://[::1]/x",
            "http://localhost:80/",
        ] {
            assert!(url(text).is_ok(), "{text}");
        }
        for (text, expected) in [
            ("", E::NotAUrl),
            ("id.example.com", E::NotAUrl),
            ("https://", E::NotAUrl),
            ("http://id.example.com", E::NotHttps),
            ("http://127.0.0.1.example.com", E::NotHttps),
            ("http://localhost.example.com", E::NotHttps),
            ("http://10.0.0.1", E::NotHttps),
            ("file:///etc/passwd", E::NotHttps),
            ("urn:example:issuer", E::NotHttps),
            ("https://id.example.com?a", E::MoreThanAnIssuer),
            ("https://id.example.com/#a", E::MoreThanAnIssuer),
            ("https://user:word@id.example.com", E::MoreThanAnIssuer),
        ] {
            assert_eq!(url(text).unwrap_err(), expected, "{text}");
        }
    }

    #[test]
    fn discovery_is_below_the_issuer() {
        for (text, discovery) in [
            ("https://a.example", "https://a.example/.well-known/openid-configuration"),
            ("https://a.example/", "https://a.example/.well-known/openid-configuration"),
            ("https://a.example/b/", "https://a.example/b/.well-known/openid-configuration"),
        ] {
            assert_eq!(url(text).unwrap().discovery().as_str(), discovery);
        }
    }

    #[test]
    fn endpoints_are_as_safe_as_the_issuer() {
        let remote = url("https://id.example.com").unwrap();
        let local = url("http://127.0.0.1:3000").unwrap();
        for (endpoint, by_remote, by_local) in [
            ("https://keys.example.net/jwks", true, true),
            ("http://id.example.com/jwks", false, false),
            ("http://127.0.0.1:80/jwks", false, true),
            ("file:///etc/passwd", false, false),
        ] {
            let endpoint = Url::parse(endpoint).unwrap();
            assert_eq!(remote.allows(&endpoint), by_remote, "{endpoint}");
            assert_eq!(local.allows(&endpoint), by_local, "{endpoint}");
        }
    }
}
