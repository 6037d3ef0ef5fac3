//! Regular expressions as lazily built automata.

use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};

/// The largest number of bytes that the states of one expression may take.
const CACHE: usize = 4 << 20;

/// A regular expression that is searched for in texts.
#[derive(Debug)]
pub(super) struct Expression {
    dfa: DFA,
    cache: Cache,
    /// The cost of a step in units of the budget.
    weight: usize,
}

/// The state of a search after some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum SearchProgress {
    /// The expression matched, whatever follows.
    Found,
    /// The expression cannot match, whatever follows.
    Never,
    /// Whether the expression matches depends on the next bytes.
    At(LazyStateID),
}

/// A question stays open: the budget or the memory for states is used up, or an automaton gave up.
#[derive(Debug)]
pub(super) struct Undecided;

impl Expression {
    /// Compiles an expression with the settings of [`compile_pattern`](crate::compile_pattern).
    /// `None` if it does not compile.
    pub(super) fn new(expression: &str) -> Option<Expression> {
        let config = DFA::config()
            .cache_capacity(CACHE)
            .skip_cache_capacity_check(true)
            // State numbers must stay valid: give up instead of clearing the cache.
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

    /// The progress before the first byte.
    pub(super) fn start(&mut self) -> Result<SearchProgress, Undecided> {
        let input = Input::new(b"").anchored(Anchored::No);
        let state = self.dfa.start_state_forward(&mut self.cache, &input);
        state.map(progress).map_err(|_| Undecided)
    }

    /// The progress after one more byte.
    pub(super) fn step(
        &mut self,
        before: SearchProgress,
        byte: u8,
    ) -> Result<SearchProgress, Undecided> {
        let SearchProgress::At(state) = before else {
            return Ok(before);
        };
        let next = self.dfa.next_state(&mut self.cache, state, byte);
        let next = next.map_err(|_| Undecided)?;
        if next.is_quit() {
            return Err(Undecided);
        }
        Ok(progress(next))
    }

    /// Whether the expression matches a text that ends here.
    pub(super) fn ends(&mut self, progress: SearchProgress) -> Result<bool, Undecided> {
        match progress {
            SearchProgress::Found => Ok(true),
            SearchProgress::Never => Ok(false),
            SearchProgress::At(state) => {
                let last = self.dfa.next_eoi_state(&mut self.cache, state);
                last.map(|state| state.is_match()).map_err(|_| Undecided)
            }
        }
    }

    /// The cost of a step in units of the budget.
    pub(super) const fn weight(&self) -> usize {
        self.weight
    }

    /// The byte's equivalence class: the expression treats all bytes of one class alike.
    pub(super) fn class(&self, byte: u8) -> u8 {
        self.dfa.byte_classes().get(byte)
    }
}

fn progress(state: LazyStateID) -> SearchProgress {
    if state.is_match() {
        SearchProgress::Found
    } else if state.is_dead() {
        SearchProgress::Never
    } else {
        SearchProgress::At(state)
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
