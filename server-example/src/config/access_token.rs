//! The settings of access tokens.

use std::fs;

use super::{ConfigError, Missing, file_error};
use crate::access_token::{
    AccessTokenKey, AccessTokenSettings, CheckedBy, ClientCredentials, FirstParty,
};
use crate::cli::{IntrospectionArgs, ServeArgs};
use crate::secret::{self, ACCESS_TOKEN_SECRET, INTROSPECTION_CLIENT_SECRET, Secret, SecretError};

const KEY_FILE: &str = "--access-token-key-file";
const SECRET_FILE: &str = "--access-token-secret-file";
const CLIENT_ID: &str = "--introspection-client-id";
const CLIENT_SECRET_FILE: &str = "--introspection-client-secret-file";

/// What the settings say of access tokens; `None` where something is missing.
pub(super) fn settings(
    args: &mut ServeArgs,
    missing: &mut Missing,
) -> Result<Option<AccessTokenSettings>, ConfigError> {
    let key = key(args)?;
    let credentials = credentials(&mut args.introspection)?;
    let issuer = "--access-token-issuer (SEKISHO_ACCESS_TOKEN_ISSUER)";
    let issuer = missing.unless(args.access_token_issuer.take(), issuer);
    let audience = "--access-token-audience (SEKISHO_ACCESS_TOKEN_AUDIENCE)";
    let audience = missing.unless(args.access_token_audience.take(), audience);
    let (Some(issuer), Some(audience)) = (issuer, audience) else { return Ok(None) };
    let checked_by = checked_by(key, &issuer, credentials)?;
    let first_party = first_party(&mut args.first_party_clients);
    Ok(Some(AccessTokenSettings { issuer, audience, checked_by, first_party }))
}

fn checked_by(
    key: Option<AccessTokenKey>,
    issuer: &str,
    credentials: Option<ClientCredentials>,
) -> Result<CheckedBy, ConfigError> {
    match (key, credentials) {
        (Some(key), None) => Ok(CheckedBy::Key(key)),
        // Only the issuer's own documents say where it is asked.
        (Some(_), Some(_)) => Err(ConfigError::Contradiction(
            CLIENT_ID,
            "the key that access tokens are checked with",
        )),
        (None, credentials) => {
            let url = issuer.parse().map_err(|cause| {
                let issuer = issuer.to_owned();
                ConfigError::Issuer { issuer, cause }
            })?;
            Ok(CheckedBy::Issuer(url, credentials))
        }
    }
}

fn key(args: &ServeArgs) -> Result<Option<AccessTokenKey>, ConfigError> {
    let secret = args.access_token_secret_file.as_deref();
    let secret = secret::of_variable(ACCESS_TOKEN_SECRET, SECRET_FILE, secret)?;
    match (args.access_token_key_file.as_deref(), secret) {
        (Some(_), Some(Secret { setting, .. })) => {
            Err(SecretError::Twice(KEY_FILE, setting).into())
        }
        (Some(path), None) => {
            let pem =
                fs::read_to_string(path).map_err(|cause| file_error(KEY_FILE, path, cause))?;
            let key = AccessTokenKey::from_pem(&pem);
            key.map(Some)
                .map_err(|cause| ConfigError::AccessTokenKeyFile { path: path.to_owned(), cause })
        }
        (None, Some(Secret { text, setting })) => {
            let key = AccessTokenKey::from_secret(text.as_bytes());
            key.map(Some).map_err(|cause| ConfigError::AccessTokenSecret { setting, cause })
        }
        (None, None) => Ok(None),
    }
}

fn credentials(args: &mut IntrospectionArgs) -> Result<Option<ClientCredentials>, ConfigError> {
    let file = args.introspection_client_secret_file.as_deref();
    let secret = secret::of_variable(INTROSPECTION_CLIENT_SECRET, CLIENT_SECRET_FILE, file)?;
    match (args.introspection_client_id.take(), secret) {
        (Some(id), Some(Secret { text, .. })) => Ok(Some(ClientCredentials { id, secret: text })),
        (None, None) => Ok(None),
        _ => Err(ConfigError::HalfOfIntrospection),
    }
}

fn first_party(clients: &mut Vec<String>) -> FirstParty {
    if clients.is_empty() {
        return FirstParty::EveryClient;
    }
    FirstParty::Clients(clients.drain(..).collect())
}
