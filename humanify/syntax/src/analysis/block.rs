//! `RuleBlock`: all statements of a site, prepared for analysis.

use std::collections::HashMap;

use super::expression::Undecided;
use super::formula::{Fact, Facts, Formula};
use super::patterns::Pattern;
use super::search::Budget;
use super::texts::{TextMatches, TextSet};
use super::trie::PatternTrie;
use super::values::ValueFinder;
use crate::{Action, DEFAULT_EXEMPTIONS, Field, Statement, Target};

/// The step budget that all questions about a block share.
const BUDGET: usize = 200_000;

/// Steps added to the budget for each statement.
const BUDGET_PER_STATEMENT: usize = 200;

/// The step budget of all questions whether conditions on the path ever or always hold.
const PATH_BUDGET: usize = 25_000;

/// The maximum number of pairs of statements that are searched for a request on which both act.
const QUESTIONS: usize = 100;

/// A target, with the texts that it is about.
#[derive(Debug, Clone)]
pub(super) struct TargetTexts {
    pub(super) target: Target,
    pub(super) set: TextSet,
    /// Whether it exempts: in `on` of `exempt`, and in `except` of a statement that protects.
    pub(super) exempts: bool,
}

/// What a text stands for when targets are compared with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MatchScope {
    /// The text is a request's path; its route and its handler are unknown.
    Path,
    /// The text is the path of a request that was sent with a slash at its end.
    Slash,
    /// The text is the path of a request that the router matched with this template.
    Route(&'static str),
    /// The text is a handler's name; the path is unknown.
    Endpoint,
}

/// The scope whose texts a target is compared with.
pub(super) const fn match_scope(target: &Target) -> MatchScope {
    match target {
        Target::Route(template) => MatchScope::Route(template),
        Target::Endpoint(_) | Target::EndpointRegex(_) => MatchScope::Endpoint,
        _ => MatchScope::Path,
    }
}

/// A statement with its targets and its condition in analysable form.
#[derive(Debug)]
pub(super) struct BlockEntry {
    pub(super) statement: Statement,
    /// The number that findings report the statement by; `None` for the default exemptions.
    pub(super) number: Option<usize>,
    pub(super) on: Vec<TargetTexts>,
    pub(super) except: Vec<TargetTexts>,
    /// The formula under which the statement acts on a request that its targets match.
    pub(super) acts: Formula,
    /// The sets that its condition compares the path with.
    pub(super) paths: Vec<TextSet>,
}

impl BlockEntry {
    /// Whether its targets match a text: one of `on` does, or `on` is empty, and none of `except`
    /// does.
    pub(super) fn targets_match(&self, scope: MatchScope, matched: &TextMatches) -> bool {
        let hits = |target_texts: &TargetTexts| target_texts.matches(scope, matched);
        (self.on.is_empty() || self.on.iter().any(hits)) && !self.except.iter().any(hits)
    }

    /// Whether `except` holds a target that the scope does not decide.
    pub(super) fn may_be_excepted(&self, scope: MatchScope) -> bool {
        self.except
            .iter()
            .any(|target_texts| !target_texts.is_decided(scope))
    }

    /// All sets of texts that decide in a scope whether it acts.
    pub(super) fn sets(&self, scope: MatchScope) -> impl Iterator<Item = &TextSet> {
        let targets = self.on.iter().chain(&self.except);
        let matched = targets
            .filter(move |target_texts| target_texts.is_decided(scope))
            .map(|target_texts| &target_texts.set);
        let paths = (scope != MatchScope::Endpoint).then_some(&self.paths);
        matched.chain(paths.into_iter().flatten())
    }
}

impl TargetTexts {
    /// The scope whose texts the target is compared with.
    ///
    /// A target that exempts has to match the path as it was sent, too. So one with a slash at its
    /// end exempts no request that was sent without.
    pub(super) fn scope(&self) -> MatchScope {
        match self.target {
            Target::Path(glob) if self.exempts && glob.len() > 1 && glob.ends_with('/') => {
                MatchScope::Slash
            }
            target => match_scope(&target),
        }
    }

    /// Whether the target matches a text. A target that the scope does not decide does not match.
    pub(super) fn matches(&self, known: MatchScope, matched: &TextMatches) -> bool {
        match (self.scope(), known) {
            (MatchScope::Route(template), MatchScope::Route(given)) => template == given,
            (MatchScope::Route(_), _) => false,
            (MatchScope::Slash, MatchScope::Slash) => self.set.holds(matched),
            (MatchScope::Slash, _) => false,
            (MatchScope::Path, MatchScope::Slash) if self.exempts => self.set.everything,
            (MatchScope::Endpoint, MatchScope::Endpoint)
            | (MatchScope::Path, MatchScope::Path | MatchScope::Slash | MatchScope::Route(_)) => {
                self.set.holds(matched)
            }
            (MatchScope::Path, MatchScope::Endpoint) => self.set.everything,
            (MatchScope::Endpoint, _) => false,
        }
    }

    /// Whether the scope decides if the target matches.
    pub(super) fn is_decided(&self, known: MatchScope) -> bool {
        match (self.scope(), known) {
            (MatchScope::Path, MatchScope::Endpoint) => self.set.everything,
            (MatchScope::Path, MatchScope::Slash) if self.exempts => self.set.everything,
            (MatchScope::Slash, known) => known != MatchScope::Endpoint,
            (MatchScope::Path, _) | (MatchScope::Endpoint, MatchScope::Endpoint) => true,
            (MatchScope::Route(_), MatchScope::Route(_)) => true,
            _ => false,
        }
    }
}

