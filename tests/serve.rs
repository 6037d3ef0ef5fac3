//! Real servers on real sockets: the contract program, and the ways to serve an application.

#[cfg(unix)]
mod sockets;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use humanify::prelude::*;
use humanify::{DecisionLog, LoggedAddress, Proxies, ServeLimits};

use crate::support::folder::Folder;
use crate::support::services::missing;
use crate::support::{DATACENTER, Events, HOME};

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// Sends a request over a connection of its own. Returns the status and the whole response.
fn send(stream: &mut (impl Read + Write), path: &str, headers: &str) -> (u16, String) {
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: site.example\r\nConnection: close\r\n{headers}\r\n"
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    (status, answer)
}

struct Contract {
    child: Child,
    address: String,
}

impl Contract {
    /// Starts `examples/complete.rs`, which is built together with the tests.
    fn start() -> Option<Contract> {
        let tests = std::env::current_exe().unwrap();
        let program = tests.parent()?.parent()?.join("examples/complete");
        if !program.exists() {
            missing("the example `complete`, which `cargo test --workspace` builds,");
            return None;
        }
        let child = Command::new(program)
            .env("PORT", "0")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut contract = Contract {
            child,
            address: String::new(),
        };
        let mut line = String::new();
        BufReader::new(contract.child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        contract.address = line.trim().strip_prefix("http://").unwrap().to_owned();
        Some(contract)
    }

    fn get(&self, ip: &str, path: &str, more: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let headers = format!("X-Forwarded-For: {ip}\r\nUser-Agent: {BROWSER}\r\n{more}");
        send(&mut stream, path, &headers)
    }
}

impl Drop for Contract {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_contract_program_behaves_as_its_comments_say() {
    let Some(contract) = Contract::start() else {
        return;
    };
    let html = "Accept: text/html\r\n";
    let bot = "10.0.0.1";
    for (ip, path, status, text) in [
        (HOME, "/", 200, "Hello, Human!"),
        (bot, "/", 200, "Hello, Human!"),
        (HOME, "/login", 303, "/humanify/challenge?"),
        (bot, "/login", 303, "/humanify/challenge?"),
        (HOME, "/admin", 200, "Admin area"),
        (bot, "/admin", 403, "<!doctype html>"),
        (HOME, "/protected", 200, "Protected content"),
        (bot, "/protected", 303, "/humanify/challenge?"),
        (HOME, "/strict", 200, "Bots are blocked"),
        (bot, "/strict", 403, "<!doctype html>"),
        (HOME, "/whoami", 200, "\"is_bot\":false"),
        (bot, "/whoami", 200, "\"is_invalid_ip\":true"),
        (HOME, "/api/data", 200, "[1,2,3]"),
        (bot, "/api/data", 303, "/humanify/challenge?"),
        (bot, "/api/feed", 303, "/humanify/challenge?"),
        (bot, "/api/public/status", 200, "ok"),
        (HOME, "/nothing", 404, "<!doctype html>"),
        (HOME, "/humanify/challenge", 200, "data:image/jpeg;base64,"),
        (
            HOME,
            "/humanify/audio_challenge",
            200,
            "data:audio/wav;base64,",
        ),
    ] {
        let (got, answer) = contract.get(ip, path, html);
        assert_eq!(got, status, "{ip} {path}: {answer}");
        assert!(answer.contains(text), "{ip} {path}: {answer}");
    }
    let count = |ip: &str, path: &str, requests: usize| {
        (0..requests)
            .filter(|_| contract.get(ip, path, "").0 == 200)
            .count()
    };
    assert_eq!(count("84.140.1.20", "/api/data", 20), 10);
    assert_eq!(count("84.140.1.20", "/api/feed", 20), 5);
    assert_eq!(count("84.140.1.20", "/api/public/status", 110), 110);
    assert_eq!(count("84.140.1.21", "/", 110), 100);
}

#[tokio::test]
async fn serve_passes_the_address_and_stops_at_the_signal() {
    async fn whoami(
        ConnectInfo(peer): ConnectInfo<std::net::SocketAddr>,
        client: Client,
    ) -> String {
        format!("{} {:?}", peer.ip(), client.ip())
    }
    let humanify = Humanify::builder().build().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let app = Router::new().route("/", get(whoami));
    let server = tokio::spawn(async move {
        humanify
            .serve(listener, app)
            .with_graceful_shutdown(async {
                let _ = stopped.await;
            })
            .await
    });
    let answer = tokio::task::spawn_blocking(move || {
        send(&mut TcpStream::connect(address).unwrap(), "/", "")
    });
    let (status, answer) = answer.await.unwrap();
    assert_eq!(status, 200);
    assert!(answer.ends_with("127.0.0.1 Some(127.0.0.1)"), "{answer}");
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
}

#[tokio::test]
async fn serving_a_collision_is_an_error() {
    let humanify = Humanify::builder().build().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let app = Router::new().route("/humanify/challenge", get(|| async { "" }));
    let error = humanify.serve(listener, app).await.unwrap_err();
    assert!(error.to_string().contains("Pages::at"), "{error}");
    // `main` prints `Debug` of what it returns.
    assert_eq!(format!("{error:?}"), error.to_string());
}

#[cfg(unix)]
#[tokio::test]
async fn a_unix_socket_is_served_if_it_is_trusted() {
    use std::os::unix::net::UnixStream;

    async fn whoami(client: Client) -> String {
        format!("{:?}", client.ip())
    }
    let folder = Folder::new();
    let path = folder.file("socket");
    for (trusted, status, text) in [
        (true, 200, format!("Some({DATACENTER})")),
        (false, 500, "Proxies::unix_socket(true)".to_owned()),
    ] {
        let _ = std::fs::remove_file(&path);
        let listener = tokio::net::UnixListener::bind(&path).unwrap();
        let humanify = Humanify::builder()
            .proxies(Proxies::none().unix_socket(trusted))
            .behind_proxy(true)
            .build()
            .unwrap();
        let app = Router::new().route("/", get(whoami));
        let server = tokio::spawn(async move { humanify.serve(listener, app).await });
        let socket = path.clone();
        let answer = tokio::task::spawn_blocking(move || {
            let headers = format!("X-Forwarded-For: {DATACENTER}\r\n");
            send(&mut UnixStream::connect(socket).unwrap(), "/", &headers)
        });
        let (got, answer) = answer.await.unwrap();
        assert_eq!(got, status);
        assert!(answer.contains(&text), "{answer}");
        server.abort();
    }
    let _ = std::fs::remove_file(&path);
}

/// Sends bytes over a connection of its own, and returns the statuses of all responses before the
/// server closes it.
async fn statuses(address: std::net::SocketAddr, sent: String) -> Vec<u16> {
    let received = received(address, sent).await;
    let answers = received.split("HTTP/1.").skip(1);
    answers
        .map(|answer| answer[2..5].parse().unwrap())
        .collect()
}

/// Sends bytes over a connection of its own, and returns everything that the server sends before it
/// closes it.
async fn received(address: std::net::SocketAddr, sent: String) -> String {
    let received = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(sent.as_bytes()).unwrap();
        let mut received = Vec::new();
        // The server resets the connection if it closes it before it has read everything.
        let _ = stream.read_to_end(&mut received);
        String::from_utf8_lossy(&received).into_owned()
    });
    received.await.unwrap()
}

