//! Where users reach the pages of this server, for the links of messages.

use url::Url;

/// The path of the page on which whoever has not asked for a code makes it void.
const NOT_ME: &str = "/not-me";

/// A URL of scheme and host alone, such as `https://account.example.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublicUrl(String);

impl PublicUrl {
    /// Reads the URL; `None` for one with a path, a query, a fragment or somebody's name, and for one
    /// that is not HTTPS, where it is not this machine's own.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let is_bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        let is_local = match url.host()? {
            url::Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
            url::Host::Ipv4(address) => address.is_loopback(),
            url::Host::Ipv6(address) => address.is_loopback(),
        };
        let is_private = url.scheme() == "https" || (url.scheme() == "http" && is_local);
        (is_bare && is_private).then(|| Self(url.origin().ascii_serialization()))
    }

    /// The link to that page. What it revokes is in the fragment, which no server and no log sees.
    pub(super) fn not_me(&self, revocation: &str) -> String {
        format!("{}{NOT_ME}#{revocation}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_of_scheme_and_host() {
        for (text, origin) in [
            ("https://account.example.com", "https://account.example.com"),
            ("https://account.example.com/", "https://account.example.com"),
            ("https://Account.Example.com:8443", "https://account.example.com:8443"),
            ("http://127.0.0.1:3010", "http://127.0.0.1:3010"),
            ("http://localhost:3010", "http://localhost:3010"),
            ("http://[::1]:3010", "http://[::1]:3010"),
        ] {
            let link = PublicUrl::parse(text).unwrap().not_me("sekisho_x1_a");
            assert_eq!(link, format!("{origin}/not-me#sekisho_x1_a"));
        }
        for text in [
            "",
            "account.example.com",
            "http://account.example.com",
            "http://10.0.0.1",
            "ftp://account.example.com",
            "javascript:alert(1)",
            "https://account.example.com/pages",
            "https://account.example.com?a=b",
            "https://account.example.com#a",
            "https://ana@account.example.com",
        ] {
            assert_eq!(PublicUrl::parse(text), None, "{text}");
        }
    }
}
