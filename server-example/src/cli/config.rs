//! `config`: what is in force, and what there is.

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Subcommand};
use url::Url;

use super::{CommandError, Given, ServeArgs, serve_command};
use crate::config::{Config, ConfigFile, options, reference};
use crate::{secret, terminal};

#[derive(Subcommand)]
pub(super) enum ConfigCommand {
    /// Tells every setting that is in force and where it comes from, secrets masked, and whether
    /// they are complete. It takes what `serve` takes, reads the files that are named, and opens or
    /// connects to nothing else.
    Check(Box<ServeArgs>),
    /// Writes the table of all settings, in Markdown.
    Reference,
}

pub(super) fn run(command: ConfigCommand, given: &Given) -> Result<(), CommandError> {
    match command {
        ConfigCommand::Check(args) => check(*args, given),
        ConfigCommand::Reference => {
            terminal::line(reference::write(&serve_command()).trim_end());
            Ok(())
        }
    }
}

fn check(args: ServeArgs, Given { matches, file }: &Given) -> Result<(), CommandError> {
    let is_dev = args.dev;
    let check = matches.subcommand_matches("config");
    let check = check.and_then(|config| config.subcommand_matches("check")).unwrap_or(matches);
    let mut rows = option_rows(check, file);
    rows.extend(variable_rows()?);
    if !is_dev {
        rows.extend(policy_rows(file));
    }
    print(&rows);
    Config::new(args, file)?;
    terminal::line("\nThese settings are complete. Nothing was opened or connected to.");
    Ok(())
}

/// A setting's name, its value and where that comes from.
type Row = [String; 3];

fn option_rows(matches: &ArgMatches, file: &ConfigFile) -> Vec<Row> {
    options(&serve_command()).filter_map(|option| option_row(option, matches, file)).collect()
}

/// `None` for a setting that has no value.
fn option_row(option: &Arg, matches: &ArgMatches, file: &ConfigFile) -> Option<Row> {
    let name = option.get_long()?;
    let id = option.get_id().as_str();
    let origin = match matches.value_source(id)? {
        ValueSource::CommandLine => "command line".to_owned(),
        ValueSource::EnvVariable => option.get_env()?.to_string_lossy().into_owned(),
        _ => file.place_of_option(name).unwrap_or_else(|| "default".to_owned()),
    };
    let show = match option.is_hide_env_values_set() {
        true if takes_file(option) => masked_unless_file,
        true => masked,
        false => on_one_line,
    };
    let values = matches.get_raw(id)?.map(|value| show(&value.to_string_lossy()));
    let value = values.collect::<Vec<_>>().join(", ");
    Some([name.to_owned(), value, origin])
}

fn takes_file(option: &Arg) -> bool {
    let names = option.get_value_names().unwrap_or_default();
    names.iter().any(|name| name.split('|').any(|name| name == "FILE"))
}

/// The beginning of a value that is long or has many lines, such as a statement of SQL.
fn on_one_line(value: &str) -> String {
    let line = value.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_SHOWN_CHARACTERS) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or(&line)),
        None => line,
    }
}

const MAX_SHOWN_CHARACTERS: usize = 60;

/// Of a URL that may hold a secret, whom it leads to; of a file its name.
fn masked_unless_file(value: &str) -> String {
    if value.contains(':') { masked(value) } else { value.to_owned() }
}

/// Of a URL that may hold a secret, whom it leads to.
fn masked(value: &str) -> String {
    let Ok(url) = Url::parse(value) else { return MASK.to_owned() };
    let Some(host) = url.host_str() else { return MASK.to_owned() };
    let user = match (url.username(), url.password()) {
        ("", None) => String::new(),
        (user, None) => format!("{user}@"),
        (user, Some(_)) => format!("{user}:{MASK}@"),
    };
    let port = url.port().map_or(String::new(), |port| format!(":{port}"));
    let has_more = !matches!(url.path(), "" | "/") || url.query().is_some();
    let more = if has_more { "/…" } else { "" };
    format!("{}://{user}{host}{port}{more}", url.scheme())
}

/// What stands for a secret.
const MASK: &str = "********";

fn variable_rows() -> Result<Vec<Row>, CommandError> {
    let mut rows = Vec::new();
    for (name, _) in secret::VARIABLES {
        if secret::variable(name)?.is_some() {
            rows.push([name.to_owned(), MASK.to_owned(), "environment".to_owned()]);
        }
    }
    Ok(rows)
}

fn policy_rows(file: &ConfigFile) -> Vec<Row> {
    let values = file.policy().values().into_iter();
    let row = |(name, value): (String, serde_json::Value)| {
        let place = file.place_in_policy(&name).unwrap_or_else(|| "default".to_owned());
        [format!("policy.{name}"), value.to_string(), place]
    };
    values.map(row).collect()
}

fn print(rows: &[Row]) {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let (names, values) = (width(0), width(1));
    for [name, value, origin] in rows {
        terminal::line(format_args!("{name:names$}  {value:values$}  {origin}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_url_nothing_is_shown_that_may_be_a_secret() {
        for (url, shown) in [
            ("smtps://user:hunter2@mail.example.com", "smtps://user:********@mail.example.com"),
            ("smtp://localhost:2525", "smtp://localhost:2525"),
            ("smtp://h?tls=required", "smtp://h/…"),
            ("https://h/hunter2?key=hunter2", "https://h/…"),
            ("postgres://u:hunter2@/db?host=/run", "********"),
            ("hunter2", "********"),
        ] {
            assert_eq!(masked(url), shown);
            assert_eq!(masked_unless_file(url).contains("hunter2"), url == "hunter2", "{url}");
        }
        assert_eq!(masked_unless_file("./sekisho.db"), "./sekisho.db");
    }
}
