//! Finds out whether a statement ever acts: searches for a request on which no other statement
//! shadows it.

use std::collections::HashSet;

use super::block::{BlockEntry, MatchScope, RuleBlock, TargetTexts};
use super::expression::Undecided;
use super::formula::Formula;
use super::order::shadows;
use super::path::is_path;
use super::request::ExampleRequest;
use super::search::{Domain, Search, Searcher};
use super::solve::Solver;
use super::texts::{TextMatches, TextSet};

/// Whether a statement acts on a request that one of its targets matches.
#[derive(Debug, Clone)]
pub(super) enum Reach {
    /// The statement acts on some request.
    Acts,
    /// These entries shadow the statement on every request; the request is an example.
    Shadowed(Vec<usize>, Box<ExampleRequest>),
    /// No request fulfils the statement's targets and condition.
    Unsatisfiable,
    /// The budget does not shadow_everywhere to find out.
    Undecided,
}

/// The largest number of match classes that are kept to find the shadowing entries.
const MAX_MATCH_CLASSES: usize = 1_000;

impl RuleBlock {
    /// Finds out whether an entry acts where one of its targets matches; `None` stands for every
    /// path.
    pub(super) fn reach(&mut self, position: usize, target: Option<usize>) -> Reach {
        let Some(entry) = self.entries.get(position) else {
            return Reach::Undecided;
        };
        let target_texts = target.and_then(|target| entry.on.get(target));
        let known = target_texts.map_or(MatchScope::Path, |target_texts| target_texts.scope());
        let must =
            target_texts.map_or_else(TextSet::everything, |target_texts| target_texts.set.clone());
        if must.unknown {
            return Reach::Undecided;
        }
        let mut query = ReachQuery::new(position, known, must);
        match self.ask(&mut query) {
            Ok(Some(_)) => Reach::Acts,
            Ok(None) if query.match_classes.is_empty() => Reach::Unsatisfiable,
            Ok(None) => self.shadowing(&query).unwrap_or(Reach::Undecided),
            Err(Undecided) => Reach::Undecided,
        }
    }

