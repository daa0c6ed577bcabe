//! Points in time, always handed in by the host: this crate reads no clock.

use crate::{Error, ErrorCode};

/// How far, in seconds, the clocks of two hosts that share a key ring may be apart: a token issued
/// that much in the future is still opened, anything later is refused.
pub const CLOCK_SKEW_SECONDS: u64 = 5;

/// A Unix time in whole seconds, from 0 up to, not including, 2^40 (the year 36812).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The greatest time a token can carry.
    pub const MAX: Self = Self((1 << 40) - 1);

    /// A time from Unix seconds.
    ///
    /// # Errors
    /// [`ErrorCode::TimeInvalid`] from 2^40 on, which no clock shows but a count of milliseconds
    /// given by mistake.
    pub fn from_unix_seconds(seconds: u64) -> Result<Self, Error> {
        if seconds > Self::MAX.0 {
            return Err(ErrorCode::TimeInvalid.into());
        }
        Ok(Self(seconds))
    }

    /// The Unix time in whole seconds.
    pub const fn unix_seconds(self) -> u64 {
        self.0
    }

    /// That many seconds later, at most [`Timestamp::MAX`].
    #[must_use]
    pub fn after(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds).min(Self::MAX.0))
    }

    /// The seconds from `earlier` to this time; 0 where `earlier` is the later one.
    pub const fn seconds_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}
