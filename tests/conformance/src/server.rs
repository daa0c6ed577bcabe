//! Starting and stopping an implementation given as a binary.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

const DEV_ARGS: &[&str] = &["serve", "--dev", "--listen", "127.0.0.1:0"];

/// Nobody reads the log of a run whose rows tell more.
const ENV: &[(&str, &str)] = &[("SEKISHO_LOG_LEVEL", "error")];

/// What the server is told to do once, in the directory it will run in, to start without dev mode.
const PRODUCTION_SETUP: &[&str] = &["keys", "generate", "--keys-file", "keys"];
const PRODUCTION_ARGS: &[&str] = &["serve", "--listen", "127.0.0.1:0"];
const PRODUCTION_ENV: &[(&str, &str)] = &[
    ("SEKISHO_DATABASE", "sekisho.db"),
    ("SEKISHO_KEYS_FILE", "keys"),
    ("SEKISHO_ACCESS_TOKEN_SECRET", "a secret that signs no token, since no row needs one"),
    ("SEKISHO_ACCESS_TOKEN_ISSUER", "https://id.example.com"),
    ("SEKISHO_ACCESS_TOKEN_AUDIENCE", "https://account.example.com"),
    ("SEKISHO_SMTP_URL", "smtp://127.0.0.1:9"),
    ("SEKISHO_MAIL_FROM", "no-reply@example.com"),
];

const START_TIMEOUT: Duration = Duration::from_mins(1);

/// A server process, stopped when dropped.
pub(crate) struct Server {
    child: Child,
    base_url: String,
}

impl Server {
    pub(crate) fn start_dev(binary: &Path) -> Result<Self, String> {
        Self::start(Command::new(binary).args(DEV_ARGS))
    }

    pub(crate) fn start_production(binary: &Path, directory: &Path) -> Result<Self, String> {
        // A relative path would be looked up in the new directory.
        let binary = binary
            .canonicalize()
            .map_err(|cause| format!("cannot find the server {}: {cause}", binary.display()))?;
        let mut setup = Command::new(&binary);
        setup.args(PRODUCTION_SETUP).current_dir(directory).stdout(Stdio::null());
        let done = setup.status().map_err(|cause| format!("cannot start {setup:?}: {cause}"))?;
        if !done.success() {
            return Err(format!("{setup:?} ended with {done}"));
        }
        let env = PRODUCTION_ENV.iter().copied();
        Self::start(Command::new(binary).args(PRODUCTION_ARGS).envs(env).current_dir(directory))
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    fn start(command: &mut Command) -> Result<Self, String> {
        let mut child = command
            .envs(ENV.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|cause| format!("cannot start {command:?}: {cause}"))?;
        let addresses = child.stdout.take().map(addresses_printed);
        let mut server = Self { child, base_url: String::new() };
        let address = addresses.and_then(|found| found.recv_timeout(START_TIMEOUT).ok());
        server.base_url = address.ok_or_else(|| {
            format!(
                "{command:?} ended or printed no address of its own (such as \
                 http://127.0.0.1:3000) within {} s",
                START_TIMEOUT.as_secs()
            )
        })?;
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing left to stop then.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads to the end, because a server whose output nobody reads stops at a full pipe.
fn addresses_printed(stdout: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if let Some(url) = address(&line) {
                let _ = sender.send(url);
            }
        }
    });
    receiver
}

fn address(line: &str) -> Option<String> {
    let line = line.trim().trim_end_matches('/');
    let address: SocketAddr = line.strip_prefix("http://").unwrap_or(line).parse().ok()?;
    Some(format!("http://{address}"))
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_address_stands_on_a_line_of_its_own() {
        for line in ["http://127.0.0.1:80", "127.0.0.1:80", " http://127.0.0.1:80/ "] {
            assert_eq!(address(line).as_deref(), Some("http://127.0.0.1:80"));
        }
        for line in ["", "listening on 127.0.0.1:80", "http://127.0.0.1"] {
            assert_eq!(address(line), None, "{line}");
        }
    }
}
