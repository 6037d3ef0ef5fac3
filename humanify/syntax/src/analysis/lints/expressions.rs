//! Regular expressions on paths that match more or less than they seem to.

use super::{LintFindings, capitals};
use crate::Statement;
use crate::analysis::expression_shape::literal_capitals;
use crate::analysis::request::ExampleRequest;
use crate::analysis::warnings::Warning;
use crate::analysis::witness::Witness;

/// Warns of an expression after `on` or `except`.
pub(super) fn check(statement: &Statement, text: &str, lints: &mut LintFindings) {
    let is_exception = statement
        .except
        .iter()
        .any(|target| matches!(target, crate::Target::PathRegex(known) if *known == text));
    glob_like(statement, text, is_exception, lints);
    if literal_capitals(text).is_some() {
        capitals::warn(statement, text, lints);
    }
}

/// Warns of an expression that looks like a glob, such as `^/public/*`.
pub(super) fn glob_like(
    statement: &Statement,
    text: &str,
    negated: bool,
    lints: &mut LintFindings,
) {
    if !text.ends_with("/*") {
        return;
    }
    lints.add_shown(
        Warning::GLOB_LIKE,
        format!("`{text}` is a regular expression, in which `/*` means any number of slashes"),
        "write a glob after `on`, or `/.*` in the expression for everything below",
        |acts| {
            let start = text.trim_end_matches("/*").trim_start_matches('^');
            let path = format!("{start}-x");
            let request = ExampleRequest { path, ..acts };
            match negated {
                true => Witness::unaffected(request, statement),
                false => Witness::of(request, statement),
            }
        },
    );
}
