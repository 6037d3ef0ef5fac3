//! Every dependency, of the tests too, has a licence, a name and a source that `deny.toml` allows.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use spdx::{Expression, ParseMode};

/// A package that the workspace is built with on this system.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    name: String,
    /// The version, and the source unless it is the public registry.
    version: String,
    license: String,
}

/// `None`, aloud, where cargo cannot download the packages of features that no test needs. With
/// `HUMANIFY_REQUIRE_SERVICES=1`, a failure.
fn packages() -> Option<BTreeSet<Package>> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--workspace", "--all-features"])
        .args(["-e", "normal,build,dev"])
        .args(["--prefix", "none", "--format", "{p}|{l}|"])
        .output()
        .unwrap();
    if !output.status.success() {
        let required = std::env::var("HUMANIFY_REQUIRE_SERVICES").is_ok_and(|value| value == "1");
        let is_download = String::from_utf8_lossy(&output.stderr).contains("failed to download");
        assert!(is_download && !required, "{output:?}");
        eprintln!("skipped: cargo does not list the dependencies: {output:?}");
        return None;
    }
    let listed = String::from_utf8(output.stdout).unwrap();
    let packages = listed.lines().filter_map(|line| {
        let (package, rest) = line.split_once('|')?;
        let (name, version) = package.split_once(' ')?;
        let (license, _) = rest.split_once('|')?;
        Some(Package {
            name: name.to_owned(),
            version: version.trim_end_matches(" (proc-macro)").to_owned(),
            license: license.to_owned(),
        })
    });
    Some(packages.collect())
}

fn deny() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deny.toml");
    std::fs::read_to_string(path).unwrap()
}

/// The text of a list in a document of TOML.
fn list<'a>(document: &'a str, name: &str) -> &'a str {
    let start = format!("\n{name} = [\n");
    let list = document.split(start.as_str()).nth(1).unwrap();
    list.split("\n]").next().unwrap()
}

fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').skip(1).step_by(2)
}

/// Whether some of the licences that an expression offers are all allowed.
fn is_allowed(license: &str, allowed: &[&str]) -> bool {
    let mode = ParseMode {
        // `MIT/Apache-2.0`, as packages wrote before 2021.
        allow_slash_as_or_operator: true,
        ..ParseMode::STRICT
    };
    Expression::parse_mode(license, mode).is_ok_and(|expression| {
        expression.evaluate(|required| {
            let id = required.license.id();
            id.is_some_and(|id| allowed.contains(&id.name)) && required.addition.is_none()
        })
    })
}

#[test]
fn every_dependency_has_an_allowed_licence() {
    let deny = deny();
    let allowed: Vec<&str> = quoted(list(&deny, "allow")).collect();
    assert!(allowed.contains(&"MIT"), "{allowed:?}");
    for (license, expected) in [
        ("MIT", true),
        ("(MIT OR GPL-3.0-only) AND Unicode-3.0", true),
        ("MIT/Apache-2.0", true),
        ("MIT AND GPL-3.0-only", false),
        ("MPL-2.0", false),
        ("Apache-2.0 WITH LLVM-exception", false),
        ("", false),
    ] {
        assert_eq!(is_allowed(license, &allowed), expected, "{license}");
    }
    let Some(packages) = packages() else {
        return;
    };
    assert!(packages.len() > 200, "{packages:?}");
    let forbidden: Vec<&Package> = packages
        .iter()
        .filter(|package| !is_allowed(&package.license, &allowed))
        .collect();
    assert!(forbidden.is_empty(), "{forbidden:#?}");
}

#[test]
fn no_dependency_is_banned() {
    let deny = deny();
    let banned: Vec<&str> = list(&deny, "deny")
        .lines()
        .filter_map(|line| quoted(line.split_once("crate = ")?.1).next())
        .collect();
    assert!(banned.contains(&"openssl-sys"), "{banned:?}");
    let Some(packages) = packages() else {
        return;
    };
    let found: Vec<&Package> = packages
        .iter()
        .filter(|package| banned.contains(&package.name.as_str()))
        .collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_dependency_comes_from_the_public_registry_or_this_repository() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let root = format!("({}/", root.display());
    let Some(packages) = packages() else {
        return;
    };
    let elsewhere: Vec<&Package> = packages
        .iter()
        // Cargo names the source of each package that the public registry does not provide.
        .filter(|package| package.version.contains('('))
        .filter(|package| !package.version.contains(&root))
        .collect();
    assert!(elsewhere.is_empty(), "{elsewhere:#?}");
}
