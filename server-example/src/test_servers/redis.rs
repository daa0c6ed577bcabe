//! A Redis server for one test, in a folder of its own, on a port that is free.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use tempfile::TempDir;

/// Ends with the test.
pub(crate) struct Redis {
    folder: TempDir,
    port: u16,
    process: Child,
}

impl Redis {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// With further settings, as on its command line.
    pub(crate) async fn start_with(settings: &'static [&str]) -> Self {
        tokio::task::spawn_blocking(move || {
            let folder = tempfile::tempdir().unwrap();
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let process = run(&folder, port, settings);
            let server = Self { folder, port, process };
            server.wait();
            server
        })
        .await
        .unwrap()
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Ends it as a power cut would, and starts it again with nothing.
    pub(crate) fn restart(&mut self) {
        self.stop();
        self.process = run(&self.folder, self.port, &[]);
        self.wait();
    }

    pub(crate) fn stop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    fn wait(&self) {
        for _ in 0..500 {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            sleep(Duration::from_millis(20));
        }
        panic!("Redis did not start");
    }

    /// Has it take no notice of anything, or take up its work again.
    pub(crate) fn signal(&self, signal: &str) {
        let process = self.process.id().to_string();
        assert!(Command::new("kill").args([signal, &process]).status().unwrap().success());
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.stop();
    }
}

fn run(folder: &TempDir, port: u16, settings: &[&str]) -> Child {
    let mut command = Command::new("redis-server");
    command.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", ""]);
    command.args(settings).current_dir(folder.path()).stdout(Stdio::null());
    command.spawn().expect("Redis is missing: `make setup` installs it")
}
