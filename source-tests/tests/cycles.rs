//! No two files and no two folders import each other in a cycle.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use humanify_source_tests::{ModuleTree, cycles};

const CRATES: [&str; 4] = [
    "humanify/src",
    "humanify/syntax/src",
    "humanify-macros/src",
    "humanify-cli/src",
];

fn source(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(folder)
}

#[test]
fn no_files_and_no_folders_import_each_other_in_a_cycle() {
    let mut found = String::new();
    for folder in CRATES {
        for cycle in cycles(&ModuleTree::read(&source(folder)).unwrap()) {
            found += &format!("{folder}: {cycle}\n");
        }
    }
    assert!(found.is_empty(), "\n{found}");
}

#[test]
fn a_folder_has_its_own_file_inside() {
    fn check(folder: &Path) -> usize {
        let mut folders = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                let beside = path.with_extension("rs");
                assert!(
                    !beside.exists(),
                    "{} belongs into its folder, as mod.rs",
                    beside.display()
                );
                folders += 1 + check(&path);
            }
        }
        folders
    }
    let folders: usize = CRATES.iter().map(|folder| check(&source(folder))).sum();
    assert!(folders > 50, "{folders}");
}

/// The entries of every cycle in these files.
fn entries(files: &[(&str, &str)]) -> Vec<String> {
    let cycles = cycles(&ModuleTree::from_texts(files).unwrap());
    cycles.iter().map(|cycle| cycle.entries.join(" ")).collect()
}

#[test]
fn cycles_are_found_however_the_import_is_written() {
    let root = "mod a; mod b;";
    let b = "use crate::a::A; pub struct B;";
    for a in [
        "use crate::b::B; pub struct A;",
        "use crate::{b::{self, B}}; pub struct A;",
        "use super::b::B as C; pub struct A;",
        "use super::b; pub struct A;",
        "use crate::b::*; pub struct A(B);",
        "pub struct A; fn f() { let _ = crate::b::B; }",
        "pub struct A; fn f() { use crate::b::B; }",
        "pub struct A; fn f() { println!(\"{}\", super::b::B); }",
        "pub struct A; impl From<crate::b::B> for A {}",
        "pub struct A; mod inner { use super::super::b::B; }",
        "pub struct A; #[cfg(any(test, feature = \"x\"))] use crate::b::B;",
    ] {
        let files = [("lib.rs", root), ("a.rs", a), ("b.rs", b)];
        assert_eq!(entries(&files), ["a b"], "{a}");
    }
}

#[test]
fn imports_that_do_not_count_make_no_cycle() {
    let root = "mod a; mod b;";
    let b = "use crate::a::A; pub struct B;";
    for a in [
        "pub struct A;",
        "pub struct A; #[cfg(test)] mod tests { use crate::b::B; }",
        "pub struct A; #[cfg(test)] use crate::b::B;",
        "pub struct A; #[cfg(all(test, feature = \"x\"))] fn f() { crate::b::B; }",
        "pub struct A; impl A { #[cfg(test)] fn f() { crate::b::B; } }",
        "/// See [`crate::b::B`].\npub struct A;",
        "use other::b::B; pub struct A;",
        "use crate::b_of_another_crate::B; pub struct A;",
    ] {
        let files = [("lib.rs", root), ("a.rs", a), ("b.rs", b)];
        assert!(entries(&files).is_empty(), "{a}");
    }
}

#[test]
fn an_export_leads_to_the_file_that_defines_the_item() {
    let files = [
        ("lib.rs", "mod store; mod limit; pub use store::Bucket;"),
        (
            "store/mod.rs",
            "mod bucket; mod table; pub use bucket::Bucket; pub use table::Table;",
        ),
        ("store/bucket.rs", "use super::Table; pub struct Bucket;"),
        (
            "store/table.rs",
            "pub struct Table; fn f() { crate::limit::Limit; }",
        ),
        ("limit.rs", "use crate::Bucket; pub struct Limit;"),
    ];
    let tree = ModuleTree::from_texts(&files).unwrap();
    let cycles = cycles(&tree);
    assert_eq!(
        cycles.iter().map(ToString::to_string).collect::<String>(),
        "a cycle of limit, store:\n  \
           limit.rs -> store/bucket.rs: Bucket\n  \
           store/table.rs -> limit.rs: Limit\n"
    );
}

#[test]
fn a_folder_has_the_imports_of_its_file_and_subfolders() {
    let root = ("lib.rs", "mod a; mod b;");
    let deep = [
        root,
        ("a/mod.rs", "mod deep; pub struct A;"),
        ("a/deep/mod.rs", "mod deeper;"),
        ("a/deep/deeper.rs", "use crate::b::B;"),
        ("b.rs", "use crate::a::A; pub struct B;"),
    ];
    assert_eq!(entries(&deep), ["a b"]);
    let own = [
        root,
        ("a/mod.rs", "mod child; pub use crate::b::B;"),
        ("a/child.rs", "use super::B;"),
        ("b.rs", "use crate::a::B as Same; pub struct B;"),
    ];
    assert_eq!(entries(&own), ["a b"]);
    let with_its_children = [
        root,
        (
            "a/mod.rs",
            "mod one; mod two; pub use one::One; pub struct A(one::One, two::Two);",
        ),
        ("a/one.rs", "use super::A; pub struct One;"),
        ("a/two.rs", "use super::{A, One}; pub struct Two;"),
        ("b.rs", ""),
    ];
    assert!(entries(&with_its_children).is_empty());
}
