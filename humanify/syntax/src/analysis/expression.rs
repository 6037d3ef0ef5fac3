//! Regular expressions as lazily built automata.

use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};

/// An expression takes at most this much memory for its states.
const CACHE: usize = 4 << 20;

/// An expression that is searched in texts.
#[derive(Debug)]
pub(super) struct Expression {
    dfa: DFA,
    cache: Cache,
    /// How much a step costs, beside one of a glob.
    weight: usize,
}

/// What was found so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Progress {
    /// The expression is found, whatever follows.
    Found,
    /// It is not found, whatever follows.
    Never,
    /// It depends on what follows.
    At(LazyStateID),
}

/// The states took more memory than they may, or the expression asks for what automata cannot
/// tell.
#[derive(Debug)]
pub(super) struct TooMuch;

impl Expression {
    /// The same expression as [`compile_pattern`](crate::compile_pattern) compiles.
    pub(super) fn new(expression: &str) -> Option<Expression> {
        let config = DFA::config()
            .cache_capacity(CACHE)
            .skip_cache_capacity_check(true)
            // States keep their numbers: what does not fit is given up.
            .minimum_cache_clear_count(Some(0));
        let dfa = DFA::builder()
            .configure(config)
            .syntax(syntax::Config::new().unicode(false).utf8(false))
            .thompson(
                thompson::Config::new()
                    .utf8(false)
                    .nfa_size_limit(Some(1 << 20)),
            )
            .build(expression)
            .ok()?;
        let cache = dfa.create_cache();
        let weight = 1 + dfa.get_nfa().states().len() / 64;
        Some(Expression { dfa, cache, weight })
    }

    /// What is known before anything is read.
    pub(super) fn start(&mut self) -> Result<Progress, TooMuch> {
        let input = Input::new(b"").anchored(Anchored::No);
        let state = self.dfa.start_state_forward(&mut self.cache, &input);
        state.map(progress).map_err(|_| TooMuch)
    }

    /// What is known behind one more byte.
    pub(super) fn step(&mut self, before: Progress, byte: u8) -> Result<Progress, TooMuch> {
        let Progress::At(state) = before else {
            return Ok(before);
        };
        let next = self.dfa.next_state(&mut self.cache, state, byte);
        let next = next.map_err(|_| TooMuch)?;
        if next.is_quit() {
            return Err(TooMuch);
        }
        Ok(progress(next))
    }

    /// Whether the expression is found in a text that ends here.
    pub(super) fn ends(&mut self, progress: Progress) -> Result<bool, TooMuch> {
        match progress {
            Progress::Found => Ok(true),
            Progress::Never => Ok(false),
            Progress::At(state) => {
                let last = self.dfa.next_eoi_state(&mut self.cache, state);
                last.map(|state| state.is_match()).map_err(|_| TooMuch)
            }
        }
    }

    /// How many steps of a budget one step takes.
    pub(super) const fn weight(&self) -> usize {
        self.weight
    }

    /// A number that is the same for bytes which the expression does not tell apart.
    pub(super) fn class(&self, byte: u8) -> u8 {
        self.dfa.byte_classes().get(byte)
    }
}

fn progress(state: LazyStateID) -> Progress {
    if state.is_match() {
        Progress::Found
    } else if state.is_dead() {
        Progress::Never
    } else {
        Progress::At(state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_found(expression: &str, text: &str) -> bool {
        let mut expression = Expression::new(expression).unwrap();
        let mut progress = expression.start().unwrap();
        for byte in text.bytes() {
            progress = expression.step(progress, byte).unwrap();
        }
        expression.ends(progress).unwrap()
    }

    #[test]
    fn an_expression_is_found_where_the_engine_finds_it() {
        for expression in [
            "", "^/a", "/a$", "^/a$", "a|b$", "a^", r"\bab\b", "(?i)AB", "[^/]{2}",
        ] {
            let compiled = crate::compile_pattern(expression).unwrap();
            for text in ["", "/a", "/ab", "x/a", "a", "b", "xab", "/", "AB", "é"] {
                assert_eq!(
                    is_found(expression, text),
                    compiled.is_match(text.as_bytes()),
                    "{expression} {text}"
                );
            }
        }
    }
}
