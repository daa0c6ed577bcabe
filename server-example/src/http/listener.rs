//! Connections: accepted one by one, served over HTTP/1.1, and finished when the server stops.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;

use crate::tasks::Tasks;
use crate::telemetry::max_descriptors;

/// How long a client may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);

/// How long a client may take nothing of what is sent to it.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// How many connections are open at once, if the limit of open files is far enough.
const MAX_CONNECTIONS: usize = 16_384;

/// How long all that was begun may take once the server is to stop.
const GRACE: Duration = Duration::from_secs(30);

/// Serves until `stop` is done, then takes no more connections and finishes every answer and every
/// task that was begun. More connections than may be open wait until others end.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()>,
    tasks: &Tasks,
) {
    let connections = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(max_connections(max_descriptors())));
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, place)) => {
                serve_connection(stream, place, router.clone(), &connections, WRITE_TIMEOUT);
            }
            Err(error) => {
                // Most often too many open files: others end soon.
                tracing::error!(%error, "a connection could not be accepted");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop(listener);
    tracing::info!(connections = connections.count(), "finishing what was begun");
    let finish = async {
        connections.shutdown().await;
        tasks.finished().await;
    };
    if timeout(GRACE, finish).await.is_err() {
        tracing::warn!(seconds = GRACE.as_secs(), "not everything was finished in time");
    }
}

/// Half of the open files: to answer a request may need another, for a mail server or a database.
fn max_connections(max_descriptors: Option<u32>) -> usize {
    let half = max_descriptors.map(|max| usize::try_from(max / 2).unwrap_or(MAX_CONNECTIONS));
    half.unwrap_or(MAX_CONNECTIONS).clamp(1, MAX_CONNECTIONS)
}

/// A connection, and the place that it takes until its end.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, OwnedSemaphorePermit)> {
    if places.available_permits() == 0 {
        tracing::warn!("as many connections are open as may be, so others wait for one to end");
    }
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    Ok((stream, place))
}

fn serve_connection(
    stream: TcpStream,
    place: OwnedSemaphorePermit,
    router: Router,
    connections: &GracefulShutdown,
    write_timeout: Duration,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY could not be set");
    }
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(write_timeout));
    let service = TowerToHyperService::new(router);
    let connection = http.serve_connection(TokioIo::new(Box::pin(stream)), service);
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        let _place = place;
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection broke off");
        }
    });
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n";
    const ANSWER_BYTES: usize = 16 << 20;
    const PATIENCE: Duration = Duration::from_secs(10);

    /// A connection whose answer is larger than what the system keeps for who does not read.
    async fn asked(connections: &GracefulShutdown, write_timeout: Duration) -> TcpStream {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, place) = accept(&listener, &Arc::new(Semaphore::new(1))).await.unwrap();
        let router = Router::new().route("/", get(async || " ".repeat(ANSWER_BYTES)));
        serve_connection(stream, place, router, connections, write_timeout);
        client.write_all(REQUEST).await.unwrap();
        client
    }

    #[tokio::test]
    async fn who_does_not_read_is_cut_off() {
        let connections = GracefulShutdown::new();
        let _client = asked(&connections, Duration::from_millis(100)).await;
        let ended = async {
            while connections.count() > 0 {
                sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(PATIENCE, ended).await.expect("the connection has ended");
    }

    #[tokio::test]
    async fn who_reads_slowly_gets_it_all() {
        let connections = GracefulShutdown::new();
        let mut client = asked(&connections, Duration::from_millis(500)).await;
        let (mut piece, mut read) = (vec![0; ANSWER_BYTES / 16], 0);
        while read < ANSWER_BYTES {
            sleep(Duration::from_millis(50)).await;
            let length = client.read_exact(&mut piece).await.unwrap();
            read += length;
        }
        assert_eq!(connections.count(), 1);
    }

    #[tokio::test]
    async fn a_place_is_free_again_when_its_connection_ends() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let places = Arc::new(Semaphore::new(1));
        let connections = GracefulShutdown::new();
        let first = TcpStream::connect(address).await.unwrap();
        let _second = TcpStream::connect(address).await.unwrap();
        let (stream, place) = accept(&listener, &places).await.unwrap();
        let router = Router::new().route("/", get(pending::<()>));
        serve_connection(stream, place, router, &connections, WRITE_TIMEOUT);
        let mut next = std::pin::pin!(accept(&listener, &places));
        assert!(timeout(Duration::from_millis(50), &mut next).await.is_err());
        drop(first);
        let _next = timeout(PATIENCE, next).await.expect("there is a place").unwrap();
    }

    #[test]
    fn half_of_the_open_files_are_left_for_what_answers_need() {
        for (descriptors, connections) in [
            (None, MAX_CONNECTIONS),
            (Some(u32::MAX), MAX_CONNECTIONS),
            (Some(1024), 512),
            (Some(1), 1),
        ] {
            assert_eq!(max_connections(descriptors), connections);
        }
    }
}
