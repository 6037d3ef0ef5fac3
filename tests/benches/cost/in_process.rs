//! Instructions, allocations and processor time of a request, without a network.

use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use axum::body::Body;
use http::Request;
use tower::Service;

use super::allocator::ALLOCATIONS;
use super::contenders::{CONTENDERS, Contender, contender};

/// The number of requests for measuring instructions: it is measured with this many and with twice
/// as many, and the difference is their cost.
const REQUESTS: u64 = 4_000;

/// Requests before a measurement, to exclude initialisation.
const WARM_UP: u64 = 500;

pub(super) fn has_valgrind() -> bool {
    let is_there = Command::new("valgrind")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !is_there {
        eprintln!("SKIPPED: instructions are not counted, since valgrind is not installed");
    }
    is_there
}

/// The instructions of one request.
pub(super) fn per_request(contender: &Contender) -> u64 {
    (instructions(contender, 2 * REQUESTS) - instructions(contender, REQUESTS)) / REQUESTS
}

/// Instructions, allocations and processor time of a request.
pub(super) fn in_process() {
    let counts = has_valgrind();
    println!(
        "| request | instructions | beyond bare | allocations | beyond bare | beyond bare, µs |"
    );
    println!("|---|---|---|---|---|---|");
    let mut bare = None;
    let bare_time = time(contender("bare"));
    for contender in CONTENDERS {
        let allocations = allocations(contender);
        let instructions = counts.then(|| per_request(contender));
        let (least, fewest) = *bare.get_or_insert((instructions.unwrap_or(0), allocations));
        let printed =
            |value: Option<u64>| value.map_or("–".to_owned(), |value| value.to_string());
        println!(
            "| {} | {} | {} | {allocations:.1} | {:.1} | {:.2} |",
            contender.name,
            printed(instructions),
            printed(instructions.map(|own| own.saturating_sub(least))),
            allocations - fewest,
            time(contender) - bare_time,
        );
    }
    println!();
}

/// The instructions of a process that makes this many requests.
fn instructions(contender: &Contender, requests: u64) -> u64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe().unwrap())
        .args(["run", contender.name, &requests.to_string()])
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stderr);
    let (_, collected) = printed.rsplit_once("Collected :").expect(&printed);
    collected
        .trim()
        .lines()
        .next()
        .unwrap()
        .trim()
        .parse()
        .unwrap()
}

/// The time of a request in microseconds, the minimum of seven runs. Valgrind does not know the
/// SHA-256 instructions and counts each byte of a long copy, so its figures differ from a
/// processor's.
fn time(contender: &Contender) -> f64 {
    const MANY: u64 = 50_000;
    let run = |_| run(contender, MANY).1;
    let least = (0..7).map(run).min().unwrap();
    least.as_secs_f64() * 1e6 / MANY as f64
}

/// The allocations of a request.
pub(super) fn allocations(contender: &Contender) -> f64 {
    let (before, _) = run(contender, REQUESTS);
    let (after, _) = run(contender, 2 * REQUESTS);
    (after - before) as f64 / REQUESTS as f64
}

/// Makes requests one after another. Returns the number of allocations, and the time.
pub(super) fn run(contender: &Contender, requests: u64) -> (u64, Duration) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut app = (contender.build)().into_service::<Body>();
        let template = (contender.request)();
        let (head, _) = template.into_parts();
        let (mut before, mut begun) = (0, Instant::now());
        for number in 0..WARM_UP + requests {
            if number == WARM_UP {
                before = ALLOCATIONS.load(Ordering::Relaxed);
                begun = Instant::now();
            }
            let request = Request::from_parts(head.clone(), Body::empty());
            std::future::poll_fn(|context| Service::<Request<Body>>::poll_ready(&mut app, context))
                .await
                .unwrap();
            let response = app.call(request).await.unwrap();
            assert_eq!(response.status(), contender.status, "{}", contender.name);
        }
        let time = begun.elapsed();
        (ALLOCATIONS.load(Ordering::Relaxed) - before, time)
    })
}
