//! Checks rules against a router: targets that no route answers, traps on routes, unknown handler
//! names, and routes that the rules for their neighbours leave out.

mod neighbours;
mod traps;

use std::fmt;

use crate::analysis::block::{MatchScope, RuleBlock, TargetTexts, match_scope};
use crate::analysis::defect::Defect;
use crate::analysis::nearest_route::{is_deeper, nearest_route};
use crate::analysis::print;
use crate::analysis::search::{Budget, Domain, Search, Searcher};
use crate::analysis::texts::TextSet;
use crate::analysis::warnings::Warning;
use crate::nearest::{listed, nearest};
use crate::{Action, RuleSet, Target};

/// The step budget for one question about a router.
const BUDGET: usize = 20_000;

/// The routes and handlers of a router.
pub struct RouterFacts<'r> {
    /// The templates of its routes.
    pub templates: &'r [String],
    /// The templates of nested services. Their routes are unknown.
    pub services: &'r [String],
    /// The templates of nested fallbacks.
    pub fallbacks: &'r [String],
    /// Whether the router has a fallback of its own, which answers every other path.
    pub has_fallback: bool,
    /// The names of the handlers that have attributes.
    pub handlers: &'r [&'r str],
    /// Whether the router may be nested in another one, so that its paths have an unknown prefix.
    pub may_be_nested: bool,
    /// Whether a handler with attributes answers a path.
    pub is_guarded: &'r dyn Fn(&str) -> bool,
}

impl fmt::Debug for RouterFacts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RouterFacts")
            .field("templates", &self.templates)
            .field("handlers", &self.handlers)
            .finish_non_exhaustive()
    }
}

/// The warnings about rules that do not fit the router they protect, each with its statement. If
/// the routes are unknown, only the names of handlers are checked.
#[must_use]
pub fn check_router(blocks: &[RuleSet], router: &RouterFacts<'_>) -> Vec<(&'static str, Defect)> {
    let default_exemptions = blocks.iter().all(RuleSet::default_exemptions);
    let statements = blocks.iter().flat_map(|block| block.statements());
    let mut check = RouterCheck::new(
        RuleBlock::new(statements.enumerate(), default_exemptions),
        router,
    );
    for position in 0..check.block.entries.len() {
        check.entry(position);
    }
    check.found
}

struct RouterCheck<'r> {
    block: RuleBlock,
    router: &'r RouterFacts<'r>,
    /// The paths of each template.
    routes: Vec<TextSet>,
    /// The paths that any route, service or fallback answers.
    answered: TextSet,
    /// The first segment that all rules have and no route has: the router may be nested there.
    nested_at: Option<&'static str>,
    found: Vec<(&'static str, Defect)>,
}

