//! The budget of failures a user has, over passwords and codes together.
//!
//! Every attempt is counted as a failure before anything is compared and given back when it
//! succeeds, so attempts in parallel cannot outrun the count. With `n` the count after one's own
//! addition, an attempt is admitted while nobody is blocked and `n` is within the limit. The one
//! admitted as the limit's last that fails sets the block and takes one failure off the count:
//! after the block that leaves room for exactly one attempt, which blocks again if it fails.

use super::verifier::{Verifier, seconds_to_end, set_end};
use super::{Limits, Step};
use crate::counter::{Counted, CounterKey, CounterOp};
use crate::{Error, ErrorCode, FailurePolicy, Subject, Timestamp};

#[derive(Clone, Copy)]
pub(super) struct Failures {
    count: CounterKey,
    block: CounterKey,
    block_end: CounterKey,
    policy: FailurePolicy,
    limits: Limits,
    now: Timestamp,
}

/// An attempt that may be compared: it holds a failure until it succeeds.
#[derive(Clone, Copy)]
pub(super) struct Admitted {
    failures: Failures,
    blocks_if_it_fails: bool,
}

/// An attempt that is not compared.
#[derive(Clone, Copy)]
pub(super) struct Refused {
    failures: Failures,
    /// How long to wait where nobody has noted when the block ends.
    or_else_seconds: u64,
}

/// How long to wait where nobody is blocked but attempts in flight hold all the room there is: one
/// of them will have failed or succeeded by then.
const UNDECIDED_SECONDS: u64 = 5;

impl Failures {
    pub(super) fn of(verifier: &Verifier, subject: &Subject, now: Timestamp) -> Self {
        let key = |counted| verifier.rules.keys.counter(counted, &[subject.as_str().as_bytes()]);
        Self {
            count: key(Counted::Failures),
            block: key(Counted::Block),
            block_end: key(Counted::BlockEnd),
            policy: verifier.rules.policy.failures,
            limits: verifier.rules.limits,
            now,
        }
    }

    /// Counts one failure, then reads the block. In this order: the attempt that blocks sets the
    /// block before it takes its failure off, so whoever finds the room it leaves finds the block.
    pub(super) const fn reserve_ops(&self) -> [CounterOp; 2] {
        [CounterOp::add_one(self.count, self.policy.window), CounterOp::read(self.block)]
    }

    /// Judges the counts of [`reserve_ops`](Self::reserve_ops): admitted or not.
    pub(super) fn admit(self, [count, block]: [u64; 2]) -> Result<Admitted, Refused> {
        let limit = u64::from(self.policy.limit);
        let blocks_if_it_fails = count == limit && self.limits == Limits::Counted;
        let admitted = Admitted { failures: self, blocks_if_it_fails };
        if block > 0 {
            return Err(Refused { failures: self, or_else_seconds: self.policy.block });
        }
        if count > limit {
            return Err(Refused { failures: self, or_else_seconds: UNDECIDED_SECONDS });
        }
        Ok(admitted)
    }

    pub(super) const fn give_back_op(&self) -> CounterOp {
        CounterOp::give_back(self.count)
    }

    pub(super) const fn clear_ops(&self) -> [CounterOp; 3] {
        [
            CounterOp::clear(self.count),
            CounterOp::clear(self.block),
            CounterOp::clear(self.block_end),
        ]
    }

    fn blocked<T>(&self, end: u64, or_else_seconds: u64) -> Step<T> {
        let known = seconds_to_end(end, self.now, self.policy.block);
        let seconds = known.unwrap_or(or_else_seconds);
        Step::fail(Error::with_retry_after(ErrorCode::VerificationBlocked, seconds))
    }
}

impl Refused {
    /// Gives back the failure and `other`, for what is refused uses up nothing, and ends the flow.
    pub(super) fn refuse<T: 'static>(self, other: Option<CounterOp>) -> Step<T> {
        let Self { failures, or_else_seconds } = self;
        let (give_back, read_end) = (failures.give_back_op(), CounterOp::read(failures.block_end));
        match other {
            None => Step::count([give_back, read_end], move |[_, end]| {
                failures.blocked(end, or_else_seconds)
            }),
            Some(other) => Step::count([give_back, other, read_end], move |[_, _, end]| {
                failures.blocked(end, or_else_seconds)
            }),
        }
    }
}

impl Admitted {
    pub(super) const fn give_back_op(&self) -> CounterOp {
        self.failures.give_back_op()
    }

    /// Ends the flow with the error, or, where this was the failure that blocks, with the block.
    pub(super) fn fail<T: 'static>(self, error: ErrorCode) -> Step<T> {
        if !self.blocks_if_it_fails {
            return Step::fail(error);
        }
        let failures = self.failures;
        let block = CounterOp::add_one(failures.block, failures.policy.block);
        Step::count([block], move |[blocks]| failures.set_block(blocks))
    }
}

impl Failures {
    /// Only the first of several that block at once takes a failure off: one block, one attempt
    /// after it.
    fn set_block<T: 'static>(self, blocks: u64) -> Step<T> {
        let seconds = self.policy.block;
        if blocks > 1 {
            return self.blocked(0, seconds);
        }
        let ops = [self.give_back_op(), set_end(self.block_end, self.now, seconds)];
        Step::count(ops, move |[_, end]| {
            let known = seconds_to_end(end, self.now, seconds);
            Step::fail(Error::beginning_block(known.unwrap_or(seconds)))
        })
    }
}
