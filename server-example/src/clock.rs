//! The one clock: what every check, counter and token of this server means by *now*.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sekisho::Timestamp;
use std::num::NonZeroU8;
use time::OffsetDateTime;
use time::format_description::well_known::Iso8601;
use time::format_description::well_known::iso8601::{Config, EncodedConfig, TimePrecision};

/// The system's clock, which dev mode can move forward.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    advanced_seconds: AtomicU64,
}

impl Clock {
    /// The time in whole seconds. A system clock before 1970 reads as 1970.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_unix_seconds(self.since_epoch().as_secs()).unwrap_or(Timestamp::MAX)
    }

    /// The time in milliseconds since 1970, for what the Account API shows of users.
    pub(crate) fn now_milliseconds(&self) -> i64 {
        i64::try_from(self.since_epoch().as_millis()).unwrap_or(i64::MAX)
    }

    /// Moves the clock forward.
    pub(crate) fn advance(&self, seconds: u64) {
        let add = |advanced: u64| Some(advanced.saturating_add(seconds).min(MAX_ADVANCE_SECONDS));
        let _ = self.advanced_seconds.fetch_update(Ordering::SeqCst, Ordering::SeqCst, add);
    }

    /// How far the clock was moved, in seconds.
    pub(crate) fn advanced(&self) -> u64 {
        self.advanced_seconds.load(Ordering::SeqCst)
    }

    /// Moves the clock this far from the system's time.
    pub(crate) fn set_advanced(&self, seconds: u64) {
        self.advanced_seconds.store(seconds.min(MAX_ADVANCE_SECONDS), Ordering::SeqCst);
    }

    /// Back to the system's time.
    pub(crate) fn reset(&self) {
        self.advanced_seconds.store(0, Ordering::SeqCst);
    }

    fn since_epoch(&self) -> Duration {
        let system = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        system.saturating_add(Duration::from_secs(self.advanced_seconds.load(Ordering::SeqCst)))
    }
}

/// ISO 8601 in UTC with milliseconds, as the contract writes times: `2026-08-31T12:00:00.000Z`.
///
/// A time that has no such form, after the year 9999, is written as its Unix seconds.
pub(crate) fn iso8601(time: Timestamp) -> String {
    let seconds = time.unix_seconds();
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .and_then(|time| time.format(&Iso8601::<MILLISECONDS>).ok())
        .unwrap_or_else(|| seconds.to_string())
}

/// The time for people, to the minute and in UTC: `2026-08-31 12:00 UTC`.
pub(crate) fn to_the_minute(time: Timestamp) -> String {
    let iso = iso8601(time);
    match iso.get(..16) {
        Some(minute) => format!("{} UTC", minute.replace('T', " ")),
        None => iso,
    }
}

/// A century: far enough for any test, and no sum of times overflows.
const MAX_ADVANCE_SECONDS: u64 = 100 * 366 * 86_400;

const MILLISECONDS: EncodedConfig = Config::DEFAULT
    .set_time_precision(TimePrecision::Second { decimal_digits: NonZeroU8::new(3) })
    .encode();

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_iso8601_with_milliseconds() {
        let time = Timestamp::from_unix_seconds(1_788_134_400).unwrap();
        assert_eq!(iso8601(time), "2026-08-31T00:00:00.000Z");
        assert_eq!(to_the_minute(time), "2026-08-31 00:00 UTC");
    }

    #[test]
    fn advances_and_returns() {
        let clock = Clock::default();
        let before = clock.now();
        clock.advance(1000);
        assert!((1000..1005).contains(&clock.now().seconds_since(before)));
        clock.advance(u64::MAX);
        assert!(clock.now() < Timestamp::MAX);
        clock.reset();
        assert!(clock.now().seconds_since(before) < 5);
    }
}
