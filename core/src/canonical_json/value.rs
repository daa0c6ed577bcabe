//! Writes a JSON value of the crate `serde_json` canonically.

use alloc::string::{String, ToString};

use serde_json::Value;

use super::number::write_number;
use super::writer::{Member, write_object, write_string};
use super::{MAX_BYTES, MAX_LEVELS};
use crate::{Error, ErrorCode};

/// The canonical form of a value.
///
/// # Errors
/// [`ErrorCode::OperationInvalid`].
pub(crate) fn from_value(value: &Value) -> Result<String, Error> {
    let mut canonical = String::new();
    let written = write(value, MAX_LEVELS, &mut canonical);
    match written {
        Some(()) if canonical.len() <= MAX_BYTES => Ok(canonical),
        _ => Err(ErrorCode::OperationInvalid.into()),
    }
}

/// Writes a value of at most so many levels.
fn write(value: &Value, levels: usize, out: &mut String) -> Option<()> {
    let levels = levels.checked_sub(1)?;
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => write_number(&number.to_string(), out)?,
        Value::String(string) => write_string(string, out),
        Value::Array(items) => write_array(items, levels, out)?,
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| {
                let mut canonical = String::new();
                write(value, levels, &mut canonical)?;
                Some(Member { key: key.clone(), value: canonical })
            });
            write_object(members.collect::<Option<_>>()?, out)?;
        }
    }
    Some(())
}

fn write_array(items: &[Value], levels: usize, out: &mut String) -> Option<()> {
    out.push('[');
    for (n, item) in items.iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        write(item, levels, out)?;
    }
    out.push(']');
    Some(())
}
