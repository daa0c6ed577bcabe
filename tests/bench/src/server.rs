//! The reference server: how soon it listens on an existing database, and its memory at rest.

use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How often the server is started; the figures are medians.
const STARTS: usize = 11;

/// How long it rests before its memory is read.
const REST: Duration = Duration::from_millis(500);

pub(crate) fn measure(target: &Path) -> Result<String, Box<dyn Error>> {
    let server = target.join("release/sekisho-server");
    if !server.exists() {
        return Err(format!("{} is missing: run `make bench`", server.display()).into());
    }
    let folder = tempfile::tempdir()?;
    let keys = folder.path().join("keys");
    run(Command::new(&server).args(["keys", "generate", "--keys-file"]).arg(&keys))?;

    start(&server, folder.path())?.stop()?;
    let mut starts = Vec::with_capacity(STARTS);
    let mut memory = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        let started = start(&server, folder.path())?;
        std::thread::sleep(REST);
        memory.push(resident_kib(started.child.id())?);
        starts.push(started.took);
        started.stop()?;
    }
    starts.sort_unstable();
    memory.sort_unstable();
    let start = starts.get(STARTS / 2).ok_or("no start")?.as_secs_f64() * 1e3;
    let memory = memory.get(STARTS / 2).ok_or("no start")? / 1024;
    Ok(format!(
        "## Reference server, existing database\n\n\
         | figure | median of {STARTS} |\n| --- | ---: |\n\
         | start to listening | {start:.0} ms |\n| resident memory at rest | {memory} MiB |\n"
    ))
}

/// A server that listens.
struct Started {
    child: Child,
    took: Duration,
}

impl Started {
    fn stop(mut self) -> Result<(), Box<dyn Error>> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

fn start(server: &Path, folder: &Path) -> Result<Started, Box<dyn Error>> {
    let before = Instant::now();
    let mut child = Command::new(server)
        .arg("serve")
        .envs(settings(folder))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let stdout = child.stdout.take().ok_or("no output")?;
    for line in BufReader::new(stdout).lines() {
        if line?.contains("http://") {
            return Ok(Started { child, took: before.elapsed() });
        }
    }
    Err("the server ended before it listened".into())
}

/// Values that only have to be there: nobody signs in and no mail is sent.
fn settings(folder: &Path) -> [(&'static str, PathBuf); 8] {
    let text = |value: &str| PathBuf::from(value);
    [
        ("SEKISHO_LISTEN", text("127.0.0.1:0")),
        ("SEKISHO_DATABASE", folder.join("sekisho.db")),
        ("SEKISHO_KEYS_FILE", folder.join("keys")),
        ("SEKISHO_ACCESS_TOKEN_SECRET", text("a secret that no token is ever signed with")),
        ("SEKISHO_ACCESS_TOKEN_ISSUER", text("https://id.example.com")),
        ("SEKISHO_ACCESS_TOKEN_AUDIENCE", text("https://account.example.com")),
        ("SEKISHO_SMTP_URL", text("smtp://127.0.0.1:1")),
        ("SEKISHO_MAIL_FROM", text("no-reply@example.com")),
    ]
}

fn run(command: &mut Command) -> Result<(), Box<dyn Error>> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).into())
}

fn resident_kib(process: u32) -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}
