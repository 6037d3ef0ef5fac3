//! Requests that try to lock another client out.

use http::StatusCode;
use http::header::HeaderName;
use humanify::testing;

use super::site;
use crate::support::HOME;

#[tokio::test]
async fn other_sites_cannot_answer_or_lock_out() {
    let site = site();
    let visitor = site.browser(HOME);
    let page = visitor.get("/humanify/challenge").await;
    let wrong = testing::fail(&site.humanify, &page.body).unwrap();
    let fetch_site = HeaderName::from_static("sec-fetch-site");
    for other in [
        visitor.clone().with(fetch_site.clone(), "cross-site"),
        visitor.clone().with(fetch_site.clone(), "same-site"),
        visitor
            .clone()
            .without(fetch_site)
            .with(http::header::ORIGIN, "https://evil.example"),
    ] {
        for _ in 0..5 {
            let reply = other.post(&wrong.action, &wrong.body).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN);
        }
    }
    assert!(visitor.solve(page).await.clears());
}