#[tokio::test]
async fn a_request_of_http_1_names_one_host_or_is_refused() {
    let humanify = Humanify::builder().build().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = Router::new().fallback(async |body: String| body);
    tokio::spawn(async move { humanify.serve(listener, app).await });
    let get = |version: &str, lines: &str| format!("GET / HTTP/{version}\r\n{lines}\r\n");
    let last = get("1.1", "Host: site.example\r\nConnection: close\r\n");
    // Whether a request passes, and whether its connection stays open.
    for (request, passes, stays) in [
        (get("1.1", "Host: site.example\r\n"), true, true),
        (get("1.1", "host: my_service:8080\r\n"), true, true),
        (get("1.1", "Host: [::1]:80\r\n"), true, true),
        // A target without an authority has an empty `Host`.
        (get("1.1", "Host:\r\n"), true, true),
        (get("1.0", "Connection: keep-alive\r\n"), true, true),
        (get("1.0", ""), true, false),
        (
            get("1.1", "Host: a.example\r\n").replace("GET /", "GET http://a.example/"),
            true,
            true,
        ),
        (get("1.1", ""), false, false),
        (get("1.1", "X-Forwarded-Host: a.example\r\n"), false, false),
        (
            get("1.1", "").replace("GET /", "GET http://a.example/"),
            false,
            false,
        ),
        (get("1.1", "").replace("GET /", "OPTIONS *"), false, false),
        // The body is not read as a request.
        (
            get("1.1", &format!("Content-Length: {}\r\n", last.len())).replace("GET", "POST"),
            false,
            false,
        ),
        (
            get("1.1", "Transfer-Encoding: chunked\r\n").replace("GET", "POST") + "0\r\n\r\n",
            false,
            false,
        ),
        // The protection refuses these.
        (
            get("1.1", "Host: a.example\r\nHost: a.example\r\n"),
            false,
            true,
        ),
        (
            get("1.0", "Host: a.example\r\nHost: b.example\r\n"),
            false,
            false,
        ),
        (get("1.1", "Host: a.example, b.example\r\n"), false, true),
        (get("1.1", "Host: a.example/b\r\n"), false, true),
        (get("1.1", "Host: user@a.example\r\n"), false, true),
        (get("1.1", "Host: a example\r\n"), false, true),
        (get("1.1", "Host: a.example:x\r\n"), false, true),
    ] {
        let got = statuses(address, format!("{request}{last}")).await;
        let first = if passes { 200 } else { 400 };
        let expected = if stays { vec![first, 200] } else { vec![first] };
        assert_eq!(got, expected, "{request}");
    }
    let refusal = received(address, get("1.1", "")).await;
    for line in [
        "cache-control: no-store\r\n",
        "content-type: text/plain; charset=utf-8\r\n",
        "vary: ",
    ] {
        assert!(refusal.contains(line), "{refusal}");
    }
}

