//! Compiles regular expressions, with one dialect and one size limit for all of humanify.

use std::fmt;

use regex::bytes::{Regex, RegexBuilder};

/// The maximum size of a compiled expression, in bytes.
pub const MAX_PATTERN_BYTES: usize = 1 << 20;

/// Why a regular expression is refused, in the words of the `regex` crate.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PatternError(String);

impl fmt::Debug for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Compiles an expression that is searched in bytes, in time linear in the input. Classes are
/// ASCII: `\d` is `[0-9]` unless the expression says `(?u)`.
///
/// # Errors
/// If the expression does not parse, or compiles to more than 1 MiB.
pub fn compile_pattern(expression: &str) -> Result<Regex, PatternError> {
    RegexBuilder::new(expression)
        .unicode(false)
        .size_limit(MAX_PATTERN_BYTES)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => {
                PatternError("the expression compiles to more than 1 MiB".into())
            }
            error => PatternError(error.to_string()),
        })
}
