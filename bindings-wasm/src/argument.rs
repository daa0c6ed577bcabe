//! Arguments as they come from JavaScript.

use sekisho::{
    Binding, Entropy, ErrorCode, Identifier, Method, Operation, Purpose, Session, Subject,
    Timestamp,
};

use crate::failure::Failure;

/// Whole numbers up to this one are exact.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

pub(crate) fn binding(
    subject: &str,
    session: Option<String>,
    operation: Option<String>,
) -> Result<Binding, Failure> {
    Ok(Binding {
        subject: Subject::parse(subject)?,
        session: session.as_deref().map(Session::parse).transpose()?,
        operation: operation.as_deref().map(Operation::from_json).transpose()?,
    })
}

pub(crate) fn identifier(kind: &str, value: &str) -> Result<Identifier, Failure> {
    match kind {
        "email" => Ok(Identifier::email(value)?),
        "phone" => Ok(Identifier::phone(value)?),
        _ => Err(ErrorCode::IdentifierInvalid.into()),
    }
}

pub(crate) fn method(word: &str) -> Result<Method, Failure> {
    let method = Method::ALL.into_iter().find(|method| method.as_str() == word);
    method.ok_or(ErrorCode::RequirementInvalid.into())
}

pub(crate) fn purpose(word: &str) -> Result<Purpose, Failure> {
    let purpose = Purpose::ALL.into_iter().find(|purpose| purpose.as_str() == word);
    purpose.ok_or(ErrorCode::RequirementInvalid.into())
}

/// A Unix time in seconds.
pub(crate) fn time(seconds: f64) -> Result<Timestamp, Failure> {
    Ok(Timestamp::from_unix_seconds(whole(seconds).unwrap_or(u64::MAX))?)
}

/// A whole number; `None` for what is none.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked before")]
pub(crate) fn whole(number: f64) -> Option<u64> {
    let is_whole = (0.0..=MAX_SAFE_INTEGER).contains(&number) && number.fract() == 0.0;
    is_whole.then_some(number as u64)
}

/// A number of the policy. What is none is above every bound.
pub(crate) fn or<T: TryFrom<u64> + Bounded>(given: Option<f64>, default: T) -> T {
    let parsed = |number| whole(number).and_then(|number| T::try_from(number).ok());
    given.map_or(default, |number| parsed(number).unwrap_or(T::MAX))
}

/// A number with a greatest one.
pub(crate) trait Bounded {
    const MAX: Self;
}

macro_rules! bounded {
    ($($type:ty)+) => { $(impl Bounded for $type { const MAX: Self = Self::MAX; })+ };
}
bounded!(u8 u32 u64);

/// Numbers of the rules are below 2^53.
#[expect(clippy::cast_precision_loss, reason = "no such number is as large")]
pub(crate) fn to_number(number: u64) -> f64 {
    number as f64
}

/// Randomness of the platform, or the bytes that a test gives.
pub(crate) fn random<const N: usize>(given: Option<Vec<u8>>) -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    let is_filled = match given {
        Some(given) => given.try_into().map(|given| bytes = given).is_ok(),
        None => getrandom::fill(&mut bytes).is_ok(),
    };
    if is_filled { Ok(bytes) } else { Err(ErrorCode::EntropyUnusable.into()) }
}

pub(crate) fn entropy(given: Option<Vec<u8>>) -> Result<Entropy, Failure> {
    Ok(Entropy::from_bytes(random(given)?)?)
}
