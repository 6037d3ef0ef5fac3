//! Slow clients: connections that are held open, headers and bodies that never end.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::{any, post};
use humanify::ServeLimits;
use humanify::prelude::*;

/// Serves an application with a time-out for headers and short ones for the rest, and 16
/// connections for each client.
async fn serve(header_timeout: Duration) -> SocketAddr {
    let humanify = Humanify::builder().build().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = ServeLimits::default()
        .header_timeout(header_timeout)
        .body_timeout(SHORT)
        .idle_timeout(Duration::from_millis(900))
        .header_size(16 * 1024)
        .connections_per_client(16);
    let app = Router::new()
        .route("/", any(|| async { "in" }))
        .route("/read", post(|body: String| async move { body }))
        .route("/large", any(|| async { vec![b'x'; LARGE] }))
        .route(
            "/slow",
            any(|| async {
                tokio::time::sleep(Duration::from_millis(1_500)).await;
                "late"
            }),
        );
    tokio::spawn(async move { humanify.serve(listener, app).limits(limits).await });
    address
}

/// Runs blocking socket code beside the server.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

/// Opens a connection and sends a text.
fn connect_and_send(address: SocketAddr, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let _ = stream.write_all(text.as_bytes());
    stream
}

/// Reads until the server closes the connection, and returns the time that it took. If the server
/// leaves the connection open, the test fails.
fn read_until_closed(mut stream: TcpStream) -> (String, Duration) {
    let begun = Instant::now();
    let mut text = Vec::new();
    let ended = stream.read_to_end(&mut text);
    let open = ended.is_err_and(|error| {
        matches!(
            error.kind(),
            std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
        )
    });
    assert!(!open, "the connection stays open");
    (String::from_utf8_lossy(&text).into_owned(), begun.elapsed())
}

/// The size of a response that exceeds the system's buffers.
const LARGE: usize = 48 << 20;

const SHORT: Duration = Duration::from_millis(300);

const HEAD: &str = "GET / HTTP/1.1\r\nHost: site.example\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_send_nothing_or_half_a_header_are_cut_off() {
    let address = serve(SHORT).await;
    for text in ["", "G", "PRI * HTT", HEAD] {
        let (answer, time) =
            blocking(move || read_until_closed(connect_and_send(address, text))).await;
        assert!(!answer.contains("200 OK"), "{text}: {answer}");
        assert!(time < Duration::from_secs(20), "{text}: {time:?}");
    }
    // Sending a byte now and then does not help.
    let cut_off = blocking(move || {
        let mut stream = connect_and_send(address, HEAD);
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(20) {
            if stream.write_all(b"x").is_err() {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        begun.elapsed()
    });
    assert!(cut_off.await < Duration::from_secs(20));
}

#[tokio::test(flavor = "multi_thread")]
async fn half_sent_headers_of_one_client_leave_room_for_others() {
    let address = serve(Duration::from_secs(600)).await;
    let whole = format!("{HEAD}Connection: close\r\n\r\n");
    let (refused, again) = blocking(move || {
        let held: Vec<TcpStream> = (0..60).map(|_| connect_and_send(address, HEAD)).collect();
        // The first sixteen connections wait, and later ones are refused.
        let (refused, _) = read_until_closed(connect_and_send(address, &whole));
        drop(held);
        let begun = Instant::now();
        let mut again = String::new();
        while !again.contains("200 OK") && begun.elapsed() < Duration::from_secs(20) {
            again = read_until_closed(connect_and_send(address, &whole)).0;
        }
        (refused, again)
    })
    .await;
    assert!(!refused.contains("200 OK"), "{refused}");
    assert!(again.contains("200 OK"), "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_header_is_refused() {
    let address = serve(SHORT).await;
    let answer = blocking(move || {
        let large = format!("{HEAD}X: {}\r\n\r\n", "a".repeat(100_000));
        read_until_closed(connect_and_send(address, &large)).0
    });
    let answer = answer.await;
    assert!(!answer.contains("200 OK"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_body_blocks_no_other_request() {
    let address = serve(SHORT).await;
    for path in ["/read", "/humanify/verify", "/"] {
        let text = format!(
            "POST {path} HTTP/1.1\r\nHost: site.example\r\nContent-Length: 100\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n\r\na=b"
        );
        let (_, time) = blocking(move || read_until_closed(connect_and_send(address, &text))).await;
        assert!(time < Duration::from_secs(20), "{path}: {time:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_connection_is_closed_and_a_slow_handler_is_not() {
    let address = serve(SHORT).await;
    let (answer, time) =
        blocking(move || read_until_closed(connect_and_send(address, &format!("{HEAD}\r\n"))))
            .await;
    assert!(answer.ends_with("in"), "{answer}");
    assert!(
        time > Duration::from_millis(600),
        "kept for the next: {time:?}"
    );
    let slow = HEAD.replace("GET /", "GET /slow");
    let (answer, _) =
        blocking(move || read_until_closed(connect_and_send(address, &format!("{slow}\r\n"))))
            .await;
    assert!(answer.ends_with("late"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_reader_gets_the_whole_response() {
    let address = serve(SHORT).await;
    let read = blocking(move || {
        let mut stream = connect_and_send(
            address,
            &format!("{}\r\n", HEAD.replace("GET /", "GET /large")),
        );
        let (mut read, mut part) = (0, vec![0; 2 << 20]);
        // Reading takes several times the idle time-out.
        while stream.read_exact(&mut part).is_ok() {
            read += part.len();
            std::thread::sleep(Duration::from_millis(100));
        }
        read
    });
    assert!(read.await >= LARGE - (2 << 20));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_head_has_its_own_time_whatever_the_idle_time_out_is() {
    let address = serve(Duration::from_secs(20)).await;
    // Both on a new connection, and on one that has waited for its second request.
    for earlier in ["", "GET / HTTP/1.1\r\nHost: site.example\r\n\r\n"] {
        let answers = blocking(move || {
            let mut stream = connect_and_send(address, earlier);
            // Sending takes longer than the idle time-out, 900 milliseconds.
            for line in [
                "GET / HT",
                "TP/1.1\r\nHo",
                "st: site.example\r\n",
                "A: b\r\n\r\n",
            ] {
                std::thread::sleep(Duration::from_millis(450));
                let _ = stream.write_all(line.as_bytes());
            }
            read_until_closed(stream).0
        });
        let answers = answers.await;
        let expected = if earlier.is_empty() { 1 } else { 2 };
        assert_eq!(answers.matches("200 OK").count(), expected, "{answers}");
    }
}

/// A very long time-out is none.
#[tokio::test(flavor = "multi_thread")]
async fn time_outs_may_be_as_long_as_one_can_write() {
    let humanify = Humanify::builder().build().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = ServeLimits::default()
        .header_timeout(Duration::MAX)
        .body_timeout(Duration::MAX)
        .write_timeout(Duration::MAX)
        .idle_timeout(Duration::MAX);
    let app = Router::new().route("/", any(|| async { "in" }));
    tokio::spawn(async move { humanify.serve(listener, app).limits(limits).await });
    let whole = format!("{HEAD}Connection: close\r\n\r\n");
    let answer = blocking(move || read_until_closed(connect_and_send(address, &whole)).0).await;
    assert!(answer.contains("200 OK"), "{answer}");
}
