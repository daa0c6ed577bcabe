//! Dev mode's control surface: users, tokens, outbox, clock and policy for tests and for trying
//! out. Its routes exist in dev mode alone.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::routing::{get, patch, post};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use sekisho::{Identifier, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use crate::access_token::{AccessTokenKey, AccessTokenSettings, CheckedBy, FirstParty, KeyError};
use crate::app::{App, fill_random, new_user_id};
use crate::delivery::Outbox;
use crate::http::answer::{Answer, no_content, ok};
use crate::http::body::Input;
use crate::http::{Problem, Route};
use crate::policy::AccountPolicy;
use crate::users::{NewUser, UsersError};

const ISSUER: &str = "urn:sekisho:dev";
const AUDIENCE: &str = "urn:sekisho:dev:account-api";

/// Client ids that begin like this are third parties'.
const THIRD_PARTY: &str = "third-party:";

/// What dev mode has beside the application: it issues its own access tokens.
pub(crate) struct Dev {
    signing: EncodingKey,
    demo: NewUser,
}

impl Dev {
    /// Draws a secret that lives as long as the process, and which tokens it makes valid.
    pub(crate) fn new(demo: NewUser) -> Result<(Self, AccessTokenSettings), DevError> {
        let mut secret = Zeroizing::new([0; 32]);
        fill_random(secret.as_mut_slice())?;
        let key = AccessTokenKey::from_secret(secret.as_slice())?;
        let tokens = AccessTokenSettings {
            issuer: ISSUER.to_owned(),
            audience: AUDIENCE.to_owned(),
            checked_by: CheckedBy::Key(key),
            first_party: FirstParty::AllBut(THIRD_PARTY),
        };
        Ok((Self { signing: EncodingKey::from_secret(secret.as_slice()), demo }, tokens))
    }

    /// Adds the demo user.
    pub(crate) async fn add_demo_user(&self, app: &App) -> Result<(), UsersError> {
        app.store.add_user(&self.demo, app.clock.now_milliseconds()).await
    }

    /// An access token, valid from now on.
    pub(crate) fn mint(
        &self,
        request: &TokenRequest,
        now: Timestamp,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        let issued_at = now.unix_seconds();
        let client = request.client_id.as_deref().unwrap_or("dev-client");
        let prefix = if request.first_party { "" } else { THIRD_PARTY };
        let mut claims = json!({
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": request.sub,
            "scope": request.scope,
            "client_id": format!("{prefix}{client}"),
            "iat": issued_at,
            "exp": issued_at.saturating_add_signed(request.expires_in),
        });
        if let (Value::Object(claims), Some(session)) = (&mut claims, &request.session_id) {
            claims.insert("sid".to_owned(), json!(session));
        }
        let header = Header { typ: Some("at+jwt".to_owned()), ..Header::new(Algorithm::HS256) };
        jsonwebtoken::encode(&header, &claims, &self.signing)
    }
}

/// Why dev mode cannot start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DevError {
    #[error(transparent)]
    Core(#[from] sekisho::Error),
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// What an access token shall say.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TokenRequest {
    pub(crate) sub: String,
    #[serde(default = "every_scope")]
    pub(crate) scope: String,
    pub(crate) client_id: Option<String>,
    #[serde(default = "yes")]
    pub(crate) first_party: bool,
    /// Seconds; negative for one that has expired.
    #[serde(default = "an_hour")]
    pub(crate) expires_in: i64,
    pub(crate) session_id: Option<String>,
}

impl TokenRequest {
    /// A token as most are: every scope, for an hour.
    pub(crate) fn for_user(id: &str) -> Self {
        Self {
            sub: id.to_owned(),
            scope: every_scope(),
            client_id: None,
            first_party: true,
            expires_in: an_hour(),
            session_id: None,
        }
    }
}

fn every_scope() -> String {
    "openid profile email phone".to_owned()
}

const fn yes() -> bool {
    true
}

const fn an_hour() -> i64 {
    3600
}

