//! Finds values of fields that are in some sets and not in others.

use std::collections::HashMap;

use super::expression::Undecided;
use super::formula::Facts;
use super::search::{Budget, Domain, Search, Searcher};
use super::texts::TextSet;
use crate::{CrawlerKind, Field, METHODS, names};

/// What formulas demand of a field's values. Sets are given by number.
#[derive(Debug, Default)]
pub(super) struct ValueConstraints {
    /// At least one value is in each of these sets.
    pub(super) some: Vec<usize>,
    /// No value is in any of these sets.
    pub(super) none: Vec<usize>,
    /// There are values, and all of them are in each of these sets.
    pub(super) every: Vec<usize>,
    /// There are no values, or at least one is outside of each of these sets.
    pub(super) not_every: Vec<usize>,
}

/// A method outside of [`METHODS`].
const OTHER_METHOD: &str = "PROPFIND";

/// A cache of the values that were found.
#[derive(Debug, Default)]
pub(super) struct ValueFinder {
    known: HashMap<(Vec<usize>, Vec<usize>, Domain), Option<String>>,
}

/// The values found; `None` if there are none.
type FoundValue<T> = Result<Option<T>, Undecided>;

impl ValueFinder {
    /// The value of a field that has exactly one of few possible values.
    pub(super) fn one(
        &mut self,
        facts: &mut Facts,
        field: Field,
        wanted: &ValueConstraints,
    ) -> FoundValue<Vec<String>> {
        let usual = ["GET", "POST"].into_iter();
        let candidates: Vec<&str> = match field {
            Field::Method => usual
                .chain(METHODS.iter().copied())
                .chain([OTHER_METHOD])
                .collect(),
            _ => vec!["https", "http"],
        };
        first(facts, &candidates, wanted).map(|found| found.map(|value| vec![value.to_owned()]))
    }

    /// The name of a VPN provider; empty if the client uses no VPN.
    pub(super) fn provider(
        &mut self,
        facts: &mut Facts,
        wanted: &ValueConstraints,
        is_vpn: Option<bool>,
    ) -> FoundValue<Vec<String>> {
        if is_vpn != Some(true) && wanted.some.is_empty() {
            return Ok(Some(Vec::new()));
        }
        if is_vpn == Some(false) {
            return Ok(None);
        }
        let found = first(facts, names::VPN_PROVIDERS, wanted)?;
        Ok(found.map(|value| vec![value.to_owned()]))
    }

    /// The name and kind of a crawler; empty if the client is none.
    pub(super) fn crawler(
        &mut self,
        facts: &mut Facts,
        name: &ValueConstraints,
        kind: &ValueConstraints,
        is_crawler: Option<bool>,
    ) -> FoundValue<Vec<(Field, String)>> {
        let is_named = !name.some.is_empty() || !kind.some.is_empty();
        if is_crawler != Some(true) && !is_named {
            return Ok(Some(Vec::new()));
        }
        if is_crawler == Some(false) {
            return Ok(None);
        }
        let kinds: Vec<&str> = CrawlerKind::NAMES.iter().map(|(name, _)| *name).collect();
        let found = |name: Option<String>, kind: &str| {
            let name = name.map(|name| (Field::Crawler, name));
            Some(
                name.into_iter()
                    .chain([(Field::CrawlerKind, kind.to_owned())])
                    .collect(),
            )
        };
        if name.some.is_empty() && name.none.is_empty() {
            let known = first(facts, &kinds, kind)?;
            return Ok(known.and_then(|kind| found(None, kind)));
        }
        if let Some(named) = candidates(facts, name) {
            for candidate in named {
                for of_kind in names::kinds_of(&candidate) {
                    if fits(facts, &candidate, name)? && fits(facts, of_kind.name(), kind)? {
                        return Ok(found(Some(candidate), of_kind.name()));
                    }
                }
            }
        } else {
            for (listed, of_kind) in names::crawlers() {
                if fits(facts, listed, name)? && fits(facts, of_kind.name(), kind)? {
                    return Ok(found(Some(listed.to_owned()), of_kind.name()));
                }
            }
        }
        // A signed agent has the name and the kind that the site's owner gave it.
        let (some, none, any) = (&name.some, &name.none, Domain::Any);
        let Some(other) = self.text(facts, some, none, any, &mut Budget(2_000))? else {
            return Ok(None);
        };
        if !names::kinds_of(&other).is_empty() {
            return Ok(None);
        }
        let known = first(facts, &kinds, kind)?;
        Ok(known.and_then(|kind| found(Some(other), kind)))
    }

