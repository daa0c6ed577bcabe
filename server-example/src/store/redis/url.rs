//! The URL of Redis or Valkey.

use redis::io::tcp::TcpSettings;
use redis::{ConnectionAddr, ConnectionInfo, IntoConnectionInfo as _, ProtocolVersion};
use url::Url;

use super::PATIENCE;
use crate::sql::is_loopback;

/// How to connect to Redis.
#[derive(Debug)]
pub(crate) struct RedisUrl(ConnectionInfo);

/// Why a URL is not one of Redis. Never shows a password.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RedisUrlError {
    #[error("--counters: {0}")]
    NoUrl(url::ParseError),
    #[error(
        "--counters: a URL of Redis has nothing after the number of the database, no ? and no #"
    )]
    More,
    #[error("--counters: {0}")]
    Malformed(redis::RedisError),
}

impl RedisUrl {
    pub(crate) fn parse(url: &str) -> Result<Self, RedisUrlError> {
        let url: Url = url.parse().map_err(RedisUrlError::NoUrl)?;
        // `#insecure` would switch off what rediss:// is for.
        if url.query().is_some() || url.fragment().is_some() {
            return Err(RedisUrlError::More);
        }
        let info = url.into_connection_info().map_err(RedisUrlError::Malformed)?;
        // Redis then tells when it closes a connection, which is made anew before anybody needs it.
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let tcp = TcpSettings::default().set_nodelay(true).set_user_timeout(PATIENCE);
        Ok(Self(info.set_redis_settings(settings).set_tcp_settings(tcp)))
    }

    pub(super) fn into_connection_info(self) -> ConnectionInfo {
        self.0
    }

    /// Tells the operator where counters can be changed on their way.
    pub(super) fn warn_of_clear_text(&self) {
        if let ConnectionAddr::Tcp(host, _) = self.0.addr()
            && !is_loopback(host)
        {
            tracing::warn!(
                "--counters has no rediss://: whoever is between here and Redis can read its \
                 password and give back tries"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_is_wrong_and_no_password() {
        for (url, told) in [
            ("redis://u:hunter2@h:99999", "port"),
            ("redis://u:hunter2@", "host"),
            ("redis://:hunter2@h/zero", "database number"),
            ("rediss://:hunter2@h/#insecure", "no #"),
            ("redis://:hunter2@h/?protocol=resp2", "no ?"),
        ] {
            let message = RedisUrl::parse(url).expect_err(url).to_string();
            assert!(message.starts_with("--counters"), "{message}");
            assert!(message.contains(told), "{message}");
            assert!(!message.contains("hunter"), "{message}");
        }
        for url in ["redis://h", "rediss://u:hunter2@h:6380/3", "redis://[::1]:1"] {
            let parsed = RedisUrl::parse(url).expect(url);
            assert!(!format!("{parsed:?}").contains("hunter"), "{parsed:?}");
        }
    }
}
