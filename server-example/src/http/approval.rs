//! Demanding that a user has approved an operation: the guard of whatever carries one out.

use std::sync::Arc;

use axum::http::HeaderMap;
use base64ct::{Base64UrlUnpadded, Encoding};
use sekisho::{Accepted, ErrorCode, Method, Presentation, Requirement};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::authentication::Caller;
use super::my_account::RECORD_HEADER;
use super::{Problem, Refusal};
use crate::app::App;
use crate::clock::iso8601;
use crate::driver::FlowError;
use crate::operation::{Approval, Combination};
use crate::policy::Providers;
use crate::telemetry::{Decision, Verdict};
use crate::users::User;

/// Names a request, so that repeating it carries nothing out twice
/// (draft-ietf-httpapi-idempotency-key-header).
pub(super) const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Demands the records that the operation's policy asks for, and uses them up if it says so.
///
/// What is wrong with a record is told to the user it belongs to, and to nobody else.
pub(super) async fn require_approval(
    app: &Arc<App>,
    caller: &Caller,
    user: &User,
    approval: &Approval,
    headers: &HeaderMap,
) -> Result<Accepted, Problem> {
    let told = |method, verdict| {
        Decision::approval(caller.keys(), &caller.token, method).conclude(verdict, &app.metrics);
    };
    match present(app, caller, approval, headers).await {
        Ok(accepted) => {
            told(Some(accepted.record.method()), Verdict::SUCCESS);
            Ok(accepted)
        }
        Err(NotApproved::Record(code)) => {
            told(None, Verdict::failure(code.as_str()));
            Err(refusal(app, caller, user, approval, code))
        }
        Err(NotApproved::Problem(problem)) => {
            let problem = Err(problem);
            told(None, Verdict::of(&problem));
            problem
        }
    }
}

enum NotApproved {
    /// A record is missing, or this is wrong with it.
    Record(ErrorCode),
    /// It is not about a record.
    Problem(Problem),
}

/// Presents a record for each group of methods that the policy asks for one of. First it looks whether
/// there is one that is neither revoked nor a challenge not yet verified; then it uses them up.
async fn present(
    app: &Arc<App>,
    caller: &Caller,
    approval: &Approval,
    headers: &HeaderMap,
) -> Result<Accepted, NotApproved> {
    // Of no session no record would ever be the right one.
    if approval.policy.same_session && caller.token.session.is_none() {
        return Err(NotApproved::Problem(Refusal::SessionRequired.into()));
    }
    let methods = approval.policy.methods();
    let groups = match approval.policy.r#match {
        Combination::Any => vec![methods],
        Combination::All => methods.into_iter().map(|method| vec![method]).collect(),
    };
    let showing =
        Showing { app, caller, approval, idempotency_key: idempotency_key(headers, approval)? };
    let mut fitting = Vec::new();
    for group in &groups {
        fitting.push(showing.accepted(group, records(headers), false).await?);
    }
    if approval.policy.single_use {
        for (group, accepted) in groups.iter().zip(&mut fitting) {
            let tokens = accepted.iter().map(|(token, _)| *token).collect();
            *accepted = showing.accepted(group, tokens, true).await?;
        }
    }
    let accepted: Vec<_> =
        fitting.into_iter().filter_map(|group| group.into_iter().next()).collect();
    // One that is used already makes it no repetition of what was done with it and others.
    let repeated = accepted.iter().filter(|(_, accepted)| accepted.repeated).count();
    if repeated != 0 && repeated != accepted.len() {
        return Err(NotApproved::Record(ErrorCode::RecordUsed));
    }
    let first = accepted.into_iter().next().map(|(_, accepted)| accepted);
    first.ok_or(NotApproved::Record(ErrorCode::PermissionDenied))
}

/// What records are shown for.
struct Showing<'a> {
    app: &'a App,
    caller: &'a Caller,
    approval: &'a Approval,
    idempotency_key: Option<String>,
}

impl Showing<'_> {
    /// The tokens that are records by one of these methods, of which the first alone is used up where
    /// they are for single use; else what is wrong with one.
    async fn accepted<'t>(
        &self,
        methods: &[Method],
        tokens: Vec<&'t str>,
        single_use: bool,
    ) -> Result<Vec<(&'t str, Accepted)>, NotApproved> {
        let mut wrong = NotApproved::Record(ErrorCode::PermissionDenied);
        let mut all = Vec::new();
        for token in tokens {
            match self.show(methods, token, single_use).await {
                Ok(accepted) => all.push((token, accepted)),
                Err(NotApproved::Record(ErrorCode::PermissionDenied)) => {}
                Err(NotApproved::Record(code)) => wrong = NotApproved::Record(code),
                Err(problem) => return Err(problem),
            }
            if single_use && !all.is_empty() {
                break;
            }
        }
        if all.is_empty() { Err(wrong) } else { Ok(all) }
    }

    async fn show(
        &self,
        methods: &[Method],
        token: &str,
        single_use: bool,
    ) -> Result<Accepted, NotApproved> {
        let shown = Presentation {
            token: token.to_owned(),
            binding: self.approval.bound(self.caller.binding()),
            idempotency_key: self.idempotency_key.clone(),
        };
        let requirement = self.approval.policy.requirement(methods.to_vec());
        let requirement = Requirement { single_use, ..requirement };
        let (verifier, now) = (&self.caller.rules.verifier, self.app.now());
        let step = verifier.present(shown, &requirement, now);
        Ok(self.app.drive_of_token(step, verifier.issued_at(token, now).ok()).await?)
    }
}

