//! The reference server as a process: installed in a folder, started, asked for its memory, ended.

use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::machine;

pub(crate) const ISSUER: &str = "https://id.example.com";
pub(crate) const AUDIENCE: &str = "https://account.example.com";
pub(crate) const ACCESS_TOKEN_SECRET: &str = "an access token secret for the measurements alone";

pub(crate) type Settings = Vec<(&'static str, String)>;

/// Access tokens are checked by a shared secret, and no mail is sent.
pub(crate) fn without_neighbours() -> Settings {
    [
        ("SEKISHO_ACCESS_TOKEN_SECRET", ACCESS_TOKEN_SECRET),
        ("SEKISHO_ACCESS_TOKEN_ISSUER", ISSUER),
        ("SEKISHO_ACCESS_TOKEN_AUDIENCE", AUDIENCE),
        ("SEKISHO_SMTP_URL", "smtp://127.0.0.1:1"),
        ("SEKISHO_MAIL_FROM", "no-reply@example.com"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into()
}

/// Everything of a server but the process: a production key ring and stores.
pub(crate) struct Installation {
    program: PathBuf,
    folder: TempDir,
    stores: Settings,
}

impl Installation {
    /// With a file of SQLite.
    pub(crate) fn new(target: &Path) -> Result<Self, Box<dyn Error>> {
        let mut installation = Self::with_stores(target, Settings::new())?;
        let database = installation.folder.path().join("sekisho.db");
        let database = database.to_str().ok_or("the folder's name is no text")?.to_owned();
        installation.stores.push(("SEKISHO_DATABASE", database));
        Ok(installation)
    }

    /// With stores that are there already.
    pub(crate) fn with_stores(target: &Path, stores: Settings) -> Result<Self, Box<dyn Error>> {
        let program = target.join("release/sekisho-server");
        if !program.exists() {
            return Err(format!("{} is missing: run `make bench`", program.display()).into());
        }
        let installation = Self { program, folder: tempfile::tempdir()?, stores };
        let mut generate = Command::new(&installation.program);
        generate.args(["keys", "generate", "--keys-file"]).arg(installation.keys_file());
        run(&mut generate, "")?;
        Ok(installation)
    }

    pub(crate) fn keys_file(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    /// Adds a user, who gets a password where it is not empty.
    pub(crate) fn add_user(
        &self,
        id: &str,
        email: &str,
        password: &str,
    ) -> Result<(), Box<dyn Error>> {
        let mut add = Command::new(&self.program);
        add.args(["user", "add", "--id", id, "--email", email]);
        add.envs(self.stores.iter().cloned());
        if !password.is_empty() {
            add.arg("--password-stdin");
        }
        run(&mut add, password)
    }

    /// Starts the server and waits until it listens.
    pub(crate) fn start(&self, settings: Settings) -> Result<Server, Box<dyn Error>> {
        let before = Instant::now();
        let mut child = Command::new(&self.program)
            .arg("serve")
            .env("SEKISHO_LISTEN", "127.0.0.1:0")
            .envs(self.stores.iter().cloned())
            .env("SEKISHO_KEYS_FILE", self.keys_file())
            .envs(settings)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let stdout = child.stdout.take().ok_or("no output")?;
        for line in BufReader::new(stdout).lines() {
            if let Some(address) = line?.strip_prefix("http://") {
                let address = address.parse()?;
                return Ok(Server { child, address, took: before.elapsed() });
            }
        }
        Err("the server ended before it listened".into())
    }
}

/// A server that listens; it ends with this.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    /// From its start until it listened.
    pub(crate) took: Duration,
}

impl Server {
    /// Its resident memory now, in MiB.
    pub(crate) fn resident_mib(&self) -> Result<f64, Box<dyn Error>> {
        self.memory_mib("VmRSS:")
    }

    /// The most that its resident memory ever was, in MiB.
    pub(crate) fn peak_mib(&self) -> Result<f64, Box<dyn Error>> {
        self.memory_mib("VmHWM:")
    }

    /// The milliseconds of processors that it has taken so far.
    pub(crate) fn processor_milliseconds(&self) -> Result<f64, Box<dyn Error>> {
        machine::processor_milliseconds(&self.child.id().to_string())
    }

    fn memory_mib(&self, name: &str) -> Result<f64, Box<dyn Error>> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let value = status.lines().find_map(|line| line.strip_prefix(name)).ok_or("no figure")?;
        let kib: f64 = value.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kib / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn run(command: &mut Command, stdin: &str) -> Result<(), Box<dyn Error>> {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    child.stdin.take().ok_or("no input")?.write_all(stdin.as_bytes())?;
    let output = child.wait_with_output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).into())
}
