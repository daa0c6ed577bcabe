//! The one place that writes to the terminal. Logs go elsewhere, to `tracing`.

use std::fmt::Display;
use std::io::{self, Write};

/// Writes a line to standard output: what a command was asked for.
///
/// A reader that has gone away (`| head`) is not an error worth a message.
pub(crate) fn line(text: impl Display) {
    let _ = writeln!(io::stdout().lock(), "{text}");
}

/// Writes a line to standard error: what stopped a command, or a remark beside its output.
pub(crate) fn remark(text: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}
