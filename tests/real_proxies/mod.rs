//! nginx and Caddy in front of an application, with the lines of the guide.

mod caddy;
mod nginx;

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use http::header::{CONNECTION, UPGRADE};
use http::{HeaderMap, StatusCode};
use humanify::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;

use crate::support::folder::Folder;
use crate::support::services::{free_port, missing};

/// The chapter of the guide with the configuration of the proxies.
const GUIDE: &str = include_str!("../../humanify/docs/production.md");

/// The code block with this number below a heading of the guide, indented or fenced.
fn snippet(heading: &str, language: &str, number: usize) -> String {
    let (_, below) = GUIDE.split_once(&format!("\n## {heading}\n")).unwrap();
    let fence = format!("```{language}\n");
    let blocks = below.split(&fence).skip(1);
    let block = blocks
        .skip(number)
        .map(|block| block.split("```").next().unwrap());
    block.take(1).collect()
}

/// Replaces a text, which has to occur.
fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "no `{from}` in {text}");
    text.replace(from, to)
}

#[always_challenge]
async fn login() -> &'static str {
    "in"
}

async fn client(client: Client) -> String {
    format!("{:?} {}", client.ip(), client.is_https())
}

/// Accepts the handshake of a WebSocket.
async fn web_socket(headers: HeaderMap, request: Request) -> Response {
    let asked = headers.get(UPGRADE).is_some_and(|name| name == "websocket");
    if !asked || request.method() != http::Method::GET {
        return StatusCode::UPGRADE_REQUIRED.into_response();
    }
    let headers = [(CONNECTION, "upgrade"), (UPGRADE, "websocket")];
    (StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
}

/// Serves an application behind one proxy on this machine. Returns its port.
async fn application() -> u16 {
    let humanify = Humanify::builder()
        .behind_proxy(true)
        .rules(protect! {
            limit "3/day" on "/limited";
            always_deny on "/host" when host != "example.org";
            always_deny on "/https" when scheme != "https";
        })
        .build()
        .unwrap();
    let app = Router::new()
        .route("/client", get(client))
        .route("/limited", any(|| async { "in" }))
        .route("/host", any(|| async { "in" }))
        .route("/https", any(|| async { "in" }))
        .route("/socket", any(web_socket))
        .route("/login", get(login));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { humanify.serve(listener, app).await });
    port
}

/// A proxy that runs, with its ports for HTTP and for HTTPS.
struct Proxy {
    process: Child,
    http: Option<u16>,
    https: u16,
    _folder: Folder,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // nginx ends its workers only if it is asked to end.
        let asked = Command::new("kill")
            .arg(self.process.id().to_string())
            .status();
        if asked.is_err() {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}

/// Starts a program; `None`, with a message on stderr, if it is not installed.
fn start_program(command: &mut Command) -> Option<Child> {
    let name = command.get_program().to_string_lossy().into_owned();
    match command.stdin(Stdio::null()).spawn() {
        Ok(child) => Some(child),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            missing(&name);
            None
        }
        Err(error) => panic!("{name} cannot be started: {error}"),
    }
}

impl Proxy {
    async fn is_ready(&mut self) {
        let process = Mutex::new(&mut self.process);
        for port in self.http.into_iter().chain([self.https]) {
            crate::support::wait::until("the proxy listens", async || {
                let ended = process.lock().unwrap().try_wait().unwrap();
                assert_eq!(ended, None, "the proxy has ended");
                tokio::net::TcpStream::connect(("127.0.0.1", port))
                    .await
                    .is_ok()
            })
            .await;
        }
    }

