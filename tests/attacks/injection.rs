//! Markup in what a client sends.

use std::time::Duration;

use http::header::{ACCEPT_LANGUAGE, USER_AGENT};

use super::site;
use crate::support::HOME;

#[tokio::test]
async fn markup_in_a_request_is_not_written_into_pages() {
    let site = site();
    let hostile = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E";
    let visitor = site
        .browser(HOME)
        .with(ACCEPT_LANGUAGE, "\"><script>alert(1)</script>")
        .with(USER_AGENT, "<script>alert(1)</script>");
    for path in [
        format!("/humanify/challenge?next=/{hostile}"),
        format!("/humanify/challenge?for={hostile}"),
        format!("/humanify/audio_challenge?next=/{hostile}"),
        format!("/humanify/access_denied?return_url={hostile}"),
        format!("/humanify/rate_limited?return_url={hostile}"),
    ] {
        let page = visitor.get(&path).await;
        // The only script is humanify's own, with the nonce of the page.
        let foreign = page.body.replace("<script nonce=\"", "");
        assert!(
            !foreign.contains("<script") && !foreign.contains("alert(1)<"),
            "{path}"
        );
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'"), "{path}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(page.header("cache-control"), Some("no-store"), "{path}");
        assert!(page.header("vary").is_some(), "{path}");
        site.clock.advance(Duration::from_secs(60));
    }
}
