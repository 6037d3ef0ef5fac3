//! Targets that match more or less than they seem to.

use super::own_pages::{OWN_PAGES, REQUESTS};
use super::{LintFindings, capitals, expressions, marks};
use crate::analysis::block::{MatchScope, RuleBlock};
use crate::analysis::exempted::exempting;
use crate::analysis::expression_shape::{OpenExpression, open_expression};
use crate::analysis::request::ExampleRequest;
use crate::analysis::search::{Budget, Domain, Search, Searcher};
use crate::analysis::texts::TextSet;
use crate::analysis::warnings::Warning;
use crate::analysis::witness::Witness;
use crate::{Action, Field, Glob, Statement, Target, Test, compile_pattern};

/// The maximum number of search steps for one statement.
const BUDGET: usize = 5_000;

/// The other own pages.
const OTHER_PAGES: &[&str] = &[
    "access_denied",
    "dialog.js",
    "mark.svg",
    "rate_limited",
    "solved",
];

pub(super) fn check(block: &mut RuleBlock, position: usize, lints: &mut LintFindings) {
    let Some(statement) = block.entries.get(position).map(|entry| entry.statement) else {
        return;
    };
    let statement = &statement;
    if matches_everything(block, position) {
        check_everything(statement, lints);
    }
    let all = statement.on.iter().chain(statement.except);
    for target in all {
        match target {
            Target::Path(text) | Target::Under(text) => check_text(statement, text, lints),
            Target::PathRegex(text) => expressions::check(statement, text, lints),
            _ => {}
        }
    }
    let exempted = match statement.action {
        Action::Exempt => statement.on,
        // `except` exempts its targets from a statement that protects.
        _ => statement.except,
    };
    for target in exempted {
        match target {
            Target::Path(text) => open_ended(statement, text, lints),
            Target::PathRegex(text) => open_expression_of(statement, text, "", lints),
            _ => {}
        }
    }
    let clause = match statement.action {
        Action::Exempt => "on ",
        _ => "except ",
    };
    for asked in exempting(statement, Field::Path) {
        match asked.test {
            Test::StartsWith(texts) => {
                let open = texts.iter().filter(|text| !text.ends_with('/'));
                open.for_each(|text| prefix(statement, text, clause, lints));
            }
            Test::EndsWith(texts) => {
                let ends = texts.iter();
                ends.for_each(|text| suffix(statement, text, clause, lints));
            }
            Test::Matches(text) => open_expression_of(statement, text, clause, lints),
            _ => {}
        }
    }
    let refuses = matches!(statement.action, Action::AlwaysDeny | Action::Trap);
    let own = statement
        .on
        .iter()
        .find_map(|target| own_page(target, refuses));
    if let Some(page) = own {
        lints.add_shown(
            Warning::OWN_PAGES,
            match statement.action {
                Action::AlwaysDeny | Action::Trap => {
                    "this refuses humanify's own pages, so nobody can solve a challenge"
                }
                _ => "this names humanify's own pages, which this action never stops",
            },
            "leave these paths out; `mount` on the builder moves them to another path",
            |acts| {
                let path = format!("{OWN_PAGES}/{page}");
                let request = ExampleRequest { path, ..acts };
                match statement.action {
                    Action::AlwaysDeny | Action::Trap => Witness::of(request, statement),
                    _ => Witness::unaffected(request, statement),
                }
            },
        );
    }
}

/// The page of humanify that a target below its mount matches; only one on which visitors solve
/// challenges, if `solving`.
fn own_page(target: &Target, solving: bool) -> Option<&'static str> {
    let globs = match target {
        Target::Path(text) if is_own(text) => vec![(*text).to_owned()],
        Target::Under(text) if is_own(text) => {
            vec![
                (*text).to_owned(),
                format!("{}/*", text.trim_end_matches('/')),
            ]
        }
        _ => return None,
    };
    let globs = globs.iter().filter_map(|text| {
        let glob = Glob::path(text).ok()?.without_trailing_slash();
        compile_pattern(&glob.to_pattern()).ok()
    });
    let globs: Vec<_> = globs.collect();
    let others = OTHER_PAGES.iter().filter(|_| !solving);
    let is_matched = |page: &&&str| {
        let path = format!("{OWN_PAGES}/{page}");
        globs.iter().any(|glob| glob.is_match(path.as_bytes()))
    };
    let of_challenges = REQUESTS.iter().flat_map(|(_, pages)| *pages);
    let mut pages = of_challenges.chain(others);
    pages.find(is_matched).copied()
}

