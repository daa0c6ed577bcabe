//! Origin-bound codes: a last line by which a phone fills the code in on the right site alone.

use idna::domain_to_ascii_strict;

/// The domain of the site where codes are entered, as in `https://DOMAIN`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OriginDomain(String);

impl OriginDomain {
    /// Reads a bare domain; one in other scripts than ASCII becomes its ASCII form (IDNA).
    pub(crate) fn parse(domain: &str) -> Option<Self> {
        let ascii = domain_to_ascii_strict(domain).ok()?;
        // A name cannot end in digits alone: such are addresses (RFC 3696 §2).
        let top = ascii.rsplit('.').next()?;
        let is_address = top.bytes().all(|byte| byte.is_ascii_digit());
        (!is_address).then_some(Self(ascii))
    }

    /// `@DOMAIN #CODE`, the form of <https://wicg.github.io/sms-one-time-codes/#format>.
    pub(super) fn line(&self, code: &str) -> String {
        format!("@{} #{code}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_bare() {
        for (domain, ascii) in [
            ("example.com", "example.com"),
            ("Login.Example.COM", "login.example.com"),
            ("localhost", "localhost"),
            ("例え.jp", "xn--r8jz45g.jp"),
            ("3m.example", "3m.example"),
        ] {
            let line = OriginDomain::parse(domain).unwrap().line("012345");
            assert_eq!(line, format!("@{ascii} #012345"));
        }
        for domain in [
            "",
            ".",
            "example.com.",
            ".example.com",
            "a..b",
            "https://example.com",
            "example.com/",
            "example.com:443",
            "@example.com",
            "*.example.com",
            "ex ample.com",
            "exam_ple.com",
            "-example.com",
            "example.com\n",
            "127.0.0.1",
            "[::1]",
            &format!("{}.com", "a".repeat(64)),
        ] {
            assert_eq!(OriginDomain::parse(domain), None, "{domain:?}");
        }
    }
}