/// The control surface.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        ("/dev/users", post(add_user)),
        ("/dev/tokens", post(mint_token)),
        ("/dev/outbox", get(show_outbox)),
        ("/dev/clock", post(advance_clock)),
        ("/dev/policy", patch(change_policy)),
        ("/dev/reset", post(reset)),
    ]
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct UserRequest {
    username: Option<String>,
    primary_email: Option<String>,
    primary_phone: Option<String>,
    password: Option<String>,
    password_hash: Option<String>,
    #[serde(default)]
    suspended: bool,
}

async fn add_user(State(app): State<Arc<App>>, Input(request): Input<UserRequest>) -> Answer {
    let id = new_user_id()?;
    let password_hash = match request.password {
        Some(password) => Some(app.hash_password(&id, Zeroizing::new(password)).await?),
        None => request.password_hash.map(Zeroizing::new),
    };
    let user = NewUser {
        id,
        username: request.username,
        email: request.primary_email.as_deref().map(Identifier::email).transpose()?,
        phone: request.primary_phone.as_deref().map(Identifier::phone).transpose()?,
        name: None,
        password_hash,
        suspended: request.suspended,
    };
    app.store.add_user(&user, app.clock.now_milliseconds()).await?;
    Ok(ok(StatusCode::CREATED, &json!({ "id": user.id })))
}

async fn mint_token(State(app): State<Arc<App>>, Input(request): Input<TokenRequest>) -> Answer {
    let token = dev(&app)?.mint(&request, app.now()).map_err(|error| {
        tracing::error!(%error, "an access token could not be minted");
        Problem::unexpected()
    })?;
    Ok(ok(StatusCode::CREATED, &json!({ "accessToken": token })))
}

#[derive(Deserialize)]
struct OutboxQuery {
    to: Option<String>,
}

async fn show_outbox(State(app): State<Arc<App>>, request: Request) -> Answer {
    let query: OutboxQuery = serde_qs::from_str(request.uri().query().unwrap_or_default())
        .map_err(|_| Problem::invalid_input("The query is malformed."))?;
    Ok(ok(StatusCode::OK, &outbox(&app)?.messages(query.to.as_deref())))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockRequest {
    /// Seconds.
    advance: u64,
}

#[derive(Serialize)]
struct ClockAnswer {
    /// Unix seconds.
    now: u64,
}

async fn advance_clock(State(app): State<Arc<App>>, Input(request): Input<ClockRequest>) -> Answer {
    app.clock.advance(request.advance);
    Ok(ok(StatusCode::OK, &ClockAnswer { now: app.now().unix_seconds() }))
}

async fn change_policy(
    State(app): State<Arc<App>>,
    Input(patch): Input<Map<String, Value>>,
) -> Answer {
    let mut policy = json!(app.rules.in_force().policy);
    merge(&mut policy, Value::Object(patch));
    let policy: AccountPolicy = serde_json::from_value(policy)
        .map_err(|error| Problem::invalid_input(error.to_string()))?;
    app.rules.replace_policy(policy).map_err(|error| Problem::invalid_input(error.to_string()))?;
    Ok(ok(StatusCode::OK, &app.rules.in_force().policy))
}

async fn reset(State(app): State<Arc<App>>) -> Answer {
    app.store.clear_users().await?;
    app.store.clear_counters().await?;
    outbox(&app)?.clear();
    app.clock.reset();
    app.rules.replace_policy(AccountPolicy::default()).map_err(|_| Problem::unexpected())?;
    dev(&app)?.add_demo_user(&app).await?;
    Ok(no_content())
}

/// RFC 7396, but for `null`, which no field of the policy knows.
fn merge(target: &mut Value, patch: Value) {
    match (target, patch) {
        (Value::Object(target), Value::Object(patch)) => {
            for (name, value) in patch {
                merge(target.entry(name).or_insert(Value::Null), value);
            }
        }
        (target, patch) => *target = patch,
    }
}

fn dev(app: &App) -> Result<&Dev, Problem> {
    app.dev.as_ref().ok_or_else(Problem::unexpected)
}

fn outbox(app: &App) -> Result<&Outbox, Problem> {
    app.delivery.outbox().ok_or_else(Problem::unexpected)
}
