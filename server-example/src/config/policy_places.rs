//! Where in the operator's file the keys of the policy stand.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;

/// Every key of the table `[policy]`, at every depth, and every entry of its lists.
#[derive(Default)]
pub(super) struct PolicyPlaces(Vec<Place>);

struct Place {
    /// The keys that lead there, and of an entry its number in the list.
    path: Vec<String>,
    is_entry: bool,
    /// In bytes from the file's beginning, as all spans are.
    key: Range<usize>,
    value: Range<usize>,
}

impl PolicyPlaces {
    /// `key` is where the table's own name stands.
    pub(super) fn new(key: Range<usize>, policy: &Spanned<DeValue<'_>>) -> Self {
        let place = Place { path: Vec::new(), is_entry: false, key, value: policy.span() };
        let mut places = Vec::new();
        collect(place, policy, &mut places);
        Self(places)
    }

    /// The dotted name of every key, such as `lockout.maxAttempts`, and where it stands.
    pub(super) fn names(&self) -> impl Iterator<Item = (String, &Range<usize>)> {
        let named = self.0.iter().filter(|place| !place.path.is_empty() && !place.is_entry);
        named.map(|place| (place.path.join("."), &place.key))
    }

    /// Where the key or entry stands, or what is nearest around one that is not there.
    pub(super) fn nearest(&self, path: &[String]) -> Range<usize> {
        let around = self.0.iter().filter(|place| path.starts_with(&place.path));
        let nearest = around.max_by_key(|place| place.path.len());
        nearest.map(|place| place.key.clone()).unwrap_or_default()
    }

    /// What the parser means by a span: its name from `policy` on, and where it stands.
    pub(super) fn meant(&self, span: &Range<usize>) -> (String, Range<usize>) {
        let is_meant = |place: &&Place| place.value == *span || place.key == *span;
        let Some(place) = self.0.iter().rev().find(is_meant) else {
            return (String::from(super::file::POLICY), span.clone());
        };
        let keys = place.path.len() - usize::from(place.is_entry);
        let path = place.path.iter().take(keys).map(String::as_str);
        let name = std::iter::once(super::file::POLICY).chain(path).collect::<Vec<_>>().join(".");
        (name, place.key.clone())
    }
}

fn collect(place: Place, value: &Spanned<DeValue<'_>>, into: &mut Vec<Place>) {
    let path = place.path.clone();
    let below = |name: String, is_entry: bool, key: Range<usize>, value: &Spanned<DeValue<'_>>| {
        let path = path.iter().cloned().chain([name]).collect();
        Place { path, is_entry, key, value: value.span() }
    };
    into.push(place);
    match value.get_ref() {
        DeValue::Table(table) => {
            for (key, value) in table {
                let place = below(key.get_ref().to_string(), false, key.span(), value);
                collect(place, value, into);
            }
        }
        DeValue::Array(entries) => {
            for (number, value) in entries.iter().enumerate() {
                collect(below(number.to_string(), true, value.span(), value), value, into);
            }
        }
        _ => {}
    }
}
