//! The loop that drives every flow: add the counters it asks for, tell it their values.

use sekisho::Step;

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

/// Drives a flow to its end. One that hashes a password does so in its seat of the password pool, and
/// leaves the seat to others for the rest.
pub(crate) async fn drive<T: Send + 'static>(
    mut step: Step<T>,
    mut seat: Option<Seat>,
    counters: &dyn CounterStore,
    clock: &Clock,
) -> Result<T, FlowError> {
    loop {
        let counting = match step {
            Step::Done(outcome) => return Ok(outcome?),
            Step::Count(counting) => counting,
        };
        let counts = counters.add(counting.ops(), clock.now()).await?;
        step = match seat.take_if(|_| counting.computes_password()) {
            None => counting.resume(&counts),
            Some(seat) => seat.run(move || counting.resume(&counts)).await?,
        };
    }
}
