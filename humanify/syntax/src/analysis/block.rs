//! `Block`: all statements of a site, prepared for analysis.

use std::collections::HashMap;

use super::expression::TooMuch;
use super::formula::{Fact, Facts, Formula};
use super::patterns::Pattern;
use super::search::Budget;
use super::texts::{Matched, TextSet};
use super::trie::Trie;
use super::values::Values;
use crate::{Action, DEFAULT_EXEMPTIONS, Field, Statement, Target};

/// The step budget that all questions about a block share.
const BUDGET: usize = 200_000;

/// Steps added to the budget for each statement.
const MORE: usize = 200;

/// A target and the set of texts that it matches.
#[derive(Debug, Clone)]
pub(super) struct Aim {
    pub(super) target: Target,
    pub(super) set: TextSet,
}

/// What a text stands for when targets are compared with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum World {
    /// The text is a request's path; its route and its handler are unknown.
    Path,
    /// The text is the path of a request that the router matched with this template.
    Route(&'static str),
    /// The text is a handler's name; the path is unknown.
    Endpoint,
}

/// The scope whose texts a target is compared with.
pub(super) const fn world(target: &Target) -> World {
    match target {
        Target::Route(template) => World::Route(template),
        Target::Endpoint(_) | Target::EndpointRegex(_) => World::Endpoint,
        _ => World::Path,
    }
}

/// A statement with its targets and its condition in analysable form.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) statement: Statement,
    /// The number that findings report the statement by; `None` for the default exemptions.
    pub(super) number: Option<usize>,
    pub(super) on: Vec<Aim>,
    pub(super) except: Vec<Aim>,
    /// The formula under which the statement acts on a request that its targets match.
    pub(super) acts: Formula,
    /// The sets that its condition compares the path with.
    pub(super) paths: Vec<TextSet>,
}

impl Entry {
    /// Whether its targets match a text: one of `on` does, or `on` is empty, and none of `except`
    /// does.
    pub(super) fn aims_at(&self, world: World, matched: &Matched) -> bool {
        let hits = |aim: &Aim| aim.hits(world, matched);
        (self.on.is_empty() || self.on.iter().any(hits)) && !self.except.iter().any(hits)
    }

    /// Whether `except` holds a target that the scope does not decide.
    pub(super) fn is_open(&self, world: World) -> bool {
        self.except.iter().any(|aim| !aim.is_told(world))
    }

    /// All sets of texts that decide in a scope whether it acts.
    pub(super) fn sets(&self, world: World) -> impl Iterator<Item = &TextSet> {
        let aims = self.on.iter().chain(&self.except);
        let told = aims
            .filter(move |aim| aim.is_told(world))
            .map(|aim| &aim.set);
        let paths = (world != World::Endpoint).then_some(&self.paths);
        told.chain(paths.into_iter().flatten())
    }
}

impl Aim {
    /// Whether the target matches a text. A target that the scope does not decide does not match.
    pub(super) fn hits(&self, known: World, matched: &Matched) -> bool {
        match (world(&self.target), known) {
            (World::Route(template), World::Route(given)) => template == given,
            (World::Route(_), _) => false,
            (World::Endpoint, World::Endpoint) | (World::Path, World::Path | World::Route(_)) => {
                self.set.holds(matched)
            }
            (World::Path, World::Endpoint) => self.set.everything,
            (World::Endpoint, _) => false,
        }
    }

    /// Whether the scope decides if the target matches.
    pub(super) fn is_told(&self, known: World) -> bool {
        match (world(&self.target), known) {
            (World::Path, World::Endpoint) => self.set.everything,
            (World::Path, _) | (World::Endpoint, World::Endpoint) => true,
            (World::Route(_), World::Route(_)) => true,
            _ => false,
        }
    }
}

