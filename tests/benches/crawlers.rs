//! What it costs to tell a crawler by its user agent, and how many are told, beside the crates
//! `isbot` and `woothee`.
//!
//! `cargo bench -p humanify-tests --bench crawlers`

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark fails by panicking, and prints"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use humanify::Crawlers;
use humanify_tests::Agents;
use isbot::Bots;
use woothee::parser::Parser;

/// Every contender tells the same agents so often, in turns.
const ROUNDS: u32 = 20;

type Tell<'a> = Box<dyn Fn(&str) -> bool + 'a>;

fn main() {
    let started = Instant::now();
    let crawlers = Crawlers::embedded().unwrap();
    println!("humanify's list is ready after {:.1?}", started.elapsed());
    let bots = Bots::default();
    let parser = Parser::new();
    let contenders: [(&str, Tell<'_>); 3] = [
        (
            "humanify",
            Box::new(|agent| crawlers.find(agent.as_bytes()).is_some()),
        ),
        ("isbot", Box::new(|agent| bots.is_bot(agent))),
        (
            "woothee",
            Box::new(|agent| {
                let result = parser.parse(agent);
                result.is_some_and(|result| result.category == "crawler")
            }),
        ),
    ];
    for (table, agents) in [
        ("browsers of people", Agents::People.read()),
        ("crawlers", Agents::Crawlers.read()),
    ] {
        let bytes: usize = agents.iter().map(String::len).sum();
        println!(
            "{table}: {} agents of {} bytes on average",
            agents.len(),
            bytes / agents.len()
        );
        let mut best = [Duration::MAX; 3];
        for _ in 0..ROUNDS {
            for (best, (_, tell)) in best.iter_mut().zip(&contenders) {
                let started = Instant::now();
                for agent in &agents {
                    black_box(tell(black_box(agent)));
                }
                *best = (*best).min(started.elapsed());
            }
        }
        for (best, (name, tell)) in best.iter().zip(&contenders) {
            let told = agents.iter().filter(|agent| tell(agent)).count();
            println!(
                "  {name:10} {:>6.0} ns an agent, {told:>6} are crawlers ({:.2} %)",
                best.as_secs_f64() * 1e9 / f64::from(u32::try_from(agents.len()).unwrap()),
                100.0 * told as f64 / agents.len() as f64
            );
        }
    }
}