/// All statements in their order, after the default exemptions.
#[derive(Debug)]
pub(super) struct RuleBlock {
    pub(super) entries: Vec<BlockEntry>,
    pub(super) facts: Facts,
    pub(super) values: ValueFinder,
    pub(super) budget: Budget,
    /// The steps that questions about conditions on the path may still take.
    pub(super) path_budget: Budget,
    /// The number of pairs that may still be searched for a request on which both act.
    pub(super) questions: usize,
    /// The entries of which it took too many steps to say whether they ever act.
    pub(super) undecided: Vec<usize>,
    /// For each pattern, the entries that have it as a target.
    owners: HashMap<Pattern, Vec<usize>>,
    /// The entries without targets, or with targets that are not patterns alone.
    others: Vec<usize>,
    patterns: Vec<Pattern>,
    expressions: Vec<usize>,
    /// All patterns; built when the first text is matched.
    trie: Option<PatternTrie>,
}

impl RuleBlock {
    /// Prepares the statements of a site. Findings report each statement by the number beside it.
    pub(super) fn new<'s>(
        statements: impl IntoIterator<Item = (usize, &'s Statement)>,
        default_exemptions: bool,
    ) -> RuleBlock {
        let mut block = RuleBlock {
            entries: Vec::new(),
            facts: Facts::new(),
            values: ValueFinder::default(),
            budget: Budget(BUDGET),
            path_budget: Budget(PATH_BUDGET),
            questions: QUESTIONS,
            undecided: Vec::new(),
            owners: HashMap::new(),
            others: Vec::new(),
            patterns: Vec::new(),
            expressions: Vec::new(),
            trie: None,
        };
        if default_exemptions {
            let source = "the default exemptions";
            let statement = Statement::new(Action::Exempt, DEFAULT_EXEMPTIONS, source);
            block.add(None, statement);
        }
        for (number, statement) in statements {
            block.budget.0 += BUDGET_PER_STATEMENT;
            block.add(Some(number), *statement);
        }
        block
    }

    fn add(&mut self, number: Option<usize>, statement: Statement) {
        let entry = self.read(number, statement);
        let position = self.entries.len();
        let mut is_other = entry.on.is_empty();
        for target_texts in &entry.on {
            is_other |= target_texts.set.everything
                || !target_texts.set.expressions.is_empty()
                || matches!(target_texts.target, Target::Route(_));
            for pattern in &target_texts.set.patterns {
                let owners = self.owners.entry(*pattern).or_default();
                if owners.last() != Some(&position) {
                    owners.push(position);
                }
            }
        }
        if is_other {
            self.others.push(position);
        }
        for set in entry
            .on
            .iter()
            .chain(&entry.except)
            .map(|target_texts| &target_texts.set)
            .chain(&entry.paths)
        {
            self.patterns.extend(&set.patterns);
            self.expressions.extend(&set.expressions);
        }
        self.entries.push(entry);
    }

    /// Prepares a statement without adding it to the block.
    pub(super) fn read(&mut self, number: Option<usize>, statement: Statement) -> BlockEntry {
        let mut texts_of = |targets: &[Target], exempts: bool| -> Vec<TargetTexts> {
            targets
                .iter()
                .map(|target| TargetTexts {
                    target: *target,
                    set: self.facts.texts.target(target),
                    exempts,
                })
                .collect()
        };
        let protects = statement.action.protects();
        let on = texts_of(statement.on, !protects);
        let except = texts_of(statement.except, protects);
        let acts = self.facts.acts(&statement);
        let mut paths = Vec::new();
        acts.each_fact(&mut |fact| {
            if let Fact::Some(Field::Path, set) = fact {
                paths.extend(self.facts.sets.get(set).cloned());
            }
        });
        BlockEntry {
            statement,
            number,
            on,
            except,
            acts,
            paths,
        }
    }

    /// The patterns and expressions of the block that a text matches.
    pub(super) fn matched(&mut self, text: &[u8]) -> Result<TextMatches, Undecided> {
        let trie = match &self.trie {
            Some(trie) => trie,
            None => {
                self.patterns.sort_unstable();
                self.patterns.dedup();
                self.expressions.sort_unstable();
                self.expressions.dedup();
                let trie = PatternTrie::new(&self.facts.texts.patterns, &self.patterns);
                self.trie.insert(trie)
            }
        };
        let (patterns, visited) = trie.matched(text);
        self.budget
            .spend(text.len() + visited / 16)
            .ok_or(Undecided)?;
        self.facts.texts.matched(patterns, &self.expressions, text)
    }

    /// The entries whose targets may match a text, in order.
    pub(super) fn entries_targeting(&self, matched: &TextMatches) -> Vec<usize> {
        let mut entries_targeting = self.others.clone();
        let owners = matched
            .patterns
            .iter()
            .filter_map(|pattern| self.owners.get(pattern));
        entries_targeting.extend(owners.flatten());
        entries_targeting.sort_unstable();
        entries_targeting.dedup();
        entries_targeting
    }

    /// The entries whose targets may match a sample text of a set.
    pub(super) fn entries_near(&mut self, set: &TextSet) -> Vec<usize> {
        let patterns = &self.facts.texts.patterns;
        let first = set.patterns.first();
        let Some(sample) = first.map(|pattern| patterns.sample(*pattern, b"x")) else {
            return Vec::new();
        };
        match self.matched(&sample) {
            Ok(matched) => self.entries_targeting(&matched),
            Err(Undecided) => Vec::new(),
        }
    }
}
