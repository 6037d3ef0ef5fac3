//! Whether a statement ever acts: searches for a request on which no other statement ends it.

use std::collections::HashSet;

use super::block::{Aim, Block, Entry, World, world};
use super::expression::TooMuch;
use super::formula::Formula;
use super::order::ends;
use super::path::is_path;
use super::request::Request;
use super::search::{Domain, Search, Searcher};
use super::solve::Solver;
use super::texts::{Matched, TextSet};

/// What becomes of a statement where a target hits.
#[derive(Debug, Clone)]
pub(super) enum Reach {
    /// It acts on some request.
    Acts,
    /// These entries end it on every request, as on this one.
    Ended(Vec<usize>, Box<Request>),
    /// It asks for what no request is.
    Nothing,
    /// Nobody knows.
    Undecided,
}

/// How many ways in which paths fit are kept, to find out who ends a statement.
const MOST_WAYS: usize = 1_000;

impl Block {
    /// What becomes of an entry where one of its targets hits.
    pub(super) fn reach(&mut self, position: usize, target: Option<usize>) -> Reach {
        let Some(entry) = self.entries.get(position) else {
            return Reach::Undecided;
        };
        let aim = target.and_then(|target| entry.on.get(target));
        let known = aim.map_or(World::Path, |aim| world(&aim.target));
        let must = aim.map_or_else(TextSet::everything, |aim| aim.set.clone());
        if must.unknown {
            return Reach::Undecided;
        }
        let mut question = Question::new(position, known, must);
        match self.ask(&mut question) {
            Ok(Some(_)) => Reach::Acts,
            Ok(None) if question.ways.is_empty() => Reach::Nothing,
            Ok(None) => self.ended(&question).unwrap_or(Reach::Undecided),
            Err(TooMuch) => Reach::Undecided,
        }
    }

    /// A request on which an entry acts where no other does.
    pub(super) fn acting(&mut self, position: usize) -> Option<Request> {
        let entry = self.entries.get(position)?;
        let on: Vec<Option<Aim>> = match entry.on.is_empty() {
            true => vec![None],
            false => entry.on.iter().cloned().map(Some).collect(),
        };
        for aim in on.into_iter().take(4) {
            let known = aim.as_ref().map_or(World::Path, |aim| world(&aim.target));
            let must = aim.map_or_else(TextSet::everything, |aim| aim.set);
            let question = Question::new(position, known, must);
            for text in self.samples(&question) {
                let matched = self.matched(&text).ok()?;
                let entry = self.entries.get(position)?;
                if question.must.holds(&matched)
                    && entry.aims_at(known, &matched)
                    && let Some(mut request) = self.solve(position, None, &[], &matched).ok()?
                {
                    question.place(&mut request, &text);
                    return Some(request);
                }
            }
        }
        None
    }

    /// A request on which two entries act, and none that ends the first.
    pub(super) fn acting_with(
        &mut self,
        position: usize,
        other: usize,
    ) -> Result<Option<Request>, TooMuch> {
        let sets = |position: usize| -> Vec<TextSet> {
            match self.entries.get(position) {
                Some(entry) if !entry.on.is_empty() => {
                    entry.on.iter().map(|aim| aim.set.clone()).collect()
                }
                _ => vec![TextSet::everything()],
            }
        };
        let (first, second) = (sets(position), sets(other));
        for must in &first {
            for also in &second {
                let mut question = Question::new(position, World::Path, must.clone());
                question.with = Some((other, also.clone()));
                if let Some(request) = self.ask(&mut question)? {
                    return Ok(Some(request));
                }
            }
        }
        Ok(None)
    }

    fn ask(&mut self, question: &mut Question) -> Result<Option<Request>, TooMuch> {
        for text in self.samples(question) {
            let matched = self.matched(&text)?;
            if question.must.holds(&matched)
                && let Some(request) = self.acts_on(question, &text, &matched)?
            {
                return Ok(Some(request));
            }
        }
        self.search(question)
    }

