//! `Block`: all statements of a site, prepared for questions.

use std::collections::HashMap;

use super::expression::TooMuch;
use super::formula::{Fact, Facts, Formula};
use super::patterns::Pattern;
use super::search::Budget;
use super::texts::{Matched, TextSet};
use super::trie::Trie;
use super::values::Values;
use crate::{Action, DEFAULT_EXEMPTIONS, Field, Statement, Target};

/// How many steps all questions about a block may take together.
const BUDGET: usize = 200_000;

/// How many more they may take for each statement.
const MORE: usize = 200;

/// How many pairs of statements are asked about, whether both act on one request.
const QUESTIONS: usize = 100;

/// A target, with the texts that it is about.
#[derive(Debug, Clone)]
pub(super) struct Aim {
    pub(super) target: Target,
    pub(super) set: TextSet,
}

/// What a text is that targets are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum World {
    /// Of a request nothing is given but the path.
    Path,
    /// The router answers by this template.
    Route(&'static str),
    /// The text is the handler's name, and the path may be any.
    Endpoint,
}

/// Where the texts of a target are looked for.
pub(super) const fn world(target: &Target) -> World {
    match target {
        Target::Route(template) => World::Route(template),
        Target::Endpoint(_) | Target::EndpointRegex(_) => World::Endpoint,
        _ => World::Path,
    }
}

/// One statement.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) statement: Statement,
    /// Where it is written; none of the default exemptions.
    pub(super) number: Option<usize>,
    pub(super) on: Vec<Aim>,
    pub(super) except: Vec<Aim>,
    /// When it acts on what it aims at.
    pub(super) acts: Formula,
    /// The sets that paths are compared with in its condition.
    pub(super) paths: Vec<TextSet>,
}

impl Entry {
    /// Whether it aims at a request.
    pub(super) fn aims_at(&self, world: World, matched: &Matched) -> bool {
        let hits = |aim: &Aim| aim.hits(world, matched);
        (self.on.is_empty() || self.on.iter().any(hits)) && !self.except.iter().any(hits)
    }

    /// Whether it may depend on what a world leaves open whether the statement is meant.
    pub(super) fn is_open(&self, world: World) -> bool {
        self.except.iter().any(|aim| !aim.is_told(world))
    }

    /// All sets of texts that it depends on in a world.
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
    /// Whether it is about a request. What a world leaves open, it is not about.
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

    /// Whether a world says all that it depends on.
    pub(super) fn is_told(&self, known: World) -> bool {
        match (world(&self.target), known) {
            (World::Path, World::Endpoint) => self.set.everything,
            (World::Path, _) | (World::Endpoint, World::Endpoint) => true,
            (World::Route(_), World::Route(_)) => true,
            _ => false,
        }
    }
}

/// The statements, the default exemptions first.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) entries: Vec<Entry>,
    pub(super) facts: Facts,
    pub(super) values: Values,
    pub(super) budget: Budget,
    /// How many pairs of statements may still be asked about, whether both act on one request.
    pub(super) questions: usize,
    /// The entries of which it took too many steps to say whether they ever act.
    pub(super) undecided: Vec<usize>,
    /// The entries that name a pattern as a target.
    owners: HashMap<Pattern, Vec<usize>>,
    /// The entries that name targets of other kinds, or none.
    others: Vec<usize>,
    patterns: Vec<Pattern>,
    expressions: Vec<usize>,
    /// All patterns, once a text is held against them.
    trie: Option<Trie>,
}

impl Block {
    /// The statements of a site. Each is given with the number that it is reported by.
    pub(super) fn new<'s>(
        statements: impl IntoIterator<Item = (usize, &'s Statement)>,
        default_exemptions: bool,
    ) -> Block {
        let mut block = Block {
            entries: Vec::new(),
            facts: Facts::new(),
            values: Values::default(),
            budget: Budget(BUDGET),
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

    /// Reads a statement that need not be one of the block.
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

    /// What of all patterns and expressions of the block a text fits.
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

    /// The entries that may aim at a text, in order.
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

    /// The entries that aim at one of the texts of a set, which stands for the others.
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
