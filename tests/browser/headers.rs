//! The headers of real browsers fit their user agent, for every kind of request that a page makes.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{OriginalUri, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use humanify::prelude::*;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use super::chromium::Chromium;
use crate::support::Site;

/// For each requested path, the inconsistencies or the crawler that were found.
type Seen = Arc<Mutex<BTreeMap<String, String>>>;

/// The records of the site, with a notification for new ones.
#[derive(Clone, Default)]
struct Records {
    seen: Seen,
    more: Arc<Notify>,
}

async fn record(
    State(records): State<Records>,
    OriginalUri(uri): OriginalUri,
    detection: Detection,
) -> Response {
    let faults: Vec<&str> = detection
        .inconsistencies()
        .iter()
        .map(|how| how.name())
        .collect();
    let found = match detection.crawler() {
        Some(name) => name.to_owned(),
        None => faults.join(" "),
    };
    let path = uri.path().to_owned();
    records.seen.lock().unwrap().insert(path, found);
    records.more.notify_one();
    let (kind, body) = match uri.path() {
        "/" => ("text/html", PAGE),
        "/worker.js" => ("text/javascript", "fetch('/by-worker')"),
        "/service-worker.js" => (
            "text/javascript",
            "self.oninstall = () => self.skipWaiting();
             self.onactivate = event => event.waitUntil(fetch('/by-service-worker'))",
        ),
        "/module.js" | "/script.js" => ("text/javascript", ""),
        "/style.css" => (
            "text/css",
            "@font-face { font-family: f; src: url(/font.woff2) } body { font-family: f }",
        ),
        "/events" => ("text/event-stream", ""),
        "/frame" | "/sent" => ("text/html", "<title>there</title>"),
        _ => ("text/plain", ""),
    };
    ([(CONTENT_TYPE, kind)], body).into_response()
}

const PAGE: &str = "<!doctype html><title>page</title>
<link rel=stylesheet href=/style.css><link rel=prefetch href=/prefetched><link rel=preload as=fetch href=/preloaded>
<link rel=icon href=/icon.png><link rel=manifest href=/manifest.json>
<body>text<img src=/image.png><video src=/video.mp4 preload=auto></video><audio src=/audio.ogg preload=auto></audio>
<iframe src=/frame></iframe><object data=/object></object>
<form action=/sent method=post target=hidden><input name=a></form><iframe name=hidden></iframe>
<script src=/script.js></script><script type=module src=/module.js></script>
<script>
fetch('/fetched'); fetch('/posted', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
fetch('/kept', { method: 'POST', keepalive: true }); navigator.sendBeacon('/beacon', 'x');
const request = new XMLHttpRequest(); request.open('GET', '/xhr'); request.send();
new EventSource('/events'); new WebSocket(`ws://${location.host}/socket`); new Worker('/worker.js');
navigator.serviceWorker.register('/service-worker.js'); document.forms[0].submit();
</script>";

const EXPECTED: &[&str] = &[
    "/",
    "/audio.ogg",
    "/beacon",
    "/by-service-worker",
    "/by-worker",
    "/events",
    "/fetched",
    "/font.woff2",
    "/frame",
    "/image.png",
    "/kept",
    "/module.js",
    "/object",
    "/posted",
    "/prefetched",
    "/preloaded",
    "/script.js",
    "/sent",
    "/service-worker.js",
    "/socket",
    "/style.css",
    "/video.mp4",
    "/worker.js",
    "/xhr",
];

/// Serves the page as if over HTTPS: browsers treat this machine as secure.
async fn serve(records: Records) -> String {
    let app = Router::new().fallback(any(record)).with_state(records);
    let site = Site::new(Humanify::builder().https(true), app);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}/", listener.local_addr().unwrap());
    let app = site.app.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    origin
}

/// The user agent that the installed browser has with a window.
async fn agent() -> Option<String> {
    let browser = Chromium::start_whole(json!({})).await?;
    let agent = browser.evaluate("return navigator.userAgent").await;
    let agent = agent.as_str().unwrap();
    assert!(agent.contains("HeadlessChrome/"), "{agent}");
    Some(agent.replace("HeadlessChrome", "Chrome"))
}

#[tokio::test(flavor = "multi_thread")]
async fn all_requests_of_chromium_have_its_usual_headers() {
    let Some(agent) = agent().await else {
        return;
    };
    let records = Records::default();
    let (seen, more) = (Arc::clone(&records.seen), Arc::clone(&records.more));
    let origin = serve(records).await;
    // It sends this agent with every request, and no client hints.
    let browser = Chromium::start_as(&agent).await.unwrap();
    browser.goto(&origin).await.unwrap();
    let missing = || {
        let seen = seen.lock().unwrap();
        let missing = EXPECTED.iter().filter(|path| !seen.contains_key(**path));
        missing.copied().collect::<Vec<_>>()
    };
    while !missing().is_empty() {
        let patience = Duration::from_secs(30);
        let came = tokio::time::timeout(patience, more.notified()).await;
        assert!(came.is_ok(), "{:?} never came", missing());
    }
    for (path, found) in &*seen.lock().unwrap() {
        assert_eq!(found, "", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn client_hints_of_chromium_fit_its_agent_and_no_other() {
    let Some(agent) = agent().await else {
        return;
    };
    let records = Records::default();
    let seen = Arc::clone(&records.seen);
    let origin = serve(records).await;
    let browser = Chromium::start_whole(json!({})).await.unwrap();
    let found = async || {
        browser.goto(&origin).await.unwrap();
        seen.lock().unwrap()["/"].clone()
    };
    assert_eq!(found().await, "HeadlessChrome");
    let windows = agent.replace("X11; Linux x86_64", "Windows NT 10.0; Win64; x64");
    let old = agent.replace("Chrome/1", "Chrome/");
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";
    for (agent, expected) in [
        (agent.as_str(), ""),
        (&windows, "other_platform"),
        (&old, "other_version"),
        (firefox, "foreign_client_hints"),
    ] {
        browser.send_agent(agent).await;
        assert_eq!(found().await, expected, "{agent}");
    }
}
