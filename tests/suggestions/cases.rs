//! Reads the mistakes of `humanify/parser/tests/cases`.

use std::path::{Path, PathBuf};

/// A case: a text with a mistake, and its lines.
pub(super) struct Case {
    pub(super) name: String,
    pub(super) text: String,
    /// The lines after the text.
    pub(super) lines: Vec<String>,
}

impl Case {
    pub(super) fn line(&self, key: &str) -> Option<&str> {
        let found = self.lines.iter().find_map(|line| line.strip_prefix(key));
        found.map(str::trim)
    }
}

pub(super) fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../humanify/parser/tests/cases");
    let names = [
        "advice.txt",
        "form.txt",
        "mistakes.txt",
        "elsewhere.txt",
        "spellings.txt",
    ];
    names.iter().map(|name| folder.join(name)).collect()
}

pub(super) fn cases(file: &str) -> Vec<Case> {
    // The first part says what the cases are.
    let parts = file.split("\n== ").skip(1);
    parts
        .map(|part| {
            let (name, rest) = part.split_once('\n').unwrap();
            let (text, behind) = rest.split_once("\n--\n").unwrap();
            Case {
                name: name.to_owned(),
                text: text.to_owned(),
                lines: behind.trim_end().lines().map(str::to_owned).collect(),
            }
        })
        .collect()
}
