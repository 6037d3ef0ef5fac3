//! Hosts that are sent twice, or in a form that other servers read differently.

use http::StatusCode;
use http::header::HOST;
use humanify::prelude::*;

use super::with;
use crate::support::HOME;

#[tokio::test]
async fn a_rule_on_the_host_is_not_passed_by_saying_it_twice() {
    let site = with(Humanify::builder().rules(protect! {
        always_deny when host == "admin.example";
        exempt when host == "open.example";
        always_challenge on "/closed";
    }));
    let visitor = |host: &str| site.browser(HOME).with(HOST, host);
    for (visitor, path, status) in [
        (visitor("admin.example"), "/", StatusCode::FORBIDDEN),
        (visitor("ADMIN.example:8080"), "/", StatusCode::FORBIDDEN),
        (visitor("admin.example."), "/", StatusCode::FORBIDDEN),
        (visitor("public.example"), "/", StatusCode::OK),
        (visitor("open.example"), "/closed", StatusCode::OK),
        (
            visitor("admin.example"),
            "http://public.example/vhost",
            StatusCode::BAD_REQUEST,
        ),
        (
            visitor("public.example"),
            "http://admin.example/vhost",
            StatusCode::BAD_REQUEST,
        ),
        (
            visitor("public.example").with_more("host", "admin.example"),
            "/",
            StatusCode::BAD_REQUEST,
        ),
        (visitor("u@admin.example"), "/", StatusCode::BAD_REQUEST),
        (visitor("admin.example.."), "/", StatusCode::BAD_REQUEST),
        (
            visitor("a.example, admin.example"),
            "/",
            StatusCode::BAD_REQUEST,
        ),
        (visitor("%61dmin.example"), "/", StatusCode::BAD_REQUEST),
        // Spellings that servers read as the same host, or as no host.
        (visitor("admin.example:"), "/", StatusCode::FORBIDDEN),
        (visitor("admin.example.:0443"), "/", StatusCode::FORBIDDEN),
        (visitor(" admin.example"), "/", StatusCode::FORBIDDEN),
        (visitor("admin.example "), "/", StatusCode::FORBIDDEN),
        (visitor("admin.example:80@x"), "/", StatusCode::BAD_REQUEST),
        (visitor("admin.example#x"), "/", StatusCode::BAD_REQUEST),
        (visitor("admin.example?x"), "/", StatusCode::BAD_REQUEST),
        (visitor("x\\admin.example"), "/", StatusCode::BAD_REQUEST),
        (
            visitor("admin\u{3002}example"),
            "/",
            StatusCode::BAD_REQUEST,
        ),
        (visitor("[admin.example]"), "/", StatusCode::BAD_REQUEST),
        (visitor("admin.example\tx"), "/", StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(visitor.get(path).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn a_client_behind_a_proxy_does_not_choose_its_host() {
    let site = with(Humanify::builder().behind_proxy(true).rules(protect! {
        always_deny when host == "admin.example";
        exempt when host == "open.example";
        always_challenge on "/closed";
    }));
    let behind = |host: &str, forwarded: &str| {
        let proxy = site.browser("127.0.0.1").with(HOST, host);
        proxy
            .with_more("x-forwarded-for", HOME)
            .with_more("x-forwarded-host", forwarded)
    };
    // A proxy that forwards the client's header, or writes its own.
    let status = async |host, forwarded, path| behind(host, forwarded).get(path).await.status;
    for (host, forwarded) in [
        ("admin.example", "public.example"),
        ("upstream:8080", "admin.example"),
    ] {
        assert_eq!(status(host, forwarded, "/").await, StatusCode::FORBIDDEN);
    }
    assert_eq!(
        status("public.example", "open.example", "/closed").await,
        StatusCode::SEE_OTHER
    );
    // Headers of a peer that is not a proxy are ignored.
    let liar = site.browser(HOME).with(HOST, "public.example");
    let liar = liar.with_more("x-forwarded-host", "admin.example");
    assert_eq!(liar.get("/").await.status, StatusCode::OK);
}
