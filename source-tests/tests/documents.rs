//! Paths and links in the documents for contributors lead to files that exist.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

/// The folders from which ARCHITECTURE.md names files, which it may write without `.rs`.
const FOLDERS: [&str; 6] = [
    "",
    "humanify",
    "humanify/src",
    "humanify/syntax/src",
    "humanify/parser/src",
    "humanify-macros/src",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn document(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap()
}

/// The targets of the links in a text, without those to other sites and to its own headings.
fn links(text: &str) -> Vec<&str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', '#']).next())
        .filter(|target| !target.is_empty() && !target.contains("://"))
        .collect()
}

/// The paths in the code of a text: in backticks, and in indented blocks.
fn paths(text: &str) -> Vec<&str> {
    let is_part = |character: char| character.is_ascii_alphanumeric() || "._-/".contains(character);
    let code = text.lines().flat_map(|line| {
        let (whole, quoted) = match line.starts_with("    ") {
            true => (Some(line), None),
            false => (None, Some(line.split('`').skip(1).step_by(2))),
        };
        whole.into_iter().chain(quoted.into_iter().flatten())
    });
    code.flat_map(|code| code.split(move |character| !is_part(character)))
        .filter(|word| {
            word.contains('/') && word.starts_with(|c: char| c.is_ascii_lowercase() || c == '.')
        })
        .collect()
}

/// The paths that lead nowhere.
fn missing<'a>(paths: &[&'a str]) -> Vec<&'a str> {
    let exists = |path: &str| {
        FOLDERS.iter().any(|folder| {
            let path = root().join(folder).join(path);
            path.exists() || path.with_extension("rs").exists()
        })
    };
    paths
        .iter()
        .copied()
        .filter(|path| !exists(path.trim_end_matches('/')))
        .collect()
}

#[test]
fn every_path_that_the_documents_name_exists() {
    for name in ["ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let text = document(name);
        let paths = paths(&text);
        assert!(paths.len() > 20, "{name}: {paths:?}");
        assert_eq!(missing(&paths), [""; 0], "{name}");
    }
}

#[test]
fn every_link_of_the_documents_leads_to_a_file() {
    for name in [
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "README.md",
        "SECURITY.md",
        "tests/benches/README.md",
    ] {
        let text = document(name);
        let folder = root().join(name);
        let folder = folder.parent().unwrap();
        let links = links(&text);
        assert!(!links.is_empty(), "{name}");
        for link in links {
            assert!(folder.join(link).exists(), "{name}: {link}");
        }
    }
}

#[test]
fn a_path_that_is_gone_is_found() {
    let text = "See `humanify/src/gone.rs`, `judge/`, `5/minute` and [this](gone.md#part):\n\n    \
                judge/gone ─► judge/mod\n";
    let paths = paths(text);
    assert_eq!(
        paths,
        ["humanify/src/gone.rs", "judge/", "judge/gone", "judge/mod"]
    );
    assert_eq!(missing(&paths), ["humanify/src/gone.rs", "judge/gone"]);
    assert_eq!(links(text), ["gone.md"]);
}
