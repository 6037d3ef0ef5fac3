//! Compiles every file of `cases/` with rustc and the crates of this test. After a change of a
//! message, `BLESS=1 cargo test -p humanify-ui-tests` rewrites the `.stderr` files; read each from
//! the point of view of its recipient.
//!
//! `UI=word` compiles only the cases that have the word in their path.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod compiler;
mod normal;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use compiler::Compiler;

/// The folder of cases that compile and run. The compiler refuses the cases of all other folders.
const PASS: &str = "pass";

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let wanted = std::env::var("UI").unwrap_or_default();
    let entries = |folder: &Path| {
        let entries = std::fs::read_dir(folder).unwrap();
        entries
            .map(|entry| entry.unwrap().path())
            .collect::<Vec<_>>()
    };
    let mut cases: Vec<PathBuf> = entries(&root.join("cases"))
        .iter()
        .flat_map(|family| entries(family))
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| path.strip_prefix(root).unwrap().to_owned())
        .filter(|path| path.to_string_lossy().contains(&wanted))
        .collect();
    cases.sort();
    cases
}

/// The difference between a case's expected and actual outcome.
fn wrong(compiler: &Compiler, case: &Path, bless: bool) -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if case.parent().is_some_and(|family| family.ends_with(PASS)) {
        return compiler.run(case).err();
    }
    let (compiles, said) = compiler.check(case);
    if compiles {
        return Some("it compiles".to_owned());
    }
    let file = root.join(case).with_extension("stderr");
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    if said == expected {
        return None;
    }
    if bless {
        std::fs::write(&file, said).unwrap();
        return None;
    }
    Some(format!("expected:\n{expected}\nsaid:\n{said}"))
}

#[test]
fn every_case_has_the_expected_message() {
    let bless = std::env::var_os("BLESS").is_some();
    let compiler = Compiler::new();
    let cases = cases();
    assert!(!cases.is_empty());
    let (next, found) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let workers = thread::available_parallelism().map_or(1, |count| count.get());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(wrong) = wrong(&compiler, case, bless) {
                        found.lock().unwrap().push((case, wrong));
                    }
                }
            });
        }
    });
    let mut found = found.into_inner().unwrap();
    found.sort();
    let shown: Vec<String> = found
        .iter()
        .map(|(case, wrong)| format!("{}: {wrong}", case.display()))
        .collect();
    assert!(shown.is_empty(), "{}", shown.join("\n\n"));
}

#[test]
fn every_expected_message_has_its_case() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut messages = 0;
    for family in std::fs::read_dir(root).unwrap() {
        for entry in std::fs::read_dir(family.unwrap().path()).unwrap() {
            let path = entry.unwrap().path();
            assert!(path.with_extension("rs").exists(), "{}", path.display());
            messages += usize::from(path.extension().is_some_and(|known| known == "stderr"));
        }
    }
    assert!(messages > 80, "{messages}");
}
