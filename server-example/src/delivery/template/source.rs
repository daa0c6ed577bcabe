//! Where templates are: in the program, and in a folder of the operator's.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use sekisho::Purpose;

use super::TemplateError;
use crate::delivery::language::Locale;

const LAYOUT: &str = "layout.html";

const PURPOSES: [Purpose; 3] =
    [Purpose::UserPermissionValidation, Purpose::BindNewIdentifier, Purpose::BindMfa];

/// One text of the four that a purpose needs in each language.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Subject,
    Text,
    Html,
    Sms,
}

impl Part {
    const ALL: [Self; 4] = [Self::Subject, Self::Text, Self::Html, Self::Sms];

    const fn suffix(self) -> &'static str {
        match self {
            Self::Subject => "subject.txt",
            Self::Text => "email.txt",
            Self::Html => "email.html",
            Self::Sms => "sms.txt",
        }
    }
}

/// A template's name: its path within the folder, `ja/BindMfa.sms.txt`.
pub(super) fn file_name(locale: &str, purpose: Purpose, part: Part) -> String {
    format!("{locale}/{}", name_of(purpose, part))
}

/// The names within the folder of a language.
pub(super) fn every_name() -> Vec<String> {
    purposes().flat_map(|purpose| Part::ALL.map(|part| name_of(purpose, part))).collect()
}

pub(super) fn purposes() -> impl Iterator<Item = Purpose> {
    PURPOSES.into_iter()
}

fn name_of(purpose: Purpose, part: Part) -> String {
    format!("{}.{}", purpose.as_str(), part.suffix())
}

/// Every template there is, by name.
pub(super) struct Sources {
    folder: PathBuf,
    from_folder: BTreeSet<String>,
    files: BTreeMap<String, String>,
}

impl Sources {
    /// The built-in templates, and over them those of the folder.
    pub(super) fn load(folder: Option<PathBuf>) -> Result<Self, TemplateError> {
        let files = BUILT_IN.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
        let mut sources =
            Self { folder: folder.unwrap_or_default(), from_folder: BTreeSet::new(), files };
        if !sources.folder.as_os_str().is_empty() {
            sources.read_folder()?;
        }
        sources.require_complete()?;
        Ok(sources)
    }

    pub(super) const fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }

    pub(super) fn locales(&self) -> Vec<Locale> {
        let folders = self.files.keys().filter_map(|name| name.split_once('/'));
        let locales: BTreeSet<_> =
            folders.filter_map(|(folder, _)| Locale::parse(folder)).collect();
        locales.into_iter().collect()
    }

    /// Where the operator finds a template.
    pub(super) fn place(&self, name: &str) -> String {
        if self.from_folder.contains(name) {
            return self.folder.join(name).display().to_string();
        }
        format!("{name} (built in)")
    }

    fn read_folder(&mut self) -> Result<(), TemplateError> {
        for path in entries(&self.folder)? {
            match name(&path) {
                Some(LAYOUT) => self.read(LAYOUT.to_owned(), &path)?,
                Some(tag) if path.is_dir() && Locale::parse(tag).is_some() => {
                    self.read_language(tag, &path)?;
                }
                _ => return Err(TemplateError::Unknown(path)),
            }
        }
        Ok(())
    }

    fn read_language(&mut self, tag: &str, folder: &Path) -> Result<(), TemplateError> {
        let known = every_name();
        for path in entries(folder)? {
            match name(&path).filter(|name| known.iter().any(|known| known == name)) {
                Some(name) => self.read(format!("{tag}/{name}"), &path)?,
                None => return Err(TemplateError::Unknown(path)),
            }
        }
        Ok(())
    }

    fn read(&mut self, name: String, path: &Path) -> Result<(), TemplateError> {
        let text = fs::read_to_string(path);
        let text = text.map_err(|cause| TemplateError::File { path: path.to_owned(), cause })?;
        self.files.insert(name.clone(), text);
        self.from_folder.insert(name);
        Ok(())
    }

    /// A language that is not built in must have all of its templates.
    fn require_complete(&self) -> Result<(), TemplateError> {
        for locale in self.locales() {
            let missing: Vec<_> = every_name()
                .into_iter()
                .filter(|name| !self.files.contains_key(&format!("{}/{name}", locale.as_str())))
                .collect();
            if !missing.is_empty() {
                let folder = self.folder.join(locale.as_str());
                return Err(TemplateError::Incomplete { folder, missing: missing.join(", ") });
            }
        }
        Ok(())
    }
}

/// What is in a folder, in order; but for names with a dot first, which are other programs'.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, TemplateError> {
    let failed = |cause| TemplateError::File { path: folder.to_owned(), cause };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        paths.push(entry.map_err(failed)?.path());
    }
    paths.retain(|path| !name(path).is_some_and(|name| name.starts_with('.')));
    paths.sort_unstable();
    Ok(paths)
}

fn name(path: &Path) -> Option<&str> {
    path.file_name().and_then(OsStr::to_str)
}

macro_rules! built_in {
    ($($name:literal)*) => {
        [$(($name, include_str!(concat!("../../../templates/", $name)))),*]
    };
}

const BUILT_IN: [(&str, &str); 25] = built_in!(
    "layout.html"
    "en/UserPermissionValidation.subject.txt"
    "en/UserPermissionValidation.email.txt"
    "en/UserPermissionValidation.email.html"
    "en/UserPermissionValidation.sms.txt"
    "en/BindNewIdentifier.subject.txt"
    "en/BindNewIdentifier.email.txt"
    "en/BindNewIdentifier.email.html"
    "en/BindNewIdentifier.sms.txt"
    "en/BindMfa.subject.txt"
    "en/BindMfa.email.txt"
    "en/BindMfa.email.html"
    "en/BindMfa.sms.txt"
    "ja/UserPermissionValidation.subject.txt"
    "ja/UserPermissionValidation.email.txt"
    "ja/UserPermissionValidation.email.html"
    "ja/UserPermissionValidation.sms.txt"
    "ja/BindNewIdentifier.subject.txt"
    "ja/BindNewIdentifier.email.txt"
    "ja/BindNewIdentifier.email.html"
    "ja/BindNewIdentifier.sms.txt"
    "ja/BindMfa.subject.txt"
    "ja/BindMfa.email.txt"
    "ja/BindMfa.email.html"
    "ja/BindMfa.sms.txt"
);
