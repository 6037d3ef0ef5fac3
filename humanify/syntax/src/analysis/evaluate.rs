//! Evaluates entries and formulas for one partly known request.

use super::block::{MatchScope, RuleBlock};
use super::formula::{Fact, Facts, Formula};
use super::request::ExampleRequest;
use super::texts::TextMatches;
use crate::{Field, Target};

impl RuleBlock {
    /// Whether an entry acts on a request. `None` if the request leaves it open.
    pub(super) fn acts_on_request(
        &mut self,
        position: usize,
        request: &ExampleRequest,
    ) -> Option<bool> {
        self.acts_on_partly_known(position, request, |_| false)
    }

    /// Whether an entry acts on a request that may send more than its values: those of the fields
    /// for which `may_send` holds. `None` if the request leaves it open.
    pub(super) fn acts_on_partly_known(
        &mut self,
        position: usize,
        request: &ExampleRequest,
        may_send: fn(Field) -> bool,
    ) -> Option<bool> {
        if request.endpoint.is_some() {
            return None;
        }
        let path = request.path.as_bytes();
        let (path, known) = match (path, request.route) {
            ([before @ .., b'/'], None) if !before.is_empty() => (before, MatchScope::Slash),
            (path, Some(route)) => (path, MatchScope::Route(route)),
            (path, None) => (path, MatchScope::Path),
        };
        let matched = self.matched(path).ok()?;
        let entry = self.entries.get(position)?;
        if entry.may_be_excepted(known) {
            return None;
        }
        if !entry.targets_match(known, &matched) {
            let is_about_paths = |target: &Target| !matches!(target, Target::Route(_));
            let all_decided = entry
                .on
                .iter()
                .all(|target_texts| target_texts.is_decided(known));
            return (all_decided || entry.statement.on.iter().all(is_about_paths)).then_some(false);
        }
        let request = KnownRequest { request, may_send };
        holds(&mut self.facts, &entry.acts, &request, &matched)
    }
}

/// What is known of a request.
struct KnownRequest<'a> {
    request: &'a ExampleRequest,
    /// Whether a field without a value in the request may have been sent.
    may_send: fn(Field) -> bool,
}

/// Whether a formula holds for a request. `None` if the request leaves it open.
fn holds(
    facts: &mut Facts,
    formula: &Formula,
    request: &KnownRequest<'_>,
    path: &TextMatches,
) -> Option<bool> {
    let (parts, all) = match formula {
        Formula::Is(fact, affirmed) => {
            let known = truth_of(facts, *fact, request, path)?;
            return Some(known == *affirmed);
        }
        Formula::All(parts) => (parts, true),
        Formula::Any(parts) => (parts, false),
    };
    let mut known = Some(all);
    for part in parts {
        match holds(facts, part, request, path) {
            Some(part) if part == all => {}
            Some(_) => return Some(!all),
            None => known = None,
        }
    }
    known
}

fn truth_of(
    facts: &mut Facts,
    fact: Fact,
    known: &KnownRequest<'_>,
    path: &TextMatches,
) -> Option<bool> {
    let request = known.request;
    match fact {
        Fact::Sign(sign) => {
            let known = request.signs.iter().find(|(known, _)| *known == sign);
            known.map(|(_, holds)| *holds)
        }
        Fact::Cleared(_) => request.has_clearance,
        Fact::Network(number) => {
            let address = request.address?;
            let networks = facts.networks.get(number)?;
            Some(networks.iter().any(|network| network.contains(&address)))
        }
        Fact::Hits(Target::Route(template)) => request.route.map(|route| route == template),
        Fact::Hits(_) => None,
        Fact::Slash => Some(request.path.len() > 1 && request.path.ends_with('/')),
        Fact::Some(Field::Path, number) => Some(facts.sets.get(number)?.holds(path)),
        Fact::Some(field, number) => {
            let values = values(known, field)?;
            let mut inside = values.iter().map(|value| is_in(facts, number, value));
            inside.try_fold(false, |any, inside| Some(any || inside?))
        }
        Fact::Every(field, number) => {
            let values = values(known, field)?;
            let mut inside = values.iter().map(|value| is_in(facts, number, value));
            let all = inside.try_fold(true, |all, inside| Some(all && inside?))?;
            Some(all && !values.is_empty())
        }
    }
}

fn is_in(facts: &mut Facts, number: usize, value: &str) -> Option<bool> {
    let Facts { texts, sets, .. } = facts;
    let set = sets.get(number).filter(|set| !set.unknown)?;
    let matched = texts.matched_of(set, value.as_bytes()).ok()?;
    Some(set.holds(&matched))
}

/// The values of a field; `None` if they are unknown. An argument, header or cookie without values
/// was not sent.
fn values<'a>(known: &KnownRequest<'a>, field: Field) -> Option<Vec<&'a str>> {
    let request = known.request;
    if field == Field::Method {
        return Some(vec![request.method()]);
    }
    let values = request.values.iter().filter(|(known, _)| *known == field);
    let values: Vec<&str> = values.map(|(_, value)| value.as_str()).collect();
    let is_sent = matches!(
        field,
        Field::Arg(_) | Field::Header(_) | Field::Cookie(_) | Field::ContentType
    );
    let is_missing = is_sent && !(known.may_send)(field);
    (is_missing || !values.is_empty()).then_some(values)
}
