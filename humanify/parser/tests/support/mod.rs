//! Parses the files of cases: a name after `==`, the text, and after `--` the expected findings.

use std::path::{Path, PathBuf};

use humanify_parser::{self as parse, AttributeInput, AttributeKind, Finding, Place, Suggestion};
use proc_macro2::{Span, TokenStream, TokenTree};

pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) text: String,
    /// The expected findings.
    pub(crate) expected: String,
    /// Requests and notes: `stops: POST /login`.
    pub(crate) requests: Vec<String>,
}

/// All files of cases, each with its family.
pub(crate) fn files() -> Vec<(PathBuf, String, Vec<Case>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|known| known == "txt"))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
        .into_iter()
        .map(|path| {
            let family = path.file_stem().unwrap().to_string_lossy().into_owned();
            let cases = cases(&std::fs::read_to_string(&path).unwrap());
            assert!(!cases.is_empty(), "{family}");
            (path, family, cases)
        })
        .collect()
}

/// The first line of a file, which says what its cases are, and the empty line after it.
pub(crate) fn description(path: &Path) -> String {
    let file = std::fs::read_to_string(path).unwrap();
    let line = file.lines().next().unwrap();
    assert!(line.starts_with("# "), "{}: {line}", path.display());
    format!("{line}\n\n")
}

fn cases(file: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut behind = false;
    for line in file.lines() {
        if let Some(name) = line.strip_prefix("== ") {
            behind = false;
            cases.push(Case {
                name: name.to_owned(),
                text: String::new(),
                expected: String::new(),
                requests: Vec::new(),
            });
            continue;
        }
        let Some(case) = cases.last_mut() else {
            continue;
        };
        if line == "--" {
            behind = true;
        } else if behind
            && ["stops: ", "passes: ", "more: "]
                .iter()
                .any(|key| line.starts_with(key))
        {
            case.requests.push(line.to_owned());
        } else if behind && !line.is_empty() {
            case.expected.push_str(&format!("{line}\n"));
        } else if !behind {
            case.text.push_str(&format!("{line}\n"));
        }
    }
    for case in &mut cases {
        case.text = case.text.trim_end().to_owned();
    }
    cases
}

/// The findings of rules.
pub(crate) fn rule_findings(text: &str) -> Vec<Finding> {
    let tokens = text
        .parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"));
    parse::rules(tokens).findings
}

/// The findings of the text of a case.
pub(crate) fn findings(text: &str, family: &str) -> Vec<Finding> {
    match family {
        "attributes" => attribute_findings(text),
        // In these families, warnings count, too.
        "meaning" | "silent" | "right" => {
            let rules = parse::rules(
                text.parse()
                    .unwrap_or_else(|error| panic!("{text}: {error}")),
            );
            rules.findings.into_iter().chain(rules.warnings).collect()
        }
        _ => rule_findings(text),
    }
}

/// The findings of one attribute: `rate_limit("5/minute")`.
pub(crate) fn attribute_findings(text: &str) -> Vec<Finding> {
    let mut tokens = text.parse::<TokenStream>().unwrap().into_iter();
    let name = tokens.next().unwrap();
    let known = AttributeKind::NAMES
        .iter()
        .find(|(known, _)| name.to_string() == *known);
    let arguments = match tokens.clone().next() {
        Some(TokenTree::Group(group)) => group.stream(),
        _ => tokens.collect(),
    };
    let input = AttributeInput {
        kind: known.unwrap().1,
        arguments,
        place: name.span().into(),
    };
    parse::attribute(&input).1
}

/// The bytes of a place.
pub(crate) fn range(text: &str, place: Place) -> (usize, usize) {
    let offset = |span: Span, end: bool| {
        let at = if end { span.end() } else { span.start() };
        let line_start: usize = text
            .split_inclusive('\n')
            .take(at.line.saturating_sub(1))
            .map(str::len)
            .sum();
        let line = text.get(line_start..).unwrap_or_default();
        line_start
            + line
                .char_indices()
                .nth(at.column)
                .map_or(line.len(), |(index, _)| index)
    };
    (offset(place.start, false), offset(place.end, true))
}

/// The text with a fix applied.
pub(crate) fn fixed(text: &str, fix: &Suggestion) -> String {
    let (start, end) = range(text, fix.place);
    format!(
        "{}{}{}",
        text.get(..start).unwrap_or_default(),
        fix.text,
        text.get(end..).unwrap_or_default()
    )
}
