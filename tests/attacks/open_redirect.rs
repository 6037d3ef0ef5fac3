//! Ways back that lead to another site.

use std::time::Duration;

use axum::Router;
use http::StatusCode;
use humanify::prelude::*;

use super::site;
use crate::support::{HOME, Site};

#[tokio::test]
async fn after_a_challenge_nobody_is_led_to_another_site() {
    let site = site();
    let visitor = site.browser(HOME);
    for next in [
        "//evil.example",
        "////evil.example",
        "/\\evil.example",
        "/..//evil.example",
        "/%2f%2fevil.example",
        "/%5cevil.example",
        "/%252f%252fevil.example",
        "/%09/evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/a%0d%0aset-cookie:%20a=b",
        "\\\\evil.example",
        " /x",
        "/\u{e9}",
        "evil.example",
    ] {
        let query: String = form_urlencoded::Serializer::new(String::new())
            .append_pair("next", next)
            .finish();
        let visitor = visitor.clone().forgetful();
        let page = visitor.get(&format!("/humanify/challenge?{query}")).await;
        assert!(!page.body.contains("evil.example"), "{next}");
        let solved = visitor.solve(page).await;
        assert_eq!(solved.location().as_deref(), Some("/"), "{next}");
        site.clock.advance(Duration::from_secs(60));
    }
    // A path that is asked for is not led back to either, if it could lead elsewhere.
    let asked = visitor.get("//login").await;
    assert_eq!(asked.status, StatusCode::OK);
    let site = Site::new(
        Humanify::builder().rules(protect! { always_challenge; }),
        Router::new(),
    );
    let visitor = site.browser(HOME);
    assert_eq!(
        visitor
            .get_in("//evil.example/x")
            .await
            .location()
            .as_deref(),
        Some("/")
    );
}
