//! Caches that store a decision and serve it to others.

use http::{Method, StatusCode};
use humanify::prelude::*;

use super::with;
use crate::support::{DATACENTER, HOME};

#[tokio::test]
async fn no_response_of_humanify_may_be_cached() {
    let site = with(Humanify::builder().rules(protect! {
        limit "1/hour" on "/limited";
        always_deny on "/denied";
    }));
    let bot = site.browser(DATACENTER);
    bot.get("/limited").await;
    for (method, path, status) in [
        (Method::GET, "/protected", StatusCode::SEE_OTHER),
        (Method::POST, "/protected", StatusCode::FORBIDDEN),
        (Method::GET, "/denied", StatusCode::FORBIDDEN),
        (Method::GET, "/limited", StatusCode::TOO_MANY_REQUESTS),
        (Method::GET, "/humanify/challenge", StatusCode::OK),
        (Method::GET, "/humanify/audio_challenge", StatusCode::OK),
        (
            Method::GET,
            "/humanify/access_denied",
            StatusCode::FORBIDDEN,
        ),
    ] {
        for visitor in [&bot, &site.program(DATACENTER)] {
            let reply = visitor.send(method.clone(), path, "").await;
            if path.starts_with("/humanify") || path == "/limited" || path == "/denied" {
                assert_eq!(reply.status, status, "{path}");
            }
            assert_eq!(reply.header("cache-control"), Some("no-store"), "{path}");
            assert!(reply.header("vary").is_some(), "{path}");
        }
    }
    // Responses under a statement that denies other clients must not be stored either.
    let some = with(Humanify::builder().rules(protect! {
        always_deny on "/some" when client.ip in ["84.140.200.0/24"];
        always_deny on "/methods" when method == POST;
        observe always_deny on "/observed" when client.ip in ["84.140.200.0/24"];
    }));
    let person = some.browser(HOME);
    let of_some = person.get("/some").await;
    assert_eq!(of_some.header("cache-control"), Some("private"));
    for path in ["/methods", "/observed", "/others"] {
        let open = person.get(path).await;
        assert_eq!(open.header("cache-control"), None, "{path}");
    }
    // Responses under a protecting statement must not go to shared caches either.
    let person = site.browser(HOME).get("/protected").await;
    assert_eq!(person.status, StatusCode::OK);
}
