//! Regular expressions, as every part of humanify reads them.

use regex::bytes::{Regex, RegexBuilder};

/// A compiled expression may take this much memory, so that no rule can be made to eat it.
const SIZE_LIMIT: usize = 1 << 20;

/// Why an expression was refused; the text is that of the `regex` crate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PatternError(String);

/// Compiles an expression that searches in bytes, in time linear in the input, with ASCII
/// classes: `\d` is `[0-9]` unless the expression says `(?u)`.
///
/// # Errors
/// An expression that does not parse, or that compiles to more than 1 MiB.
pub fn compile_pattern(expression: &str) -> Result<Regex, PatternError> {
    RegexBuilder::new(expression)
        .unicode(false)
        .size_limit(SIZE_LIMIT)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => {
                PatternError("the expression compiles to more than 1 MiB".into())
            }
            error => PatternError(error.to_string()),
        })
}