    /// Texts that the target hits, to be tried before a search.
    fn samples(&self, question: &Question) -> Vec<Vec<u8>> {
        let Some(entry) = self.entries.get(question.position) else {
            return Vec::new();
        };
        let patterns = &self.facts.texts.patterns;
        let mut samples: Vec<Vec<u8>> = Vec::new();
        let paths = entry.paths.iter().flat_map(|set| &set.patterns);
        for fill in [&b"x"[..], b"zq", b"/x"] {
            let of_target = question.must.patterns.iter().take(4);
            let all = of_target.chain(paths.clone().take(16));
            samples.extend(all.map(|pattern| patterns.sample(*pattern, fill)));
        }
        if question.must.everything {
            samples.extend([b"/x".to_vec(), b"/zq/zq".to_vec(), b"/".to_vec()]);
        }
        if question.world != World::Endpoint {
            samples.retain(|sample| is_path(sample));
        }
        samples
    }

    /// Searches for a request that no rival takes. Of the rivals only those are told apart that
    /// were met so far: a text that they leave is asked of all.
    fn search(&mut self, question: &mut Question) -> Result<Option<Request>, TooMuch> {
        let domain = match question.world {
            World::Endpoint => Domain::Any,
            _ => Domain::Paths,
        };
        let mut met: HashSet<usize> = question.ways.iter().flat_map(Way::rivals).collect();
        'again: loop {
            let sets = self.told_apart(question, &met);
            let mut must = vec![question.must.clone()];
            must.extend(question.with.iter().map(|(_, set)| set.clone()));
            let mut searcher = Searcher::new(&mut self.facts.texts, must, &sets, domain)?;
            loop {
                let text = match searcher.next(&mut self.facts.texts, &mut self.budget) {
                    Search::Undecided => return Err(TooMuch),
                    Search::Nothing => return Ok(None),
                    Search::Found(text, _) => text,
                };
                let matched = self.matched(&text)?;
                let before = question.ways.len();
                if let Some(request) = self.acts_on(question, &text, &matched)? {
                    return Ok(Some(request));
                }
                let new = question.ways.iter().skip(before).flat_map(Way::rivals);
                let known = met.len();
                met.extend(new);
                if met.len() > known {
                    continue 'again;
                }
            }
        }
    }

    /// The sets that decide whether the entry acts, as far as the rivals are known.
    fn told_apart(&self, question: &Question, rivals: &HashSet<usize>) -> Vec<TextSet> {
        let with = question.with.iter().map(|(other, _)| *other);
        let own = std::iter::once(question.position)
            .chain(with)
            .filter_map(|position| self.entries.get(position));
        let rivals = rivals.iter().filter_map(|rival| self.entries.get(*rival));
        own.chain(rivals)
            .flat_map(|entry| entry.sets(question.world))
            .cloned()
            .collect()
    }

    fn is_rival(&self, question: &Question, other: usize) -> bool {
        let (Some(entry), Some(rival)) =
            (self.entries.get(question.position), self.entries.get(other))
        else {
            return false;
        };
        other != question.position
            && ends(
                &rival.statement,
                other < question.position,
                &entry.statement,
            )
            && !rival.is_open(question.world)
            && !rival.except.iter().any(|aim| aim.set.unknown)
    }

    /// A request that fits in this way, on which the entry acts and no rival does.
    fn acts_on(
        &mut self,
        question: &mut Question,
        text: &[u8],
        matched: &Matched,
    ) -> Result<Option<Request>, TooMuch> {
        let known = question.world;
        let aims = |entry: &Entry| entry.aims_at(known, matched);
        let with = question.with.as_ref().map(|(other, _)| *other);
        let mut acting = std::iter::once(question.position).chain(with);
        if !acting.all(|position| self.entries.get(position).is_some_and(aims)) {
            return Ok(None);
        }
        let mut rivals = self.aiming(matched);
        rivals.retain(|other| {
            self.is_rival(question, *other) && self.entries.get(*other).is_some_and(aims)
        });
        let mut found = self.solve(question.position, with, &rivals, matched)?;
        if let Some(request) = &mut found {
            question.place(request, text);
        }
        if found.is_none()
            && question.ways.len() < MOST_WAYS
            && let Some(mut request) = self.solve(question.position, with, &[], matched)?
        {
            question.place(&mut request, text);
            question.ways.push(Way {
                matched: matched.clone(),
                rivals,
                request,
            });
        }
        Ok(found)
    }

    /// A request on which an entry acts, with another one if that is asked, and none of some others.
    fn solve(
        &mut self,
        position: usize,
        with: Option<usize>,
        without: &[usize],
        matched: &Matched,
    ) -> Result<Option<Request>, TooMuch> {
        let acts = |position: &usize| self.entries.get(*position).map(|entry| &entry.acts);
        let own = acts(&position).ok_or(TooMuch)?;
        if without
            .iter()
            .filter_map(acts)
            .any(|other| *other == Formula::TRUE || other == own)
        {
            return Ok(None);
        }
        let others: Vec<Formula> = without.iter().filter_map(acts).map(Formula::not).collect();
        let with = with.and_then(|position| acts(&position));
        let formulas: Vec<&Formula> = std::iter::once(own).chain(with).chain(&others).collect();
        let mut solver = Solver {
            facts: &mut self.facts,
            values: &mut self.values,
            budget: &mut self.budget,
        };
        solver.request(&formulas, matched)
    }

    /// Which entries end the one that is asked about, as few as are needed.
    fn ended(&mut self, question: &Question) -> Option<Reach> {
        let mut rivals: Vec<usize> = question
            .ways
            .iter()
            .flat_map(|way| way.rivals.clone())
            .collect();
        rivals.sort_unstable();
        rivals.dedup();
        let first = question.ways.first()?;
        let single = rivals
            .iter()
            .copied()
            .find(|one| self.suffice(question, &[*one]));
        let needed = match single {
            Some(one) => vec![one],
            None => {
                let mut needed = rivals.clone();
                for one in rivals.iter().rev().take(32) {
                    let fewer: Vec<usize> = needed
                        .iter()
                        .copied()
                        .filter(|other| other != one)
                        .collect();
                    if self.suffice(question, &fewer) {
                        needed = fewer;
                    }
                }
                needed
            }
        };
        Some(Reach::Ended(needed, Box::new(first.request.clone())))
    }

    fn suffice(&mut self, question: &Question, rivals: &[usize]) -> bool {
        question.ways.iter().all(|way| {
            let of_way: Vec<usize> = rivals
                .iter()
                .copied()
                .filter(|one| way.rivals.contains(one))
                .collect();
            matches!(
                self.solve(question.position, None, &of_way, &way.matched),
                Ok(None)
            )
        })
    }
}

/// What is asked: whether an entry ever acts where a target hits.
#[derive(Debug)]
struct Question {
    position: usize,
    world: World,
    must: TextSet,
    /// Another entry that has to act as well, and what one of its targets hits.
    with: Option<(usize, TextSet)>,
    /// The ways of fitting in which it would act, were it not for rivals.
    ways: Vec<Way>,
}

#[derive(Debug)]
struct Way {
    matched: Matched,
    rivals: Vec<usize>,
    request: Request,
}

impl Way {
    fn rivals(&self) -> impl Iterator<Item = usize> {
        self.rivals.iter().copied()
    }
}

impl Question {
    fn new(position: usize, world: World, must: TextSet) -> Question {
        Question {
            position,
            world,
            must,
            with: None,
            ways: Vec::new(),
        }
    }

    /// Notes the text in the request.
    fn place(&self, request: &mut Request, text: &[u8]) {
        let text = String::from_utf8_lossy(text).into_owned();
        match self.world {
            World::Endpoint => {
                request.endpoint = Some(text);
                request.path = "/".to_owned();
            }
            World::Route(template) => {
                request.route = Some(template);
                request.path = text;
            }
            World::Path => request.path = text,
        }
    }
}
