//! Trying every template out, so that a mistake stops the start and not a user.

use sekisho::Purpose;

use super::source::{Part, file_name, purposes};
use super::{MAX_SEGMENTS, TemplateError, Templates, Values};
use crate::delivery::language::Locale;
use crate::delivery::segment::Size;

/// As long as a code can be ([`sekisho::CodePolicy::length`]), and nothing that a text says anyway.
const LONGEST_CODE: &str = "8093214576";

/// What no text says by itself.
const SOME_OPERATION: &str = "Transfer 7319.05 EUR to Q";

/// What a lifetime of 60 to 3600 seconds can be in minutes: the bounds, and where plurals begin.
const MINUTES: [u64; 3] = [1, 2, 60];

impl Templates {
    /// Writes every message there can be and looks at it.
    pub(super) fn check(&self) -> Result<(), TemplateError> {
        for locale in &self.locales {
            for purpose in purposes() {
                for minutes in MINUTES {
                    let values = Values { code: LONGEST_CODE, minutes, ..Values::default() };
                    self.check_email(locale.as_str(), purpose, &values)?;
                    self.check_text_message(locale.as_str(), purpose, &values)?;
                }
            }
        }
        Ok(())
    }

    /// Looks whether every message by which something is approved says what.
    pub(in crate::delivery) fn check_operations(&self) -> Result<(), TemplateError> {
        let purpose = Purpose::UserPermissionValidation;
        for locale in self.locales.iter().map(Locale::as_str) {
            let values = Values {
                code: LONGEST_CODE,
                minutes: 10,
                operation: SOME_OPERATION,
                ..Values::default()
            };
            let email = self.email_in(locale, purpose, &values)?;
            let sms = self.text_message_in(locale, purpose, &values)?.text;
            let parts = [(Part::Text, email.text), (Part::Html, email.html), (Part::Sms, sms)];
            if let Some((part, _)) = parts.iter().find(|(_, text)| !text.contains(SOME_OPERATION)) {
                let place = self.sources.place(&file_name(locale, purpose, *part));
                return Err(TemplateError::NoOperation(place));
            }
        }
        Ok(())
    }

    fn check_email(
        &self,
        locale: &str,
        purpose: Purpose,
        values: &Values<'_>,
    ) -> Result<(), TemplateError> {
        let email = self.email_in(locale, purpose, values)?;
        let place = |part| self.sources.place(&file_name(locale, purpose, part));
        if email.subject.is_empty() || email.subject.contains(char::is_control) {
            return Err(TemplateError::Subject(place(Part::Subject)));
        }
        let line = self.origin.as_ref().map(|origin| origin.line(values.code));
        if line.is_some_and(|line| !email.html.contains(&line)) {
            return Err(TemplateError::NoOriginLine(place(Part::Html)));
        }
        for (part, text) in [(Part::Text, &email.text), (Part::Html, &email.html)] {
            if !self.without_origin(text, values).contains(values.code) {
                return Err(TemplateError::NoCode(place(part)));
            }
        }
        Ok(())
    }

    fn check_text_message(
        &self,
        locale: &str,
        purpose: Purpose,
        values: &Values<'_>,
    ) -> Result<(), TemplateError> {
        let text = self.text_message_in(locale, purpose, values)?.text;
        let place = || self.sources.place(&file_name(locale, purpose, Part::Sms));
        if !self.without_origin(&text, values).contains(values.code) {
            return Err(TemplateError::NoCode(place()));
        }
        let size = Size::of(&text);
        if size.segments > MAX_SEGMENTS {
            return Err(TemplateError::TooLong { file: place(), size });
        }
        Ok(())
    }

    /// What a person reads: the origin's line is for their phone.
    fn without_origin(&self, text: &str, values: &Values<'_>) -> String {
        match &self.origin {
            Some(origin) => text.replace(&origin.line(values.code), ""),
            None => text.to_owned(),
        }
    }
}
