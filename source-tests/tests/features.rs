//! Tests of features: all of the library's are tested, and those of shared crates are alike.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

fn manifest(folder: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    std::fs::read_to_string(root.join(folder).join("Cargo.toml")).unwrap()
}

/// The quoted words of a line.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('"').skip(1).step_by(2)
}

/// The features of the library, each with those that it turns on.
fn features(manifest: &str) -> Vec<(&str, Vec<&str>)> {
    let section = manifest.split("[features]\n").nth(1).unwrap();
    let section = section.split("\n[").next().unwrap();
    let lines = section.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, others)| (name, quoted(others).collect()))
        .collect()
}

#[test]
fn the_tests_are_built_with_every_feature() {
    let (library, tests) = (manifest("humanify"), manifest("tests"));
    let features = features(&library);
    assert!(features.len() > 10, "{features:?}");
    let asked = tests
        .lines()
        .find(|line| line.starts_with("humanify = "))
        .unwrap();
    let mut on: BTreeSet<&str> = quoted(asked).chain(["default"]).collect();
    for _ in 0..features.len() {
        for (name, others) in &features {
            if on.contains(name) {
                on.extend(others);
            }
        }
    }
    let off: Vec<&str> = features
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| !on.contains(name))
        .collect();
    assert_eq!(off, [""; 0]);
}

#[test]
fn the_macros_and_the_application_ask_for_the_same_features_of_large_crates() {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "-p", "humanify", "-e", "normal,build"])
        .args(["--prefix", "none", "--no-dedupe", "-f", "{p} {f}"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let listed = String::from_utf8(output.stdout).unwrap();
    for name in [
        "aho-corasick",
        "memchr",
        "regex",
        "regex-automata",
        "regex-syntax",
    ] {
        let start = format!("{name} v");
        let found: BTreeSet<&str> = listed
            .lines()
            .filter(|line| line.starts_with(&start))
            .collect();
        // With other features, cargo compiles a crate twice, and all crates that depend on it.
        assert_eq!(found.len(), 1, "{found:#?}");
    }
}
