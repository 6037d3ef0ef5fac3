//! Handlers that panic.

use http::StatusCode;
use humanify::prelude::*;

use super::{is_page, site};
use crate::support::{HOME, Log};

#[tokio::test]
async fn a_panic_is_a_page_and_a_line_in_the_log() {
    let (log, _guard) = Log::collect();
    let site = site(ErrorPages::default().catch_panics(true));
    let reply = site.browser(HOME).get("/panics?%0Aforged").await;
    assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(is_page(&reply) && !reply.body.contains("secret"));
    let reply = site.program(HOME).get("/panics").await;
    assert_eq!(
        reply.header("content-type"),
        Some("application/problem+json")
    );
    let written = log.text();
    let lines: Vec<&str> = written
        .lines()
        .filter(|line| line.contains("panicked"))
        .collect();
    assert_eq!(lines.len(), 2, "{written}");
    for line in lines {
        assert!(
            line.contains("ERROR") && line.contains("method=GET"),
            "{line}"
        );
        assert!(
            line.contains("/panics") && line.contains(r"a secret\nof"),
            "{line}"
        );
    }
    // The next request works.
    assert_eq!(site.browser(HOME).get("/fine").await.body, "fine");
}

#[tokio::test]
async fn a_panic_is_left_to_the_server_unless_configured() {
    let site = site(ErrorPages::default());
    let visit = tokio::spawn(async move { site.browser(HOME).get("/panics").await });
    assert!(visit.await.unwrap_err().is_panic());
}
