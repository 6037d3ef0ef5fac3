//! Checks regular expressions faster than by compiling them.

use humanify_syntax::{MAX_PATTERN_BYTES, PatternError, compile_pattern};
use regex_automata::nfa::thompson::{self, NFA};
use regex_automata::util::syntax;

/// Checks an expression with the result of [`compile_pattern`], without compiling it completely.
///
/// If the automaton takes at most an eighth of the limit, the whole expression compiles. Building
/// only the automaton takes a tenth of the time in an unoptimised build, as of a macro.
///
/// # Errors
/// As [`compile_pattern`].
pub(crate) fn check_pattern(expression: &str) -> Result<(), PatternError> {
    let small = thompson::Config::new()
        .utf8(false)
        .which_captures(thompson::WhichCaptures::None)
        .nfa_size_limit(Some(MAX_PATTERN_BYTES / 8));
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

#[cfg(test)]
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
