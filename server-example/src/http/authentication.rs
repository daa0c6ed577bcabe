//! Who is calling: the first check of every request.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use sekisho::{Binding, KeyRing, Pseudonym};

use super::page::session;
use super::{Problem, Refusal};
use crate::access_token::AccessToken;
use crate::app::App;
use crate::policy::Access;
use crate::rules::InForce;
use crate::users::{Change, Field, User};

/// The signed-in user of a request, and the rules it is judged by from here on.
///
/// As an extractor it stands before the body: a request without a valid token learns nothing about
/// its body.
pub(crate) struct Caller {
    pub(crate) token: AccessToken,
    pub(crate) rules: Arc<InForce>,
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let token = match session::access_token(app, &parts.method, &parts.headers) {
            Some(token) => app.tokens.check(&token, app.now()).await,
            None => app.tokens.check(bearer_token(parts)?, app.now()).await,
        };
        app.metrics
            .access_token_check(token.as_ref().map_or_else(|error| error.as_str(), |_| "success"));
        let token = token?;
        if !token.has_scope("openid") {
            return Err(Refusal::Forbidden.into());
        }
        let rules = app.rules.in_force();
        if !rules.policy.enabled {
            return Err(Refusal::AccountApiNotEnabled.into());
        }
        Ok(Self { token, rules })
    }
}

impl Caller {
    /// Turns away the clients that are not the operator's own.
    pub(crate) fn require_first_party(&self) -> Result<(), Problem> {
        if self.token.is_first_party {
            return Ok(());
        }
        tracing::info!("the token's client_id is missing or not among --first-party-clients");
        Err(Refusal::ThirdPartyForbidden.into())
    }

    /// Turns away tokens without the scope that a field needs.
    pub(crate) fn require_scope(&self, scope: &'static str) -> Result<(), Problem> {
        if self.token.has_scope(scope) { Ok(()) } else { Err(Refusal::ScopeMissing(scope).into()) }
    }

    /// Turns away changes that users may not make, or that cannot be made where users are kept.
    pub(crate) fn require_editable(&self, app: &App, change: Change) -> Result<(), Problem> {
        let fields = &self.rules.policy.fields;
        let access = match change.field() {
            Field::Password => fields.password,
            Field::Email => fields.email,
            Field::Phone => fields.phone,
        };
        match access {
            Access::Edit if app.users.allows(change) => Ok(()),
            Access::Edit | Access::ReadOnly | Access::Off => Err(Refusal::FieldNotEditable.into()),
        }
    }

    /// The key ring the request is judged by.
    pub(crate) fn keys(&self) -> &KeyRing {
        self.rules.verifier.keys()
    }

    /// What logs call the caller.
    pub(crate) fn pseudonym(&self) -> Pseudonym {
        Pseudonym::of_subject(self.keys(), &self.token.subject)
    }

    /// What a record made for this request is bound to.
    pub(crate) fn binding(&self) -> Binding {
        Binding {
            subject: self.token.subject.clone(),
            session: self.token.session.clone(),
            operation: None,
        }
    }

    /// The caller's account.
    pub(crate) async fn user(&self, app: &App) -> Result<User, Problem> {
        let user = app.users.user(self.token.subject.as_str()).await?;
        user.ok_or(Refusal::UserNotFound.into())
    }

    /// The caller's account, where it may change anything.
    pub(crate) async fn active_user(&self, app: &App) -> Result<User, Problem> {
        let user = self.user(app).await?;
        if user.suspended { Err(Refusal::UserSuspended.into()) } else { Ok(user) }
    }
}

/// The token of `Authorization: Bearer TOKEN` (RFC 6750 §2.1); the scheme in any case
/// (RFC 9110 §11.1).
fn bearer_token(parts: &Parts) -> Result<&str, Refusal> {
    let header = parts.headers.get(AUTHORIZATION).ok_or(Refusal::AuthorizationHeaderMissing)?;
    let value = header.to_str().map_err(|_| Refusal::TokenTypeNotSupported)?.trim();
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    match scheme {
        "" => Err(Refusal::AuthorizationHeaderMissing),
        _ if scheme.eq_ignore_ascii_case("Bearer") => Ok(token.trim_start()),
        _ => Err(Refusal::TokenTypeNotSupported),
    }
}
