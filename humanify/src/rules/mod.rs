//! `Rules`: the statements of `protect!`, compiled for matching.
//!
//! The macro has checked every literal, so compiling fails only for rules that were written by
//! hand. Matching takes time linear in the size of the request.

mod condition;
mod context;
mod error;
mod finding;
mod index;
mod path;
mod rule;
mod target;

pub(crate) use context::{MatchContext, RequestRoute};
pub use error::RuleError;
pub use finding::RuleFinding;
pub(crate) use path::is_plain;
pub(crate) use rule::{Rule, depends_on_route_and_client};

use humanify_syntax::analysis::Warning;
use humanify_syntax::{Action, Ban, DEFAULT_EXEMPTIONS, Demand, Field, Limit, RuleSet, Statement};

use smallvec::SmallVec;

use index::RuleIndex;
use rule::RuleKind;
use target::Matcher;

/// All statements, in order, the default exemptions first.
pub(crate) struct Rules {
    sets: Vec<RuleSet>,
    rules: Vec<Rule>,
    /// The indices of the statements that deny everyone, that judge, and that limit.
    denying: RuleIndex,
    judging: RuleIndex,
    limiting: RuleIndex,
    observes_limits: bool,
    /// Whether every limit applies to all requests.
    all_limits_hold: bool,
    /// Whether every limit depends on nothing but the route and the client.
    all_limits_are_plain: bool,
    pub(crate) bans: Vec<Ban>,
}

/// The statements that are tested for a request. Most requests have few.
type RuleList<'a> = SmallVec<[&'a Rule; 8]>;

impl Rules {
    /// Compiles the rules.
    ///
    /// # Errors
    /// The first wrong literal. The macro would have refused it.
    pub(crate) fn compile(sets: &[RuleSet]) -> Result<Rules, RuleError> {
        let mut rules = Vec::new();
        // If one block says `no_default_exemptions`, no block has them: they would open what it
        // closes.
        if sets.iter().all(RuleSet::default_exemptions) {
            let exemptions = Statement::new(
                Action::Exempt,
                DEFAULT_EXEMPTIONS,
                "exempt on the default exemptions",
            );
            rules.push(Rule::compile(&exemptions, 0)?);
        }
        let statements = sets.iter().flat_map(|set| set.statements());
        for (index, statement) in statements.enumerate() {
            rules.push(Rule::compile(statement, index + 1)?);
        }
        let mut bans: Vec<Ban> = Vec::new();
        for ban in sets.iter().flat_map(|set| set.bans()) {
            if !bans.contains(ban) {
                bans.push(*ban);
            }
        }
        // Exemptions alone, such as the default ones, have nothing to exempt from.
        let is_judging = rules
            .iter()
            .any(|rule| rule.kind() == RuleKind::Judging && rule.action != Action::Exempt);
        let all_limits = |holds: &dyn Fn(&Rule, &Limit) -> bool| {
            rules
                .iter()
                .all(|rule| rule.limit().is_none_or(|limit| holds(rule, limit)))
        };
        let all_limits_hold = all_limits(&|rule, limit| {
            let is_plain = rule.is_default() && rule.except.is_empty() && rule.when.is_none();
            is_plain && limit.methods.is_empty()
        });
        Ok(Rules {
            sets: sets.to_vec(),
            denying: RuleIndex::new(&rules, |rule| rule.kind() == RuleKind::Denying),
            judging: RuleIndex::new(&rules, |rule| {
                is_judging && rule.kind() == RuleKind::Judging
            }),
            limiting: RuleIndex::new(&rules, |rule| rule.kind() == RuleKind::Limiting),
            observes_limits: rules
                .iter()
                .any(|rule| rule.observe && rule.kind() == RuleKind::Limiting),
            all_limits_hold,
            all_limits_are_plain: all_limits_hold
                && all_limits(&|rule, limit| !rule.observe && depends_on_route_and_client(limit)),
            rules,
            bans,
        })
    }

    /// The statements that challenge, deny or exempt, from top to bottom: those that may match a
    /// request, or all of them.
    pub(crate) fn judging(&self, context: Option<&MatchContext<'_>>) -> RuleList<'_> {
        self.of(RuleKind::Judging, &self.judging, context)
    }

    /// The statements that deny everyone, `always_deny` and `trap`: those that may match a request,
    /// or all of them.
    pub(crate) fn denying(&self, context: Option<&MatchContext<'_>>) -> RuleList<'_> {
        self.of(RuleKind::Denying, &self.denying, context)
    }

    fn of(
        &self,
        kind: RuleKind,
        index: &RuleIndex,
        context: Option<&MatchContext<'_>>,
    ) -> RuleList<'_> {
        match context {
            Some(_) if index.is_empty() => RuleList::new(),
            Some(context) => {
                let numbers = index.candidates(context);
                let rules = numbers
                    .iter()
                    .filter_map(|number| self.rules.get(*number as usize));
                rules.collect()
            }
            None => self
                .rules
                .iter()
                .filter(|rule| rule.kind() == kind)
                .collect(),
        }
    }

    /// All statements.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter()
    }

