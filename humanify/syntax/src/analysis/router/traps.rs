//! Warns of traps on routes and handlers of the application.

use super::{BUDGET, RouterCheck};
use crate::Target;
use crate::analysis::block::{BlockEntry, MatchScope, TargetTexts, match_scope};
use crate::analysis::search::{Budget, Domain, Search, Searcher};
use crate::analysis::texts::TextSet;
use crate::analysis::warnings::Warning;

impl RouterCheck<'_> {
    /// Warns of a trap that takes all paths of a route, or a handler.
    pub(super) fn check_trap(&mut self, position: usize) {
        let is_plain = |entry: &&BlockEntry| entry.statement.when.is_none();
        let Some(entry) = self.block.entries.get(position).filter(is_plain) else {
            return;
        };
        let (on, except) = (entry.on.clone(), entry.except.clone());
        if on.iter().any(|target_texts| target_texts.set.everything) {
            return;
        }
        let sets: Vec<TextSet> = on
            .iter()
            .chain(&except)
            .map(|target_texts| target_texts.set.clone())
            .collect();
        for (index, route) in self.routes.clone().into_iter().enumerate() {
            let Some(template) = self.router.templates.get(index) else {
                return;
            };
            let is_named = on.iter().any(
                |target_texts| matches!(target_texts.target, Target::Route(named) if named == template.as_str()),
            );
            let is_within = is_named || self.is_trapped(position, route, &sets);
            if is_within {
                self.warn_trapped(position, format!("the route `{template}`"));
                return;
            }
        }
        for name in self.router.handlers {
            let Ok(matched) = self.block.matched(name.as_bytes()) else {
                return;
            };
            let is_hit = |target_texts: &TargetTexts| {
                match_scope(&target_texts.target) == MatchScope::Endpoint
                    && target_texts.set.holds(&matched)
            };
            if on.iter().any(is_hit) && !except.iter().any(is_hit) {
                self.warn_trapped(position, format!("the handler `{name}`"));
                return;
            }
        }
    }

    fn warn_trapped(&mut self, position: usize, what: String) {
        self.add(
            position,
            Warning::TRAPPED_ROUTE,
            format!("this trap covers {what}, so every client that requests it is refused"),
            "name paths that no honest client requests, or refuse by `always_deny`",
        );
    }

    /// Whether a trap matches every path of a route.
    fn is_trapped(&mut self, position: usize, route: TextSet, sets: &[TextSet]) -> bool {
        let mut budget = Budget(BUDGET);
        let texts = &mut self.block.facts.texts;
        if route.unknown {
            return false;
        }
        let Ok(mut searcher) = Searcher::new(texts, vec![route], sets, Domain::Paths) else {
            return false;
        };
        let mut any = false;
        loop {
            match searcher.next(&mut self.block.facts.texts, &mut budget) {
                Search::Found(_, matched) => {
                    let entry = self.block.entries.get(position);
                    if !entry.is_some_and(|entry| entry.targets_match(MatchScope::Path, &matched)) {
                        return false;
                    }
                    any = true;
                }
                Search::Nothing => return any,
                Search::Undecided => return false,
            }
        }
    }
}
