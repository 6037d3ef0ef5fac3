//! Paths with capital letters.

use super::LintFindings;
use crate::Statement;
use crate::analysis::request::ExampleRequest;
use crate::analysis::warnings::Warning;
use crate::analysis::witness::Witness;

/// Warns of a text or an expression that needs capital letters.
pub(super) fn warn(statement: &Statement, text: &str, lints: &mut LintFindings) {
    lints.add_shown(
        Warning::UPPER_CASE,
        format!(
            "paths are case-sensitive: only a path with these capital letters matches `{text}`"
        ),
        "write it as in the router",
        |acts| {
            let path = acts.path.to_ascii_lowercase();
            Witness::unaffected(ExampleRequest { path, ..acts }, statement)
        },
    );
}
