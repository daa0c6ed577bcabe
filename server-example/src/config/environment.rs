//! The environment: which variables are settings.

use std::env;
use std::ffi::OsString;

use clap::Command;

use super::ConfigError;
use crate::secret;

/// Variables with our prefix that are other tools' of this project.
const NOT_SETTINGS: [&str; 5] = [
    "SEKISHO_WASM_STD",
    "SEKISHO_CACHE",
    "SEKISHO_SERVER_BIN",
    "SEKISHO_BASE_URL",
    "SEKISHO_PRODUCTION_URL",
];

/// Refuses variables with our prefix that are no setting: a typo would pass unseen.
pub(crate) fn check_environment(command: &Command) -> Result<(), ConfigError> {
    let mut known = secret::VARIABLES.map(|(name, _)| name.to_owned()).to_vec();
    collect_variables(command, &mut known);
    known.sort_unstable();
    known.dedup();
    let text = |(name, value): (OsString, OsString)| {
        Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
    };
    let ours = env::vars_os().filter_map(text).filter(|(name, _)| name.starts_with("SEKISHO_"));
    let mut ours = ours.filter(|(name, value)| !is_service_link(name, value)).map(|(name, _)| name);
    let is_known = |name: &String| known.contains(name) || NOT_SETTINGS.contains(&name.as_str());
    match ours.find(|name| !is_known(name)) {
        Some(name) => Err(ConfigError::Unknown { name, known: known.join(", ") }),
        None => Ok(()),
    }
}

fn collect_variables(command: &Command, into: &mut Vec<String>) {
    let of_arguments = command.get_arguments().filter_map(|argument| argument.get_env());
    into.extend(of_arguments.filter_map(|name| name.to_str()).map(str::to_owned));
    for subcommand in command.get_subcommands() {
        collect_variables(subcommand, into);
    }
}

/// Whether this is a variable that Kubernetes sets in every container beside a Service, here one
/// whose name begins with `sekisho`: `…_SERVICE_HOST`, `…_SERVICE_PORT`, `…_SERVICE_PORT_HTTP`,
/// `…_PORT`, `…_PORT_3001_TCP`, `…_PORT_3001_TCP_ADDR`.
fn is_service_link(name: &str, value: &str) -> bool {
    let is_of_port = |(_, port): (&str, &str)| {
        let mut words = port.split('_');
        let number = words.next().unwrap_or_default();
        number.parse::<u16>().is_ok() && matches!(words.next(), Some("TCP" | "UDP" | "SCTP"))
    };
    let is_named_port = |(_, port): (&str, &str)| port.is_empty() || port.starts_with('_');
    name.ends_with("_SERVICE_HOST")
        || name.rsplit_once("_SERVICE_PORT").is_some_and(is_named_port)
        || (name.ends_with("_PORT") && value.contains("://"))
        || name.split_once("_PORT_").is_some_and(is_of_port)
}
