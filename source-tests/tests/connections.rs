//! A build without features contains nothing that could call a server.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::Command;

/// The packages of a build of the library, each with its features.
fn packages(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "-p", "humanify"])
        .args(["-e", "normal", "--prefix", "none", "-f", "{p} [{f}]"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The packages of a build that can open connections by themselves.
fn callers(packages: &str) -> Vec<&str> {
    let mut callers: Vec<&str> = packages
        .lines()
        .filter(|line| {
            let name = line.split(' ').next().unwrap_or_default();
            let is_client = line
                .split(['[', ',', ']'])
                .any(|word| word.starts_with("client"));
            [
                "hyper-rustls",
                "rustls",
                "hickory-resolver",
                "redis",
                "reqwest",
            ]
            .contains(&name)
                || is_client && name.starts_with("hyper")
        })
        .collect();
    callers.sort_unstable();
    callers.dedup();
    callers
}

#[test]
fn only_network_features_pull_in_an_outgoing_client() {
    assert_eq!(callers(&packages(&["--no-default-features"])), [""; 0]);
    let with_lists = packages(&["--no-default-features", "--features", "lists"]);
    let found = callers(&with_lists);
    for name in ["hyper-rustls", "rustls", "hyper-util"] {
        assert!(
            found.iter().any(|caller| caller.starts_with(name)),
            "{name} in {found:#?}"
        );
    }
}
