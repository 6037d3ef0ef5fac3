//! Measures the analysis of a block of rules: the build time that a block takes, by its kind and
//! its number of statements. Measure a build without optimisation:
//!
//! `cargo bench --manifest-path tests/benches/Cargo.toml --bench analysis --profile dev`

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark fails by panicking, and prints"
)]

use std::time::Instant;

use humanify_parser as parse;

/// The numbers of statements in a block.
const SIZES: [usize; 6] = [50, 100, 200, 500, 1_000, 2_000];

type Statement = fn(usize) -> String;

fn main() {
    let kinds: [(&str, Statement); 8] = [
        ("globs", |n| format!("challenge on \"/api/{n}/*\";")),
        ("globs that start alike", |n| {
            format!("challenge on \"/*/n{n}/*\";")
        }),
        ("placeholders", |n| {
            format!("challenge on \"/{{tenant}}/{{id}}/n{n}\";")
        }),
        ("limits", |n| {
            format!("limit \"{}/minute\" on \"/items/{n}/{{id}}\";", n + 1)
        }),
        ("all ended by one", |n| match n {
            0 => "exempt on \"/api/*\";".to_owned(),
            n => format!("challenge on \"/api/{n}/*\";"),
        }),
        ("mixed, one expression in ten", mixed),
        ("the same, all expressions meet", |n| match n % 10 {
            0 => meeting(n / 10),
            _ => mixed(n),
        }),
        ("the same, most undecided", |n| match n % 10 {
            0 => format!(
                "always_challenge on regex \"[a-m]{{2}}.{{{}}}[n-z]{{3}}\" when method != GET;",
                n / 10 % 200
            ),
            _ => format!("always_challenge when path contains \"c{n}\" && method == POST;"),
        }),
    ];
    println!(
        "| statements | {} |",
        kinds.map(|(name, _)| name).join(" | ")
    );
    println!("|---|{}", "---|".repeat(kinds.len()));
    for size in SIZES {
        let times = kinds.map(|(_, statement)| {
            let text: String = (0..size).map(statement).collect();
            let tokens = text.parse().unwrap();
            let start = Instant::now();
            let rules = parse::rules(tokens);
            let time = start.elapsed();
            assert_eq!(rules.statements.len(), size);
            format!("{:.0} ms", time.as_secs_f64() * 1e3)
        });
        println!("| {size} | {} |", times.join(" | "));
    }
}

/// A block with statements of each kind in turn.
fn mixed(n: usize) -> String {
    match n % 10 {
        0 => format!("challenge on regex \"^/v{n}[0-9]+/(users|items)/\";"),
        1 => format!("deny_access on \"/admin/{n}\" when method == POST;"),
        2 => format!("limit \"{}/minute\" on \"/items/{n}/{{id}}\";", n + 1),
        3 => format!("exempt on \"/assets/{n}/*\" when client.ip == \"2001:db8::{n}\";"),
        4 => format!(
            "challenge on \"/api/{n}/*\" except \"/api/{n}/public/*\" when method in [POST, PUT];"
        ),
        5 => format!("always_challenge on \"/*/checkout{n}\";"),
        6 => format!("deny_access when client.crawler_kind == ai && path starts_with \"/p{n}x\";"),
        7 => format!("always_deny on \"/wp-{n}/*\";"),
        8 => format!(
            "challenge(hardness = 3) on \"/login{n}\", \"/me{n}/{{id}}\" when client.is_vpn;"
        ),
        _ => format!("exempt on \"/public/{n}/*.css\";"),
    }
}

/// A block of expressions that match common paths.
fn meeting(n: usize) -> String {
    match n % 5 {
        0 => format!("challenge on regex \"(?i)a{n}b\";"),
        1 => format!("deny_access on regex r\"\\.(php|asp){n}$\";"),
        2 => format!("always_challenge on regex \"a.*{n}.*[a-z]{{3}}$\";"),
        3 => format!("always_deny on regex \"(?i)wp-(admin|login|{n})[0-9]{{1,8}}\";"),
        _ => format!("challenge when headers.user-agent ~ \"(?i)(curl|wget|bot{n})/[0-9.]+\";"),
    }
}
