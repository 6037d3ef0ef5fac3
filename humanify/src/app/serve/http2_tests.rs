//! Tests of time-outs on HTTP/2 connections.

#![cfg(feature = "http2")]

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use axum::Router;
use axum::routing::get;

use super::ServeLimits;
use crate::Humanify;

const SHORT: Duration = Duration::from_millis(300);

/// The number of pings that take twenty times as long as the time-out for reading a response.
const MAX_PINGS: u32 = 200;

/// Serves an application with a write time-out of 300 milliseconds.
async fn serve(behind_proxy: bool) -> SocketAddr {
    serve_within(behind_proxy, ServeLimits::default().write_timeout(SHORT)).await
}

async fn serve_within(behind_proxy: bool, limits: ServeLimits) -> SocketAddr {
    let builder = Humanify::builder().lists(crate::Lists::Embedded);
    let humanify = builder.behind_proxy(behind_proxy).build().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let late = || async {
        tokio::time::sleep(3 * SHORT).await;
        "late"
    };
    let app = Router::new()
        .route("/", get(|| async { "in".repeat(100_000) }))
        .route("/late", get(late))
        .fallback(|| async { "in" });
    tokio::spawn(async move { humanify.serve(listener, app).limits(limits).await });
    address
}

fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags, 0, 0, 0, stream], payload].concat()
}

/// Opens a connection and requests a path on each of `streams`, with a flow-control window of
/// `window` bytes.
fn request(address: SocketAddr, path: &str, streams: &[u8], window: u32) -> TcpStream {
    let head = [
        (":method", "GET"),
        (":scheme", "http"),
        (":path", path),
        (":authority", "site.example"),
    ];
    let head = fields(&head);
    let frames = streams.iter().map(|number| frame(1, 5, *number, &head));
    open(address, window, &frames.collect::<Vec<_>>().concat())
}

/// Opens a connection with a flow-control window of `window` bytes, and sends frames.
fn open(address: SocketAddr, window: u32, frames: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    let mut sent = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    let setting = [&[0, 4][..], &window.to_be_bytes()].concat();
    sent.extend(frame(4, 0, 0, &setting));
    sent.extend(frames);
    stream.write_all(&sent).unwrap();
    stream
}

/// The fields of a head, uncompressed.
fn fields(head: &[(&str, &str)]) -> Vec<u8> {
    let field = |name: &str, value: &str| {
        let length = |text: &str| u8::try_from(text.len()).unwrap();
        let (name, value) = (
            [&[0, length(name)], name.as_bytes()].concat(),
            [&[length(value)], value.as_bytes()].concat(),
        );
        [name, value].concat()
    };
    let fields = head.iter().map(|(name, value)| field(name, value));
    fields.collect::<Vec<_>>().concat()
}

/// Sends so many pings, and returns whether the connection was open all the time.
fn ping(stream: &mut TcpStream, pings: u32) -> bool {
    (0..pings).all(|_| {
        std::thread::sleep(SHORT / 10);
        stream.write_all(&frame(6, 0, 0, b"pingpong")).is_ok()
    })
}

/// The bytes that arrive within a time, and whether the server has closed the connection by then.
fn read(mut stream: TcpStream, time: Duration) -> (Vec<u8>, bool) {
    stream.set_read_timeout(Some(time)).unwrap();
    let mut read = Vec::new();
    let ended = stream.read_to_end(&mut read);
    let waits = ended
        .is_err_and(|error| matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut));
    (read, !waits)
}

async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_reads_none_of_its_streams_is_disconnected() {
    let address = serve(false).await;
    for window in [0, 1, 1_000] {
        let (_, closed) = beside(move || {
            let stream = request(address, "/", &[1, 3, 5], window);
            let mut pings = stream.try_clone().unwrap();
            // Other frames on the connection do not keep it open.
            let mut remaining = if window == 0 { 0..MAX_PINGS } else { 0..1 };
            while pings.write_all(&frame(6, 0, 0, b"pingpong")).is_ok()
                && remaining.next().is_some()
            {
                std::thread::sleep(SHORT / 10);
            }
            read(stream, 20 * SHORT)
        })
        .await;
        assert!(closed, "{window}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn responses_on_unread_streams_are_bounded_together() {
    // Two answers of 200,000 bytes may wait, however long they do.
    let limits = ServeLimits::default()
        .write_timeout(None)
        .unsent_answers(500_000);
    let address = serve_within(false, limits).await;
    for (streams, expected) in [(&[1, 3][..], false), (&[1, 3, 5], true)] {
        let time = if expected { 20 * SHORT } else { 2 * SHORT };
        let closed = beside(move || read(request(address, "/", streams, 0), time).1).await;
        assert_eq!(closed, expected, "{streams:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_handler_is_not_timed_out() {
    let address = serve(false).await;
    let (read, _) = beside(move || {
        let stream = request(address, "/late", &[1], 65_535);
        read(stream, 6 * SHORT)
    })
    .await;
    assert!(read.windows(4).any(|bytes| bytes == b"late"));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_client_does_not_end_the_connection_of_a_proxy() {
    let address = serve(true).await;
    let (_, closed) = beside(move || {
        let stream = request(address, "/", &[1], 0);
        read(stream, 4 * SHORT)
    })
    .await;
    assert!(!closed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_with_a_tunnel_still_has_to_send_something() {
    let limits = ServeLimits::default().idle_timeout(SHORT);
    let address = serve_within(false, limits).await;
    let plain: &[(&str, &str)] = &[(":method", "CONNECT"), (":authority", "site.example:80")];
    let socket: &[(&str, &str)] = &[
        (":method", "CONNECT"),
        (":protocol", "websocket"),
        (":scheme", "http"),
        (":path", "/socket"),
        (":authority", "site.example"),
    ];
    for (head, pings_keep_it) in [(plain, false), (socket, true)] {
        let connect = move || open(address, 65_535, &frame(1, 4, 1, &fields(head)));
        let (bytes, closed) = beside(move || read(connect(), 20 * SHORT)).await;
        assert!(closed, "a silent connection: {head:?}");
        // Whether the response begins with the status 200, which has the index 8.
        let is_answered = bytes
            .windows(10)
            .any(|frame| frame[3] == 1 && frame[9] == 0x88);
        assert!(is_answered, "{head:?}");
        let (stays, closed) = beside(move || {
            let mut stream = connect();
            let stays = ping(&mut stream, MAX_PINGS);
            (stays, read(stream, 20 * SHORT).1)
        })
        .await;
        assert_eq!(stays, pings_keep_it, "{head:?}");
        assert!(closed, "a connection that falls silent: {head:?}");
    }
}
