//! `HAProxy` in front of servers, which gives each request to the next of them.

use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

/// How often it is tried, every tenth of a second, whether the balancer takes connections.
const TRIES: usize = 50;

/// A balancer that listens; it ends with this.
pub(crate) struct Balancer {
    child: Child,
    _folder: TempDir,
    pub(crate) address: SocketAddr,
}

impl Balancer {
    pub(crate) fn start(servers: &[SocketAddr]) -> Result<Self, Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let file = folder.path().join("haproxy.conf");
        fs::write(&file, configuration(address, servers)?)?;
        let child = Command::new("haproxy")
            .arg("-db")
            .arg("-f")
            .arg(&file)
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("haproxy: {error}. (`make setup` installs it)"))?;
        let balancer = Self { child, _folder: folder, address };
        for _ in 0..TRIES {
            if TcpStream::connect(address).is_ok() {
                return Ok(balancer);
            }
            thread::sleep(Duration::from_millis(100));
        }
        Err("HAProxy did not start".into())
    }
}

fn configuration(address: SocketAddr, servers: &[SocketAddr]) -> Result<String, std::fmt::Error> {
    let mut text = format!(
        "defaults\n  mode http\n  timeout connect 5s\n  timeout client 2m\n  timeout server 2m\n\
         frontend entrance\n  bind {address}\n  default_backend servers\n\
         backend servers\n  balance roundrobin\n  http-reuse always\n"
    );
    for (number, server) in servers.iter().enumerate() {
        writeln!(text, "  server s{number} {server}")?;
    }
    Ok(text)
}

impl Drop for Balancer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
