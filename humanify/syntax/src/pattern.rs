//! Compiles regular expressions, with one dialect and one size limit for all of humanify.

use std::fmt;

use regex::bytes::{Regex, RegexBuilder};
#[cfg(feature = "parse")]
use regex_automata::nfa::thompson::{self, NFA};
#[cfg(feature = "parse")]
use regex_automata::util::syntax;

/// The maximum size of a compiled expression, in bytes.
const SIZE_LIMIT: usize = 1 << 20;

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
        .size_limit(SIZE_LIMIT)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => {
                PatternError("the expression compiles to more than 1 MiB".into())
            }
            error => PatternError(error.to_string()),
        })
}

/// Checks an expression with the result of [`compile_pattern`], without compiling it completely.
///
/// If the automaton takes at most an eighth of the limit, the whole expression compiles. Building
/// only the automaton takes a tenth of the time in an unoptimised build, as of a macro.
///
/// # Errors
/// As [`compile_pattern`].
#[cfg(feature = "parse")]
pub(crate) fn check_pattern(expression: &str) -> Result<(), PatternError> {
    let small = thompson::Config::new()
        .utf8(false)
        .which_captures(thompson::WhichCaptures::None)
        .nfa_size_limit(Some(SIZE_LIMIT / 8));
    let is_small = NFA::compiler()
        .syntax(syntax::Config::new().unicode(false).utf8(false))
        .configure(small)
        .build(expression)
        .is_ok();
    match is_small {
        true => Ok(()),
        false => compile_pattern(expression).map(drop),
    }
}

#[cfg(all(test, feature = "parse"))]
mod tests {
    use super::*;

    #[test]
    fn checking_agrees_with_compiling() {
        let nested = format!("{}a{}", "(".repeat(300), ")".repeat(300));
        let captures = "(a)".repeat(5_000);
        for expression in [
            "^/a",
            "(",
            "a{2,1}",
            "[z-a]",
            r"\d+(?u)\w{9}",
            r"(?u)\w{40}",
            r"(?u)\pL{99}",
            "a{900}{99}",
            "(?:a{100}){100}",
            r"\xff",
            r"(?u)\xff",
            r"(?=a)",
            r"\1",
            "(?P<a>b)(?P<a>c)",
            nested.as_str(),
            captures.as_str(),
        ] {
            assert_eq!(
                check_pattern(expression),
                compile_pattern(expression).map(drop),
                "{expression:.40}"
            );
        }
    }
}
