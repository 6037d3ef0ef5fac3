//! `Humanify::explain`: how a request would be decided, step by step.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use http::header::{ACCEPT, COOKIE, HOST, USER_AGENT};
use http::{Request, StatusCode};
use humanify::prelude::*;
use humanify::{
    DecidedBy, DecisionAction, Explanation, Hardness, ManagedClearances, ManagedSteps, StepOutcome,
};
use tracing::Level;

use super::site;
use crate::support::{DATACENTER, Events, HOME, Site, VPN, Visitor};

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

fn request(path: &str, ip: &str) -> Request<()> {
    let ip: IpAddr = ip.parse().unwrap();
    Request::get(path)
        .header(HOST, "site.example")
        .header(USER_AGENT, BROWSER)
        .header(ACCEPT, "text/html")
        .extension(ConnectInfo(SocketAddr::new(ip, 40_000)))
        .body(())
        .unwrap()
}

async fn explain(site: &Site, path: &str, ip: &str) -> Explanation {
    site.humanify.explain(&request(path, ip)).await
}

#[tokio::test]
async fn an_explanation_decides_as_the_site_does() {
    for path in [
        "/",
        "/login",
        "/closed",
        "/no-bots",
        "/humans",
        "/watched",
        "/shop",
        "/account",
        "/report",
        "/.env",
        "/items/7",
        "/nowhere",
        "/robots.txt",
        "/a/%25252525252525",
        "/closed/..%2fclosed",
        "/humanify/challenge",
    ] {
        for ip in [HOME, DATACENTER, VPN, "127.0.0.1"] {
            let site = site(Humanify::builder());
            let explained = explain(&site, path, ip).await;
            let reply = site.browser(ip).get(path).await;
            let refused = match explained.action {
                DecisionAction::Pass => {
                    reply.status.is_success() || reply.status == StatusCode::NOT_FOUND
                }
                DecisionAction::Challenge => reply.status == StatusCode::SEE_OTHER,
                DecisionAction::Deny | DecisionAction::Trap => {
                    reply.status == StatusCode::FORBIDDEN
                }
                DecisionAction::BadRequest => reply.status == StatusCode::BAD_REQUEST,
                other => panic!("{other}"),
            };
            assert!(refused, "{path} from {ip}: {}\n{explained}", reply.status);
        }
    }
}

#[tokio::test]
async fn the_steps_are_in_order_and_say_why_each_did_not_apply() {
    let site = site(Humanify::builder());
    let explained = explain(&site, "/humans?secret=1", VPN).await;
    assert_eq!(
        explained.to_string(),
        r#"GET /humans, route /humans
client 84.140.201.2, by the peer, signs: vpn, inconsistent
  1. a ban: does not hold
  2. the host is named in several ways, or in none that can be read: does not hold
  3. headers contradict each other on where the request comes from: does not hold
  4. statement 2: trap on "/.env": applies to other requests
  5. statement 3: always_deny on "/closed": applies to other requests
  6. statement 1: logins: limit "2/minute" on "/login": applies to other requests
  7. exempt on the default exemptions: applies to other requests
  8. statement 4: deny_access on "/no-bots": applies to other requests
  9. statement 5: challenge on "/humans": decides
=> challenge, by statement 5: challenge on "/humans"
"#
    );
    let json = serde_json::to_value(&explained).unwrap();
    assert_eq!(json["action"], "challenge");
    assert_eq!(json["steps"][8]["subject"]["number"], 5);
    assert_eq!(json["steps"][8]["outcome"]["outcome"], "decides");
    assert_eq!(json["client"]["signs"][0], "vpn");
}

#[tokio::test]
async fn explaining_counts_nothing() {
    let site = site(Humanify::builder());
    let (events, _guard) = Events::collect(Level::DEBUG);
    for _ in 0..20 {
        for path in ["/login", "/report", "/.env", "/watched", "/closed"] {
            explain(&site, path, HOME).await;
            explain(&site, path, DATACENTER).await;
        }
    }
    assert!(events.all().is_empty(), "{:#?}", events.all());
    assert!(site.humanify.observed().statements.is_empty());
    assert!(site.humanify.bans().list().await.unwrap().is_empty());
    let left = explain(&site, "/login", HOME).await;
    let within = StepOutcome::WithinLimit { remaining: 2 };
    assert!(
        left.steps.iter().any(|step| step.outcome == within),
        "{left}"
    );
    let visitor = site.browser(HOME);
    assert_eq!(visitor.get("/login").await.body, "in");
    assert_eq!(visitor.get("/login").await.body, "in");
    let over = explain(&site, "/login", HOME).await;
    assert_eq!(over.action, DecisionAction::Limit, "{over}");
    assert_eq!(over.decided_by.unwrap().label(), "logins");
}

