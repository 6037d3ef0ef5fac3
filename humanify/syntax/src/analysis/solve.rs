//! Solves formulas: finds a request for which all of them hold.

use std::collections::HashMap;

use super::address;
use super::client::ClientFacts;
use super::expression::Undecided;
use super::formula::{Fact, Facts, Formula, has_one_value};
use super::request::ExampleRequest;
use super::search::Budget;
use super::texts::TextMatches;
use super::values::{ValueConstraints, ValueFinder};
use crate::{Field, Sign, Target};

/// Facts with the truth values assumed for them.
type Assigned = Vec<(Fact, bool)>;

/// Solves formulas for one path.
pub(super) struct Solver<'a> {
    pub(super) facts: &'a mut Facts,
    pub(super) values: &'a mut ValueFinder,
    pub(super) budget: &'a mut Budget,
}

impl Solver<'_> {
    /// A request to a path for which all formulas hold; `None` if there is none.
    pub(super) fn request(
        &mut self,
        formulas: &[&Formula],
        path: &TextMatches,
    ) -> Result<Option<ExampleRequest>, Undecided> {
        self.solve(formulas.to_vec(), Vec::new(), Vec::new(), path)
    }

    fn solve<'f>(
        &mut self,
        mut pending: Vec<&'f Formula>,
        mut choices: Vec<&'f [Formula]>,
        mut assigned: Assigned,
        path: &TextMatches,
    ) -> Result<Option<ExampleRequest>, Undecided> {
        loop {
            self.budget.spend(1).ok_or(Undecided)?;
            match pending.pop() {
                Some(Formula::Is(fact, holds)) => match self.truth_of(*fact, &assigned, path) {
                    Some(known) if known == *holds => {}
                    Some(_) => return Ok(None),
                    None => assigned.push((*fact, *holds)),
                },
                Some(Formula::All(parts)) => pending.extend(parts),
                Some(Formula::Any(parts)) => choices.push(parts),
                None => {
                    let size = assigned.len() + choices.len();
                    self.budget.spend(size).ok_or(Undecided)?;
                    let Some(parts) = self.narrowest(&mut choices, &assigned, path) else {
                        return self.fits(&assigned);
                    };
                    match parts.as_slice() {
                        [] => return Ok(None),
                        [only] => pending.push(only),
                        _ => {
                            if self.fits(&assigned)?.is_none() {
                                return Ok(None);
                            }
                            for part in parts {
                                let found = self.solve(
                                    vec![part],
                                    choices.clone(),
                                    assigned.clone(),
                                    path,
                                )?;
                                if found.is_some() {
                                    return Ok(found);
                                }
                            }
                            return Ok(None);
                        }
                    }
                }
            }
        }
    }

    /// The truth value of a fact, if it is known.
    fn truth_of(&self, fact: Fact, assigned: &Assigned, path: &TextMatches) -> Option<bool> {
        if let Fact::Some(Field::Path, set) = fact {
            return self.facts.sets.get(set).map(|set| set.holds(path));
        }
        let known = assigned.iter().find(|(known, _)| *known == fact);
        known.map(|(_, holds)| *holds)
    }

    /// Removes the open disjunction with the fewest parts that can still hold, and returns these
    /// parts.
    fn narrowest<'f>(
        &self,
        choices: &mut Vec<&'f [Formula]>,
        assigned: &Assigned,
        path: &TextMatches,
    ) -> Option<Vec<&'f Formula>> {
        let mut open: Vec<(usize, Vec<&'f Formula>)> = Vec::new();
        choices.retain(|parts| {
            let holds = |part: &Formula| match part {
                Formula::Is(fact, holds) => self
                    .truth_of(*fact, assigned, path)
                    .map(|known| known == *holds),
                Formula::All(parts) if parts.is_empty() => Some(true),
                Formula::Any(parts) if parts.is_empty() => Some(false),
                _ => None,
            };
            if parts.iter().any(|part| holds(part) == Some(true)) {
                return false;
            }
            let left = parts.iter().filter(|part| holds(part) != Some(false));
            open.push((open.len(), left.collect()));
            true
        });
        let (number, parts) = open.into_iter().min_by_key(|(_, parts)| parts.len())?;
        choices.swap_remove(number);
        Some(parts)
    }

    /// A request for which all assigned facts hold.
    fn fits(&mut self, assigned: &Assigned) -> Result<Option<ExampleRequest>, Undecided> {
        let Some(mut client) = ClientFacts::of(assigned) else {
            return Ok(None);
        };
        let mut request = ExampleRequest::default();
        let (mut inside, mut outside) = (Vec::new(), Vec::new());
        let mut fields: HashMap<Field, ValueConstraints> = HashMap::new();
        for (fact, holds) in assigned {
            match (fact, holds) {
                (Fact::Network(number), holds) => {
                    let networks = self
                        .facts
                        .networks
                        .get(*number)
                        .map_or(&[][..], Vec::as_slice);
                    if *holds { &mut inside } else { &mut outside }.push(networks);
                }
                (Fact::Some(field, set), holds) => {
                    let asked = fields.entry(*field).or_default();
                    if *holds {
                        &mut asked.some
                    } else {
                        &mut asked.none
                    }
                    .push(*set);
                }
                (Fact::Every(field, set), holds) => {
                    let asked = fields.entry(*field).or_default();
                    if *holds {
                        &mut asked.every
                    } else {
                        &mut asked.not_every
                    }
                    .push(*set);
                }
                (Fact::Hits(Target::Route(template)), true) => request.route = Some(template),
                (Fact::Hits(Target::Endpoint(name) | Target::EndpointRegex(name)), true) => {
                    request.endpoint = Some((*name).to_owned());
                }
                // The caller writes the path before its end.
                (Fact::Slash, true) => request.path.push('/'),
                (Fact::Sign(_) | Fact::Cleared(_) | Fact::Hits(_) | Fact::Slash, _) => {}
            }
        }
        if !inside.is_empty() || !outside.is_empty() {
            let Some(address) = address::find(&inside, &outside) else {
                return Ok(None);
            };
            request.address = Some(address);
        }
        let mut asked: Vec<(Field, ValueConstraints)> = fields.into_iter().collect();
        asked.sort_by_key(|(field, _)| format!("{field:?}"));
        for (field, asked) in &asked {
            let found = match field {
                Field::Crawler | Field::CrawlerKind => continue,
                Field::VpnProvider => {
                    self.values
                        .provider(self.facts, asked, client.sign(Sign::Vpn))?
                }
                field if has_one_value(*field) => self.values.one(self.facts, *field, asked)?,
                field => self
                    .values
                    .several(self.facts, *field, asked, self.budget)?,
            };
            let Some(found) = found else {
                return Ok(None);
            };
            if *field == Field::VpnProvider {
                client.set_sign(Sign::Vpn, !found.is_empty());
            }
            request
                .values
                .extend(found.into_iter().map(|value| (*field, value)));
        }
        let of = |field| {
            asked
                .iter()
                .find(|(known, _)| *known == field)
                .map(|(_, asked)| asked)
        };
        let (name, kind) = (of(Field::Crawler), of(Field::CrawlerKind));
        if name.is_some() || kind.is_some() {
            let nothing = ValueConstraints::default();
            let (name, kind) = (name.unwrap_or(&nothing), kind.unwrap_or(&nothing));
            let is_crawler = client.sign(Sign::Crawler);
            let Some(found) = self.values.crawler(self.facts, name, kind, is_crawler)? else {
                return Ok(None);
            };
            client.set_sign(Sign::Crawler, !found.is_empty());
            request.values.extend(found);
        }
        client.describe(&mut request);
        Ok(Some(request))
    }
}