impl<'r> RouterCheck<'r> {
    fn new(mut block: RuleBlock, router: &'r RouterFacts<'r>) -> RouterCheck<'r> {
        let texts = &mut block.facts.texts;
        let routes: Vec<TextSet> = router
            .templates
            .iter()
            .map(|one| texts.route(one))
            .collect();
        let mut answered = TextSet::default();
        routes.iter().for_each(|set| answered.join(set.clone()));
        for open in router.services.iter().chain(router.fallbacks) {
            let set = texts.route(open);
            answered.join(set);
        }
        answered.everything |= router.has_fallback;
        let mut check = RouterCheck {
            block,
            router,
            routes,
            answered,
            nested_at: None,
            found: Vec::new(),
        };
        if router.may_be_nested {
            check.nested_at = check.nesting_prefix();
        }
        check
    }

    /// The first segment that all rules have and no route has: the router may be nested there.
    fn nesting_prefix(&mut self) -> Option<&'static str> {
        let entries = self.block.entries.iter();
        let own = entries.filter(|entry| entry.number.is_some());
        let targets: Vec<TargetTexts> = own.flat_map(|entry| &entry.on).cloned().collect();
        let mut firsts = targets
            .iter()
            .filter_map(|target_texts| first_segment(&target_texts.target));
        let first = firsts.next()?;
        let is_prefix = firsts.all(|other| other == first)
            && !self
                .router
                .templates
                .iter()
                .any(|one| is_deeper(one, first));
        (is_prefix
            && !targets
                .iter()
                .any(|target_texts| self.is_answered(target_texts) == Some(true)))
        .then_some(first)
    }

    fn entry(&mut self, position: usize) {
        let Some(entry) = self.block.entries.get(position) else {
            return;
        };
        if entry.number.is_none() {
            return;
        }
        let targets: Vec<TargetTexts> = entry.on.iter().chain(&entry.except).cloned().collect();
        let (on, action) = (entry.on.clone(), entry.statement.action);
        let observe = entry.statement.observe;
        for target_texts in &targets {
            match match_scope(&target_texts.target) {
                MatchScope::Endpoint => self.check_handler_name(position, target_texts),
                MatchScope::Route(template) => {
                    self.check_template(position, target_texts, template)
                }
                MatchScope::Path | MatchScope::Slash => {
                    self.check_path(position, target_texts, action);
                }
            }
        }
        if action == Action::Trap {
            self.check_trap(position);
        }
        let is_judging = matches!(
            action,
            Action::Challenge(_)
                | Action::DenyAccess
                | Action::AlwaysChallenge(_)
                | Action::AlwaysDeny
        );
        if is_judging && !observe && !self.router.has_fallback {
            for target_texts in &on {
                self.check_neighbours(position, &target_texts.target);
            }
        }
    }

    /// Warns of a name that no handler has.
    fn check_handler_name(&mut self, position: usize, target_texts: &TargetTexts) {
        if target_texts.set.unknown || target_texts.set.everything {
            return;
        }
        for name in self.router.handlers {
            match self.block.matched(name.as_bytes()) {
                Ok(matched) if !target_texts.set.holds(&matched) => {}
                _ => return,
            }
        }
        let (Target::Endpoint(named) | Target::EndpointRegex(named)) = target_texts.target else {
            return;
        };
        let help = match nearest(named, self.router.handlers.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if self.router.handlers.is_empty() => {
                "only handlers with an attribute have names, and this router has none; \
                 `#[endpoint(\"…\")]` names a handler"
                    .to_owned()
            }
            None => format!(
                "only handlers with an attribute have names; the names are {}",
                listed(self.router.handlers.iter().copied().take(8))
            ),
        };
        let shown = print::target(&target_texts.target);
        self.add(
            position,
            Warning::NO_HANDLER,
            format!("no guarded handler has a name that `{shown}` matches"),
            help,
        );
    }

    /// Warns of a template that the router does not have.
    fn check_template(&mut self, position: usize, target_texts: &TargetTexts, template: &str) {
        let router = self.router;
        let is_within = |service: &String| {
            let prefix = service.split("{*").next().unwrap_or_default();
            template.starts_with(prefix)
        };
        if router.templates.is_empty()
            || router.templates.iter().any(|known| known == template)
            || router.services.iter().any(is_within)
        {
            return;
        }
        self.warn_no_route(position, target_texts, template);
    }

    /// Warns of a path that no route answers.
    fn check_path(&mut self, position: usize, target_texts: &TargetTexts, action: Action) {
        if self.is_answered(target_texts) != Some(false) {
            return;
        }
        let (Target::Path(text) | Target::Under(text) | Target::PathRegex(text)) =
            target_texts.target
        else {
            return;
        };
        // A rule that refuses unknown paths means clients that probe for other programs.
        let is_refusing = matches!(
            action,
            Action::Trap | Action::AlwaysDeny | Action::DenyAccess
        );
        if is_refusing && nearest_route(self.router.templates, text).is_none() {
            return;
        }
        self.warn_no_route(position, target_texts, text);
    }

    fn warn_no_route(&mut self, position: usize, target_texts: &TargetTexts, text: &str) {
        let near = nearest_route(self.router.templates, text);
        let may_be_nested =
            self.nested_at.is_some() && self.nested_at == first_segment(&target_texts.target);
        let help = match near {
            Some(near) => format!("the nearest route is `{near}`"),
            None if may_be_nested => return,
            None => {
                "no route is similar; leave the target out, or write it as in the router, after the \
                 prefix at which that is nested in another one"
                    .to_owned()
            }
        };
        let shown = print::target(&target_texts.target);
        self.add(
            position,
            Warning::NO_ROUTE,
            format!("no route of the application answers `{shown}`"),
            help,
        );
    }

    /// Whether any route may answer a path that the target matches; `None` if unknown.
    fn is_answered(&mut self, target_texts: &TargetTexts) -> Option<bool> {
        let is_known = !self.answered.unknown && !target_texts.set.unknown;
        if self.router.templates.is_empty() || !is_known {
            return None;
        }
        match match_scope(&target_texts.target) {
            MatchScope::Endpoint => None,
            MatchScope::Route(template) => {
                Some(self.router.templates.iter().any(|known| known == template))
            }
            _ if self.answered.everything || target_texts.set.everything => Some(true),
            // Most targets that no route answers begin with other text than every route. The search
            // would find the same at many times the cost.
            _ if self
                .block
                .facts
                .texts
                .begin_apart(&target_texts.set, &self.answered) =>
            {
                Some(false)
            }
            _ => {
                let must = vec![target_texts.set.clone(), self.answered.clone()];
                self.first(must, &[]).map(|found| found.is_some())
            }
        }
    }

    /// The first path that is in all sets of `must`: `Some(None)` if there is none, `None` if the
    /// budget is used up.
    fn first(&mut self, must: Vec<TextSet>, sets: &[TextSet]) -> Option<Option<String>> {
        let texts = &mut self.block.facts.texts;
        let mut searcher = Searcher::new(texts, must, sets, Domain::Paths).ok()?;
        match searcher.next(texts, &mut Budget(BUDGET)) {
            Search::Found(path, _) => Some(Some(String::from_utf8_lossy(&path).into_owned())),
            Search::Nothing => Some(None),
            Search::Undecided => None,
        }
    }

    fn add(
        &mut self,
        position: usize,
        warning: &'static Warning,
        problem: String,
        help: impl Into<String>,
    ) {
        let Some(entry) = self.block.entries.get(position) else {
            return;
        };
        if entry.statement.intended.contains(&warning.name) {
            return;
        }
        let number = entry.number.unwrap_or_default();
        let defect = Defect {
            warning: Some(warning),
            ..Defect::new(number, problem, help)
        };
        self.found.push((entry.statement.source, defect));
    }
}

/// The first segment of the paths that a target matches, if it is literal.
fn first_segment(target: &Target) -> Option<&'static str> {
    let (Target::Path(text) | Target::Under(text) | Target::Route(text)) = *target else {
        return None;
    };
    let end = text.get(1..)?.find('/').map_or(text.len(), |end| end + 1);
    let first = text.get(..end)?;
    (first.len() > 1 && !first.contains(['*', '?', '{', '<'])).then_some(first)
}
