//! Templates: what the user reads, in the languages there are.

mod check;
mod source;

use std::path::PathBuf;

use minijinja::{Environment, ErrorKind, UndefinedBehavior, Value, context};
use sekisho::Purpose;

use super::language::Locale;
use super::origin::OriginDomain;
use super::segment::Size;
use super::{DeliveryError, Message, PublicUrl};
use crate::clock::to_the_minute;
use source::{Part, Sources, file_name};

/// The language of who asks for none that there is.
const DEFAULT_LOCALE: &str = "en";

/// The most segments that a text message may be.
const MAX_SEGMENTS: usize = 2;

/// The same where it says what is approved.
const MAX_SEGMENTS_WITH_OPERATION: usize = 4;

/// What an operator may choose about the texts.
#[derive(Default)]
pub(crate) struct TextSettings {
    /// A folder with templates that replace built-in ones, or add languages.
    pub(crate) folder: Option<PathBuf>,
    /// The site that a phone may fill the code in on.
    pub(crate) origin: Option<OriginDomain>,
    /// Whether subjects may hold the code. They show on locked screens and in notifications.
    pub(crate) code_in_subject: bool,
    /// Where users reach the pages of this server.
    pub(crate) public_url: Option<PublicUrl>,
}

/// The templates in force, all of which have been seen to work.
pub(crate) struct Templates {
    engine: Environment<'static>,
    sources: Sources,
    /// The default first.
    locales: Vec<Locale>,
    origin: Option<OriginDomain>,
    code_in_subject: bool,
    public_url: Option<PublicUrl>,
}

/// An e-mail, written.
pub(crate) struct Email {
    pub(crate) locale: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

/// A text message, written.
pub(crate) struct TextMessage {
    pub(crate) locale: String,
    pub(crate) text: String,
}

/// Why templates cannot be used. Each names the file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TemplateError {
    #[error("--templates-folder: {path}: {cause}")]
    File { path: PathBuf, cause: std::io::Error },
    #[error(
        "--templates-folder: {0} is not a template. There are layout.html and, in a folder named \
         after a language (en, ja, pt-BR), {names}",
        names = source::every_name().join(", ")
    )]
    Unknown(PathBuf),
    #[error("--templates-folder: {folder} is a language of its own, so it needs also {missing}")]
    Incomplete { folder: PathBuf, missing: String },
    #[error("template {file}, line {line}: {cause}{hint}")]
    Engine { file: String, line: usize, cause: String, hint: &'static str },
    #[error("template {0}: a subject must be one line that is not empty")]
    Subject(String),
    #[error("template {0}: the code is not in it: write {{{{ code }}}}")]
    NoCode(String),
    #[error(
        "template {0}: the policy has operations, but what is approved is not in it: write {{{{ \
         operation }}}}"
    )]
    NoOperation(String),
    #[error(
        "template {0}: --origin-domain is set, but the origin's line is not in it: write {{{{ \
         origin_line }}}}"
    )]
    NoOriginLine(String),
    #[error(
        "template {file}: the text message can be {size}; it may be {MAX_SEGMENTS}: shorten it"
    )]
    TooLong { file: String, size: Size },
}

/// What a template may say of a message.
#[derive(Clone, Default)]
struct Values<'a> {
    code: &'a str,
    minutes: u64,
    /// The sentence that shows what is approved, by language; empty where nothing is.
    operation: &'a str,
    /// When it was sent.
    time: String,
    /// Where whoever has not asked for it makes the code void; empty where there is no such page.
    not_me_url: String,
}

impl Templates {
    /// Reads the templates and tries each of them out.
    pub(crate) fn load(settings: TextSettings) -> Result<Self, TemplateError> {
        let sources = Sources::load(settings.folder)?;
        let mut locales = sources.locales();
        locales.sort_by_key(|locale| (locale.as_str() != DEFAULT_LOCALE, locale.clone()));
        let mut templates = Self {
            engine: Environment::new(),
            sources,
            locales,
            origin: settings.origin,
            code_in_subject: settings.code_in_subject,
            public_url: settings.public_url,
        };
        templates.compile()?;
        templates.check()?;
        Ok(templates)
    }

    /// Writes the e-mail in the language that is asked for.
    pub(super) fn email(&self, message: &Message<'_>) -> Result<Email, DeliveryError> {
        let locale = self.locale(message);
        Ok(self.email_in(locale, message.purpose, &self.values(message))?)
    }

    /// Gives messages a link, where none was configured.
    pub(super) fn with_default_public_url(self, url: PublicUrl) -> Self {
        Self { public_url: self.public_url.or(Some(url)), ..self }
    }

