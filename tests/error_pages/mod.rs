//! Pages for the application's own errors.

mod panics;
mod templates;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::header::{ACCEPT, ACCEPT_LANGUAGE};
use http::{Method, StatusCode};
use http_body::Frame;
use humanify::{DecisionLog, prelude::*};

use crate::support::{HOME, Log, Reply, Site};

/// Answers with the code in its path and nothing else.
async fn code(Path(code): Path<u16>) -> StatusCode {
    StatusCode::from_u16(code).unwrap()
}

fn site(pages: ErrorPages) -> Site {
    async fn headers() -> Response {
        let headers = [
            ("allow", "GET"),
            ("retry-after", "120"),
            ("www-authenticate", "Basic realm=\"x\""),
            ("content-range", "bytes */100"),
            ("set-cookie", "a=b"),
            ("vary", "Origin"),
            ("x-own", "1"),
            ("etag", "\"1\""),
            ("content-encoding", "gzip"),
            ("content-disposition", "attachment"),
            ("content-security-policy", "default-src 'self'"),
        ];
        (StatusCode::UNAUTHORIZED, headers).into_response()
    }
    async fn streamed() -> Response {
        let chunks = Chunks(vec!["my own ", "words"]);
        let mut response = Response::new(Body::new(chunks));
        *response.status_mut() = StatusCode::NOT_FOUND;
        response
    }
    async fn panics() -> StatusCode {
        panic!("a secret\nof the handler's")
    }
    let app = Router::new()
        .route("/code/{code}", get(code))
        .route("/post", post(|| async { "sent" }))
        .route("/headers", get(headers))
        .route(
            "/own",
            get(|| async { (StatusCode::NOT_FOUND, "my own words") }),
        )
        .route("/streamed", get(streamed))
        .route("/unchanged", get(|| async { StatusCode::NOT_MODIFIED }))
        .route("/fine", get(|| async { "fine" }))
        .route("/panics", get(panics));
    Site::new(Humanify::builder().error_pages(pages), app)
}

/// A body whose length is not known before its end.
struct Chunks(Vec<&'static str>);

impl HttpBody for Chunks {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let next = (!self.0.is_empty()).then(|| self.0.remove(0));
        std::task::Poll::Ready(
            next.map(|chunk| Ok(Frame::data(Bytes::from_static(chunk.as_bytes())))),
        )
    }
}

/// Every registered error, and 418.
fn registered() -> impl Iterator<Item = u16> {
    (400..=418)
        .chain(421..=426)
        .chain([428, 429, 431, 451])
        .chain(500..=508)
        .chain([510, 511])
}

fn is_page(reply: &Reply) -> bool {
    reply.body.starts_with("<!doctype html>")
}

