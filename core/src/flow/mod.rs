//! The one shape of every flow: a step asks for counters, the host adds them and resumes.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::counter::CounterOp;
use crate::{Error, ErrorCode, Timestamp};

mod check;
mod failures;
mod password;
mod present;
mod resend;
mod revoke;
mod send;
mod session;
mod verifier;

pub use check::{CodeCheck, CodeVerified};
pub use password::{PasswordCheck, PasswordVerified};
pub use present::{Accepted, Presentation};
pub use resend::{CodeResend, RESEND_COOLDOWN_SECONDS};
pub use send::{CodeSend, CodeSent};
pub use verifier::Verifier;

/// Where a flow stands.
#[derive(Debug)]
#[must_use = "a flow does nothing until its counters are added and it is resumed"]
pub enum Step<T> {
    /// The flow needs these counters before it goes on.
    Count(Counting<T>),
    /// The flow has ended.
    Done(Result<T, Error>),
}

/// A flow that waits for counters. Dropping it ends the flow: whatever it was to allow is not
/// allowed, and what it has counted stays counted.
#[must_use = "a flow does nothing until its counters are added and it is resumed"]
pub struct Counting<T> {
    ops: Vec<CounterOp>,
    next: Next<T>,
    computes_password: bool,
}

type Next<T> = Box<dyn FnOnce(&[u64]) -> Step<T> + Send>;

impl<T> Counting<T> {
    /// The additions to make, in this order, each atomic by itself.
    pub fn ops(&self) -> &[CounterOp] {
        &self.ops
    }

    /// Whether [`resume`](Self::resume) computes a password's hash: run it where it may take tens of
    /// milliseconds. All others take microseconds.
    pub const fn computes_password(&self) -> bool {
        self.computes_password
    }

    /// Goes on with the counters' new values, one for each of [`ops`](Self::ops).
    ///
    /// Resume within [`MAX_FLOW_SECONDS`] of the flow's `now`, or drop the flow: the counters that
    /// guard a challenge are certain to outlive it by no more.
    ///
    /// Values no counter store can give (another number of them, less than what was just added)
    /// end the flow with [`ErrorCode::CounterStoreFailed`].
    pub fn resume(self, counts: &[u64]) -> Step<T> {
        if are_sound(counts, &self.ops) {
            return (self.next)(counts);
        }
        Step::fail(ErrorCode::CounterStoreFailed)
    }
}

impl<T> fmt::Debug for Counting<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counting").field("ops", &self.ops).finish_non_exhaustive()
    }
}

impl<T> Step<T> {
    /// Drives the flow to its end over a store that answers at once. An asynchronous host writes
    /// the same loop with an `await` in it.
    ///
    /// # Errors
    /// The flow's error in the inner result, the store's own in the outer one.
    pub fn drive<E>(
        mut self,
        mut add: impl FnMut(&[CounterOp]) -> Result<Vec<u64>, E>,
    ) -> Result<Result<T, Error>, E> {
        loop {
            match self {
                Self::Done(result) => return Ok(result),
                Self::Count(counting) => {
                    let counts = add(counting.ops())?;
                    self = counting.resume(&counts);
                }
            }
        }
    }

    /// The same flow with its outcome made into something else.
    pub fn map<U: 'static>(self, describe: impl FnOnce(T) -> U + Send + 'static) -> Step<U>
    where
        T: 'static,
    {
        match self {
            Self::Done(outcome) => Step::Done(outcome.map(describe)),
            Self::Count(Counting { ops, next, computes_password }) => Step::Count(Counting {
                ops,
                computes_password,
                next: Box::new(move |counts| next(counts).map(describe)),
            }),
        }
    }

    pub(crate) fn fail(error: impl Into<Error>) -> Self {
        Self::Done(Err(error.into()))
    }

    pub(crate) const fn done(value: T) -> Self {
        Self::Done(Ok(value))
    }

    pub(crate) fn count<const N: usize>(
        ops: [CounterOp; N],
        next: impl FnOnce([u64; N]) -> Self + Send + 'static,
    ) -> Self {
        let next = move |counts: &[u64]| match counts.try_into() {
            Ok(counts) => next(counts),
            Err(_) => Self::fail(ErrorCode::CounterStoreFailed),
        };
        Self::Count(Counting { ops: ops.into(), next: Box::new(next), computes_password: false })
    }

    /// The same, where going on computes a password's hash.
    pub(crate) fn computing_password(mut self) -> Self {
        if let Self::Count(counting) = &mut self {
            counting.computes_password = true;
        }
        self
    }

    /// Counts once more and ends, wherever the counters stand then.
    pub(crate) fn count_and_end(ops: impl Into<Vec<CounterOp>>, outcome: Result<T, Error>) -> Self
    where
        T: Send + 'static,
    {
        let next = Box::new(|_: &[u64]| Self::Done(outcome));
        Self::Count(Counting { ops: ops.into(), next, computes_password: false })
    }

    /// Drives the flow over counters that are forgotten at once: each stands at what was just
    /// added to it.
    pub(crate) fn forget_counters(mut self) -> Self {
        while let Self::Count(counting) = self {
            let counts = forgotten(&counting.ops);
            self = (counting.next)(&counts);
        }
        self
    }
}

fn are_sound(counts: &[u64], ops: &[CounterOp]) -> bool {
    let is_sound = |(op, count): (&CounterOp, &u64)| *count >= least(op);
    counts.len() == ops.len() && ops.iter().zip(counts).all(is_sound)
}

/// What counters stand at that have just been made.
fn forgotten(ops: &[CounterOp]) -> Vec<u64> {
    ops.iter().map(least).collect()
}

fn least(op: &CounterOp) -> u64 {
    u64::try_from(op.delta).unwrap_or(0)
}

/// A token made by a flow.
#[derive(Clone, PartialEq, Eq)]
pub struct Issued {
    /// The token's text. Whoever holds it and is signed in as the user may use it.
    pub token: String,
    /// From this time on it is refused.
    pub expires_at: Timestamp,
}

impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issued").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// What stood behind an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limits {
    /// Attempts, uses and sends were counted.
    Counted,
    /// The verifier has no counter store: nobody limits the attempts, a code works until it
    /// expires, and a record can be used again and again until then.
    NotCounted,
}

/// Seconds a flow may take from its `now` to its end, a difference between the clocks of host and
/// store included: that much longer than a challenge or record the counters live that guard it.
pub const MAX_FLOW_SECONDS: u64 = 300;
