//! Measures the cost of humanify at start-up: the time of the first and the second `build`, the
//! time to the first response, and the memory of the process.
//!
//! `cargo bench --manifest-path tests/benches/Cargo.toml --bench start`
//!
//! Each measurement is a process of its own; the figure is the median of them. The first answer is
//! counted from the start of `main`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark fails by panicking, and prints"
)]

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::routing::get;
use http::Request;
use http::header::{ACCEPT, HOST, USER_AGENT};
use humanify::prelude::*;
use humanify::{Lists, RuleSet, Secrets};
use tower::ServiceExt;

include!(concat!(env!("OUT_DIR"), "/rules.rs"));

const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/// The name of an application, and its rules; none without humanify.
type Application = (&'static str, fn() -> Option<RuleSet>);

/// The number of processes for each row.
const PROCESSES: usize = 15;

fn main() {
    let rules: [Application; 5] = [
        ("without humanify", || None),
        ("no rule", || Some(RuleSet::EMPTY)),
        ("10 rules", || Some(rules_10())),
        ("100 rules", || Some(rules_100())),
        ("1000 rules", || Some(rules_1000())),
    ];
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, "once", name, ..] = arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        let (_, rules) = rules.iter().find(|(own, _)| *own == name).unwrap();
        return once(rules());
    }
    println!("| application | `build` | again | first answer | resident |");
    println!("|---|---|---|---|---|");
    for (name, _) in rules {
        let mut samples: Vec<Vec<f64>> = (0..PROCESSES).map(|_| process(name)).collect();
        let median = |column: usize, samples: &mut Vec<Vec<f64>>| {
            samples.sort_by(|one, other| one[column].total_cmp(&other[column]));
            samples[PROCESSES / 2][column]
        };
        let [first, again, answer, resident] =
            [0, 1, 2, 3].map(|column| median(column, &mut samples));
        println!(
            "| {name} | {first:.1} ms | {again:.2} ms | {answer:.1} ms | {:.1} MB |",
            resident / 1024.0
        );
    }
}

/// The figures of one process that starts an application.
fn process(name: &str) -> Vec<f64> {
    let own = std::env::current_exe().unwrap();
    let output = Command::new(own).args(["once", name]).output().unwrap();
    let samples = String::from_utf8(output.stdout).unwrap();
    let samples: Vec<f64> = samples
        .split_whitespace()
        .map(|value| value.parse().unwrap())
        .collect();
    assert_eq!(samples.len(), 4);
    samples
}

/// Starts an application, and prints the four figures: milliseconds and kilobytes.
fn once(rules: Option<RuleSet>) {
    let begun = Instant::now();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let app: Router = Router::new().route("/", get(|| async { "hello" }));
    let building = Instant::now();
    let humanify = rules.map(build);
    let first = building.elapsed();
    let app = match &humanify {
        Some(humanify) => humanify.protect(app).unwrap(),
        None => app,
    };
    let peer = SocketAddr::from((Ipv4Addr::new(84, 140, 1, 2), 1));
    let request = Request::get("/")
        .header(HOST, "example.org")
        .header(USER_AGENT, CHROME)
        .header(ACCEPT, "text/html")
        .extension(ConnectInfo(peer))
        .body(Body::empty())
        .unwrap();
    let response = runtime.block_on(app.oneshot(request)).unwrap();
    assert_eq!(response.status(), 200);
    let answered = begun.elapsed();
    let resident = resident();
    let again = Instant::now();
    drop(rules.map(build));
    let again = again.elapsed();
    let milliseconds = |time: std::time::Duration| time.as_secs_f64() * 1_000.0;
    println!(
        "{} {} {} {resident}",
        milliseconds(first),
        milliseconds(again),
        milliseconds(answered)
    );
}

fn build(rules: RuleSet) -> Humanify {
    Humanify::builder()
        .lists(Lists::Embedded)
        .secrets(Secrets::new([7; 32]))
        .rules(rules)
        .build()
        .unwrap()
}

/// The resident memory of this process, in kilobytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
