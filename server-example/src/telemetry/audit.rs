//! Audit events: one for each decision about a user, with pseudonyms for who it was about.

use std::sync::Arc;

use sekisho::{Identifier, KeyRing, Method, Pseudonym, Purpose, Subject};
use tracing::field;

use super::{Metrics, Verdict};
use crate::access_token::AccessToken;
use crate::http::Problem;
use crate::users::Change;

/// The target of audit events.
pub(super) const TARGET: &str = "sekisho::audit";

/// What is being decided, and about whom.
pub(crate) struct Decision {
    about: About,
    /// Nobody where nobody is signed in.
    user: Option<Pseudonym>,
    session: Option<Pseudonym>,
    identifier: Option<Pseudonym>,
}

/// A decision that is being made. It is concluded whatever ends that: a panic is an error.
pub(crate) struct Pending {
    decision: Decision,
    verdict: Verdict,
    metrics: Arc<Metrics>,
}

impl Pending {
    pub(crate) fn new(decision: Decision, metrics: Arc<Metrics>) -> Self {
        Self { decision, verdict: Verdict::of::<()>(&Err(Problem::unexpected())), metrics }
    }

    pub(crate) fn decided(mut self, verdict: Verdict) {
        self.verdict = verdict;
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.decision.conclude(self.verdict, &self.metrics);
    }
}

enum About {
    /// A verification: the password, or a code that was sent.
    Check(Method),
    /// Sending a code.
    Send {
        channel: &'static str,
        template: &'static str,
    },
    /// Using a record: as permission, or as proof of a new identifier. By which method the user
    /// was verified is known where it was accepted.
    RecordUse {
        requirement: &'static str,
        method: Option<Method>,
    },
    Change(Change),
    /// A verification ends before its time.
    Revocation,
    /// An operator ends a block.
    Unblock,
}

impl Decision {
    pub(crate) fn password_check(keys: &KeyRing, token: &AccessToken) -> Self {
        Self::new(keys, token, None, About::Check(Method::Password))
    }

    pub(crate) fn code_check(keys: &KeyRing, token: &AccessToken, to: &Identifier) -> Self {
        Self::new(keys, token, Some(to), About::Check(to.method()))
    }

    pub(crate) fn code_send(
        keys: &KeyRing,
        token: &AccessToken,
        to: &Identifier,
        purpose: Purpose,
    ) -> Self {
        let about = About::Send { channel: channel(to), template: purpose.as_str() };
        Self::new(keys, token, Some(to), about)
    }

    pub(crate) fn permission(keys: &KeyRing, token: &AccessToken, method: Option<Method>) -> Self {
        let requirement = "permission";
        Self::new(keys, token, None, About::RecordUse { requirement, method })
    }

    pub(crate) fn approval(keys: &KeyRing, token: &AccessToken, method: Option<Method>) -> Self {
        let requirement = "operation";
        Self::new(keys, token, None, About::RecordUse { requirement, method })
    }

    pub(crate) fn revocation(keys: &KeyRing, token: &AccessToken) -> Self {
        Self::new(keys, token, None, About::Revocation)
    }

    /// By whoever has the link of its message.
    pub(crate) const fn revocation_by_link() -> Self {
        Self { about: About::Revocation, user: None, session: None, identifier: None }
    }

    pub(crate) fn proof(
        keys: &KeyRing,
        token: &AccessToken,
        method: Option<Method>,
        of: &Identifier,
    ) -> Self {
        let requirement = "new_identifier";
        Self::new(keys, token, Some(of), About::RecordUse { requirement, method })
    }

    pub(crate) fn account_change(
        keys: &KeyRing,
        token: &AccessToken,
        change: Change,
        to: Option<&Identifier>,
    ) -> Self {
        Self::new(keys, token, to, About::Change(change))
    }

    pub(crate) fn unblock(keys: &KeyRing, subject: &Subject) -> Self {
        let user = Some(Pseudonym::of_subject(keys, subject));
        Self { about: About::Unblock, user, session: None, identifier: None }
    }

    fn new(
        keys: &KeyRing,
        token: &AccessToken,
        identifier: Option<&Identifier>,
        about: About,
    ) -> Self {
        Self {
            about,
            user: Some(Pseudonym::of_subject(keys, &token.subject)),
            session: token.session.as_ref().map(|id| Pseudonym::of_session(keys, id)),
            identifier: identifier.map(|value| Pseudonym::of_identifier(keys, value)),
        }
    }

    /// Counts the decision and tells of it.
    pub(crate) fn conclude(&self, verdict: Verdict, metrics: &Metrics) {
        self.count(verdict.label(), metrics);
        self.tell(verdict);
        if verdict.begins_block() {
            metrics.blocks.inc();
            tracing::warn!(
                target: TARGET,
                {
                    event.name = "user.block",
                    event.outcome = Verdict::SUCCESS.outcome(),
                    user.hash = self.user.map(field::display),
                },
                "a user is blocked after too many failures; `user unblock` ends that"
            );
        }
    }

