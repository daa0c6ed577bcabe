//! Arguments as they come from another language.

use std::time::{SystemTime, UNIX_EPOCH};

use sekisho::{Entropy, Error, ErrorCode, Timestamp};
use zeroize::Zeroizing;

/// A Unix time in seconds, the system's where none is given.
pub(crate) fn time_or_now(seconds: Option<i64>) -> Result<Timestamp, Error> {
    match seconds {
        Some(seconds) => time(seconds),
        None => Timestamp::from_unix_seconds(seconds_now()),
    }
}

/// A Unix time in seconds.
pub(crate) fn time(seconds: i64) -> Result<Timestamp, Error> {
    Timestamp::from_unix_seconds(or_too_large(seconds))
}

/// A number that is above every bound where it is below zero.
pub(crate) fn or_too_large(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// A number that fits `i64`, as every time and count of the rules does.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Randomness of the platform, or the bytes that a test gives.
pub(crate) fn entropy(given: Option<Vec<u8>>) -> Result<Entropy, Error> {
    Entropy::from_bytes(random(given)?)
}

/// Randomness of the platform, or the bytes that a test gives.
pub(crate) fn random<const N: usize>(given: Option<Vec<u8>>) -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    let is_filled = match given.map(Zeroizing::new) {
        Some(given) => given.as_slice().try_into().map(|given| bytes = given).is_ok(),
        None => getrandom::fill(&mut bytes).is_ok(),
    };
    if is_filled { Ok(bytes) } else { Err(ErrorCode::EntropyUnusable.into()) }
}

fn seconds_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(u64::MAX, |elapsed| elapsed.as_secs())
}