    /// Sends a request over HTTP, from an address of this machine.
    async fn ask(&self, from: &str, path: &str, headers: &str) -> String {
        let socket = TcpSocket::new_v4().unwrap();
        socket
            .bind(SocketAddr::new(from.parse().unwrap(), 0))
            .unwrap();
        let port = self.http.unwrap();
        let to = SocketAddr::from(([127, 0, 0, 1], port));
        let mut stream = socket.connect(to).await.unwrap();
        stream
            .write_all(request(path, headers).as_bytes())
            .await
            .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Sends a request over HTTPS, from an address of this machine.
    async fn ask_safely(&self, from: &str, path: &str, headers: &str) -> String {
        let (port, bind) = (self.https, format!("{from}:0"));
        let request = request(path, headers);
        let answer = tokio::task::spawn_blocking(move || {
            let mut client = Command::new("openssl")
                .args([
                    "s_client",
                    "-quiet",
                    "-ign_eof",
                    "-servername",
                    "example.org",
                ])
                .args(["-connect", &format!("127.0.0.1:{port}"), "-bind", &bind])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            client
                .stdin
                .as_mut()
                .unwrap()
                .write_all(request.as_bytes())
                .unwrap();
            let mut answer = Vec::new();
            client
                .stdout
                .take()
                .unwrap()
                .read_to_end(&mut answer)
                .unwrap();
            client.wait().unwrap();
            answer
        });
        String::from_utf8_lossy(&answer.await.unwrap()).into_owned()
    }
}

/// The text of a request, which closes its connection unless its headers say otherwise.
fn request(path: &str, headers: &str) -> String {
    let close = match headers.to_ascii_lowercase().contains("connection:") {
        true => "",
        false => "Connection: close\r\n",
    };
    format!("GET {path} HTTP/1.1\r\nHost: example.org\r\n{close}{headers}\r\n")
}

fn status(answer: &str) -> u16 {
    let status = answer
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    status.unwrap_or_else(|| panic!("no answer: {answer}"))
}

/// Headers with which a client pretends to have another address.
fn spoofed_headers(number: u8) -> String {
    format!(
        "X-Forwarded-For: 84.140.1.{number}, 84.140.2.{number}\r\n\
         Forwarded: for=84.140.3.{number};proto=https;host=evil.example\r\n\
         X-Real-IP: 84.140.4.{number}\r\n\
         CF-Connecting-IP: 84.140.5.{number}\r\n\
         X-Forwarded-Host: evil.example\r\n\
         X-Forwarded-Proto: https\r\n\
         X-Forwarded-Prefix: /evil\r\n"
    )
}

/// Checks that must hold behind every proxy, over HTTP and HTTPS.
async fn a_proxy_tells_the_truth(ask: impl AsyncFn(&str, &str, &str) -> String, https: bool) {
    let there = format!("Some(127.0.0.5) {https}");
    for headers in [String::new(), spoofed_headers(1)] {
        let answer = ask("127.0.0.5", "/client", &headers).await;
        assert!(answer.contains(&there), "{answer}");
        assert_eq!(status(&ask("127.0.0.5", "/host", &headers).await), 200);
        let expected = if https { 200 } else { 403 };
        assert_eq!(
            status(&ask("127.0.0.5", "/https", &headers).await),
            expected
        );
        let answer = ask("127.0.0.5", "/login", &headers).await;
        assert!(
            answer.to_ascii_lowercase().contains("/humanify/challenge"),
            "{answer}"
        );
        assert!(!answer.contains("/evil/"), "{answer}");
    }
    for number in 0..5 {
        let answer = ask("127.0.0.6", "/limited", &spoofed_headers(number)).await;
        let expected = if number < 3 { 200 } else { 429 };
        assert_eq!(status(&answer), expected, "{number}: {answer}");
    }
    assert_eq!(status(&ask("127.0.0.7", "/limited", "").await), 200);
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let answer = ask("127.0.0.5", "/socket", upgrade).await;
    assert_eq!(status(&answer), 101, "{answer}");
    assert!(
        answer.to_ascii_lowercase().contains("upgrade: websocket"),
        "{answer}"
    );
    assert_eq!(status(&ask("127.0.0.5", "/socket", "").await), 426);
}

/// Checks that must hold if the proxy removes `/app` from the path.
async fn a_prefix_comes_back(ask: impl AsyncFn(&str, &str, &str) -> String) {
    for headers in ["", "X-Forwarded-Prefix: /evil\r\n"] {
        let browser = format!(
            "{headers}Accept: text/html\r\nSec-Fetch-Mode: navigate\r\n\
             User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"
        );
        let answer = ask("127.0.0.5", "/app/login?x=1", &browser).await;
        assert_eq!(status(&answer), 303, "{answer}");
        let location = "location: /app/humanify/challenge?next=%2Fapp%2Flogin%3Fx%3D1&";
        assert!(
            answer
                .to_ascii_lowercase()
                .contains(&location.to_ascii_lowercase()),
            "{answer}"
        );
        let (_, location) = answer.split_once("ocation: ").unwrap();
        let location = location.split("\r\n").next().unwrap();
        let page = ask("127.0.0.5", location, &browser).await;
        assert_eq!(status(&page), 200, "{page}");
        assert!(page.contains("action=\"&#x2f;app&#x2f;humanify&#x2f;verify\""));
    }
}

/// Two free ports.
fn ports() -> [u16; 2] {
    [free_port(), free_port()]
}
