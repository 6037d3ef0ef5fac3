//! Other spellings of a value, a path or an address.

use axum::Router;
use axum::routing::any;
use http::header::CONTENT_TYPE;
use http::{HeaderName, Method, StatusCode};
use humanify::prelude::*;

use super::with;
use crate::support::{DATACENTER, HOME, Site};

#[tokio::test]
async fn the_case_of_a_media_type_evades_no_rule() {
    let site = with(Humanify::builder().rules(protect! {
        always_deny on "/a" when content_type == "application/json";
        always_deny on "/b" when content_type ~ "^application/json$";
    }));
    for (kind, status) in [
        ("application/json", StatusCode::FORBIDDEN),
        ("Application/JSON", StatusCode::FORBIDDEN),
        ("APPLICATION/json ; charset=utf-8", StatusCode::FORBIDDEN),
        ("application/json5", StatusCode::OK),
    ] {
        let visitor = site.browser(HOME).with(CONTENT_TYPE, kind);
        for path in ["/a", "/b"] {
            let reply = visitor.send(Method::POST, path, "").await;
            assert_eq!(reply.status, status, "{path} {kind}");
        }
    }
}

#[tokio::test]
async fn every_spelling_of_a_path_shares_its_bucket() {
    let site = with(Humanify::builder().rules(protect! {
        limit "4/hour", key = "path" on "/*";
    }));
    let mut passed = 0;
    let spellings = ["/a", "/%61", "/a/", "//a", "/./a", "/b/../a", "/a", "/%61/"];
    for (client, path) in spellings.into_iter().enumerate() {
        let visitor = site.browser(&format!("84.140.9.{client}"));
        passed += usize::from(visitor.get(path).await.status == StatusCode::OK);
    }
    assert_eq!(passed, 4);
}

/// A proxy appends its element to the line that the client wrote.
#[tokio::test]
async fn no_quotes_in_a_forwarded_field_hide_what_the_proxy_wrote() {
    async fn seen(client: Client) -> String {
        format!("{:?}", client.ip())
    }
    let rules = protect! { always_deny on "/https" when scheme == "https"; };
    let app = Router::new()
        .route("/", any(seen))
        .fallback(|| async { "in" });
    let site = Site::new(Humanify::builder().behind_proxy(true).rules(rules), app);
    let forwarded = HeaderName::from_static("forwarded");
    let own = format!("for={HOME};proto=http");
    for (written, is_read) in [
        (String::new(), true),
        (format!("for={DATACENTER};proto=https, "), true),
        (format!("for={DATACENTER};proto=https;by=\"a\", "), true),
        (format!("for={DATACENTER};proto=https;by=\"\\\", "), false),
        (
            format!("by=\"\\\";for={DATACENTER};proto=https;by=\", "),
            false,
        ),
        (format!("by=\"\\\";for={DATACENTER};proto=https\", "), false),
        (format!("for={DATACENTER};proto=https;by=\", "), false),
    ] {
        let line = format!("{written}{own}");
        let visitor = site.browser("127.0.0.1").with(forwarded.clone(), &line);
        let reply = visitor.get("/").await;
        let expected = match is_read {
            true => format!("Some({HOME})"),
            false => "None".to_owned(),
        };
        assert_eq!(reply.body, expected, "{line}");
        assert_eq!(visitor.get("/https").await.status, StatusCode::OK, "{line}");
    }
}

#[tokio::test]
async fn a_page_for_a_request_with_two_hosts_names_neither() {
    let site = with(Humanify::builder());
    let visitor = site.browser(HOME);
    for visitor in [
        visitor.clone().with_more("host", "evil.example"),
        visitor.with(http::header::HOST, "site.example, evil.example"),
    ] {
        let page = visitor.get("/").await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        assert!(page.body.contains("<html"), "{}", page.body);
        assert!(!page.body.contains(".example"), "{}", page.body);
    }
}
