//! JSON with one meaning (RFC 7493, I-JSON) in one spelling (RFC 8785, JCS).

mod decimal;
#[cfg(feature = "numbers")]
mod double;
#[cfg(feature = "numbers")]
mod natural;
mod number;
mod reader;
#[cfg(feature = "serde_json")]
mod value;
mod writer;

pub(crate) use reader::{from_text, names, scalar_at};
#[cfg(feature = "serde_json")]
pub(crate) use value::from_value;

/// The longest text, read or canonical.
const MAX_BYTES: usize = 65_536;
/// A value within an array or object is a level deeper than that.
const MAX_LEVELS: usize = 64;