/// Whether a path is one of humanify's own pages.
pub(super) fn is_own(path: &str) -> bool {
    path.strip_prefix(OWN_PAGES)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a statement acts on every path, whatever the request.
fn matches_everything(block: &mut RuleBlock, position: usize) -> bool {
    let Some(entry) = block.entries.get(position) else {
        return false;
    };
    let statement = &entry.statement;
    let acts = matches!(
        statement.action,
        Action::Exempt | Action::AlwaysDeny | Action::Trap
    );
    if !acts || !statement.except.is_empty() || statement.when.is_some() || statement.observe {
        return false;
    }
    let on: Vec<&TextSet> = entry
        .on
        .iter()
        .filter(|target_texts| target_texts.scope() == MatchScope::Path)
        .map(|target_texts| &target_texts.set)
        .collect();
    if statement.on.is_empty() || on.iter().any(|set| set.everything) {
        return true;
    }
    let texts = &mut block.facts.texts;
    let known = on.iter().copied().filter(|set| !set.unknown);
    let Ok(mut searcher) = Searcher::new(texts, Vec::new(), known, Domain::Paths) else {
        return false;
    };
    let mut budget = Budget(BUDGET);
    loop {
        match searcher.next(texts, &mut budget) {
            Search::Found(_, matched) if on.iter().any(|set| set.holds(&matched)) => {}
            Search::Nothing => return true,
            Search::Found(..) | Search::Undecided => return false,
        }
    }
}

/// Warns of a statement that acts on every request.
fn check_everything(statement: &Statement, lints: &mut LintFindings) {
    match statement.action {
        Action::Exempt => lints.add_shown(
            Warning::OPEN,
            "this exempts everything, so no later rule acts",
            "name the exempt paths, as in `exempt on \"/assets/*\"`",
            |acts| Witness::of(acts, statement),
        ),
        Action::AlwaysDeny | Action::Trap => lints.add_shown(
            Warning::CLOSED,
            "this refuses everyone everywhere",
            "add a condition after `when`, or paths after `on`",
            |acts| Witness::of(acts, statement),
        ),
        _ => {}
    }
}

/// Warns of a target whose text is unlikely to match.
fn check_text(statement: &Statement, text: &str, lints: &mut LintFindings) {
    if text.contains("**") {
        lints.add_shown(
            Warning::DOUBLE_STAR,
            format!("`**` in `{text}` means the same as `*`, which matches `/` as well"),
            match text.strip_suffix("/**") {
                Some(start) if !start.is_empty() && !start.contains(['*', '?', '{', '<']) => {
                    format!(
                        "write one star, or `under \"{start}\"`, which matches `{start}` as well"
                    )
                }
                _ => "write one star; `\"/*/admin\"` does not match `/admin` itself".to_owned(),
            },
            |acts| double_star(statement, text, acts),
        );
    }
    if text.chars().any(marks::is_mark) {
        let problem = "this path contains a letter and its combining mark as two characters, but browsers send one";
        match marks::composed(text) {
            Some(composed) => lints.add_shown(
                Warning::DECOMPOSED,
                problem,
                format!("write each letter and its mark as one character: `\"{composed}\"`"),
                |acts| {
                    let path = composed.replace('*', "x");
                    Witness::unaffected(ExampleRequest { path, ..acts }, statement)
                },
            ),
            None => lints.add(
                Warning::DECOMPOSED,
                problem,
                "type the letter again, with its mark in one character",
            ),
        }
    }
    let mut depth = 0_u32;
    let has_capitals = text.chars().any(|c| {
        match c {
            '{' | '<' => depth += 1,
            '}' | '>' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && c.is_ascii_uppercase()
    });
    if has_capitals {
        capitals::warn(statement, text, lints);
    }
}

/// The witness for `**`: the path without `/**`, which the target does not match; else any path
/// that it matches.
fn double_star(statement: &Statement, text: &str, acts: ExampleRequest) -> Witness {
    let bare = text.replace("/**", "");
    let path = match bare.as_str() {
        _ if bare == text => return Witness::of(acts, statement),
        "" => "/".to_owned(),
        bare => bare.replace('*', "x"),
    };
    Witness::unaffected(ExampleRequest { path, ..acts }, statement)
}

/// Warns of exemptions by a prefix or suffix, such as `"/public*"` and `"*.css"`.
fn open_ended(statement: &Statement, text: &str, lints: &mut LintFindings) {
    let wild = ['*', '?', '{', '<'];
    if let Some(start) = text.strip_suffix('*')
        && start.len() > 1
        && !start.ends_with('/')
        && !start.contains(wild)
    {
        prefix(statement, start, "", lints);
    }
    let end = text
        .trim_start_matches('/')
        .strip_prefix('*')
        .unwrap_or("/");
    if !end.contains(['*', '{', '<']) {
        suffix(statement, end, "", lints);
    }
}

/// Warns of exemptions by an expression that is open at one end, such as `^/public`.
fn open_expression_of(statement: &Statement, text: &str, clause: &str, lints: &mut LintFindings) {
    match open_expression(text) {
        Some(OpenExpression::Prefix(start)) if start.len() > 1 && !start.ends_with('/') => {
            prefix(statement, &start, clause, lints);
        }
        Some(OpenExpression::Suffix(end)) => suffix(statement, &end, clause, lints),
        _ => {}
    }
}

/// Warns of a prefix. The advice names the path after `clause`.
fn prefix(statement: &Statement, start: &str, clause: &str, lints: &mut LintFindings) {
    let (other, help) = match start.ends_with('.') {
        true => (
            format!("{start}x/secret"),
            "name each file with its ending".to_owned(),
        ),
        false => (
            format!("{start}-x/secret"),
            format!("`{clause}under \"{start}\"` matches the path and everything below it"),
        ),
    };
    lints.add_shown(
        Warning::PREFIX,
        format!("this exempts every path that starts with `{start}`, such as `{other}`"),
        help,
        |acts| exempt_witness(statement, acts, other.clone()),
    );
}

/// Warns of a suffix. The advice names the path after `clause`.
fn suffix(statement: &Statement, end: &str, clause: &str, lints: &mut LintFindings) {
    if end.is_empty() || end.contains('/') {
        return;
    }
    lints.add_shown(
        Warning::SUFFIX,
        format!("this exempts every path that ends with `{end}`, such as `/admin/x{end}`"),
        format!("name the folder of such files, as in `{clause}\"/assets/*.css\"`"),
        |acts| exempt_witness(statement, acts, format!("/admin/x{end}")),
    );
}

/// The witness that a path is exempt, by `exempt` or by `except`.
fn exempt_witness(statement: &Statement, acts: ExampleRequest, path: String) -> Witness {
    let request = ExampleRequest { path, ..acts };
    match statement.action {
        Action::Exempt => Witness::of(request, statement),
        _ => Witness::unaffected(request, statement),
    }
}