impl From<FlowError> for NotApproved {
    fn from(error: FlowError) -> Self {
        use ErrorCode as E;
        match error {
            FlowError::Refused(error) => match error.code() {
                E::RecordNotFound => Self::Record(E::PermissionDenied),
                code @ (E::RecordSessionMismatch
                | E::RecordOperationMismatch
                | E::RecordMethodNotAllowed
                | E::RecordTooOld
                | E::RecordUsed) => Self::Record(code),
                _ => Self::Problem(error.into()),
            },
            error => Self::Problem(error.into()),
        }
    }
}

impl From<Problem> for NotApproved {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// The records of the header, one or several.
fn records(headers: &HeaderMap) -> Vec<&str> {
    let values = headers.get_all(RECORD_HEADER).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim).filter(|it| !it.is_empty()).collect()
}

/// The key, together with what is to be done under it: one key is for one request alone.
fn idempotency_key(headers: &HeaderMap, approval: &Approval) -> Result<Option<String>, Problem> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| (1..=256).contains(&key.len()));
    let (Some(key), None) = (key, values.next()) else {
        return Err(Problem::invalid_input(
            "The header Idempotency-Key must be one, of 1 to 256 characters of ASCII.",
        ));
    };
    let digest = Sha256::new().chain_update(approval.operation.digest()).chain_update(key);
    Ok(Some(Base64UrlUnpadded::encode_string(&digest.finalize())))
}

/// What to do to get the operation approved; where that cannot be done, what to enrol first.
fn refusal(
    app: &App,
    caller: &Caller,
    user: &User,
    approval: &Approval,
    code: ErrorCode,
) -> Problem {
    if code == ErrorCode::RecordUsed {
        return sekisho::Error::from(code).into();
    }
    let missing = missing_methods(user, &approval.policy.methods(), &caller.rules.policy.providers);
    let can_be_met = match approval.policy.r#match {
        Combination::Any => missing.len() < approval.policy.methods.len(),
        Combination::All => missing.is_empty(),
    };
    if !can_be_met {
        return Problem::from(Refusal::EnrolmentRequired).with_data(json!({
            "methods": approval.policy.methods,
            "enrol": missing.into_iter().map(enrolled_as).collect::<Vec<_>>(),
        }));
    }
    approval_required(app, caller, approval, code).unwrap_or_else(Problem::from)
}

fn approval_required(
    app: &App,
    caller: &Caller,
    approval: &Approval,
    code: ErrorCode,
) -> Result<Problem, sekisho::Error> {
    let requirement = approval.policy.requirement(approval.policy.methods());
    let binding = approval.bound(caller.binding());
    let handle = caller.rules.verifier.issue_resume_handle(&requirement, &binding, app.now())?;
    let data = json!({
        "requirement": requirement_of(approval),
        "operation": approval.facts,
        "resumeHandle": handle.token,
        "expiresAt": iso8601(handle.expires_at),
    });
    Ok(Problem::approval_required(code, requirement.to_challenge(), data))
}

/// What the operator demands, as a client reads it.
pub(super) fn requirement_of(approval: &Approval) -> Value {
    let policy = &approval.policy;
    let mut requirement = json!({
        "methods": policy.methods,
        "match": policy.r#match,
        "bound": policy.bound,
        "singleUse": policy.single_use,
        "sameSession": policy.same_session,
    });
    if let (Some(fields), Some(seconds)) = (requirement.as_object_mut(), policy.max_age_seconds) {
        fields.insert("maxAge".to_owned(), seconds.into());
    }
    requirement
}

/// The methods by which the user cannot verify.
fn missing_methods(user: &User, methods: &[Method], providers: &Providers) -> Vec<Method> {
    let has = |method: Method| match method {
        Method::Password => user.password_hash.is_some(),
        Method::EmailCode => user.email.is_some() && providers.email,
        Method::PhoneCode => user.phone.is_some() && providers.sms,
    };
    methods.iter().copied().filter(|method| !has(*method)).collect()
}

const fn enrolled_as(method: Method) -> &'static str {
    match method {
        Method::Password => "password",
        Method::EmailCode => "email",
        Method::PhoneCode => "phone",
    }
}
