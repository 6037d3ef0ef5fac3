//! A real Prometheus reads the metrics, and answers the queries of the board and the alerts.

use std::path::{Path, PathBuf};
use std::time::Duration;

use http::header::USER_AGENT;
use humanify::prelude::*;

use crate::support::prometheus::Prometheus;
use crate::support::{DATACENTER, HOME, Site, VPN};

// The exporter is that of the example.
#[allow(
    dead_code,
    unreachable_pub,
    reason = "the example is a program of its own"
)]
#[path = "../../examples/metrics.rs"]
mod example;

fn file(name: &str) -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.join("../examples/monitoring").join(name)
}

/// Every query of the board, as Grafana sends it.
fn queries() -> Vec<(String, String)> {
    let board = std::fs::read_to_string(file("dashboard.json")).unwrap();
    let board: serde_json::Value = serde_json::from_str(&board).unwrap();
    let panels = board["panels"].as_array().unwrap().iter();
    panels
        .flat_map(|panel| {
            let title = panel["title"].as_str().unwrap();
            let targets = panel["targets"].as_array().unwrap().iter();
            targets.map(move |target| {
                let query = target["expr"].as_str().unwrap();
                (title.to_owned(), query.replace("$__rate_interval", "1m"))
            })
        })
        .collect()
}

/// Requests of all kinds, so that every panel has data.
async fn visit(site: &Site) {
    for _ in 0..4 {
        site.browser(HOME).get("/login").await;
    }
    let solver = site.browser(HOME);
    solver.get_in("/").await;
    site.browser(DATACENTER).get("/shop").await;
    site.program(VPN)
        .with(USER_AGENT, "curl/8.14.1")
        .get("/shop")
        .await;
    site.browser(DATACENTER).get("/watched").await;
    site.browser(DATACENTER).get("/.env").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn prometheus_reads_the_example_and_answers_each_query_of_the_board() {
    let handle = example::record().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let page = example::metrics_page(handle.clone());
    tokio::spawn(async move { axum::serve(listener, page).await });
    let Some(prometheus) = Prometheus::start(port, &file("alerts.yml")) else {
        return;
    };
    let rules = protect! {
        intended(no_trap) ban "1 traps/hour" for "1 minute";
        watched: observe deny_access on "/watched";
    };
    let builder = Humanify::builder().rules(example::RULES).rules(rules);
    let site = Site::new(builder, example::routes());
    let scrapes = |text: &str| text.matches("humanify_decisions_total{").count();
    let guesser = site.browser(VPN);
    let page = guesser.follow(guesser.get("/").await).await;
    guesser.err(&page).await;
    visit(&site).await;
    assert!(scrapes(&handle.render()) > 3, "{}", handle.render());

    assert!(queries().len() > 10, "{:?}", queries());
    // A rate needs two readings.
    let mut silent = Vec::new();
    for _ in 0..60 {
        visit(&site).await;
        silent.clear();
        for (title, query) in queries() {
            if prometheus.query(&query).await.is_empty() {
                silent.push(title);
            }
        }
        // This test has no shared store and fetches no list.
        silent.retain(|title| title != "Round trips to the store" && !title.contains("of lists"));
        silent.dedup();
        if silent.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert!(
        silent.is_empty(),
        "these panels are empty: {silent:?}\n{}",
        handle.render()
    );

    let answer = prometheus.ask("/api/v1/rules").await;
    let rules = answer["data"]["groups"][0]["rules"]
        .as_array()
        .unwrap()
        .clone();
    assert!(rules.len() >= 6, "{answer}");
    for rule in rules {
        assert_ne!(rule["health"], "err", "{rule}");
        // Prometheus accepts the query of each alert and, except for the store and the lists, finds
        // its metrics.
        let query = rule["query"].as_str().unwrap();
        prometheus.query(query).await;
        for name in query.split(|byte: char| !(byte.is_alphanumeric() || byte == '_')) {
            let is_there = handle.render().contains(&format!("\n{name}{{"));
            let elsewhere = name.starts_with("db_client") || name.starts_with("humanify_list");
            assert!(
                is_there || elsewhere || !name.starts_with("humanify_"),
                "{name}"
            );
        }
    }
}