/// All statements in their order, after the default exemptions.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) entries: Vec<Entry>,
    pub(super) facts: Facts,
    pub(super) values: Values,
    pub(super) budget: Budget,
    /// The entries for which the budget did not suffice to find out whether they ever act.
    pub(super) undecided: Vec<usize>,
    /// For each pattern, the entries that have it as a target.
    owners: HashMap<Pattern, Vec<usize>>,
    /// The entries without targets, or with targets that are not patterns alone.
    others: Vec<usize>,
    patterns: Vec<Pattern>,
    expressions: Vec<usize>,
    /// All patterns; built when the first text is matched.
    trie: Option<Trie>,
}

impl Block {
    /// Prepares the statements of a site. Findings report each statement by the number beside it.
    pub(super) fn new<'s>(
        statements: impl IntoIterator<Item = (usize, &'s Statement)>,
        default_exemptions: bool,
    ) -> Block {
        let mut block = Block {
            entries: Vec::new(),
            facts: Facts::new(),
            values: Values::default(),
            budget: Budget(BUDGET),
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
            block.budget.0 += MORE;
            block.add(Some(number), *statement);
        }
        block
    }

    fn add(&mut self, number: Option<usize>, statement: Statement) {
        let entry = self.read(number, statement);
        let position = self.entries.len();
        let mut is_other = entry.on.is_empty();
        for aim in &entry.on {
            is_other |= aim.set.everything
                || !aim.set.expressions.is_empty()
                || matches!(aim.target, Target::Route(_));
            for pattern in &aim.set.patterns {
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
            .map(|aim| &aim.set)
            .chain(&entry.paths)
        {
            self.patterns.extend(&set.patterns);
            self.expressions.extend(&set.expressions);
        }
        self.entries.push(entry);
    }

    /// Prepares a statement without adding it to the block.
    pub(super) fn read(&mut self, number: Option<usize>, statement: Statement) -> Entry {
        let mut aims = |targets: &[Target]| -> Vec<Aim> {
            targets
                .iter()
                .map(|target| Aim {
                    target: *target,
                    set: self.facts.texts.target(target),
                })
                .collect()
        };
        let (on, except) = (aims(statement.on), aims(statement.except));
        let acts = self.facts.acts(&statement);
        let mut paths = Vec::new();
        acts.each_fact(&mut |fact| {
            if let Fact::Some(Field::Path, set) = fact {
                paths.extend(self.facts.sets.get(set).cloned());
            }
        });
        Entry {
            statement,
            number,
            on,
            except,
            acts,
            paths,
        }
    }

    /// The patterns and expressions of the block that a text matches.
    pub(super) fn matched(&mut self, text: &[u8]) -> Result<Matched, TooMuch> {
        let trie = match &self.trie {
            Some(trie) => trie,
            None => {
                self.patterns.sort_unstable();
                self.patterns.dedup();
                self.expressions.sort_unstable();
                self.expressions.dedup();
                let trie = Trie::new(&self.facts.texts.patterns, &self.patterns);
                self.trie.insert(trie)
            }
        };
        let (patterns, looked_at) = trie.matched(text);
        self.budget
            .spend(text.len() + looked_at / 16)
            .ok_or(TooMuch)?;
        self.facts.texts.matched(patterns, &self.expressions, text)
    }

    /// The entries whose targets may match a text, in order.
    pub(super) fn aiming(&self, matched: &Matched) -> Vec<usize> {
        let mut aiming = self.others.clone();
        let owners = matched
            .patterns
            .iter()
            .filter_map(|pattern| self.owners.get(pattern));
        aiming.extend(owners.flatten());
        aiming.sort_unstable();
        aiming.dedup();
        aiming
    }

    /// The entries whose targets may match a sample text of a set.
    pub(super) fn near(&mut self, set: &TextSet) -> Vec<usize> {
        let patterns = &self.facts.texts.patterns;
        let first = set.patterns.first();
        let Some(sample) = first.map(|pattern| patterns.sample(*pattern, b"x")) else {
            return Vec::new();
        };
        match self.matched(&sample) {
            Ok(matched) => self.aiming(&matched),
            Err(TooMuch) => Vec::new(),
        }
    }
}