#[tokio::test]
async fn every_registered_error_has_a_page() {
    let site = site(ErrorPages::all());
    let visitor = site.browser(HOME).with(ACCEPT_LANGUAGE, "fr");
    for code in registered() {
        let reply = visitor.get(&format!("/code/{code}")).await;
        assert_eq!(reply.status.as_u16(), code);
        assert!(is_page(&reply), "{code}");
        assert!(
            reply.body.contains(r#"<html lang="fr" dir="ltr">"#),
            "{code}"
        );
        assert!(
            reply
                .body
                .contains(&format!(r#"<p class="code">{code}</p>"#)),
            "{code}"
        );
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{code}");
        assert_eq!(reply.header("content-language"), Some("fr"));
        let policy = reply.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
    }
    for code in [419, 427, 499, 599] {
        let reply = visitor.get(&format!("/code/{code}")).await;
        assert!(
            !is_page(&reply),
            "{code} is not registered, and was not asked for"
        );
    }
    assert!(is_page(&visitor.get("/nowhere").await));
    assert_eq!(visitor.get("/fine").await.body, "fine");
}

#[tokio::test]
async fn chosen_errors_have_a_page_and_no_others() {
    let chosen = [404, 500, 599].map(|code| StatusCode::from_u16(code).unwrap());
    let site = site(ErrorPages::default().codes(chosen));
    for (code, page) in [
        (404, true),
        (500, true),
        (599, true),
        (403, false),
        (503, false),
    ] {
        let reply = site.browser(HOME).get(&format!("/code/{code}")).await;
        assert_eq!((reply.status.as_u16(), is_page(&reply)), (code, page));
    }
}

#[tokio::test]
async fn an_answer_keeps_its_headers() {
    let site = site(ErrorPages::all());
    let reply = site.browser(HOME).get("/headers").await;
    assert!(is_page(&reply));
    for (name, value) in [
        ("allow", "GET"),
        ("retry-after", "120"),
        ("www-authenticate", "Basic realm=\"x\""),
        ("content-range", "bytes */100"),
        ("set-cookie", "a=b"),
        ("x-own", "1"),
    ] {
        assert_eq!(reply.header(name), Some(value), "{name}");
    }
    // Headers that describe the replaced body are removed.
    for name in ["etag", "content-encoding", "content-disposition"] {
        assert_eq!(reply.header(name), None, "{name}");
    }
    let vary: Vec<_> = reply.headers.get_all("vary").iter().collect();
    assert!(vary.len() == 2 && vary[0] == "Origin", "{vary:?}");
    let refused = site.browser(HOME).get("/post").await;
    assert_eq!(refused.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(is_page(&refused));
    assert_eq!(refused.header("allow"), Some("POST"));
    let length = refused.header("content-length");
    assert!(length.is_none_or(|length| length == refused.body.len().to_string()));
}

#[tokio::test]
async fn an_error_with_a_body_of_its_own_is_left_alone_unless_the_application_asks() {
    for (replace, words_stay) in [(false, true), (true, false)] {
        let site = site(ErrorPages::all().replace_bodies(replace));
        let visitor = site.browser(HOME);
        let own = visitor.get("/own").await;
        assert_eq!(own.body == "my own words", words_stay);
        assert_eq!(is_page(&own), !words_stay);
        assert_eq!(visitor.get("/streamed").await.body, "my own words");
        let unchanged = visitor.get("/unchanged").await;
        assert_eq!(
            (unchanged.status, unchanged.body.as_str()),
            (StatusCode::NOT_MODIFIED, "")
        );
        for path in ["/own", "/nowhere", "/code/500"] {
            let head = visitor.send(Method::HEAD, path, "").await;
            assert_eq!(head.body, "", "{path}");
            assert_eq!(head.header("content-language"), None, "{path}");
        }
        assert_eq!(visitor.get("/fine").await.body, "fine");
    }
}

#[tokio::test]
async fn answers_of_humanify_itself_are_never_replaced() {
    #[always_challenge]
    async fn hidden() -> &'static str {
        "in"
    }
    // Its guard responds inside of the application, hidden from the layer.
    let inner = Router::new().route("/form", post(hidden));
    let app = Router::new().nest_service("/hidden", inner);
    let pages = ErrorPages::all().replace_bodies(true);
    let site = Site::new(Humanify::builder().error_pages(pages), app);
    let reply = site.browser(HOME).post("/hidden/form", "name=Ada").await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    assert!(reply.body.contains("name=\"token\""), "{}", reply.body);
    let program = site.program(HOME).post("/hidden/form", "").await;
    assert!(
        program.body.contains("challenge-required"),
        "{}",
        program.body
    );
}

#[tokio::test]
async fn a_program_gets_a_problem_document() {
    let site = site(ErrorPages::all());
    for accept in ["application/json", "*/*", "image/avif,image/webp,*/*;q=0.8"] {
        for (path, code, title) in [
            ("/nowhere", 404, "Not Found"),
            ("/post", 405, "Method Not Allowed"),
            ("/code/503", 503, "Service Unavailable"),
        ] {
            let reply = site.program(HOME).with(ACCEPT, accept).get(path).await;
            assert_eq!(reply.status.as_u16(), code);
            assert_eq!(
                reply.header("content-type"),
                Some("application/problem+json")
            );
            let mut document: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
            let reference = document
                .as_object_mut()
                .unwrap()
                .remove("reference")
                .unwrap();
            let reference = reference.as_str().unwrap();
            assert!(reference.parse::<humanify::Reference>().is_ok());
            let expected =
                serde_json::json!({"type": "about:blank", "title": title, "status": code});
            assert_eq!(document, expected);
        }
    }
    let own = site.program(HOME).get("/own").await;
    assert_eq!(own.body, "my own words");
}

#[tokio::test]
async fn every_error_page_shows_a_reference_that_the_log_has() {
    let (log, _guard) = Log::collect();
    let decisions = DecisionLog::default().challenges(tracing::Level::INFO);
    let app = Router::new().route("/code/{code}", get(code));
    let site = Site::new(
        Humanify::builder()
            .error_pages(ErrorPages::default())
            .decision_log(decisions),
        app,
    );
    let mut seen = Vec::new();
    for path in ["/code/500", "/nothing", "/nothing?secret=1", "/x%0Aforged"] {
        for visitor in [site.browser(HOME), site.program(HOME)] {
            let reply = visitor.get(path).await;
            let words = reply
                .body
                .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
            // Some names in style sheets look like references, too.
            let mut references = words.filter(|word| {
                let read = word.parse::<humanify::Reference>();
                read.is_ok_and(|read| read.as_str() == *word)
            });
            let shown = references.next().expect("a reference").to_owned();
            let text = log.text();
            let line = text.lines().find(|line| line.contains(&shown)).expect(path);
            let expected = format!("status={}", reply.status.as_u16());
            assert!(
                line.contains("humanify::decision") && line.contains(&expected),
                "{line}"
            );
            assert!(!line.contains("secret"), "{line}");
            assert!(!seen.contains(&shown));
            seen.push(shown);
        }
    }
    // By default, a path that does not exist is not logged.
    let (log, _guard) = Log::collect();
    let site = self::site(ErrorPages::default());
    site.browser(HOME).get("/nothing").await;
    site.browser(HOME).get("/code/500").await;
    // The path may be a secret, such as that of a password reset.
    let text = log.text();
    assert!(!text.contains("/code/500"), "{text}");
    assert!(
        !text.contains("/nothing") && text.contains("route=\"/code/{code}\""),
        "{text}"
    );
}
