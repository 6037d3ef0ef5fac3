//! Requests that are to use the server up.

use http::StatusCode;

use super::site;
use crate::support::{DATACENTER, HOME};

#[tokio::test]
async fn a_form_does_not_have_challenges_drawn_without_end() {
    let site = site();
    let visitor = site.browser(DATACENTER);
    let mut drawn = 0;
    for _ in 0..100 {
        let reply = visitor.post("/protected", "a=b").await;
        drawn += usize::from(reply.status == StatusCode::FORBIDDEN);
    }
    assert_eq!(drawn, 60, "as many as its own pages a minute");
}

#[tokio::test]
async fn an_answer_is_of_bounded_size() {
    let site = site();
    let visitor = site.browser(HOME);
    let body = format!("token={}", "a".repeat(20_000));
    let reply = visitor.post("/humanify/verify", &body).await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
}
