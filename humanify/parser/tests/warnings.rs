//! The table of warnings in the guide.
#![allow(clippy::unwrap_used)]

use humanify_syntax::analysis::Warning;

#[test]
fn the_guide_has_a_row_for_every_warning() {
    let guide = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/meaning.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    let rows: Vec<&str> = guide
        .lines()
        .filter(|line| line.starts_with("| H"))
        .collect();
    let expected: Vec<String> = Warning::ALL
        .iter()
        .map(|warning| {
            format!(
                "| {} | `{}` | {} |",
                warning.number, warning.name, warning.about
            )
        })
        .collect();
    assert_eq!(rows, expected);
}
