//! The one shape of every flow: it asks for counters, they are added, it resumes.

use std::sync::{Mutex, PoisonError};

use sekisho::{ErrorCode, Step};

use crate::{Accepted, CodeSent, CounterOp, PasswordVerified, SekishoError, Verified};

/// The outcome of a flow that asks for no counters.
pub(crate) fn at_once<T>(step: Step<T>) -> Result<T, SekishoError> {
    match step {
        Step::Done(outcome) => Ok(outcome?),
        Step::Count(_) => Err(ErrorCode::CounterStoreFailed.into()),
    }
}

/// A flow under way; nothing once it has told its outcome.
struct Flow<T>(Mutex<Option<Step<T>>>);

impl<T: 'static> Flow<T> {
    fn ops(&self) -> Option<Vec<CounterOp>> {
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(Step::Count(counting)) => {
                Some(counting.ops().iter().map(CounterOp::from).collect())
            }
            Some(Step::Done(_)) | None => None,
        }
    }

    /// A count that no store can have leaves none of them, which ends the flow.
    fn resume(&self, counts: &[i64]) {
        let counts: Option<Vec<u64>> = counts.iter().map(|it| u64::try_from(*it).ok()).collect();
        let next = match self.take() {
            Some(Step::Count(counting)) => Some(counting.resume(&counts.unwrap_or_default())),
            other => other,
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = next;
    }

    fn outcome(&self) -> Result<T, SekishoError> {
        match self.take() {
            Some(Step::Done(outcome)) => Ok(outcome?),
            // It was left in the middle, or has told its outcome before.
            Some(Step::Count(_)) | None => Err(ErrorCode::CounterStoreFailed.into()),
        }
    }

    /// Resuming may take its time, and does not hold the lock meanwhile.
    fn take(&self) -> Option<Step<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

macro_rules! flows {
    ($($(#[doc = $doc:literal])+ $name:ident -> $outcome:ty;)+) => { $(
        $(#[doc = $doc])+
        ///
        /// Add its `ops` in your store and `resume` with the new values, until there are none; then
        /// `outcome` has what it came to. Dropping it allows nothing.
        #[derive(uniffi::Object)]
        pub struct $name(Flow<$outcome>);

        impl $name {
            pub(crate) fn of(step: Step<$outcome>) -> Self {
                Self(Flow(Mutex::new(Some(step))))
            }
        }

        #[uniffi::export]
        impl $name {
            /// The additions to make, in this order, each atomic by itself; none where it has ended.
            pub fn ops(&self) -> Option<Vec<CounterOp>> {
                self.0.ops()
            }

            /// Goes on with the counters' new values. Such as no store can have end it, refusing.
            pub fn resume(&self, counts: Vec<i64>) {
                self.0.resume(&counts);
            }

            /// What the flow came to. It tells that once.
            pub fn outcome(&self) -> Result<$outcome, SekishoError> {
                self.0.outcome()
            }
        }
    )+ };
}

flows! {
    /// A password check. One `resume` computes Argon2: it blocks the thread for tens of
    /// milliseconds.
    PasswordCheckFlow -> PasswordVerified;
    /// A code on its way to its recipient.
    CodeSendFlow -> CodeSent;
    /// A code check.
    CodeCheckFlow -> Verified;
    /// A record held against a requirement.
    PresentationFlow -> Accepted;
    /// A flow that comes to nothing but its end.
    EmptyFlow -> ();
}
