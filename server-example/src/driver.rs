//! The loop that drives every flow: add the counters it asks for, tell it their values.

use sekisho::{ErrorCode, Step, Timestamp};

use crate::clock::Clock;
use crate::password_pool::{PoolError, Seat};
use crate::store::{CounterStore, StoreError};
use crate::tasks::BrokenOff;

/// How a flow ended without its outcome.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FlowError {
    /// The rules refused.
    #[error(transparent)]
    Refused(#[from] sekisho::Error),
    /// The counters could not be reached, so nothing was allowed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The password work could not be done.
    #[error(transparent)]
    Pool(#[from] PoolError),
    /// The flow itself broke down.
    #[error(transparent)]
    BrokenOff(#[from] BrokenOff),
}

/// What a flow needs besides its counters.
#[derive(Default)]
pub(crate) struct Needs {
    /// One that hashes a password does so in its seat of the password pool, and leaves the seat to
    /// others for the rest.
    pub(crate) seat: Option<Seat>,
    /// When the token was made that it is about: a store that does not remember so far back does not
    /// know whether it was used.
    pub(crate) memory_since: Option<Timestamp>,
}

/// Drives a flow to its end.
pub(crate) async fn drive<T: Send + 'static>(
    mut step: Step<T>,
    Needs { mut seat, memory_since }: Needs,
    counters: &dyn CounterStore,
    clock: &Clock,
) -> Result<T, FlowError> {
    loop {
        let counting = match step {
            Step::Done(outcome) => return Ok(outcome?),
            Step::Count(counting) => counting,
        };
        let (ops, now) = (counting.ops(), clock.now());
        let counts = match memory_since {
            None => counters.add(ops, now).await?,
            Some(since) => {
                counters.add_remembering(ops, now, since).await?.ok_or_else(forgotten)?
            }
        };
        step = match seat.take_if(|_| counting.computes_password()) {
            None => counting.resume(&counts),
            Some(seat) => seat.run(move || counting.resume(&counts)).await?,
        };
    }
}

fn forgotten() -> sekisho::Error {
    tracing::warn!(
        "a token is older than all that the counters remember, and was refused: Redis is new or came \
         back without its data"
    );
    ErrorCode::RecordNotFound.into()
}
