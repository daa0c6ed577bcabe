//! Rows that an implementation cannot pass, each with the reason: a list in a file of its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use libtest_mimic::{Completion, Trial};

/// Reads `NAME: REASON` lines. Empty lines and those that begin with `#` say nothing.
pub(crate) fn read(file: &Path) -> Result<BTreeMap<String, String>, String> {
    let text = fs::read_to_string(file)
        .map_err(|cause| format!("cannot read the skipped rows in {}: {cause}", file.display()))?;
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(parse).collect()
}

/// A row's name has `::` in it, which is followed by no space.
fn parse(line: &str) -> Result<(String, String), String> {
    match line.split_once(": ") {
        Some((name, reason)) if !reason.trim().is_empty() => {
            Ok((name.to_owned(), reason.trim().to_owned()))
        }
        _ => Err(format!("a skipped row needs a reason, as in `NAME: REASON`, not `{line}`")),
    }
}

/// Shows the listed rows as ignored, with their reasons.
///
/// # Errors
/// A name on the list that no row has: it would skip nothing and nobody would know.
pub(crate) fn skip(
    trials: Vec<Trial>,
    mut skipped: BTreeMap<String, String>,
) -> Result<Vec<Trial>, String> {
    let trials = trials
        .into_iter()
        .map(|trial| match skipped.remove(trial.name()) {
            Some(reason) => ignored(trial.name().to_owned(), reason),
            None => trial,
        })
        .collect();
    match skipped.into_keys().next() {
        None => Ok(trials),
        Some(name) => Err(format!("there is no row {name} to skip")),
    }
}

fn ignored(name: String, reason: String) -> Trial {
    Trial::ignorable_test(name, move || Ok(Completion::ignored_with(reason)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_skipped_row_has_a_name_and_a_reason() {
        let row = |name: &str, reason: &str| Ok((name.to_owned(), reason.to_owned()));
        assert_eq!(parse("a::b: it is so: here"), row("a::b", "it is so: here"));
        for line in ["a::b", "a::b:", "a::b: "] {
            assert!(parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn a_name_that_no_row_has_is_refused() {
        let rows = || vec![Trial::test("a", || Ok(()))];
        let list = |name: &str| BTreeMap::from([(name.to_owned(), "why".to_owned())]);
        assert_eq!(skip(rows(), list("a")).map(|rows| rows.len()), Ok(1));
        assert_eq!(skip(rows(), list("b")).err().as_deref(), Some("there is no row b to skip"));
    }
}
