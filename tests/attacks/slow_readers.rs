//! Connections that request large answers and take none of them.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::routing::get;
use humanify::ServeLimits;
use humanify::prelude::*;

/// Bytes of an answer that no buffer of the system takes at once.
const LARGE: usize = 48 << 20;

/// Serves answers of which two may wait.
async fn serve() -> SocketAddr {
    let humanify = Humanify::builder().build().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = ServeLimits::default()
        .connections_per_client(16)
        .unsent_answers(2 * LARGE + LARGE / 2);
    let kept = Bytes::from(vec![b'x'; LARGE]);
    let app = Router::new()
        .route("/made", get(|| async { vec![b'x'; LARGE] }))
        .route("/kept", get(|| async move { kept }));
    tokio::spawn(async move { humanify.serve(listener, app).limits(limits).await });
    address
}

/// A connection from an address of this machine on which a path was requested twice.
async fn requested(from: &str, address: SocketAddr, path: &str) -> std::net::TcpStream {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind(format!("{from}:0").parse().unwrap()).unwrap();
    let stream = socket.connect(address).await.unwrap().into_std().unwrap();
    stream.set_nonblocking(false).unwrap();
    let time = Some(Duration::from_secs(60));
    stream.set_read_timeout(time).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: site.example\r\n\r\n");
    (&stream).write_all(request.repeat(2).as_bytes()).unwrap();
    // The answer has begun when its first bytes are here.
    let stream = tokio::task::spawn_blocking(move || {
        (&stream).read_exact(&mut [0; 16]).unwrap();
        stream
    });
    stream.await.unwrap()
}

/// Whether the rest of the first answer comes.
async fn is_whole(mut stream: std::net::TcpStream) -> bool {
    let read = tokio::task::spawn_blocking(move || {
        let mut part = vec![0; 1 << 20];
        let mut read = 0;
        while read < LARGE {
            match stream.read(&mut part) {
                Ok(0) | Err(_) => break,
                Ok(more) => read += more,
            }
        }
        read
    });
    read.await.unwrap() >= LARGE
}

#[tokio::test(flavor = "multi_thread")]
async fn unread_responses_are_bounded_and_affect_no_other_network() {
    let address = serve().await;
    let mut held = vec![requested("127.1.0.1", address, "/made").await];
    for _ in 0..5 {
        held.push(requested("127.0.0.1", address, "/made").await);
    }
    let mut whole = Vec::new();
    for stream in held {
        whole.push(is_whole(stream).await);
    }
    assert!(whole[0], "somebody elsewhere");
    let theirs = whole.iter().skip(1).filter(|whole| **whole).count();
    assert_eq!(theirs, 1, "{whole:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_response_body_counts_for_no_connection() {
    let address = serve().await;
    let mut held = Vec::new();
    for _ in 0..5 {
        held.push(requested("127.0.0.1", address, "/kept").await);
    }
    for stream in held {
        assert!(is_whole(stream).await);
    }
}
