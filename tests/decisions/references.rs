//! The reference on each page, problem document and log line of a refusal.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use humanify::prelude::*;
use humanify::{DecisionReport, ErrorPages};

use super::{reference, site};
use crate::support::{DATACENTER, HOME, Log, Site, VPN};

#[tokio::test]
async fn a_page_and_a_document_show_the_reference_of_the_report() {
    let reports: Arc<Mutex<Vec<DecisionReport>>> = Arc::default();
    let kept = Arc::clone(&reports);
    let site = site(Humanify::builder().on_decision(move |report| {
        kept.lock().unwrap().push(report.clone());
    }));
    let mut seen = std::collections::HashSet::new();
    for (path, ip) in [
        ("/.env", HOME),
        ("/closed", HOME),
        ("/no-bots", DATACENTER),
        ("/humans", VPN),
        ("/shop", DATACENTER),
        ("/humanify/access_denied", HOME),
        ("/humanify/rate_limited", HOME),
        ("/a/%25252525252525", HOME),
    ] {
        for visitor in [site.browser(ip), site.program(ip)] {
            let reply = visitor.get(path).await;
            let report = reports.lock().unwrap().pop().expect("a report");
            let told = report.reference.expect("a reference").to_string();
            if reply.status != StatusCode::SEE_OTHER {
                assert_eq!(reference(&reply.body), Some(told.clone()), "{path}");
            }
            assert!(reports.lock().unwrap().is_empty(), "one report a decision");
            assert!(seen.insert(told), "each decision has its own");
        }
    }
}

#[tokio::test]
async fn a_page_shows_the_reference_in_the_visitors_language() {
    let site = site(Humanify::builder());
    for (language, word) in [("de", "Kennung"), ("en", "Reference"), ("es", "Referencia")] {
        let visitor = site
            .browser(HOME)
            .with(http::header::ACCEPT_LANGUAGE, language);
        let page = visitor.get("/closed").await.body;
        let line = page
            .lines()
            .find(|line| line.contains("class=\"reference\""));
        assert!(line.unwrap().contains(word), "{line:?}");
    }
}

#[tokio::test]
async fn a_form_that_was_not_sent_and_a_wrong_answer_show_it_too() {
    let site = site(Humanify::builder());
    let visitor = site.browser(VPN);
    let in_place = visitor.post("/humans", "name=value").await;
    assert_eq!(in_place.status, StatusCode::FORBIDDEN);
    let first = reference(&in_place.body).expect("a reference");
    let again = visitor.err(&in_place).await;
    assert_eq!(again.status, StatusCode::FORBIDDEN);
    let second = reference(&again.body).expect("a reference");
    assert_ne!(first, second);
    // A challenge that the visitor requested is not a refusal.
    let page = visitor.follow(visitor.get("/humans").await).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body.contains("class=\"reference\""));
}

#[tokio::test]
async fn errors_of_humanify_have_a_reference_that_the_log_has() {
    async fn panics() -> &'static str {
        panic!("oh")
    }
    #[block_bots]
    async fn guarded() -> &'static str {
        "in"
    }
    let (log, _guard) = Log::collect();
    let pages = ErrorPages::default().catch_panics(true);
    let app = Router::new().route("/panics", get(panics));
    let panicking = Site::new(Humanify::builder().error_pages(pages), app);
    let mut shown = Vec::new();
    for visitor in [panicking.browser(HOME), panicking.program(HOME)] {
        let reply = visitor.get("/panics").await;
        assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
        shown.push(reference(&reply.body).expect("a reference"));
    }
    // An unprotected application.
    let unprotected = Site {
        app: Router::new().route("/", get(guarded)),
        ..panicking.clone()
    };
    let reply = unprotected.browser(HOME).get("/").await;
    assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
    shown.push(reference(&reply.body).expect("a reference"));
    // The server does not report the peer address.
    let request = http::Request::get("/").body(axum::body::Body::empty());
    let response = tower::ServiceExt::oneshot(panicking.app.clone(), request.unwrap()).await;
    let body = axum::body::to_bytes(response.unwrap().into_body(), 10_000).await;
    let body = String::from_utf8(body.unwrap().to_vec()).unwrap();
    shown.push(reference(&body).expect("a reference"));
    for reference in shown {
        assert!(
            log.text().contains(&reference),
            "{reference}: {}",
            log.text()
        );
    }
}