    fn values<'a>(&self, message: &Message<'a>) -> Values<'a> {
        let gives_permission = message.purpose == Purpose::UserPermissionValidation;
        let approved = message.approval.filter(|_| gives_permission);
        let not_me_url = self.public_url.as_ref().map(|url| url.not_me(message.revocation));
        Values {
            code: message.code.as_str(),
            // No more than there are, and no "0 minutes".
            minutes: (message.lifetime / 60).max(1),
            operation: approved.map_or("", |shown| shown.sentence(&message.languages)),
            time: to_the_minute(message.sent_at),
            not_me_url: not_me_url.unwrap_or_default(),
        }
    }

    /// Writes the text message in the language that is asked for.
    pub(super) fn text_message(&self, message: &Message<'_>) -> Result<TextMessage, DeliveryError> {
        let locale = self.locale(message);
        let written = self.text_message_in(locale, message.purpose, &self.values(message))?;
        let size = Size::of(&written.text);
        if message.approval.is_some() && size.segments > MAX_SEGMENTS_WITH_OPERATION {
            return Err(DeliveryError::TooLong(size));
        }
        Ok(written)
    }

    fn compile(&mut self) -> Result<(), TemplateError> {
        self.engine.set_undefined_behavior(UndefinedBehavior::Strict);
        // Only so that an error names what is undefined.
        self.engine.set_debug(true);
        for (name, text) in self.sources.files() {
            let added = self.engine.add_template_owned(name.clone(), text.clone());
            added.map_err(|error| self.explain(name, &error))?;
        }
        Ok(())
    }

    fn locale(&self, message: &Message<'_>) -> &str {
        message.languages.choose(&self.locales).map_or(DEFAULT_LOCALE, Locale::as_str)
    }

    fn email_in(
        &self,
        locale: &str,
        purpose: Purpose,
        values: &Values<'_>,
    ) -> Result<Email, TemplateError> {
        let render = |part| self.render(&file_name(locale, purpose, part), locale, part, values);
        let mut text = render(Part::Text)?;
        if let Some(origin) = &self.origin {
            text = format!("{text}\n\n{}", origin.line(values.code));
        }
        let (subject, html) = (render(Part::Subject)?, render(Part::Html)?);
        Ok(Email { locale: locale.to_owned(), subject, text: text + "\n", html: html + "\n" })
    }

    fn text_message_in(
        &self,
        locale: &str,
        purpose: Purpose,
        values: &Values<'_>,
    ) -> Result<TextMessage, TemplateError> {
        let name = file_name(locale, purpose, Part::Sms);
        let mut text = self.render(&name, locale, Part::Sms, values)?;
        if let Some(origin) = &self.origin {
            text = format!("{text}\n{}", origin.line(values.code));
        }
        Ok(TextMessage { locale: locale.to_owned(), text })
    }

    fn render(
        &self,
        name: &str,
        locale: &str,
        part: Part,
        values: &Values<'_>,
    ) -> Result<String, TemplateError> {
        let Values { code, minutes, operation, time, not_me_url } = values;
        let is_open = part != Part::Subject || self.code_in_subject;
        let origin_line = self.origin.as_ref().map(|origin| origin.line(code)).unwrap_or_default();
        let values = context! {
            code => if is_open { Value::from(*code) } else { Value::UNDEFINED },
            minutes => *minutes,
            locale,
            origin_line,
            operation => *operation,
            time => time.as_str(),
            not_me_url => not_me_url.as_str(),
        };
        let text = self.engine.get_template(name).and_then(|template| template.render(values));
        let text = text.map_err(|error| self.explain(name, &error))?;
        Ok(text.trim().to_owned())
    }

    /// Says where the mistake is, which may be another file that the template includes.
    fn explain(&self, name: &str, error: &minijinja::Error) -> TemplateError {
        let name = error.name().unwrap_or(name);
        let is_undefined = error.kind() == ErrorKind::UndefinedError;
        TemplateError::Engine {
            file: self.sources.place(name),
            line: error.line().unwrap_or(1),
            cause: error.detail().map_or_else(|| error.kind().to_string(), str::to_owned),
            hint: if is_undefined { UNDEFINED_HINT } else { "" },
        }
    }
}

const UNDEFINED_HINT: &str = ". Templates know code, minutes, locale, origin_line, operation, \
                              time and not_me_url; subjects know the code only with \
                              --code-in-subject";

impl From<TemplateError> for DeliveryError {
    fn from(error: TemplateError) -> Self {
        Self::Failed(error.to_string())
    }
}

#[cfg(test)]
mod tests;
