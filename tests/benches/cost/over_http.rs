//! Measures the requests over HTTP that one core answers.

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use axum::Router;

use super::contenders::CHROME;

/// How often each contender is measured.
const ROUNDS: usize = 15;

/// Measures the requests that one core answers over HTTP, as a fraction of those of the bare
/// application. The server and `wrk` have a core each. `wrk` uses 256 connections: with fewer, the
/// time to wake the client dominates.
pub(super) fn over_http() {
    if !can_load() {
        return;
    }
    let names = [
        "bare",
        "identity layer",
        "tower_governor with headers",
        "layer",
        "guard",
        "limit",
        "guard, two rules, limit",
    ];
    // In turns, so that all contenders run under the same conditions.
    let rounds: Vec<Vec<f64>> = (0..ROUNDS)
        .map(|_| names.into_iter().map(rate).collect())
        .collect();
    println!("| over HTTP | the best | the median of the rounds |");
    println!("|---|---|---|");
    let sorted = |value: &dyn Fn(&[f64]) -> f64| {
        let mut values: Vec<f64> = rounds.iter().map(|round| value(round)).collect();
        values.sort_by(f64::total_cmp);
        values
    };
    let best = |row: usize| sorted(&|round| round[row])[ROUNDS - 1];
    for (row, name) in names.into_iter().enumerate() {
        let median = sorted(&|round| round[row] / round[0])[ROUNDS / 2];
        println!("| {name} | {:.3} | {median:.3} |", best(row) / best(0));
    }
}

/// Whether the programs that load a server are installed; prints a message if not.
pub(super) fn can_load() -> bool {
    let is_missing = |program: &str| {
        let found = Command::new("which")
            .arg(program)
            .stdout(Stdio::null())
            .status();
        !found.is_ok_and(|status| status.success())
    };
    let can = !is_missing("wrk") && !is_missing("taskset");
    if !can {
        eprintln!("SKIPPED: nothing is measured over HTTP, since wrk or taskset is not installed");
    }
    can
}

/// Starts a contender on the first core, and returns the address that it listens at.
pub(super) fn spawn_server(name: &str) -> (Child, String) {
    let mut server = Command::new("taskset")
        .args(["-c", "0"])
        .arg(std::env::current_exe().unwrap())
        .args(["serve", name])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut output = std::io::BufReader::new(server.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut output, &mut line).unwrap();
    (server, line.trim().to_owned())
}

/// Requests per second of the server's processor time.
fn rate(name: &str) -> f64 {
    let (mut server, address) = spawn_server(name);
    let load = |seconds: u32| {
        let output = Command::new("taskset")
            .args(["-c", "1", "wrk", "-t1", "-c256"])
            .arg(format!("-d{seconds}s"))
            .args(["-H", &format!("User-Agent: {CHROME}")])
            .args(["-H", "Accept: text/html,application/xhtml+xml,*/*;q=0.8"])
            .args(["-H", "Accept-Language: en-US,en;q=0.9"])
            .arg(format!("http://{address}/"))
            .output()
            .unwrap();
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(!printed.contains("Non-2xx"), "{name}: {printed}");
        let (before, _) = printed.split_once(" requests in ").expect(&printed);
        let count = before.rsplit(char::is_whitespace).next().unwrap();
        count.parse::<f64>().unwrap()
    };
    load(1);
    let before = processor_time(server.id());
    let requests = load(2);
    let used = processor_time(server.id()) - before;
    server.kill().unwrap();
    server.wait().unwrap();
    requests / used.as_secs_f64()
}

/// The processor time of a process so far.
fn processor_time(process: u32) -> Duration {
    let line = std::fs::read_to_string(format!("/proc/{process}/schedstat")).unwrap();
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let all: u64 = threads
        .filter_map(|thread| {
            let line = std::fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
            line.split(' ').next()?.parse::<u64>().ok()
        })
        .sum();
    assert!(!line.is_empty());
    Duration::from_nanos(all)
}

pub(super) fn serve(build: fn() -> Router) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}", listener.local_addr().unwrap());
        let app = build().into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, app).await.unwrap();
    });
}