    fn count(&self, outcome: &'static str, metrics: &Metrics) {
        match self.about {
            About::Check(method) => metrics.verification(method.as_str(), outcome),
            About::Send { channel, template } => metrics.send(channel, template, outcome),
            About::RecordUse { requirement, .. } => metrics.record_use(requirement, outcome),
            About::Change(change) => {
                let (field, action) = words(change);
                metrics.account_change(field, action, outcome);
            }
            About::Revocation => {
                metrics.revocation(if self.user.is_some() { "user" } else { "link" }, outcome);
            }
            // Done by a process whose metrics nobody collects.
            About::Unblock => {}
        }
    }

    /// Writes the decision's event.
    pub(crate) fn tell(&self, verdict: Verdict) {
        let about = &self.about;
        let (name, message) = about.name_and_message();
        let (changed, action) = about.change().map(words).unzip();
        tracing::info!(
            target: TARGET,
            {
                event.name = name,
                event.outcome = verdict.outcome(),
                error.type = verdict.code(),
                user.hash = self.user.map(field::display),
                sekisho.session.hash = self.session.map(field::display),
                sekisho.identifier.hash = self.identifier.map(field::display),
                sekisho.method = about.method(),
                sekisho.channel = about.channel(),
                sekisho.template = about.template(),
                sekisho.requirement = about.requirement(),
                sekisho.field = changed,
                sekisho.action = action,
            },
            "{message}"
        );
    }
}

impl About {
    const fn name_and_message(&self) -> (&'static str, &'static str) {
        match self {
            Self::Check(Method::Password) => ("password.check", "a password was checked"),
            Self::Check(Method::EmailCode | Method::PhoneCode) => {
                ("code.check", "a code was checked")
            }
            Self::Send { .. } => ("code.send", "a code was asked for"),
            Self::RecordUse { .. } => ("record.use", "a record was shown"),
            Self::Change(_) => ("account.change", "an account was to be changed"),
            Self::Revocation => ("verification.revoke", "a verification was to be revoked"),
            Self::Unblock => ("user.unblock", "an operator ends a block"),
        }
    }

    fn method(&self) -> Option<&'static str> {
        match self {
            Self::Check(method) | Self::RecordUse { method: Some(method), .. } => {
                Some(method.as_str())
            }
            _ => None,
        }
    }

    const fn channel(&self) -> Option<&'static str> {
        if let Self::Send { channel, .. } = self { Some(channel) } else { None }
    }

    const fn template(&self) -> Option<&'static str> {
        if let Self::Send { template, .. } = self { Some(template) } else { None }
    }

    const fn requirement(&self) -> Option<&'static str> {
        if let Self::RecordUse { requirement, .. } = self { Some(requirement) } else { None }
    }

    const fn change(&self) -> Option<Change> {
        if let Self::Change(change) = self { Some(*change) } else { None }
    }
}

/// The field and what is done to it.
const fn words(change: Change) -> (&'static str, &'static str) {
    match change {
        Change::SetPassword | Change::SetFirstPassword | Change::RewritePassword => {
            ("password", "set")
        }
        Change::SetEmail => ("email", "set"),
        Change::RemoveEmail => ("email", "remove"),
        Change::SetPhone => ("phone", "set"),
        Change::RemovePhone => ("phone", "remove"),
    }
}

/// The way that messages to it go.
pub(super) const fn channel(to: &Identifier) -> &'static str {
    match to {
        Identifier::Email(_) => "email",
        Identifier::Phone(_) => "sms",
    }
}

#[cfg(test)]
mod tests {
    use sekisho::{Environment, Timestamp};

    use super::*;
    use crate::app::entropy;

    fn pending(metrics: &Arc<Metrics>) -> Pending {
        let now = Timestamp::from_unix_seconds(1_764_000_000).unwrap();
        let keys = KeyRing::generate(Environment::Development, now, &entropy().unwrap()).unwrap();
        let user = Some(Pseudonym::of_subject(&keys, &Subject::parse("ana").unwrap()));
        let about = About::Check(Method::Password);
        let decision = Decision { about, user, session: None, identifier: None };
        Pending::new(decision, Arc::clone(metrics))
    }

    fn outcomes(metrics: &Metrics) -> Vec<String> {
        let text = metrics.to_prometheus_text().unwrap();
        let told = text.lines().filter(|line| line.starts_with("sekisho_verifications_total{"));
        told.map(str::to_owned).collect()
    }

    #[tokio::test]
    async fn a_decision_is_told_once_whatever_ends_it() {
        let metrics = Arc::new(Metrics::new());
        pending(&metrics).decided(Verdict::SUCCESS);
        let [told] = outcomes(&metrics).try_into().unwrap();
        assert!(told.contains(r#"outcome="success""#) && told.ends_with(" 1"), "{told}");

        let metrics = Arc::new(Metrics::new());
        let deciding = pending(&metrics);
        let broken = tokio::spawn(async move {
            let _deciding = deciding;
            panic!("on purpose");
        });
        assert!(broken.await.is_err());
        let [told] = outcomes(&metrics).try_into().unwrap();
        assert!(told.contains(r#"outcome="internal_error""#) && told.ends_with(" 1"), "{told}");
    }
}
