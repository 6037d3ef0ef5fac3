//! Clients behind a proxy that connects by a Unix socket.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

use axum::Router;
use axum::routing::get;
use humanify::{ManagedSteps, OwnCheck, Proxies, Secrets, prelude::*, testing};

use super::BROWSER;
use crate::support::HOME;
use crate::support::folder::Folder;

/// Sends a request for which the proxy names a client. Returns the response.
async fn ask(socket: &Path, forwarded: &str, (line, more): (&str, &str)) -> String {
    let (head, body) = more.split_once("\r\n\r\n").unwrap_or((more, ""));
    let request = format!(
        "{line} HTTP/1.1\r\nHost: site.example\r\nConnection: close\r\nUser-Agent: {BROWSER}\r\n\
         Accept: text/html\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Site: same-origin\r\n\
         Forwarded: {forwarded}\r\nContent-Length: {}\r\n{head}\r\n\r\n{body}",
        body.len()
    );
    let socket = socket.to_owned();
    let received = tokio::task::spawn_blocking(move || {
        let mut stream = UnixStream::connect(socket).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut received = Vec::new();
        stream.read_to_end(&mut received).unwrap();
        String::from_utf8_lossy(&received).into_owned()
    });
    received.await.unwrap()
}

/// The value of a header field in a response.
fn header<'a>(response: &'a str, name: &str) -> &'a str {
    let mut lines = response.lines();
    let value = lines.find_map(|line| line.strip_prefix(name));
    value.expect(name)
}

#[tokio::test]
async fn a_client_without_an_address_behind_a_socket_gets_nothing_reusable() {
    #[always_challenge(challenge_type = "managed")]
    async fn managed() -> &'static str {
        "in"
    }
    let folder = Folder::new();
    let socket = folder.file("socket");
    let listener = tokio::net::UnixListener::bind(&socket).unwrap();
    let humanify = Humanify::builder()
        .secrets(Secrets::new([7; 32]))
        .proxies(Proxies::none().unix_socket(true))
        .behind_proxy(true)
        .managed_steps(ManagedSteps::default().inconsistent(0))
        .own_check(OwnCheck::at("/prove").first_from("1".parse().unwrap()))
        .rules(protect! { always_challenge on "/pictures"; })
        .build()
        .unwrap();
    let app = Router::new()
        .route("/managed", get(managed))
        .route("/prove", get(|| async { "prove it" }))
        .fallback(|| async { "in" });
    let shown = humanify.clone();
    let server = tokio::spawn(async move { humanify.serve(listener, app).await });
    let home = format!("for={HOME}");
    let known = ask(&socket, &home, ("GET /pictures", "")).await;
    let address = header(&known, "location: ").to_owned();
    let page = ask(&socket, &home, (&format!("GET {address}"), "")).await;
    let cookie = header(&page, "set-cookie: ").split(';').next().unwrap();
    let right = testing::solve(&shown, &page).unwrap();
    let line = format!("POST {}", right.action);
    let form = format!(
        "Cookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n{}",
        right.body
    );
    for (forwarded, asked, answered) in [
        ("for=unknown", "403", "403"),
        ("for=_hidden", "403", "403"),
        (&home, "303", "303"),
    ] {
        let reply = ask(&socket, forwarded, ("GET /managed", "")).await;
        assert_eq!(reply.split(' ').nth(1), Some(asked), "{forwarded} {reply}");
        for path in ["/humanify/challenge", "/humanify/work_challenge"] {
            let reply = ask(&socket, forwarded, (&format!("GET {path}"), "")).await;
            let refused = reply.split(' ').nth(1) == Some("403");
            assert_eq!(refused, asked == "403", "{forwarded} {path} {reply}");
            assert!(!refused || !reply.contains("ticket="), "{reply}");
        }
        let reply = ask(&socket, forwarded, (&line, &form)).await;
        assert_eq!(
            reply.split(' ').nth(1),
            Some(answered),
            "{forwarded} {reply}"
        );
    }
    server.abort();
}
