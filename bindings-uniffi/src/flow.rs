//! The one shape of every flow: it asks for counters, they are added, it resumes.

use std::sync::{Mutex, PoisonError};

use sekisho::{Counting, ErrorCode, Step};

use crate::executor::run_in;
use crate::{
    Accepted, CodeSent, CounterOp, CounterStore, CounterStoreError, Executor, PasswordVerified,
    SekishoError, Verified,
};

/// Drives a flow to its end over a store. A store that fails ends it, refusing.
///
/// `executor` has what comes after each addition computed elsewhere: Argon2 is in there.
pub(crate) async fn drive<T: Send + 'static>(
    mut step: Step<T>,
    counters: &dyn CounterStore,
    executor: Option<&dyn Executor>,
) -> Result<T, SekishoError> {
    loop {
        let counting = match step {
            Step::Done(outcome) => return Ok(outcome?),
            Step::Count(counting) => counting,
        };
        let counts = match counters.add(asked(&counting)).await {
            Ok(counts) => counts,
            Err(CounterStoreError::Unavailable { detail }) => {
                return Err(SekishoError::CounterStoreFailed { detail });
            }
        };
        let resume = move || resumed(counting, &counts);
        step = match executor {
            None => resume(),
            // Nothing where the work was begun elsewhere and not ended.
            Some(executor) => run_in(executor, resume).await.unwrap_or_else(unfinished),
        };
    }
}

/// The outcome of a flow that asks for no counters.
pub(crate) fn at_once<T>(step: Step<T>) -> Result<T, SekishoError> {
    match step {
        Step::Done(outcome) => Ok(outcome?),
        Step::Count(_) => Err(ErrorCode::CounterStoreFailed.into()),
    }
}

fn asked<T>(counting: &Counting<T>) -> Vec<CounterOp> {
    counting.ops().iter().map(CounterOp::from).collect()
}

/// The flow with the counters' new values. None of them ends it, as no store would answer so.
fn resumed<T>(counting: Counting<T>, counts: &[i64]) -> Step<T> {
    let counts: Option<Vec<u64>> = counts.iter().map(|count| u64::try_from(*count).ok()).collect();
    counting.resume(&counts.unwrap_or_default())
}

fn unfinished<T>() -> Step<T> {
    Step::Done(Err(ErrorCode::CounterStoreFailed.into()))
}

/// A flow under way; nothing once it has told its outcome.
struct Flow<T>(Mutex<Option<Step<T>>>);

impl<T: 'static> Flow<T> {
    fn ops(&self) -> Option<Vec<CounterOp>> {
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(Step::Count(counting)) => Some(asked(counting)),
            Some(Step::Done(_)) | None => None,
        }
    }

    fn resume(&self, counts: &[i64]) {
        let next = match self.take() {
            Some(Step::Count(counting)) => Some(resumed(counting, counts)),
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
    /// A password check. The first `resume` computes Argon2: it blocks the thread for tens of
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
