//! Metrics: what is counted, and that clients cannot multiply the series.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::Router;
use http::Method;
use http::header::{HOST, USER_AGENT};
use humanify::prelude::*;
use humanify::{OwnCheck, testing};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use super::site;
use crate::own_check::{self, ticket};
use crate::support::{DATACENTER, HOME, Site, VPN};

/// Records what this thread counts until the guard is dropped.
fn record() -> (PrometheusHandle, impl Drop) {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    // The recorder is leaked: it has to live as long as the program.
    let recorder: &'static _ = Box::leak(Box::new(recorder));
    (handle, metrics::set_default_local_recorder(recorder))
}

/// The value of a series.
fn value(handle: &PrometheusHandle, series: &str) -> Option<f64> {
    let text = handle.render();
    let line = text.lines().find(|line| line.starts_with(series))?;
    line.rsplit(' ').next()?.parse().ok()
}

#[tokio::test]
async fn decisions_are_counted_by_statement_and_kind() {
    let (handle, _guard) = record();
    let site = site(Humanify::builder());
    site.browser(HOME).get("/").await;
    for _ in 0..4 {
        site.browser(HOME).get("/.env").await;
    }
    for _ in 0..3 {
        site.browser(VPN).get("/login").await;
    }
    site.browser(DATACENTER).get("/shop").await;
    site.browser(DATACENTER).get("/watched").await;
    for (series, count) in [
        (
            r#"humanify_decisions{action="pass",statement="none",observed="false"}"#,
            4.0,
        ),
        (
            r#"humanify_decisions{action="trap",statement="statement 2",observed="false"}"#,
            3.0,
        ),
        (
            r#"humanify_decisions{action="ban",statement="ban",observed="false"}"#,
            1.0,
        ),
        (
            r#"humanify_decisions{action="limit",statement="logins",observed="false"}"#,
            1.0,
        ),
        (
            r#"humanify_decisions{action="deny",statement="block_bots",observed="false"}"#,
            1.0,
        ),
        (
            r#"humanify_decisions{action="deny",statement="watched",observed="true"}"#,
            1.0,
        ),
        (r#"humanify_bans{offence="traps"}"#, 1.0),
    ] {
        assert_eq!(
            value(&handle, series),
            Some(count),
            "{series}\n{}",
            handle.render()
        );
    }
    let judged = value(&handle, "humanify_judging_duration_count");
    assert_eq!(judged, Some(9.0), "all but the banned one");
}

#[tokio::test]
async fn challenges_are_counted_as_shown_solved_failed_and_given_up() {
    let (handle, _guard) = record();
    let site = site(Humanify::builder());
    let visitor = site.browser(HOME);
    let page = visitor.follow(visitor.get("/account").await).await;
    visitor.err(&page).await;
    site.clock.advance(Duration::from_secs(7));
    let solver = site.browser(VPN);
    let page = solver.follow(solver.get("/account").await).await;
    site.clock.advance(Duration::from_secs(12));
    assert!(solver.solve(page).await.clears());
    let count = |outcome: &str| {
        let series = format!("humanify_challenges{{type=\"one_click\",outcome=\"{outcome}\"}}");
        value(&handle, &series).unwrap_or_default()
    };
    assert_eq!(count("failed"), 1.0);
    let (shown, solved) = (count("shown"), count("solved"));
    // One challenge was shown before each right answer, and one more after the wrong one.
    assert_eq!(shown, solved + 2.0, "{}", handle.render());
    assert_eq!(count("given_up"), 0.0);
    site.clock.advance(Duration::from_secs(15 * 60));
    site.browser(DATACENTER)
        .follow(site.browser(DATACENTER).get("/account").await)
        .await;
    assert_eq!(count("given_up"), 1.0, "the one after the wrong answer");
    let cleared = value(&handle, r#"humanify_clearances{type="one_click"}"#);
    assert_eq!(cleared, Some(1.0));
    let time = value(
        &handle,
        r#"humanify_challenge_duration_sum{type="one_click"}"#,
    );
    assert_eq!(time, Some(12.0));
}

#[tokio::test]
async fn a_challenge_counts_as_the_type_that_was_shown() {
    let (handle, _guard) = record();
    let site = site(Humanify::builder());
    let count = |kind: &str, outcome: &str| {
        let series = format!("humanify_challenges{{type=\"{kind}\",outcome=\"{outcome}\"}}");
        value(&handle, &series).unwrap_or_default()
    };
    let first = site.browser(HOME);
    first.follow(first.get("/account").await).await;
    assert_eq!(
        (count("one_click", "shown"), count("grid", "shown")),
        (1.0, 0.0)
    );
    // Another browser of the same address gets a grid, although the handler demands one click.
    let second = site.browser(HOME);
    let page = second.follow(second.get("/account").await).await;
    assert_eq!(
        (count("one_click", "shown"), count("grid", "shown")),
        (1.0, 1.0)
    );
    site.clock.advance(Duration::from_secs(12));
    assert!(second.solve(page).await.clears());
    assert_eq!(
        (count("one_click", "solved"), count("grid", "solved")),
        (0.0, 1.0)
    );
    let cleared = value(&handle, r#"humanify_clearances{type="grid"}"#);
    assert_eq!(cleared, Some(1.0), "{}", handle.render());
    let time = value(&handle, r#"humanify_challenge_duration_sum{type="grid"}"#);
    assert_eq!(time, Some(12.0));
}

#[tokio::test]
async fn a_clearance_of_the_applications_own_check_is_counted_once() {
    let (handle, _guard) = record();
    let site = own_check::site(own_check::settings(), OwnCheck::at("/prove"));
    let visitor = site.browser(HOME);
    let proof = format!("ticket={}", ticket(&visitor, "/managed").await);
    let cleared = || value(&handle, r#"humanify_clearances{type="own_check"}"#);
    assert!(!visitor.post("/prove", "ticket=forged").await.clears());
    assert_eq!(cleared(), None);
    assert!(visitor.post("/prove", &proof).await.clears());
    assert!(!visitor.post("/prove", &proof).await.clears());
    assert_eq!(cleared(), Some(1.0), "{}", handle.render());
}

#[tokio::test]
async fn crawlers_are_counted_by_kind_and_by_proof_if_a_rule_needs_them() {
    let (handle, _guard) = record();
    let rules = protect! {
        exempt on "/" when client.is_verified_crawler;
        deny_access on "/people";
    };
    let app = Router::new().fallback(|| async { "in" });
    let site = Site::new(Humanify::builder().rules(rules), app);
    let crawler = |ip| site.program(ip).with(USER_AGENT, "GPTBot/1.2");
    crawler(HOME).get("/nothing-asks").await;
    assert_eq!(value(&handle, "humanify_crawler_requests"), None);
    crawler("20.171.206.7").get("/").await;
    crawler(HOME).get("/").await;
    crawler(HOME).get("/people").await;
    for proof in ["verified", "impostor", "unchecked"] {
        let series = format!("humanify_crawler_requests{{kind=\"ai_training\",proof=\"{proof}\"}}");
        assert_eq!(value(&handle, &series), Some(1.0), "{}", handle.render());
    }
}

#[tokio::test]
async fn no_client_multiplies_the_series() {
    let (handle, _guard) = record();
    let site = site(Humanify::builder());
    let series = || -> BTreeSet<String> {
        let text = handle.render();
        let lines = text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        // The last word of a line is its value.
        lines
            .map(|line| line.rsplit_once(' ').unwrap().0.to_owned())
            .collect()
    };
    let mut sizes = Vec::new();
    for round in 0..2 {
        for number in 0..300_u32 {
            let ip = format!("84.{}.{}.{}", 140 + round, number / 200, number % 200);
            let method = Method::from_bytes(format!("M{round}{number}").as_bytes()).unwrap();
            let visitor = site
                .program(&ip)
                .with(USER_AGENT, &format!("agent-{round}-{number}/1.0"))
                .with(HOST, &format!("host-{round}-{number}.example"));
            for path in [
                format!("/.env/{round}/{number}"),
                format!("/no-bots?{round}={number}"),
                format!("/login?{round}={number}"),
                format!("/humanify/challenge?next=/{round}/{number}"),
                "/humans".to_owned(),
                "/.env".to_owned(),
            ] {
                visitor.send(method.clone(), &path, "").await;
                if number % 50 == 0 {
                    visitor.get(&path).await;
                }
            }
        }
        sizes.push(series());
    }
    let new: Vec<&String> = sizes[1].difference(&sizes[0]).collect();
    assert!(new.is_empty(), "{new:#?}");
    assert!(sizes[1].len() < 100, "{}", sizes[1].len());
    let sent = ["agent-", "host-", "M0", "84.140"];
    for series in &sizes[1] {
        assert!(!sent.iter().any(|sent| series.contains(sent)), "{series}");
    }
}

/// Observed decisions are counted in addition to the outcome of the request.
#[tokio::test]
async fn a_request_that_only_passes_by_observation_is_counted_as_passing() {
    let (handle, _guard) = record();
    let site = site(Humanify::builder().observe_only(true));
    let requests = [
        (HOME, "/"),
        (HOME, "/closed"),
        (VPN, "/humans"),
        (DATACENTER, "/shop"),
        (HOME, "/.env"),
    ];
    for (address, path) in requests {
        site.browser(address).get(path).await;
    }
    let passed = r#"humanify_decisions{action="pass",statement="none",observed="false"}"#;
    let counted = value(&handle, passed);
    assert_eq!(counted, Some(5.0), "{}", handle.render());
    for (action, statement) in [
        ("deny", "statement 3"),
        ("challenge", "statement 5"),
        ("deny", "block_bots"),
        ("trap", "statement 2"),
    ] {
        let series = format!(
            "humanify_decisions{{action=\"{action}\",statement=\"{statement}\",observed=\"true\"}}"
        );
        assert_eq!(value(&handle, &series), Some(1.0), "{}", handle.render());
    }
}

#[tokio::test]
async fn an_answer_that_is_sent_again_is_counted_once() {
    let (handle, _guard) = record();
    let site = site(Humanify::builder());
    let visitor = site.browser(HOME);
    let page = visitor.follow(visitor.get("/account").await).await;
    let wrong = testing::fail(&site.humanify, &page.body).unwrap();
    for _ in 0..3 {
        visitor.post(&wrong.action, &wrong.body).await;
    }
    let failed = value(
        &handle,
        r#"humanify_challenges{type="one_click",outcome="failed"}"#,
    );
    assert_eq!(failed, Some(1.0), "{}", handle.render());
}
