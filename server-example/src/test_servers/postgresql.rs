//! A PostgreSQL server for one test, in a folder of its own, on a Unix socket alone.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

/// PostgreSQL does not run as root, so there it runs as nobody.
const NOBODY: u32 = 65534;

/// Ends with the test.
pub(crate) struct Postgresql {
    folder: TempDir,
    programs: PathBuf,
}

impl Postgresql {
    pub(crate) async fn start() -> Self {
        tokio::task::spawn_blocking(Self::start_now).await.unwrap()
    }

    fn start_now() -> Self {
        let server = Self { folder: tempfile::tempdir().unwrap(), programs: programs() };
        if is_root() {
            chown(server.folder.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let folder = server.folder.path().display();
        server.run("initdb", &format!("--no-sync --auth=trust --username=sekisho {folder}/data"));
        fs::write(
            server.folder.path().join("data/postgresql.auto.conf"),
            format!("listen_addresses=''\nunix_socket_directories='{folder}'\nfsync=off\n"),
        )
        .unwrap();
        server.run("pg_ctl", &format!("start -w -s -D {folder}/data -l {folder}/log"));
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://sekisho@localhost/postgres?host={}", self.folder.path().display())
    }

    fn run(&self, program: &str, arguments: &str) {
        let mut command = Command::new(self.programs.join(program));
        command.args(arguments.split(' ')).current_dir(self.folder.path());
        command.env_clear().env("LC_ALL", "C.UTF-8");
        if is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{program}: {output:?}");
    }
}

impl Drop for Postgresql {
    fn drop(&mut self) {
        let folder = self.folder.path().display();
        self.run("pg_ctl", &format!("stop -s -m immediate -D {folder}/data"));
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

/// Where Debian has them, the newest first; else wherever `PATH` finds them.
fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<u32> =
        versions.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    versions.sort_unstable();
    let folder = versions.last().map(|version| format!("/usr/lib/postgresql/{version}/bin"));
    let path = std::env::var("PATH").unwrap_or_default();
    let mut folders = folder.into_iter().chain(path.split(':').map(str::to_owned));
    let found = folders.find(|folder| PathBuf::from(folder).join("initdb").exists());
    found.expect("PostgreSQL is missing: `make setup` installs it").into()
}
