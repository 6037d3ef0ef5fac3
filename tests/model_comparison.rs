//! Property tests: for random rules, the layer decides like a small interpreter written after the
//! guide. humanify-syntax compares the same interpreter with the compiler's findings.

#[path = "../humanify/parser/tests/model/mod.rs"]
mod model;

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{Request, StatusCode};
use humanify::prelude::*;
use humanify::testing::DetectionStub;
use humanify::{ConfigError, DecisionAction, Group, HumanifyBuilder, RuleSet, Signals};
use humanify_parser as parse;
use model::strategies::{statement, text};
use model::{Outcome, Statement, judge, requests};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use tower::ServiceExt;

use crate::support::Site;

/// A site under the statements, if they have no mistake.
fn site(statements: &[Statement]) -> Option<Site> {
    let rules = parse::rules(text(statements).parse().unwrap())
        .keep()
        .ok()?;
    // Tor exits and unroutable addresses do not count as bots here, since the small world has
    // `client.is_bot` as a sign of its own.
    let signals = Signals::default().tor(false).invalid_ip(false);
    let builder = Humanify::builder().signals(signals).rules(rules);
    Some(Site::new(
        builder,
        Router::new().fallback(|| async { "in" }),
    ))
}

fn request(asked: &model::Request) -> Request<Body> {
    let query: Vec<String> = asked.arg.iter().map(|value| format!("k={value}")).collect();
    let mut request =
        Request::builder()
            .method(asked.method)
            .uri(format!("{}?{}", asked.path, query.join("&")));
    for value in asked.header {
        request = request.header("x", *value);
    }
    let peer = if asked.is_inside {
        "10.1.2.3"
    } else {
        "84.140.200.1"
    };
    let mut stub = DetectionStub::human();
    if asked.is_bot {
        stub = stub.in_group(Group::Datacenter);
    }
    if asked.is_tor {
        stub = stub.in_group(Group::TorExitNodes);
    }
    let mut request = request.body(Body::empty()).unwrap();
    let peer = SocketAddr::new(peer.parse().unwrap(), 40_000);
    request.extensions_mut().insert(ConnectInfo(peer));
    request.extensions_mut().insert(stub);
    request
}

/// The layer's decision about a request of a program, and that of an explanation, which judges step
/// by step and not at once.
async fn outcomes(site: &Site, asked: &model::Request) -> [Outcome; 2] {
    let explained = match site.humanify.explain(&request(asked)).await.action {
        DecisionAction::Pass => Outcome::Pass,
        DecisionAction::Challenge => Outcome::Challenge,
        DecisionAction::Deny | DecisionAction::Trap => Outcome::Deny,
        other => panic!("{other}"),
    };
    [outcome(site, asked).await, explained]
}

/// The layer's decision about a request of a program.
async fn outcome(site: &Site, asked: &model::Request) -> Outcome {
    let response = site.app.clone().oneshot(request(asked)).await.unwrap();
    if response.status() == StatusCode::OK {
        return Outcome::Pass;
    }
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    let body = axum::body::to_bytes(response.into_body(), 1 << 16)
        .await
        .unwrap();
    match String::from_utf8_lossy(&body).contains("challenge-required") {
        true => Outcome::Challenge,
        false => Outcome::Deny,
    }
}

#[test]
fn a_statement_that_another_block_ends_is_an_error_of_build() {
    let exempting = protect! { exempt on "/api/*"; };
    let challenging = protect! { challenge on "/api/users"; };
    let build = |blocks: [RuleSet; 2]| {
        let builder = blocks
            .into_iter()
            .fold(Humanify::builder(), HumanifyBuilder::rules);
        builder.build().map(drop)
    };
    let Err(error @ ConfigError::NeverActs { .. }) = build([exempting, challenging]) else {
        panic!("the second block never acts");
    };
    let message = error.to_string();
    for part in [
        "challenge on \"/api/users\"",
        "`GET /api/users`",
        "is exempt by `exempt on",
    ] {
        assert!(message.contains(part), "{message}");
    }
    assert!(build([challenging, exempting]).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn the_layer_behaves_as_in_the_guide(
        statements in vec(statement(), 1..5),
        picked in vec(any::<Index>(), 40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let site = runtime.block_on(async { site(&statements) });
        prop_assume!(site.is_some());
        let site = site.unwrap();
        let all: Vec<model::Request> = requests().filter(|request| !request.is_cleared).collect();
        for index in picked {
            let asked = index.get(&all);
            let done = runtime.block_on(outcomes(&site, asked));
            let expected = judge(&statements, asked).0;
            prop_assert_eq!(done, [expected; 2], "{}{:?}", text(&statements), asked);
        }
    }
}
