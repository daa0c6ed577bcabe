//! Languages: which one a client asks for, of those there are.

use std::cmp::Reverse;

/// The most language ranges of a request that are looked at. Browsers send a handful.
const MAX_RANGES: usize = 32;

/// The language of a set of templates, a BCP 47 tag.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Locale(String);

impl Locale {
    /// Reads a tag such as `ja` or `pt-BR`: a language of two to eight letters, then subtags of up
    /// to eight letters and digits (RFC 5646 §2.1). Whether they are registered is not checked.
    pub(crate) fn parse(tag: &str) -> Option<Self> {
        let mut subtags = tag.split('-');
        let is_language = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphabetic());
        let language = subtags.next().filter(|text| text.len() >= 2 && is_language(text))?;
        let fits = |text: &str| (1..=8).contains(&text.len()) && is_alphanumeric(text);
        (fits(language) && subtags.all(fits)).then(|| Self(tag.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    fn is(&self, tag: &str) -> bool {
        self.0.eq_ignore_ascii_case(tag)
    }

    /// Whether this is the language of the range in some region or script: `pt-BR` for `pt`.
    fn is_kind_of(&self, range: &str) -> bool {
        let start =
            self.0.get(..range.len()).is_some_and(|start| start.eq_ignore_ascii_case(range));
        start && self.0.as_bytes().get(range.len()) == Some(&b'-')
    }
}

/// What a request's `Accept-Language` asks for (RFC 9110 §12.5.4), the most wanted first.
///
/// Fully attacker controlled: what cannot be read is left out.
#[derive(Debug, Default)]
pub(crate) struct AcceptLanguage(Vec<Range>);

#[derive(Debug)]
struct Range {
    tag: String,
    /// In thousandths; 0 for a language that is not wanted.
    quality: u16,
}

impl AcceptLanguage {
    /// Reads the values of the header; there may be none or several.
    pub(crate) fn parse<'a>(values: impl Iterator<Item = &'a str>) -> Self {
        let ranges = values.flat_map(|value| value.split(',')).take(MAX_RANGES);
        let mut ranges: Vec<_> = ranges.filter_map(Range::parse).collect();
        ranges.sort_by_key(|range| Reverse(range.quality));
        Self(ranges)
    }

    /// The locale that is wanted most: looked up by RFC 4647 §3.4, and where that finds nothing, one
    /// of the same language. The first locale is the default.
    pub(crate) fn choose<'a>(&self, locales: &'a [Locale]) -> Option<&'a Locale> {
        let wanted = self.0.iter().filter(|range| range.quality > 0);
        let unwanted = |locale: &&Locale| {
            let mut refused = self.0.iter().filter(|range| range.quality == 0);
            refused.any(|range| locale.is(&range.tag))
        };
        let open: Vec<_> = locales.iter().filter(|locale| !unwanted(locale)).collect();
        wanted.into_iter().find_map(|range| range.choose(&open)).or_else(|| locales.first())
    }
}

impl Range {
    /// `TAG` or `TAG;q=WEIGHT`.
    fn parse(text: &str) -> Option<Self> {
        let (tag, weight) = text.split_once(';').unwrap_or((text, "q=1"));
        let (name, weight) = weight.split_once('=')?;
        let tag = tag.trim();
        let is_range = tag == "*" || Locale::parse(tag).is_some();
        let quality = thousandths(weight.trim())?;
        let is_quality = name.trim().eq_ignore_ascii_case("q");
        (is_range && is_quality).then(|| Self { tag: tag.to_owned(), quality })
    }

    fn choose<'a>(&self, locales: &[&'a Locale]) -> Option<&'a Locale> {
        if self.tag == "*" {
            return locales.first().copied();
        }
        let find = |is: &dyn Fn(&Locale) -> bool| locales.iter().copied().find(|locale| is(locale));
        prefixes(&self.tag)
            .find_map(|prefix| find(&|locale| locale.is(prefix)))
            .or_else(|| find(&|locale| locale.is_kind_of(&self.tag)))
    }
}

/// The tag, and what is left of it as the last subtag is taken away, again and again; a single
/// letter, which only introduces another subtag, goes with it.
fn prefixes(tag: &str) -> impl Iterator<Item = &str> {
    fn shorter(tag: &str) -> Option<&str> {
        let (rest, _) = tag.rsplit_once('-')?;
        match rest.rsplit_once('-') {
            Some((before, single)) if single.len() == 1 => Some(before),
            _ => Some(rest),
        }
    }
    std::iter::successors(Some(tag), |tag| shorter(tag))
}

/// A weight in thousandths: `0` to `1` with at most three decimals (RFC 9110 §12.4.2).
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let decimals: u16 = format!("{decimals:0<3}").parse().ok()?;
    match whole {
        "0" => Some(decimals),
        "1" if decimals == 0 => Some(1000),
        _ => None,
    }
}

fn is_alphanumeric(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(header: &str, locales: &[&str]) -> String {
        let locales: Vec<_> = locales.iter().map(|tag| Locale::parse(tag).unwrap()).collect();
        let asked = AcceptLanguage::parse([header].into_iter());
        asked.choose(&locales).unwrap().as_str().to_owned()
    }

    #[test]
    fn the_most_wanted_language_there_is() {
        let rows = [
            ("", "en"),
            ("ja", "ja"),
            ("JA-jp", "ja"),
            ("ja-Jpan-JP-u-ca-japanese", "ja"),
            ("en, ja", "en"),
            ("ja, en", "ja"),
            ("en;q=0.8, ja", "ja"),
            ("en;q=0.8,ja;q=0.81", "ja"),
            ("en ; q=0.2 , ja ; Q=0.3", "ja"),
            ("fr, de;q=0.9, ja;q=0.1", "ja"),
            ("fr, de", "en"),
            ("*", "en"),
            ("fr, *;q=0.5", "en"),
            ("en;q=0, *", "ja"),
            ("en;q=0", "en"),
            ("en-GB, en;q=0, ja;q=0.1", "ja"),
            ("ja;q=0.000", "en"),
            ("pt", "pt-BR"),
            ("pt-PT", "en"),
            ("pt-br", "pt-BR"),
        ];
        for (header, locale) in rows {
            assert_eq!(chosen(header, &["en", "ja", "pt-BR"]), locale, "{header}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        for header in [
            "ja;q=NaN",
            "ja;q=2",
            "ja;q=1.001",
            "ja;q=-1",
            "ja;q=0.0001",
            "ja;q=",
            "ja;q",
            "ja;level=1",
            "j",
            "ja-",
            "-ja",
            "日本語",
            "ja\0",
            ";;;,,,==",
            &"x".repeat(100_000),
            &("ja;q=NaN,en;q=0.5,".repeat(10_000)),
        ] {
            assert_eq!(chosen(header, &["en", "ja"]), "en", "{header}");
        }
    }

    #[test]
    fn several_headers_are_one_list() {
        let locales = ["en", "ja"].map(|tag| Locale::parse(tag).unwrap());
        let asked = AcceptLanguage::parse(["en;q=0.5", "ja"].into_iter());
        assert_eq!(asked.choose(&locales), locales.get(1));
    }
}
