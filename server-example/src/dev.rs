//! Dev mode's control surface: users, tokens, outbox, clock and policy for tests and for trying
//! out. Its routes exist in dev mode alone.

mod shared;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use sekisho::{Environment, Identifier, KeyRing, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use url::form_urlencoded;
use zeroize::Zeroizing;

use crate::access_token::{AccessTokenKey, AccessTokenSettings, CheckedBy, FirstParty, KeyError};
use crate::app::{App, entropy, fill_random, new_user_id};
use crate::clock::Clock;
use crate::delivery::Outbox;
use crate::http::answer::{Answer, no_content, ok};
use crate::http::body::Input;
use crate::http::{Problem, Route};
use crate::policy::AccountPolicy;
use crate::store::StoreError;
use crate::users::{BuiltInUsers, NewUser, UsersError};

pub(crate) use shared::Shared;

const ISSUER: &str = "urn:sekisho:dev";
const AUDIENCE: &str = "urn:sekisho:dev:account-api";

/// Client ids that begin like this are third parties'.
const THIRD_PARTY: &str = "third-party:";

/// What dev mode has beside the application: it issues its own access tokens.
pub(crate) struct Dev {
    signing: EncodingKey,
    demo: NewUser,
    users: Arc<dyn BuiltInUsers>,
    /// Where several servers are one.
    shared: Option<Shared>,
}

/// The secrets of dev mode, which live as long as its users.
pub(crate) struct DevSecrets {
    pub(crate) keys: KeyRing,
    signing: Zeroizing<Vec<u8>>,
}

impl DevSecrets {
    /// Draws new ones.
    pub(crate) fn draw(now: Timestamp) -> Result<Self, sekisho::Error> {
        let keys = KeyRing::generate(Environment::Development, now, &entropy()?)?;
        let mut signing = Zeroizing::new(vec![0; 32]);
        fill_random(signing.as_mut_slice())?;
        Ok(Self { keys, signing })
    }

    /// Which tokens are valid.
    pub(crate) fn access_tokens(&self) -> Result<AccessTokenSettings, KeyError> {
        Ok(AccessTokenSettings {
            issuer: ISSUER.to_owned(),
            audience: AUDIENCE.to_owned(),
            checked_by: CheckedBy::Key(AccessTokenKey::from_secret(self.signing.as_slice())?),
            first_party: FirstParty::AllBut(THIRD_PARTY),
        })
    }
}

impl Dev {
    pub(crate) fn new(
        secrets: &DevSecrets,
        demo: NewUser,
        users: Arc<dyn BuiltInUsers>,
        shared: Option<Shared>,
    ) -> Self {
        Self { signing: EncodingKey::from_secret(secrets.signing.as_slice()), demo, users, shared }
    }

    /// Adds the demo user, unless another server has.
    pub(crate) async fn add_demo_user(&self, clock: &Clock) -> Result<(), UsersError> {
        match self.users.add_user(&self.demo, clock.now_milliseconds()).await {
            Err(UsersError::Taken(_)) if self.shared.is_some() => Ok(()),
            added => added,
        }
    }

    /// Whether this server is one of several.
    pub(crate) const fn is_shared(&self) -> bool {
        self.shared.is_some()
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
    #[error(transparent)]
    Store(#[from] StoreError),
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
    dev(&app)?.users.add_user(&user, app.clock.now_milliseconds()).await?;
    Ok(ok(StatusCode::CREATED, &json!({ "id": user.id })))
}

async fn mint_token(State(app): State<Arc<App>>, Input(request): Input<TokenRequest>) -> Answer {
    let token = dev(&app)?.mint(&request, app.now()).map_err(|error| {
        tracing::error!(%error, "an access token could not be minted");
        Problem::unexpected()
    })?;
    Ok(ok(StatusCode::CREATED, &json!({ "accessToken": token })))
}

async fn show_outbox(State(app): State<Arc<App>>, request: Request) -> Answer {
    let query = request.uri().query().unwrap_or_default();
    let to = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "to");
    let to = to.as_ref().map(|(_, value)| value.as_ref());
    Ok(ok(StatusCode::OK, &outbox(&app)?.messages(to).await?))
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
    publish(&app).await?;
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
    publish(&app).await?;
    Ok(ok(StatusCode::OK, &app.rules.in_force().policy))
}

async fn reset(State(app): State<Arc<App>>) -> Answer {
    dev(&app)?.users.clear_users().await?;
    app.counters.clear().await?;
    outbox(&app)?.clear().await?;
    app.clock.reset();
    app.rules.replace_policy(AccountPolicy::of_dev_mode()).map_err(|_| Problem::unexpected())?;
    publish(&app).await?;
    dev(&app)?.add_demo_user(&app.clock).await?;
    Ok(no_content())
}

/// Tells the other servers of the clock and the policy.
async fn publish(app: &App) -> Result<(), Problem> {
    let Some(shared) = &dev(app)?.shared else { return Ok(()) };
    shared.publish(&app.clock, &app.rules.in_force().policy).await?;
    Ok(())
}

/// Takes over the clock and the policy as another server may have changed them, before each request.
pub(crate) async fn follow(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    match take_over(&app).await {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

async fn take_over(app: &App) -> Result<(), Problem> {
    let Some(shared) = &dev(app)?.shared else { return Ok(()) };
    let (advanced_seconds, policy) = shared.state().await?;
    app.clock.set_advanced(advanced_seconds);
    let policy: AccountPolicy = serde_json::from_str(&policy).map_err(|_| Problem::unexpected())?;
    if app.rules.in_force().policy != policy {
        app.rules.replace_policy(policy).map_err(|_| Problem::unexpected())?;
    }
    Ok(())
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
