//! Conditions as formulas over the facts of a request.

use std::collections::HashMap;

use ipnet::IpNet;

use super::texts::{TextSet, TextTable};
use crate::{
    Action, Comparison, Condition, Demand, Field, METHODS, Sign, Statement, Target, Test,
    parse_network,
};

/// A proposition about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Fact {
    /// The client has this sign of detection.
    Sign(Sign),
    /// The client has a clearance that satisfies this demand.
    Cleared(Demand),
    /// The client's address is in one of the networks of this number.
    Network(usize),
    /// At least one value of the field is in the set of this number.
    Some(Field, usize),
    /// The target matches the request's handler or route.
    Hits(Target),
    /// The path was sent with a slash at its end.
    Slash,
    /// The field has values, and all of them are in the set of this number.
    Every(Field, usize),
}

/// A formula in negation normal form: only facts are negated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Formula {
    Is(Fact, bool),
    /// A conjunction; true if it is empty.
    All(Vec<Formula>),
    /// A disjunction; false if it is empty.
    Any(Vec<Formula>),
}

impl Formula {
    /// The formula that always holds.
    pub(super) const TRUE: Formula = Formula::All(Vec::new());

    /// The negation.
    pub(super) fn not(&self) -> Formula {
        let parts = |parts: &[Formula]| parts.iter().map(Formula::not).collect();
        match self {
            Formula::Is(fact, holds) => Formula::Is(*fact, !holds),
            Formula::All(all) => Formula::Any(parts(all)),
            Formula::Any(any) => Formula::All(parts(any)),
        }
    }

    pub(super) fn and(self, other: Formula) -> Formula {
        match (self, other) {
            (Formula::All(mut parts), Formula::All(more)) => {
                parts.extend(more);
                Formula::All(parts)
            }
            (one, Formula::All(parts)) if parts.is_empty() => one,
            (Formula::All(parts), other) if parts.is_empty() => other,
            (one, other) => Formula::All(vec![one, other]),
        }
    }

    /// Calls `note` with every fact.
    pub(super) fn each_fact(&self, note: &mut dyn FnMut(Fact)) {
        match self {
            Formula::Is(fact, _) => note(*fact),
            Formula::All(parts) | Formula::Any(parts) => {
                parts.iter().for_each(|part| part.each_fact(note));
            }
        }
    }
}

/// The sets and networks that facts refer to by number.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) texts: TextTable,
    pub(super) sets: Vec<TextSet>,
    pub(super) networks: Vec<Vec<IpNet>>,
    known_sets: HashMap<TextSet, usize>,
}

impl Facts {
    pub(super) fn new() -> Facts {
        Facts {
            texts: TextTable::new(),
            sets: Vec::new(),
            networks: Vec::new(),
            known_sets: HashMap::new(),
        }
    }

    /// The formula under which a statement acts on a request that its targets match.
    pub(super) fn acts(&mut self, statement: &Statement) -> Formula {
        let protects = statement.action.protects();
        let when = match &statement.when {
            Some(when) => self.condition(when, true, protects),
            None => Formula::TRUE,
        };
        let bots_only = matches!(statement.action, Action::Challenge(_) | Action::DenyAccess)
            && !statement.means_more_than_bots();
        let whom = match bots_only {
            true => Formula::Is(Fact::Sign(Sign::Bot), true),
            false => Formula::TRUE,
        };
        let without_clearance = match statement.action {
            Action::Challenge(demand) | Action::AlwaysChallenge(demand) => {
                Formula::Is(Fact::Cleared(demand), false)
            }
            _ => Formula::TRUE,
        };
        when.and(whom)
            .and(without_clearance)
            .and(self.methods(statement))
    }

    /// The formula for the methods that a limit counts.
    fn methods(&mut self, statement: &Statement) -> Formula {
        let Action::Limit(limit) = statement.action else {
            return Formula::TRUE;
        };
        if limit.methods.is_empty() {
            return Formula::TRUE;
        }
        let parts = METHODS.iter().filter(|method| limit.is_about(method));
        let parts = parts.map(|method| {
            let set = self.texts.text(method);
            Formula::Is(Fact::Some(Field::Method, self.set(set)), true)
        });
        Formula::Any(parts.collect())
    }

    /// The formula of a condition, negated unless `affirmed`. `protects` says whether its statement
    /// protects or exempts.
    pub(super) fn condition(
        &mut self,
        condition: &Condition,
        affirmed: bool,
        protects: bool,
    ) -> Formula {
        let mut parts = |parts: &[Condition]| {
            parts
                .iter()
                .map(|part| self.condition(part, affirmed, protects))
                .collect()
        };
        match condition {
            Condition::All(all) if affirmed => Formula::All(parts(all)),
            Condition::Any(any) if affirmed => Formula::Any(parts(any)),
            Condition::All(all) => Formula::Any(parts(all)),
            Condition::Any(any) => Formula::All(parts(any)),
            Condition::Not(part) => self.condition(part, !affirmed, protects),
            Condition::Is(sign) => Formula::Is(Fact::Sign(*sign), affirmed),
            Condition::Compare(field, comparison) => {
                self.comparison(*field, comparison, affirmed != comparison.negated, protects)
            }
        }
    }

    fn comparison(
        &mut self,
        field: Field,
        comparison: &Comparison,
        affirmed: bool,
        protects: bool,
    ) -> Formula {
        if let (Field::Ip, Test::OneOf(texts)) = (field, comparison.test) {
            let networks = texts.iter().filter_map(|text| parse_network(text).ok());
            let networks: Vec<IpNet> = networks.collect();
            let number = match self.networks.iter().position(|known| *known == networks) {
                Some(number) => number,
                None => {
                    self.networks.push(networks);
                    self.networks.len() - 1
                }
            };
            return Formula::Is(Fact::Network(number), affirmed);
        }
        let ignores_case = is_lower(field) || field == Field::Method;
        let set = self.texts.comparison(comparison, ignores_case);
        let number = self.set(set);
        // A field with several values protects if one of them matches, and exempts only if all
        // match. A missing field matches nothing.
        let every = !has_one_value(field) && affirmed != protects;
        let fact = match every {
            true => Fact::Every(field, number),
            false => Fact::Some(field, number),
        };
        Formula::Is(fact, affirmed)
    }

    pub(super) fn set(&mut self, set: TextSet) -> usize {
        if let Some(known) = self.known_sets.get(&set) {
            return *known;
        }
        let number = self.sets.len();
        self.sets.push(set.clone());
        self.known_sets.insert(set, number);
        number
    }
}

/// Whether the values of a field are compared in lower case.
pub(super) const fn is_lower(field: Field) -> bool {
    matches!(field, Field::Host | Field::Scheme | Field::ContentType)
}

/// Whether a request has at most one value of a field.
pub(super) const fn has_one_value(field: Field) -> bool {
    matches!(
        field,
        Field::Method
            | Field::Path
            | Field::Scheme
            | Field::Crawler
            | Field::CrawlerKind
            | Field::VpnProvider
    )
}
