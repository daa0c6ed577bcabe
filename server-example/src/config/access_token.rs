//! The settings of access tokens.

use std::fs;
use std::path::Path;

use zeroize::Zeroizing;

use super::{
    ACCESS_TOKEN_SECRET, ConfigError, INTROSPECTION_CLIENT_SECRET, Missing, file_error,
    secret_variable,
};
use crate::access_token::{
    AccessTokenKey, AccessTokenSettings, CheckedBy, ClientCredentials, FirstParty,
};
use crate::cli::{IntrospectionArgs, ServeArgs};

const KEY_FILE: &str = "--access-token-key-file";
const CLIENT_ID: &str = "--introspection-client-id";
const CLIENT_SECRET_FILE: &str = "--introspection-client-secret-file";

/// What the settings say of access tokens; `None` where something is missing.
pub(super) fn settings(
    args: &mut ServeArgs,
    missing: &mut Missing,
) -> Result<Option<AccessTokenSettings>, ConfigError> {
    let key = key(args.access_token_key_file.as_deref())?;
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

fn key(file: Option<&Path>) -> Result<Option<AccessTokenKey>, ConfigError> {
    let key = match (file, secret_variable(ACCESS_TOKEN_SECRET)?) {
        (Some(_), Some(_)) => {
            return Err(ConfigError::Contradiction(KEY_FILE, ACCESS_TOKEN_SECRET));
        }
        (Some(path), None) => {
            let pem =
                fs::read_to_string(path).map_err(|cause| file_error(KEY_FILE, path, cause))?;
            AccessTokenKey::from_pem(&pem)
                .map_err(|cause| ConfigError::AccessTokenKey { setting: KEY_FILE, cause })?
        }
        (None, Some(secret)) => AccessTokenKey::from_secret(secret.as_bytes())
            .map_err(|cause| ConfigError::AccessTokenKey { setting: ACCESS_TOKEN_SECRET, cause })?,
        (None, None) => return Ok(None),
    };
    Ok(Some(key))
}

fn credentials(args: &mut IntrospectionArgs) -> Result<Option<ClientCredentials>, ConfigError> {
    let file = args.introspection_client_secret_file.as_deref();
    let secret = match (file, secret_variable(INTROSPECTION_CLIENT_SECRET)?) {
        (Some(_), Some(_)) => {
            let (file, variable) = (CLIENT_SECRET_FILE, INTROSPECTION_CLIENT_SECRET);
            return Err(ConfigError::Contradiction(file, variable));
        }
        (Some(path), None) => Some(secret_in(path)?),
        (None, secret) => secret,
    };
    match (args.introspection_client_id.take(), secret) {
        (Some(id), Some(secret)) => Ok(Some(ClientCredentials { id, secret })),
        (None, None) => Ok(None),
        _ => Err(ConfigError::HalfOfIntrospection),
    }
}

/// A secret in a file of its own; the line break that editors leave at its end is no part of it.
fn secret_in(path: &Path) -> Result<Zeroizing<String>, ConfigError> {
    let text = fs::read_to_string(path)
        .map_err(|cause| file_error(CLIENT_SECRET_FILE, path, cause))
        .map(Zeroizing::new)?;
    match text.trim_end_matches(['\r', '\n']) {
        "" => Err(ConfigError::EmptyFile(CLIENT_SECRET_FILE)),
        secret => Ok(Zeroizing::new(secret.to_owned())),
    }
}

fn first_party(clients: &mut Vec<String>) -> FirstParty {
    if clients.is_empty() {
        tracing::info!("every client of the issuer is first-party");
        return FirstParty::EveryClient;
    }
    tracing::info!(?clients, "first-party");
    FirstParty::Clients(clients.drain(..).collect())
}
