//! The loop that drives every flow: add the counters it asks for, tell it their values.

use sekisho::{Counting, Step};

use crate::clock::Clock;
use crate::password_pool::{PoolError, Seat};
use crate::store::{CounterStore, StoreError};

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
}

/// Drives a flow to its end.
pub(crate) async fn drive<T>(
    mut step: Step<T>,
    store: &impl CounterStore,
    clock: &Clock,
) -> Result<T, FlowError> {
    loop {
        match step {
            Step::Done(outcome) => return Ok(outcome?),
            Step::Count(counting) => {
                let counts = store.add(counting.ops(), clock.now()).await?;
                step = counting.resume(&counts);
            }
        }
    }
}

/// Drives a flow that hashes a password on the way: it goes on in its seat of the password pool.
pub(crate) async fn drive_in_seat<T: Send + 'static>(
    mut step: Step<T>,
    mut seat: Seat,
    store: &impl CounterStore,
    clock: &Clock,
) -> Result<T, FlowError> {
    loop {
        match step {
            Step::Done(outcome) => return Ok(outcome?),
            Step::Count(counting) => {
                let counts = store.add(counting.ops(), clock.now()).await?;
                (step, seat) = resume_in_seat(counting, counts, seat).await?;
            }
        }
    }
}

async fn resume_in_seat<T: Send + 'static>(
    counting: Counting<T>,
    counts: Vec<u64>,
    seat: Seat,
) -> Result<(Step<T>, Seat), PoolError> {
    seat.run(move || counting.resume(&counts)).await
}
