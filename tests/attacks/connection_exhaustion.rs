//! A server with as many connections as it may have, and newcomers.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use humanify::ServeLimits;
use humanify::prelude::*;
use tokio::sync::Semaphore;

use crate::support::Events;

/// The number of connections that the server may have.
const MAX_CONNECTIONS: usize = 4;

/// The slow page of an application.
#[derive(Clone)]
struct Slow {
    /// Has a permit for each request that has begun.
    begun: Arc<Semaphore>,
    /// Takes a permit for each request that ends.
    ends: Arc<Semaphore>,
}

impl Slow {
    /// Waits until one more request has begun.
    async fn request_begins(&self) {
        self.begun.acquire().await.unwrap().forget();
    }
}

async fn serve(slow: Slow) -> SocketAddr {
    let humanify = Humanify::builder().build().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let slow = async move || {
        slow.begun.add_permits(1);
        slow.ends.acquire().await.unwrap().forget();
        "late"
    };
    let app = Router::new()
        .route("/", get(|| async { "in" }))
        .route("/slow", get(slow));
    let limits = ServeLimits::default()
        .connections(MAX_CONNECTIONS)
        .connections_per_client(100);
    tokio::spawn(async move { humanify.serve(listener, app).limits(limits).await });
    address
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

/// Requests a path on a connection, which stays open.
fn request(mut stream: &TcpStream, path: &str) {
    let request = format!("GET {path} HTTP/1.1\r\nHost: site.example\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
}

/// Whether a response with this body comes before the connection ends.
fn receives(mut stream: &TcpStream, body: &str) -> bool {
    let end = format!("\r\n\r\n{body}");
    let mut received = Vec::new();
    let mut byte = [0];
    while !received.ends_with(end.as_bytes()) {
        match stream.read(&mut byte) {
            Ok(1) => received.push(byte[0]),
            _ => return false,
        }
    }
    true
}

fn open(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    let time = Some(Duration::from_secs(60));
    stream.set_read_timeout(time).unwrap();
    stream
}

/// Waits until the server ends a connection.
fn is_closed(mut stream: &TcpStream) -> bool {
    match stream.read(&mut [0; 64]) {
        Ok(read) => read == 0,
        Err(error) => error.kind() == ErrorKind::ConnectionReset,
    }
}

/// Opens a connection and requests a path.
async fn requested(address: SocketAddr, path: &'static str) -> TcpStream {
    let asking = blocking(move || {
        let stream = open(address);
        request(&stream, path);
        stream
    });
    asking.await
}

#[tokio::test(flavor = "multi_thread")]
async fn newcomers_end_idle_connections_and_leave_requests_alone() {
    let slow = Slow {
        begun: Arc::new(Semaphore::new(0)),
        ends: Arc::new(Semaphore::new(0)),
    };
    let address = serve(slow.clone()).await;
    // The oldest connection has a request.
    let oldest = requested(address, "/slow").await;
    slow.request_begins().await;
    // The others are idle, and the first of them used its connection last.
    let idle = blocking(move || {
        let idle: Vec<TcpStream> = (1..MAX_CONNECTIONS).map(|_| open(address)).collect();
        for stream in idle.iter().chain(&idle[..1]) {
            request(stream, "/");
            assert!(receives(stream, "in"));
        }
        idle
    });
    let mut idle = idle.await;
    let mut busy = Vec::new();
    // The connection that has been idle for the longest ends first.
    for index in [1, 1, 0] {
        busy.push(requested(address, "/slow").await);
        let ended = idle.remove(index);
        assert!(blocking(move || is_closed(&ended)).await, "{index}");
        slow.request_begins().await;
    }
    // If all are busy, the one that has been so for the longest ends.
    let newcomer = requested(address, "/").await;
    assert!(blocking(move || receives(&newcomer, "in") && is_closed(&oldest)).await);
    slow.ends.add_permits(MAX_CONNECTIONS);
    assert!(blocking(move || busy.iter().all(|stream| receives(stream, "late"))).await);
}

/// Opens connections after a first one, and waits until the server has closed one for each.
fn open_too_many(address: SocketAddr, oldest: &mut Option<TcpStream>, is_rejected: bool) {
    for _ in 0..3 {
        let newest = open(address);
        // Without a place, the newest one is closed, and else the one before it.
        let closed = match is_rejected {
            true => newest,
            false => oldest.replace(newest).unwrap(),
        };
        assert!(is_closed(&closed));
    }
}

#[tokio::test(start_paused = true)]
async fn connections_without_a_place_are_logged_once_a_minute_with_their_number() {
    for (is_rejected, connections, of_client) in [(true, 100, 1), (false, 1, 100)] {
        let (events, _guard) = Events::collect(tracing::Level::WARN);
        let humanify = Humanify::builder().build().unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let limits = ServeLimits::default()
            .header_timeout(None)
            .idle_timeout(None)
            .connections(connections)
            .connections_per_client(of_client);
        let app = Router::new().route("/", get(|| async { "in" }));
        let server =
            tokio::spawn(async move { humanify.serve(listener, app).limits(limits).await });
        // The clock stands still while a blocking task runs.
        let mut oldest = blocking(move || {
            let first = open(address);
            request(&first, "/");
            assert!(receives(&first, "in"));
            Some(first)
        })
        .await;
        let told = || -> Vec<String> {
            let field = if is_rejected { "rejected" } else { "displaced" };
            let all = events.all();
            let counts = all
                .iter()
                .filter_map(|told| told.get(field).map(str::to_owned));
            counts.collect()
        };
        for round in 0..2 {
            oldest = blocking(move || {
                open_too_many(address, &mut oldest, is_rejected);
                oldest
            })
            .await;
            let before = ["1", "2"].repeat(round);
            assert_eq!(told(), [&before[..], &["1"]].concat());
            for _ in 0..3 {
                tokio::time::advance(Duration::from_secs(61)).await;
                for _ in 0..100 {
                    tokio::task::yield_now().await;
                }
            }
            assert_eq!(told(), [&before[..], &["1", "2"]].concat());
        }
        server.abort();
    }
}
