//! Measures the cost of humanify for a request: instructions and allocations beyond axum's own, and
//! the requests that one core answers over HTTP, beside other crates.
//!
//! `cargo bench --manifest-path tests/benches/Cargo.toml --bench cost`
//!
//! With `-- hold` it fails if one of humanify's rows exceeds [`CEILINGS`] in instructions or
//! allocations. With `--features contenders` it also measures `axum-guard-rs`.
//!
//! `-- http` measures only over HTTP, and `-- hostile` only how long people wait beside bots.
//!
//! Instructions need `valgrind`, requests over HTTP need `wrk` and `taskset`; a table whose program
//! is missing is skipped with a message.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark fails by panicking, and prints"
)]

mod allocator;
mod contenders;
mod hostile;
mod in_process;
mod over_http;

use contenders::{contender, site};
use hostile::hostile;
use in_process::{allocations, has_valgrind, in_process, per_request, run};
use over_http::{over_http, serve};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [_, "run", name, count, ..] => {
            let _ = run(contender(name), count.parse().unwrap());
        }
        [_, "serve", "hostile", ..] => serve(site),
        [_, "serve", name, ..] => serve(contender(name).build),
        [_, "hold", ..] => hold(),
        [_, "http", ..] => over_http(),
        [_, "hostile", ..] => hostile(),
        _ => {
            in_process();
            over_http();
            hostile();
        }
    }
}

/// The most that a request may cost beyond one to the bare application: instructions and
/// allocations.
const CEILINGS: &[(&str, u64, f64)] = &[
    ("layer", 2_450, 3.1),
    ("guard", 4_050, 6.1),
    ("limit", 4_650, 3.1),
    ("guard, two rules, limit", 5_950, 6.1),
    ("1000 rules", 4_350, 3.1),
    ("clearance", 23_000, 7.1),
];

/// Fails if a request exceeds its ceilings.
fn hold() {
    let counts = has_valgrind();
    let instructions = |name| per_request(contender(name));
    let bare = (
        counts.then(|| instructions("bare")),
        allocations(contender("bare")),
    );
    for (name, most, most_allocations) in CEILINGS {
        let beyond = allocations(contender(name)) - bare.1;
        println!("{name}: {beyond:.1} allocations beyond bare, at most {most_allocations}");
        assert!(beyond <= *most_allocations, "{name}");
        if let Some(bare) = bare.0 {
            let beyond = instructions(name).saturating_sub(bare);
            println!("{name}: {beyond} instructions beyond bare, at most {most}");
            assert!(beyond <= *most, "{name}");
        }
    }
}