    /// The values of a field that may have several.
    pub(super) fn several(
        &mut self,
        facts: &mut Facts,
        field: Field,
        wanted: &ValueConstraints,
        budget: &mut Budget,
    ) -> FoundValue<Vec<String>> {
        let domain = Domain::of(field);
        let mut values = Vec::new();
        for set in &wanted.some {
            let mut inside = wanted.every.clone();
            inside.push(*set);
            match self.text(facts, &inside, &wanted.none, domain, budget)? {
                Some(value) => values.push(value),
                None => return Ok(None),
            }
        }
        if values.is_empty() && !wanted.every.is_empty() {
            match self.text(facts, &wanted.every, &wanted.none, domain, budget)? {
                Some(value) => values.push(value),
                None => return Ok(None),
            }
        }
        if values.is_empty() {
            return Ok(Some(values));
        }
        for set in &wanted.not_every {
            let mut outside = wanted.none.clone();
            outside.push(*set);
            match self.text(facts, &wanted.every, &outside, domain, budget)? {
                Some(value) => values.push(value),
                None => return Ok(None),
            }
        }
        values.sort();
        values.dedup();
        Ok(Some(values))
    }

    /// A text of a domain that is in all sets of `inside` and in none of `outside`.
    pub(super) fn text(
        &mut self,
        facts: &mut Facts,
        inside: &[usize],
        outside: &[usize],
        domain: Domain,
        budget: &mut Budget,
    ) -> FoundValue<String> {
        let key = (inside.to_vec(), outside.to_vec(), domain);
        if let Some(known) = self.known.get(&key) {
            return Ok(known.clone());
        }
        let sets = |numbers: &[usize]| -> Vec<TextSet> {
            let sets = numbers.iter().filter_map(|number| facts.sets.get(*number));
            sets.cloned().collect()
        };
        let (inside, outside) = (sets(inside), sets(outside));
        if outside.iter().any(|set| set.everything) {
            self.known.insert(key, None);
            return Ok(None);
        }
        let mut searcher = Searcher::new(&mut facts.texts, inside, &outside, domain)?;
        let found = loop {
            match searcher.next(&mut facts.texts, budget) {
                Search::Found(_, matched) if outside.iter().any(|set| set.holds(&matched)) => {}
                Search::Found(text, _) => {
                    break Some(String::from_utf8_lossy(&text).into_owned());
                }
                Search::Nothing => break None,
                Search::Undecided => return Err(Undecided),
            }
        };
        self.known.insert(key, found.clone());
        Ok(found)
    }
}

/// The literal texts of which one value must be one, if a constraint lists them.
fn candidates(facts: &Facts, wanted: &ValueConstraints) -> Option<Vec<String>> {
    let sets = wanted
        .some
        .iter()
        .filter_map(|number| facts.sets.get(*number));
    sets.into_iter().find_map(|set| {
        let patterns = &facts.texts.patterns;
        let literals = set.patterns.iter().map(|pattern| {
            let text = patterns.literal(*pattern)?;
            String::from_utf8(text).ok()
        });
        match set.expressions.is_empty() && !set.everything {
            true => literals.collect(),
            false => None,
        }
    })
}

/// The first candidate that fulfils the constraints.
fn first<'c>(
    facts: &mut Facts,
    candidates: &[&'c str],
    wanted: &ValueConstraints,
) -> FoundValue<&'c str> {
    for candidate in candidates {
        if fits(facts, candidate, wanted)? {
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}

/// Whether the single value of a field fulfils the constraints.
fn fits(facts: &mut Facts, value: &str, wanted: &ValueConstraints) -> Result<bool, Undecided> {
    let Facts { texts, sets, .. } = facts;
    let mut holds = |number: &usize| match sets.get(*number) {
        Some(set) if set.unknown => Err(Undecided),
        Some(set) => {
            let matched = texts.matched_of(set, value.as_bytes())?;
            Ok(set.holds(&matched))
        }
        None => Err(Undecided),
    };
    for (numbers, expected) in [(&wanted.some, true), (&wanted.none, false)] {
        for number in numbers {
            if holds(number)? != expected {
                return Ok(false);
            }
        }
    }
    Ok(true)
}
