//! The relay: the mail server that takes our mail, and how a conversation with it begins.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{Error, SMTP_PORT, SUBMISSION_PORT, SUBMISSIONS_PORT};
use percent_encoding::percent_decode_str;
use url::{Host, ParseError, Url};

use super::{SmtpSettingsError, UrlFault};

/// The longest a TCP connection to one address may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A mail server, as `--smtp-url` names it.
pub(super) struct Relay {
    host: String,
    port: u16,
    security: Security,
    credentials: Option<Credentials>,
    hello: ClientId,
}

enum Security {
    None,
    StartTls(TlsParameters),
    Tls(TlsParameters),
}

/// Certificates of authorities that are trusted beside the system's.
pub(crate) struct Authorities {
    pub(crate) path: PathBuf,
    pub(crate) pem: Vec<u8>,
}

impl Relay {
    /// Reads `smtps://USER:PASSWORD@HOST:PORT`, `smtp://…?tls=required` (STARTTLS, never without)
    /// or `smtp://…` (in clear text). A path is the name we say we have, in EHLO.
    pub(super) fn parse(
        url: &str,
        authorities: Option<&Authorities>,
    ) -> Result<Self, SmtpSettingsError> {
        let url = parse_url(url).map_err(SmtpSettingsError::Url)?;
        let host = match url.host().ok_or(SmtpSettingsError::Url(UrlFault::Host))? {
            Host::Ipv6(address) => address.to_string(),
            host => host.to_string(),
        };
        let tls = || tls(&host, authorities);
        let (security, port) = match (url.scheme(), url.query()) {
            ("smtps", None) => (Security::Tls(tls()?), SUBMISSIONS_PORT),
            ("smtp", Some("tls=required")) => (Security::StartTls(tls()?), SUBMISSION_PORT),
            ("smtp", None) if authorities.is_some() => return Err(SmtpSettingsError::UselessCa),
            ("smtp", None) => (Security::None, SMTP_PORT),
            ("smtps", Some(_)) => return Err(SmtpSettingsError::Url(UrlFault::Tls)),
            _ => return Err(SmtpSettingsError::Url(UrlFault::StartTls)),
        };
        let hello = match url.path().trim_matches('/') {
            "" => ClientId::default(),
            name => ClientId::Domain(name.to_owned()),
        };
        let credentials = credentials(&url).map_err(SmtpSettingsError::Url)?;
        let port = url.port().unwrap_or(port);
        Ok(Self { host, port, security, credentials, hello })
    }

    /// Whether codes and the password are readable on the way.
    pub(super) const fn is_clear_text(&self) -> bool {
        matches!(self.security, Security::None)
    }

    /// A connection that is ready for mail. Nothing has been sent when this fails.
    pub(super) async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let address = (self.host.as_str(), self.port);
        let implicit = match &self.security {
            Security::Tls(tls) => Some(tls.clone()),
            Security::None | Security::StartTls(_) => None,
        };
        let mut connection = AsyncSmtpConnection::connect_tokio1(
            address,
            Some(CONNECT_TIMEOUT),
            &self.hello,
            implicit,
            None,
        )
        .await?;
        if let Security::StartTls(tls) = &self.security {
            connection.starttls(tls.clone(), &self.hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await?;
        }
        Ok(connection)
    }
}

/// Without the credentials.
impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Relay({}:{})", self.host, self.port)
    }
}

fn tls(host: &str, authorities: Option<&Authorities>) -> Result<TlsParameters, SmtpSettingsError> {
    let mut tls = TlsParameters::builder(host.to_owned());
    if let Some(Authorities { path, pem }) = authorities {
        let unusable = || SmtpSettingsError::Ca(path.clone());
        if !pem.windows(CERTIFICATE.len()).any(|part| part == CERTIFICATE) {
            return Err(unusable());
        }
        let certificates = Certificate::from_pem(pem).map_err(|_| unusable())?;
        tls = tls.add_root_certificate(certificates);
        return tls.build_rustls().map_err(|_| unusable());
    }
    tls.build_rustls().map_err(|error| SmtpSettingsError::Tls(error.to_string()))
}

/// Text without any would be read as no authority, in silence.
const CERTIFICATE: &[u8] = b"-----BEGIN CERTIFICATE-----";

fn parse_url(text: &str) -> Result<Url, UrlFault> {
    let url = Url::parse(text).map_err(|error| match error {
        ParseError::RelativeUrlWithoutBase => UrlFault::Scheme,
        ParseError::EmptyHost => UrlFault::Host,
        ParseError::InvalidPort => UrlFault::Port,
        _ => UrlFault::Malformed,
    })?;
    if !["smtp", "smtps"].contains(&url.scheme()) {
        return Err(UrlFault::Scheme);
    }
    if url.fragment().is_some() {
        return Err(UrlFault::Fragment);
    }
    Ok(url)
}

fn credentials(url: &Url) -> Result<Option<Credentials>, UrlFault> {
    let decode = |text| {
        let text = percent_decode_str(text).decode_utf8().map_err(|_| UrlFault::Encoding)?;
        Ok(text.into_owned())
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        (user, Some(password)) if !user.is_empty() => {
            Ok(Some(Credentials::new(decode(user)?, decode(password)?)))
        }
        (_, None) => Err(UrlFault::Password),
        (_, Some(_)) => Err(UrlFault::User),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_url_is_told_what_is_wrong_with_it() {
        use UrlFault as F;
        for (url, fault) in [
            ("mail.example.com", F::Scheme),
            ("mail.example.com:465", F::Scheme),
            ("u:p@mail.example.com", F::Scheme),
            ("http://u:p@h", F::Scheme),
            ("", F::Scheme),
            ("smtps://", F::Host),
            ("smtp:///name", F::Host),
            ("smtps:mail.example.com", F::Host),
            ("smtps://u:p@h:port", F::Port),
            ("smtps://u:p@h:65536", F::Port),
            ("smtps://u:p@a b", F::Malformed),
            ("smtps://u:p@h?tls=required", F::Tls),
            ("smtp://u:p@h?tls=opportunistic", F::StartTls),
            ("smtp://u:p@h?", F::StartTls),
            ("smtps://u@h", F::Password),
            ("smtps://:p@h", F::User),
            ("smtps://u:%ff@h", F::Encoding),
            ("smtps://u@h/#p", F::Fragment),
        ] {
            match Relay::parse(url, None) {
                Err(SmtpSettingsError::Url(found)) => assert_eq!(found, fault, "{url}"),
                other => panic!("{url}: {other:?}"),
            }
        }
        for url in ["smtps://u:p%23@h:465/name", "smtp://u:p@h?tls=required", "smtp://[::1]:25"] {
            assert!(Relay::parse(url, None).is_ok(), "{url}");
        }
    }
}
