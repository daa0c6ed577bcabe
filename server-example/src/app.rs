//! The application: everything a request handler needs, in one place.

use std::sync::Arc;

use sekisho::password::LeakedPasswords;
use sekisho::{Entropy, Error, Password, PasswordPolicy, Step, Timestamp};
use zeroize::Zeroizing;

use crate::access_token::AccessTokens;
use crate::clock::Clock;
use crate::delivery::Delivery;
use crate::dev::Dev;
use crate::driver::{FlowError, Needs, drive};
use crate::http::Problem;
use crate::password_pool::{PasswordPool, Seat};
use crate::readiness::Readiness;
use crate::rules::Rules;
use crate::store::CounterStore;
use crate::tasks::Tasks;
use crate::telemetry::{Decision, Metrics, Pending, Verdict};
use crate::users::Users;

/// The running server's parts.
pub(crate) struct App {
    pub(crate) clock: Arc<Clock>,
    pub(crate) counters: Arc<dyn CounterStore>,
    pub(crate) users: Arc<dyn Users>,
    pub(crate) rules: Rules,
    pub(crate) tokens: AccessTokens,
    pub(crate) delivery: Delivery,
    pub(crate) tasks: Tasks,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) readiness: Readiness,
    pub(crate) passwords: PasswordPool,
    pub(crate) password_policy: Arc<PasswordPolicy>,
    pub(crate) leaked_passwords: Arc<LeakedPasswords>,
    /// Only in dev mode.
    pub(crate) dev: Option<Dev>,
}

impl App {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Comes to a decision and tells of it, whatever becomes of the request that asked: who hangs up
    /// in the middle neither keeps what a flow reserved nor stays unseen, and neither does a panic.
    pub(crate) fn decide<T: Send + 'static>(
        &self,
        decision: Decision,
        deciding: impl Future<Output = Result<T, Problem>> + Send + 'static,
    ) -> impl Future<Output = Result<T, Problem>> + Send {
        let pending = Pending::new(decision, Arc::clone(&self.metrics));
        let deciding = Box::pin(deciding);
        let concluded = async move {
            let outcome = deciding.await;
            pending.decided(Verdict::of(&outcome));
            outcome
        };
        async { self.tasks.finish(concluded).await? }
    }

    /// Drives a flow to its end, in its seat where it hashes a password. Only within
    /// [`decide`](Self::decide), or where the flow reserves nothing.
    pub(crate) async fn drive<T: Send + 'static>(
        &self,
        step: Step<T>,
        seat: Option<Seat>,
    ) -> Result<T, FlowError> {
        let needs = Needs { seat, ..Needs::default() };
        drive(step, needs, &*self.counters, &self.clock).await
    }

    /// Drives a flow about a challenge or record that was made at this time, if it is one. Only where
    /// [`drive`](Self::drive) is right.
    pub(crate) async fn drive_of_token<T: Send + 'static>(
        &self,
        step: Step<T>,
        issued_at: Option<Timestamp>,
    ) -> Result<T, FlowError> {
        let needs = Needs { memory_since: issued_at, ..Needs::default() };
        drive(step, needs, &*self.counters, &self.clock).await
    }

    /// Hashes the user's password in the pool.
    pub(crate) async fn hash_password(
        &self,
        user: &str,
        typed: Zeroizing<String>,
    ) -> Result<Zeroizing<String>, FlowError> {
        let policy = Arc::clone(&self.password_policy);
        let seat = self.passwords.seat(user).await?;
        Ok(seat.run(move || hash(&policy, &typed)).await??)
    }
}

/// Hashes a password by the policy with a fresh salt: tens of milliseconds of work.
pub(crate) fn hash(policy: &PasswordPolicy, typed: &str) -> Result<Zeroizing<String>, Error> {
    let mut salt = [0; 16];
    fill_random(&mut salt)?;
    policy.hash(&Password::parse(typed)?, salt).map(Zeroizing::new)
}

/// Entropy for one call, from the operating system.
pub(crate) fn entropy() -> Result<Entropy, Error> {
    let mut bytes = [0; 32];
    fill_random(&mut bytes)?;
    Entropy::from_bytes(bytes)
}

/// A new user's id: 16 lower-case hexadecimal digits.
pub(crate) fn new_user_id() -> Result<String, Error> {
    let mut bytes = [0; 8];
    fill_random(&mut bytes)?;
    Ok(format!("{:016x}", u64::from_be_bytes(bytes)))
}

/// # Errors
/// [`sekisho::ErrorCode::EntropyUnusable`] where the operating system has no random source.
pub(crate) fn fill_random(bytes: &mut [u8]) -> Result<(), Error> {
    getrandom::fill(bytes).map_err(|error| {
        tracing::error!(%error, "the operating system gives no random bytes");
        sekisho::ErrorCode::EntropyUnusable.into()
    })
}