    /// Whether there is any statement that denies everyone.
    pub(crate) fn deny_everyone(&self) -> bool {
        !self.denying.is_empty()
    }

    /// Whether there is any statement that challenges or denies.
    pub(crate) fn judge(&self) -> bool {
        !self.judging.is_empty()
    }

    /// Whether there is any statement that only observes, apart from limits.
    pub(crate) fn observe_statements(&self) -> bool {
        let observes = |rule: &Rule| rule.observe && rule.kind() != RuleKind::Limiting;
        self.rules.iter().any(observes)
    }

    /// Whether there is any limit that only observes.
    pub(crate) fn observe_limits(&self) -> bool {
        self.observes_limits
    }

    /// Whether every limit depends on nothing but the route and the client of a request.
    pub(crate) fn all_limits_are_plain(&self) -> bool {
        self.all_limits_are_plain
    }

    /// Whether no statement denies, challenges or limits.
    pub(crate) fn do_nothing(&self) -> bool {
        self.denying.is_empty() && self.judging.is_empty() && self.limiting.is_empty()
    }

    /// Whether there is any limit.
    pub(crate) fn have_limits(&self) -> bool {
        !self.limiting.is_empty()
    }

    /// The limits, if each of them applies to all requests.
    pub(crate) fn limits_of_all(&self) -> Option<impl Iterator<Item = (&Rule, &Limit)>> {
        let numbers = self.all_limits_hold.then(|| self.limiting.anywhere())?;
        Some(numbers.iter().filter_map(|number| {
            let rule = self.rules.get(*number as usize)?;
            Some((rule, rule.limit()?))
        }))
    }

    /// The limits that apply to a request: all limits with matching targets, and the default limits
    /// (without targets) that no matching limit replaces.
    pub(crate) fn limits(&self, context: &MatchContext<'_>) -> SmallVec<[(&Rule, &Limit); 4]> {
        if let Some(limits) = self.limits_of_all() {
            return limits.collect();
        }
        let (mut own, mut defaults) = (SmallVec::new(), SmallVec::<[_; 4]>::new());
        for rule in self.of(RuleKind::Limiting, &self.limiting, Some(context)) {
            match &rule.action {
                Action::Limit(limit)
                    if limit.is_about(context.method.as_str()) && rule.matches(context) =>
                {
                    match rule.is_default() {
                        true => defaults.push((rule, limit)),
                        false => own.push((rule, limit)),
                    }
                }
                _ => {}
            }
        }
        // A default limit gives way only to a limit that matches in every reading of the path, so
        // that a client cannot choose the laxer limit by an ambiguous path.
        let gives_way = |default: &Limit| {
            own.iter().any(|(rule, limit): &(&Rule, &Limit)| {
                limit.replaces(default) && !rule.observe && rule.matches_every_reading(context)
            })
        };
        defaults.retain(|(_, limit)| !gives_way(limit));
        own.extend(defaults);
        own
    }

    /// The protecting statements on names of handlers, which miss handlers without a name; except
    /// those with `intended(…)` for this warning.
    pub(crate) fn on_names(&self) -> Vec<&'static str> {
        let on_names = |rule: &&Rule| {
            rule.action != Action::Exempt
                && rule.on.iter().any(Matcher::is_on_names)
                && !rule.intended.contains(&Warning::NAMELESS.name)
        };
        let statements = self.rules.iter().filter(on_names);
        statements.map(|rule| rule.source).collect()
    }

    /// The challenges that statements demand.
    pub(crate) fn demands(&self) -> impl Iterator<Item = Demand> {
        self.rules.iter().filter_map(|rule| match rule.action {
            Action::Challenge(demand) | Action::AlwaysChallenge(demand) => Some(demand),
            _ => None,
        })
    }

    /// The blocks that the rules are made of.
    pub(crate) fn sets(&self) -> &[RuleSet] {
        &self.sets
    }

    /// The crawlers that conditions name: pairs of the statement's source and the crawler's name.
    pub(crate) fn crawlers(&self) -> Vec<(&'static str, &'static str)> {
        let mut crawlers = Vec::new();
        for rule in &self.rules {
            let mut names = Vec::new();
            if let Some(when) = &rule.when {
                when.texts(Field::Crawler, &mut names);
            }
            crawlers.extend(names.into_iter().map(|name| (rule.source, name)));
        }
        crawlers
    }
}