    /// A request on which an entry acts if no other entry does.
    pub(super) fn acting(&mut self, position: usize) -> Option<ExampleRequest> {
        let entry = self.entries.get(position)?;
        let on: Vec<Option<TargetTexts>> = match entry.on.is_empty() {
            true => vec![None],
            false => entry.on.iter().cloned().map(Some).collect(),
        };
        for target_texts in on.into_iter().take(4) {
            let known = target_texts
                .as_ref()
                .map_or(MatchScope::Path, |target_texts| target_texts.scope());
            let must =
                target_texts.map_or_else(TextSet::everything, |target_texts| target_texts.set);
            let query = ReachQuery::new(position, known, must);
            for text in self.samples(&query) {
                let matched = self.matched(&text).ok()?;
                let entry = self.entries.get(position)?;
                if query.must.holds(&matched)
                    && entry.targets_match(known, &matched)
                    && let Some(mut request) = self.solve(position, None, &[], &matched).ok()?
                {
                    query.write_text(&mut request, &text);
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
    ) -> Result<Option<ExampleRequest>, Undecided> {
        let sets = |position: usize| -> Vec<(TextSet, MatchScope)> {
            let of = |target_texts: &TargetTexts| (target_texts.set.clone(), target_texts.scope());
            match self.entries.get(position) {
                Some(entry) if !entry.on.is_empty() => entry.on.iter().map(of).collect(),
                _ => vec![(TextSet::everything(), MatchScope::Path)],
            }
        };
        let (first, second) = (sets(position), sets(other));
        for (must, scope) in &first {
            for (also, other_scope) in &second {
                let known = match [scope, other_scope].contains(&&MatchScope::Slash) {
                    true => MatchScope::Slash,
                    false => MatchScope::Path,
                };
                let mut query = ReachQuery::new(position, known, must.clone());
                query.with = Some((other, also.clone()));
                if let Some(request) = self.ask(&mut query)? {
                    return Ok(Some(request));
                }
            }
        }
        Ok(None)
    }

    fn ask(&mut self, query: &mut ReachQuery) -> Result<Option<ExampleRequest>, Undecided> {
        for text in self.samples(query) {
            let matched = self.matched(&text)?;
            if query.must.holds(&matched)
                && let Some(request) = self.acts_on(query, &text, &matched)?
            {
                return Ok(Some(request));
            }
        }
        self.search(query)
    }

    /// Texts that the target may match. They are tried before a search, which costs more.
    fn samples(&self, query: &ReachQuery) -> Vec<Vec<u8>> {
        let Some(entry) = self.entries.get(query.position) else {
            return Vec::new();
        };
        let patterns = &self.facts.texts.patterns;
        let mut samples: Vec<Vec<u8>> = Vec::new();
        let paths = entry.paths.iter().flat_map(|set| &set.patterns);
        for fill in [&b"x"[..], b"zq", b"/x"] {
            let of_target = query.must.patterns.iter().take(4);
            let all = of_target.chain(paths.clone().take(16));
            samples.extend(all.map(|pattern| patterns.sample(*pattern, fill)));
        }
        if query.must.everything {
            samples.extend([b"/x".to_vec(), b"/zq/zq".to_vec(), b"/".to_vec()]);
        }
        if query.scope != MatchScope::Endpoint {
            samples.retain(|sample| is_path(sample));
        }
        samples
    }

    /// Searches for a request that no rival shadows. The search distinguishes only the sets of
    /// rivals met so far, to stay small; each text that it finds is then compared with all entries.
    /// A new rival restarts the search.
    fn search(&mut self, query: &mut ReachQuery) -> Result<Option<ExampleRequest>, Undecided> {
        let domain = match query.scope {
            MatchScope::Endpoint => Domain::Any,
            _ => Domain::Paths,
        };
        let mut met: HashSet<usize> = query
            .match_classes
            .iter()
            .flat_map(MatchClass::rivals)
            .collect();
        'again: loop {
            let sets = self.distinguishing_sets(query, &met);
            let mut must = vec![query.must.clone()];
            must.extend(query.with.iter().map(|(_, set)| set.clone()));
            let mut searcher = Searcher::new(&mut self.facts.texts, must, &sets, domain)?;
            loop {
                let text = match searcher.next(&mut self.facts.texts, &mut self.budget) {
                    Search::Undecided => return Err(Undecided),
                    Search::Nothing => return Ok(None),
                    Search::Found(text, _) => text,
                };
                let matched = self.matched(&text)?;
                let before = query.match_classes.len();
                if let Some(request) = self.acts_on(query, &text, &matched)? {
                    return Ok(Some(request));
                }
                let new = query
                    .match_classes
                    .iter()
                    .skip(before)
                    .flat_map(MatchClass::rivals);
                let known = met.len();
                met.extend(new);
                if met.len() > known {
                    continue 'again;
                }
            }
        }
    }

    /// The sets that decide whether the entry or one of these rivals acts.
    fn distinguishing_sets(&self, query: &ReachQuery, rivals: &HashSet<usize>) -> Vec<TextSet> {
        let with = query.with.iter().map(|(other, _)| *other);
        let own = std::iter::once(query.position)
            .chain(with)
            .filter_map(|position| self.entries.get(position));
        let rivals = rivals.iter().filter_map(|rival| self.entries.get(*rival));
        own.chain(rivals)
            .flat_map(|entry| entry.sets(query.scope))
            .cloned()
            .collect()
    }

    fn is_rival(&self, query: &ReachQuery, other: usize) -> bool {
        let (Some(entry), Some(rival)) =
            (self.entries.get(query.position), self.entries.get(other))
        else {
            return false;
        };
        other != query.position
            && shadows(&rival.statement, other < query.position, &entry.statement)
            && !rival.may_be_excepted(query.scope)
            && !rival
                .except
                .iter()
                .any(|target_texts| target_texts.set.unknown)
    }

    /// A request with this text on which the entry acts and no rival does.
    fn acts_on(
        &mut self,
        query: &mut ReachQuery,
        text: &[u8],
        matched: &TextMatches,
    ) -> Result<Option<ExampleRequest>, Undecided> {
        let known = query.scope;
        let matches = |entry: &BlockEntry| entry.targets_match(known, matched);
        let with = query.with.as_ref().map(|(other, _)| *other);
        let mut acting = std::iter::once(query.position).chain(with);
        if !acting.all(|position| self.entries.get(position).is_some_and(matches)) {
            return Ok(None);
        }
        let mut rivals = self.entries_targeting(matched);
        rivals.retain(|other| {
            self.is_rival(query, *other) && self.entries.get(*other).is_some_and(matches)
        });
        let mut found = self.solve(query.position, with, &rivals, matched)?;
        if let Some(request) = &mut found {
            query.write_text(request, text);
        }
        if found.is_none()
            && query.match_classes.len() < MAX_MATCH_CLASSES
            && let Some(mut request) = self.solve(query.position, with, &[], matched)?
        {
            query.write_text(&mut request, text);
            query.match_classes.push(MatchClass {
                matched: matched.clone(),
                rivals,
                request,
            });
        }
        Ok(found)
    }

    /// A request on which an entry acts and none of the entries in `without` does.
    fn solve(
        &mut self,
        position: usize,
        with: Option<usize>,
        without: &[usize],
        matched: &TextMatches,
    ) -> Result<Option<ExampleRequest>, Undecided> {
        let acts = |position: &usize| self.entries.get(*position).map(|entry| &entry.acts);
        let own = acts(&position).ok_or(Undecided)?;
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

    /// The entries that shadow the queried one; as few as shadow_everywhere.
    fn shadowing(&mut self, query: &ReachQuery) -> Option<Reach> {
        let mut rivals: Vec<usize> = query
            .match_classes
            .iter()
            .flat_map(|class| class.rivals.clone())
            .collect();
        rivals.sort_unstable();
        rivals.dedup();
        let first = query.match_classes.first()?;
        let single = rivals
            .iter()
            .copied()
            .find(|one| self.shadow_everywhere(query, &[*one]));
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
                    if self.shadow_everywhere(query, &fewer) {
                        needed = fewer;
                    }
                }
                needed
            }
        };
        Some(Reach::Shadowed(needed, Box::new(first.request.clone())))
    }

