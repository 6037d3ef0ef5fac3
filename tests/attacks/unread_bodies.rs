//! Bodies that are not read before their request is judged, and reach the application as a stream.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request};
use axum::routing::post;
use http::StatusCode;
use http_body::Frame;
use humanify::prelude::*;
use tower::ServiceExt;

use crate::support::{HOME, Site};

/// A body that never arrives.
struct Silent;

impl http_body::Body for Silent {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

#[tokio::test(start_paused = true)]
async fn only_a_body_that_can_be_a_kept_form_is_read_before_judging() {
    #[exempt]
    async fn exempted() -> &'static str {
        "in"
    }
    let app = Router::new()
        .route("/open", post(|| async { "in" }))
        .route("/exempt", post(exempted));
    let site = Site::new(Humanify::builder(), app);
    let form = ("text/plain", "300", "navigate");
    for (path, (kind, length, mode), waits) in [
        ("/open", form, true),
        ("/exempt", form, false),
        ("/open", ("text/plain", "300", "cors"), false),
        ("/open", ("text/plain", "1000000", "navigate"), false),
        ("/open", ("text/plain", "3", "navigate"), false),
        ("/open", ("text/html", "300", "navigate"), false),
    ] {
        let request = Request::post(path)
            .header("host", "site.example")
            .header("accept", "text/html,*/*;q=0.8")
            .header(
                "user-agent",
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            )
            .header("content-type", kind)
            .header("content-length", length)
            .header("sec-fetch-mode", mode)
            .header("sec-fetch-site", "same-origin")
            .extension(ConnectInfo(SocketAddr::new(HOME.parse().unwrap(), 1)))
            .body(Body::new(Silent))
            .unwrap();
        let answered = site.app.clone().oneshot(request);
        // The clock of the runtime is paused, so this takes no time.
        let answered = tokio::time::timeout(Duration::from_secs(1), answered).await;
        let status = answered.ok().map(|response| response.unwrap().status());
        let expected = (!waits).then_some(StatusCode::OK);
        assert_eq!(status, expected, "{path} {kind} {length} {mode}");
    }
}
