//! `health`: whether a server on this machine answers.

use std::error::Error;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use clap::Args;
use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::client::conn::http1::handshake;
use hyper::header::HOST;
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{CommandError, DEFAULT_LISTEN};
use crate::terminal;

/// How long the answer may take; the server itself answers at once or hangs.
const PATIENCE: Duration = Duration::from_secs(3);

#[derive(Args)]
pub(super) struct HealthArgs {
    /// Address and port that the server listens on.
    #[arg(long, env = "SEKISHO_LISTEN", default_value = DEFAULT_LISTEN)]
    listen: SocketAddr,
}

/// # Errors
/// [`CommandError::Refused`] where no server answers there, or none that is healthy.
pub(super) async fn ask(args: HealthArgs) -> Result<(), CommandError> {
    let address = reachable(args.listen);
    let refused = |cause: String| {
        CommandError::Refused(format!("no healthy server answers at http://{address}: {cause}"))
    };
    match timeout(PATIENCE, status(address)).await {
        Ok(Ok(StatusCode::OK)) => terminal::line("ok"),
        Ok(Ok(status)) => return Err(refused(format!("/healthz answered {status}"))),
        Ok(Err(cause)) => return Err(refused(cause.to_string())),
        Err(_) => return Err(refused(format!("nothing for {} seconds", PATIENCE.as_secs()))),
    }
    Ok(())
}

/// Where a server is reached that listens on every address of the machine.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

async fn status(address: SocketAddr) -> Result<StatusCode, Box<dyn Error>> {
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    let request = Request::get("/healthz").header(HOST, address.to_string());
    let request = request.body(Empty::<Bytes>::new())?;
    // What it fails with, the request fails with, too.
    tokio::spawn(connection);
    Ok(sender.send_request(request).await?.status())
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// Asks what answers every request with this.
    async fn ask_what_answers(answer: &'static str) -> Result<(), CommandError> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let listen = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = [0; 1024];
            let length = stream.read(&mut head).await.unwrap();
            assert!(head[..length].starts_with(b"GET /healthz HTTP/1.1\r\n"));
            stream.write_all(answer.as_bytes()).await.unwrap();
        });
        ask(HealthArgs { listen }).await
    }

    #[tokio::test]
    async fn only_200_is_health() {
        ask_what_answers("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await.unwrap();
        for (answer, told) in [
            ("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", "503"),
            ("SSH-2.0-OpenSSH_9.2\r\n", "invalid HTTP"),
            ("", "http://127.0.0.1:"),
        ] {
            let error = ask_what_answers(answer).await.unwrap_err().to_string();
            assert!(error.contains(told), "{answer:?}: {error}");
        }
    }

    #[tokio::test]
    async fn where_nobody_listens_is_no_health() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let listen = listener.local_addr().unwrap();
        drop(listener);
        let error = ask(HealthArgs { listen }).await.unwrap_err().to_string();
        assert!(error.contains(&listen.to_string()), "{error}");
    }

    #[test]
    fn a_server_on_every_address_is_asked_on_this_machine() {
        for (listen, asked) in [
            ("0.0.0.0:3001", "127.0.0.1:3001"),
            ("[::]:3001", "[::1]:3001"),
            ("10.0.0.7:80", "10.0.0.7:80"),
        ] {
            assert_eq!(reachable(listen.parse().unwrap()), asked.parse().unwrap());
        }
    }
}
