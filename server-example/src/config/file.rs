//! The file of settings: TOML, in which each key is an option's name.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use clap::builder::OsStr;
use clap::{Arg, ArgAction, Command};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::policy_places::PolicyPlaces;
use crate::policy::{AccountPolicy, PolicyError};

/// The one key that is no option: the account policy.
pub(super) const POLICY: &str = "policy";

/// The option that names the file; no file names another.
const CONFIG_FILE: &str = "config-file";

/// Why the file of settings cannot be used. Holds no value but those of the policy: another one may
/// be a secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigFileError {
    #[error("--config-file {path}: {cause}")]
    Io { path: PathBuf, cause: std::io::Error },
    #[error("--config-file {path}, line {line}: {message}")]
    Line { path: PathBuf, line: usize, message: String },
    #[error("--config-file {path}, line {line}: policy.{cause}")]
    Policy { path: PathBuf, line: usize, cause: PolicyError },
}

/// What the file says.
#[derive(Debug, Default)]
pub(crate) struct ConfigFile {
    path: PathBuf,
    settings: BTreeMap<String, Setting>,
    policy: AccountPolicy,
    /// The lines of the policy's values, by their dotted names.
    policy_lines: BTreeMap<String, usize>,
}

/// One setting as its option would be given.
#[derive(Debug)]
struct Setting {
    values: Vec<String>,
    line: usize,
}

impl ConfigFile {
    /// Reads the file; `serve` is the command whose options the settings are.
    pub(crate) fn read(path: PathBuf, serve: &Command) -> Result<Self, ConfigFileError> {
        match fs::read_to_string(&path) {
            Ok(text) => Reader { path: &path, text: &text }.read(serve),
            Err(cause) => Err(ConfigFileError::Io { path, cause }),
        }
    }

    /// Makes the file's values the defaults of the options they are for, in every command: what is
    /// on the command line or in the environment comes before them.
    pub(crate) fn apply(&self, command: Command) -> Command {
        command
            .mut_args(|option| self.put_in(option))
            .mut_subcommands(|subcommand| self.apply(subcommand))
    }

    fn put_in(&self, option: Arg) -> Arg {
        let setting = option.get_long().and_then(|name| self.settings.get(name));
        let Some(Setting { values, .. }) = setting else { return option };
        let values = values.iter().map(|value| OsStr::from(value.clone()));
        let is_shown = !option.get_action().takes_values();
        option.default_values(values).required(false).hide_default_value(!is_shown)
    }

    /// The account policy; the default one where the file says nothing of it.
    pub(crate) fn policy(&self) -> &AccountPolicy {
        &self.policy
    }

    /// Whether the file says anything of the policy.
    pub(crate) fn has_policy(&self) -> bool {
        !self.policy_lines.is_empty()
    }

    /// Where an option's value stands, for people; `None` where the file has none.
    pub(crate) fn place_of_option(&self, name: &str) -> Option<String> {
        self.settings.get(name).map(|setting| self.place(setting.line))
    }

    /// Where a value of the policy stands, by its dotted name.
    pub(crate) fn place_in_policy(&self, name: &str) -> Option<String> {
        self.policy_lines.get(name).map(|line| self.place(*line))
    }

    fn place(&self, line: usize) -> String {
        format!("{}, line {line}", self.path.display())
    }
}

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Reader<'_> {
    fn read(&self, serve: &Command) -> Result<ConfigFile, ConfigFileError> {
        let table = DeTable::parse(self.text).map_err(|error| self.toml_error(&error))?;
        let mut file = ConfigFile { path: self.path.to_owned(), ..ConfigFile::default() };
        for (key, value) in table.into_inner() {
            let name = key.get_ref().as_ref();
            if name == POLICY {
                let places = PolicyPlaces::new(key.span(), &value);
                let lines = places.names().map(|(name, span)| (name, self.line(span)));
                file.policy_lines = lines.collect();
                file.policy = self.policy(value, &places)?;
            } else {
                let setting = self.setting(name, &value, serve)?;
                file.settings.insert(name.to_owned(), setting);
            }
        }
        Ok(file)
    }

    fn setting(
        &self,
        name: &str,
        value: &Spanned<DeValue<'_>>,
        serve: &Command,
    ) -> Result<Setting, ConfigFileError> {
        let wrong = |message| self.error(value.span(), message);
        let option = options(serve).find(|option| option.get_long() == Some(name));
        let option = option.ok_or_else(|| {
            let names = options(serve).filter_map(Arg::get_long).collect::<Vec<_>>().join(", ");
            wrong(format!("{name:?} is not a setting. There are: {names}, and the table [policy]"))
        })?;
        let values = match value.get_ref() {
            DeValue::Array(items) if matches!(option.get_action(), ArgAction::Append) => {
                items.iter().map(|item| text(item.get_ref())).collect()
            }
            DeValue::Array(_) => return Err(wrong(format!("{name} takes one value, not a list"))),
            one => text(one).map(|text| vec![text]),
        };
        let values = values.ok_or_else(|| {
            wrong(format!(
                "{name} takes text in quotes, a number, true or false, or a list of these"
            ))
        })?;
        if values.is_empty() {
            return Err(wrong(format!("{name} is an empty list: leave it out, or name something")));
        }
        Ok(Setting { values, line: self.line(&value.span()) })
    }

    fn policy(
        &self,
        value: Spanned<DeValue<'_>>,
        places: &PolicyPlaces,
    ) -> Result<AccountPolicy, ConfigFileError> {
        if !value.get_ref().is_table() {
            return Err(self.error(value.span(), "policy must be a table: [policy]".to_owned()));
        }
        let policy = AccountPolicy::deserialize(value.into_deserializer()).map_err(|error| {
            let (name, span) = places.meant(&error.span().unwrap_or_default());
            self.error(span, format!("{name}: {}", error.message()))
        })?;
        match policy.to_core() {
            Ok(_) => Ok(policy),
            Err(cause) => {
                let line = self.line(&places.nearest(&cause.path()));
                Err(ConfigFileError::Policy { path: self.path.to_owned(), line, cause })
            }
        }
    }

    fn toml_error(&self, error: &toml::de::Error) -> ConfigFileError {
        self.error(error.span().unwrap_or_default(), error.message().to_owned())
    }

    fn error(&self, span: Range<usize>, message: String) -> ConfigFileError {
        ConfigFileError::Line { path: self.path.to_owned(), line: self.line(&span), message }
    }

    fn line(&self, span: &Range<usize>) -> usize {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        before.matches('\n').count() + 1
    }
}

/// The options that a file can set.
pub(crate) fn options(serve: &Command) -> impl Iterator<Item = &Arg> {
    let is_setting = |option: &&Arg| option.get_env().is_some();
    let is_other = |option: &&Arg| option.get_long() != Some(CONFIG_FILE);
    serve.get_arguments().filter(is_setting).filter(is_other)
}

/// A value as it would be given on a command line.
fn text(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Boolean(truth) => Some(truth.to_string()),
        DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => None,
    }
}
