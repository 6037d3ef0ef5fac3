//! `Limiter` and the description of limits, for operators.

use axum::Router;
use axum::routing::get;
use http::Method;
use humanify::prelude::*;

use super::{count_passing, site};
use crate::support::{DATACENTER, Events, HOME, Site};

#[tokio::test]
async fn limits_can_be_read_and_reset() {
    let site = site();
    let limiter = site.humanify.limiter();
    let home: std::net::IpAddr = HOME.parse().unwrap();
    let visitor = site.browser(HOME);
    assert_eq!(count_passing(&visitor, Method::GET, "/three").await, 3);
    visitor.get("/items/1").await;
    visitor.send(Method::POST, "/items/2", "").await;

    for _ in 0..3 {
        let stats = limiter.stats(home).await.unwrap();
        let shown: Vec<_> = stats
            .iter()
            .map(|stats| {
                (
                    stats.route.as_str(),
                    stats.limit.as_str(),
                    stats.current_requests,
                    stats.next_reset.as_secs(),
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                ("/items/{id}:GET", "5/minute", 1, 12),
                ("/items/{id}:POST", "5/minute", 1, 12),
                ("/three:GET", "3/minute", 3, 20),
            ]
        );
    }
    let other = "84.140.1.9".parse::<std::net::IpAddr>().unwrap();
    assert_eq!(limiter.stats(other).await.unwrap(), []);

    limiter.reset(home, Some("/three")).await.unwrap();
    assert_eq!(limiter.stats(home).await.unwrap().len(), 2);
    assert_eq!(count_passing(&visitor, Method::GET, "/three").await, 3);
    limiter.reset(home, None).await.unwrap();
    assert_eq!(limiter.stats(home).await.unwrap(), []);
    assert_eq!(count_passing(&visitor, Method::GET, "/three").await, 3);
}

#[tokio::test]
async fn asking_whether_a_client_is_limited_counts_nothing() {
    use axum::extract::{ConnectInfo, Request, State};

    #[rate_limit("2/minute")]
    async fn ask(State(limiter): State<Option<humanify::Limiter>>, request: Request) -> String {
        limiter.unwrap().is_limited(&request).await.to_string()
    }
    let humanify = Humanify::builder()
        .rules(protect! { limit "3/minute"; })
        .clock(humanify::ManualClock::default())
        .build()
        .unwrap();
    let limiter = humanify.limiter();
    let app = humanify
        .protect(
            Router::new()
                .route("/ask", get(ask))
                .with_state(Some(limiter.clone())),
        )
        .unwrap();
    let request = |path: &str| {
        let mut request = Request::get(path).body(axum::body::Body::empty()).unwrap();
        let peer = std::net::SocketAddr::from(([84, 140, 1, 2], 1));
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    };
    let send = async |path: &str| {
        let response = tower::ServiceExt::oneshot(app.clone(), request(path))
            .await
            .unwrap();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20)
            .await
            .unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    // In the handler, the limit of the request itself counts.
    assert_eq!(send("/ask").await, "false");
    assert_eq!(send("/ask").await, "true");
    // Outside, the limits of the rules count.
    for expected in [false, false, false, true, true] {
        for _ in 0..5 {
            assert_eq!(limiter.is_limited(&request("/nowhere")).await, expected);
        }
        send("/nowhere").await;
    }
    let nobody = Request::get("/nowhere").body(()).unwrap();
    assert!(limiter.is_limited(&nobody).await, "nobody knows who asks");
}

#[tokio::test]
async fn the_description_names_the_limits_of_a_path() {
    let site = site();
    let all = site.humanify.describe().to_string();
    for line in [
        "limit \"5/minute\"",
        "limit \"7/minute\" on \"/special\"",
        "three: rate_limit(\"3/minute\")",
        "free: exempt(rate_limit)",
    ] {
        assert!(all.contains(line), "{line} in {all}");
    }
    let special = site.humanify.describe().path("/special").to_string();
    assert!(
        special.contains("7/minute") && !special.contains("\"5/minute\""),
        "{special}"
    );
}

#[tokio::test]
async fn asking_whether_a_client_is_limited_reports_nothing() {
    use std::net::SocketAddr;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::extract::ConnectInfo;
    use http::Request;

    for observe_only in [false, true] {
        let reported = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&reported);
        let builder = Humanify::builder()
            .observe_only(observe_only)
            .on_decision(move |_| {
                counter.fetch_add(1, Ordering::Relaxed);
            })
            .rules(protect! {
                limit "3/minute";
                trap on "/.env";
                ban "1 trap/hour" for "1 day";
            });
        let app = Router::new().fallback(|| async { "in" });
        let site = Site::new(builder, app);
        let limiter = site.humanify.limiter();
        let request = |host: &str, address: &str| {
            let address = SocketAddr::new(address.parse().unwrap(), 1);
            let request = Request::get("/nowhere").header("host", host);
            request.extension(ConnectInfo(address)).body(()).unwrap()
        };
        site.browser(DATACENTER).get("/.env").await;
        assert_eq!(reported.load(Ordering::Relaxed), 1);
        let seen = site.humanify.observed();
        let (events, _guard) = Events::collect(tracing::Level::TRACE);
        for (asked, is_refused) in [
            (request("site.example", HOME), false),
            (request("site.example", DATACENTER), true),
            (request("a.example, b.example", HOME), true),
        ] {
            for _ in 0..5 {
                // What would be refused passes while everything is only observed.
                let limited = is_refused && !observe_only;
                assert_eq!(limiter.is_limited(&asked).await, limited, "{asked:?}");
            }
        }
        let nobody = Request::get("/nowhere").body(()).unwrap();
        assert!(limiter.is_limited(&nobody).await);
        assert!(events.all().is_empty(), "{:#?}", events.all());
        assert_eq!(reported.load(Ordering::Relaxed), 1);
        let after = site.humanify.observed();
        assert_eq!(format!("{after:?}"), format!("{seen:?}"));
    }
}