#[tokio::test]
async fn only_a_router_without_any_protected_route_is_no_protected_one() {
    let humanify = Humanify::builder().build().unwrap();
    let open = || Router::new().route("/open", get(|| async { "in" }));
    let protected = humanify.protect(open()).unwrap();
    let layered = Router::new().route("/layered", get(|| async { "in" }));
    for (app, is_protected) in [
        (protected.clone(), true),
        (protected.clone().layer(axum::Extension(())), true),
        (
            Router::new()
                .route("/health", get(|| async { "in" }))
                .merge(protected.clone()),
            true,
        ),
        // What is beside the nested router is open on purpose.
        (open().nest("/app", protected.clone()), true),
        (open().merge(layered.layer(humanify.layer())), true),
        (open(), false),
        (Router::new(), false),
        // The routes of a service are hidden.
        (open().nest_service("/app", protected.into_service()), false),
    ] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let shown = format!("{app:?}");
        let server = humanify.serve_protected(listener, app);
        let ended = server.with_graceful_shutdown(async {}).await;
        assert_eq!(ended.is_ok(), is_protected, "{shown}");
        if let Err(error) = ended {
            assert!(error.to_string().contains("`nest` or `merge`"), "{error}");
        }
    }
}

#[tokio::test]
async fn addresses_of_closed_connections_are_logged_as_the_settings_say() {
    for (addresses, shown) in [
        (LoggedAddress::Whole, Some("127.0.0.1")),
        (LoggedAddress::Network, Some("127.0.0.0/24")),
        (LoggedAddress::Hashed, None),
    ] {
        let (events, _guard) = Events::collect(tracing::Level::WARN);
        let log = DecisionLog::default().addresses(addresses);
        let humanify = Humanify::builder().decision_log(log).build().unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let limits = ServeLimits::default().connections_per_client(1);
        let app = Router::new().route("/", get(|| async { "in" }));
        let server =
            tokio::spawn(async move { humanify.serve(listener, app).limits(limits).await });
        let _held = tokio::net::TcpStream::connect(address).await.unwrap();
        let mut refused = tokio::net::TcpStream::connect(address).await.unwrap();
        let mut byte = [0];
        let _ = tokio::io::AsyncReadExt::read(&mut refused, &mut byte).await;
        let told = events.all();
        let told = told.iter().find_map(|told| told.get("address"));
        let told = told.expect("a warning with the address");
        match shown {
            Some(shown) => assert_eq!(told, shown),
            None => assert!(told.len() == 16 && !told.contains('.'), "{told}"),
        }
        server.abort();
    }
}