#[tokio::test]
async fn attributes_clearances_and_bans_have_their_steps() {
    let site = site(Humanify::builder());
    let explained = explain(&site, "/shop", DATACENTER).await;
    assert_eq!(explained.handler, Some("decisions::shop"));
    let by = DecidedBy::Attribute {
        name: "block_bots",
        handler: "decisions::shop",
    };
    assert_eq!(explained.decided_by, Some(by));
    assert_eq!(
        explain(&site, "/shop", HOME).await.action,
        DecisionAction::Pass
    );

    let visitor = site.browser(HOME);
    visitor.get_in("/account").await;
    let clearance = visitor.cookie("humanify_clearance").unwrap();
    let mut cleared = request("/account", HOME);
    let cookie = format!("humanify_clearance={clearance}");
    cleared
        .headers_mut()
        .insert(COOKIE, cookie.parse().unwrap());
    let explained = site.humanify.explain(&cleared).await;
    assert_eq!(explained.action, DecisionAction::Pass, "{explained}");
    assert!(
        explained
            .to_string()
            .contains("the client has solved the challenge")
    );

    for _ in 0..3 {
        visitor.get("/.env").await;
    }
    let explained = explain(&site, "/", HOME).await;
    assert_eq!(explained.decided_by, Some(DecidedBy::Ban));
}

#[tokio::test]
async fn explaining_without_a_peer_names_the_mistake() {
    let site = site(Humanify::builder());
    let request = Request::get("/").body(()).unwrap();
    let explained = site.humanify.explain(&request).await;
    assert_eq!(explained.action, DecisionAction::Error);
    assert!(explained.to_string().contains("ConnectInfo"), "{explained}");
}

fn with_cookies(path: &str, ip: &str, visitor: &Visitor) -> Request<()> {
    let mut request = request(path, ip);
    let pairs = ["humanify_id", "humanify_clearance"]
        .map(|name| format!("{name}={}", visitor.cookie(name).unwrap_or_default()));
    let pairs = pairs.join("; ").parse().unwrap();
    request.headers_mut().insert(COOKIE, pairs);
    request
}

#[tokio::test]
async fn explaining_takes_no_network_of_a_clearance() {
    let site = site(Humanify::builder().use_client_id(true));
    let visitor = site.browser(HOME);
    visitor.get("/").await;
    assert!(visitor.get_in("/account").await.clears());
    for network in 0..30 {
        let request = with_cookies("/account", &format!("91.64.{network}.7"), &visitor);
        let explained = site.humanify.explain(&request).await;
        assert_eq!(explained.action, DecisionAction::Pass, "{explained}");
    }
    for network in 100..107 {
        let roaming = visitor.clone().at(&format!("91.64.{network}.7"));
        assert_eq!(roaming.get("/account").await.body, "in", "{network}");
    }
}

#[tokio::test]
async fn explaining_neither_uses_nor_forgets_the_budget_of_a_clearance() {
    let hour = Duration::from_secs(3_600);
    let clearances = ManagedClearances::default().at(Hardness::EASIEST, hour, 2);
    let builder = Humanify::builder()
        .managed_steps(ManagedSteps::default().inconsistent(0))
        .managed_clearances(clearances)
        .rules(protect! { always_challenge(managed) on "/managed"; });
    let app = Router::new().route("/managed", get(|| async { "in" }));
    let site = Site::new(builder, app);
    let visitor = site.browser(HOME);
    assert!(visitor.get_in("/managed").await.clears());
    for left in [2, 1, 0] {
        for _ in 0..5 {
            let request = with_cookies("/managed", HOME, &visitor);
            let explained = site.humanify.explain(&request).await;
            let expected = match left {
                0 => DecisionAction::Challenge,
                _ => DecisionAction::Pass,
            };
            assert_eq!(explained.action, expected, "{left}: {explained}");
        }
        assert_eq!(visitor.get("/managed").await.body == "in", left > 0);
    }
}