    fn shadow_everywhere(&mut self, query: &ReachQuery, rivals: &[usize]) -> bool {
        query.match_classes.iter().all(|class| {
            let of_class: Vec<usize> = rivals
                .iter()
                .copied()
                .filter(|one| class.rivals.contains(one))
                .collect();
            matches!(
                self.solve(query.position, None, &of_class, &class.matched),
                Ok(None)
            )
        })
    }
}

/// The query whether an entry ever acts where a target matches.
#[derive(Debug)]
struct ReachQuery {
    position: usize,
    scope: MatchScope,
    must: TextSet,
    /// Another entry that has to act as well, and what one of its targets hits.
    with: Option<(usize, TextSet)>,
    /// The ways of fitting in which it would act, were it not for rivals.
    match_classes: Vec<MatchClass>,
}

#[derive(Debug)]
struct MatchClass {
    matched: TextMatches,
    rivals: Vec<usize>,
    request: ExampleRequest,
}

impl MatchClass {
    fn rivals(&self) -> impl Iterator<Item = usize> {
        self.rivals.iter().copied()
    }
}

impl ReachQuery {
    fn new(position: usize, scope: MatchScope, must: TextSet) -> ReachQuery {
        ReachQuery {
            position,
            scope,
            must,
            with: None,
            match_classes: Vec::new(),
        }
    }

    /// Writes the text into the request.
    fn write_text(&self, request: &mut ExampleRequest, text: &[u8]) {
        let text = String::from_utf8_lossy(text).into_owned();
        match self.scope {
            MatchScope::Endpoint => {
                request.endpoint = Some(text);
                request.path = "/".to_owned();
            }
            MatchScope::Route(template) => {
                request.route = Some(template);
                request.path = text;
            }
            MatchScope::Path => request.path = text,
            MatchScope::Slash => request.path = text + "/",
        }
    }
}
