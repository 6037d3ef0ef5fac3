//! `when`: compiled conditions.

use std::borrow::Cow;

use humanify_syntax::{Comparison, Condition, Field, Kind, Sign, compile_pattern, parse_network};
use ipnet::IpNet;
use regex::bytes::Regex;

use super::context::MatchContext;
use super::error::RuleError;

/// A compiled condition, in which negation stands only at the leaves.
pub(super) enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Is(Sign, bool),
    Compare(Field, Values, bool),
}

/// What a field is compared with.
pub(super) enum Values {
    Texts(Vec<&'static str>),
    Networks(Vec<IpNet>),
    Pattern(Regex),
}

impl Test {
    pub(super) fn compile(condition: &Condition) -> Result<Test, RuleError> {
        Test::compile_as(condition, true)
    }

    /// Compiles a condition, or its opposite.
    fn compile_as(condition: &Condition, affirmed: bool) -> Result<Test, RuleError> {
        let parts = |parts: &[Condition]| {
            parts
                .iter()
                .map(|part| Test::compile_as(part, affirmed))
                .collect::<Result<Vec<_>, _>>()
        };
        Ok(match condition {
            Condition::All(all) if affirmed => Test::All(parts(all)?),
            Condition::Any(any) if affirmed => Test::Any(parts(any)?),
            Condition::All(all) => Test::Any(parts(all)?),
            Condition::Any(any) => Test::All(parts(any)?),
            Condition::Not(part) => Test::compile_as(part, !affirmed)?,
            Condition::Is(sign) => Test::Is(*sign, affirmed),
            Condition::Compare(field, comparison) => {
                let (values, equal) = match *comparison {
                    Comparison::In(values) => (Values::list(*field, values)?, true),
                    Comparison::NotIn(values) => (Values::list(*field, values)?, false),
                    Comparison::Matches(pattern) => (Values::pattern(pattern)?, true),
                    Comparison::NotMatches(pattern) => (Values::pattern(pattern)?, false),
                };
                Test::Compare(*field, values, equal == affirmed)
            }
        })
    }

    /// The texts that a field is compared with, wherever in the condition.
    pub(super) fn texts(&self, field: Field, texts: &mut Vec<&'static str>) {
        match self {
            Test::All(parts) | Test::Any(parts) => {
                parts.iter().for_each(|part| part.texts(field, texts));
            }
            Test::Compare(of, Values::Texts(values), _) if *of == field => texts.extend(values),
            Test::Is(..) | Test::Compare(..) => {}
        }
    }

    /// Whether the request fits; nothing, while it is being found out whether the client is
    /// the crawler that it claims to be, or whose signature it has, and that decides. Where a
    /// field has several values, one that fits is enough for a statement that protects, and all
    /// must fit for one that exempts.
    pub(super) fn holds(&self, asked: &MatchContext<'_>, protects: bool) -> Option<bool> {
        let unknown = asked.client.is_unknown();
        Some(match self {
            // Of a client whose address is not known, nobody can say whether it is in a list
            // or a network: it might be, so what protects holds and what exempts does not.
            Test::Is(sign, _) if unknown && sign.needs_address() => protects,
            Test::Compare(Field::Ip | Field::VpnProvider, ..) if unknown => protects,
            Test::Compare(Field::Crawler | Field::CrawlerKind, ..)
                if asked.detection.may_be_signed() =>
            {
                return None;
            }
            Test::All(parts) => return decided(parts, false, asked, protects),
            Test::Any(parts) => return decided(parts, true, asked, protects),
            Test::Is(sign, affirmed) => asked.tell(*sign)? == *affirmed,
            Test::Compare(Field::Ip, Values::Networks(networks), affirmed) => {
                let inside = asked
                    .client
                    .ip()
                    .is_some_and(|ip| networks.iter().any(|network| network.contains(&ip)));
                inside == *affirmed
            }
            Test::Compare(field, values, affirmed) => {
                let fits = |value: &[u8]| values.contain(*field, value) == *affirmed;
                let (mut some, mut one, mut all) = (false, false, true);
                asked.each_value(*field, &mut |value| {
                    some = true;
                    let fits = fits(&value);
                    one |= fits;
                    all &= fits;
                });
                match (some, protects) {
                    // What is missing equals nothing.
                    (false, _) => !affirmed,
                    (true, true) => one,
                    (true, false) => all,
                }
            }
        })
    }
}

/// Whether all parts hold, or any, where one part that is `decisive` decides for all.
fn decided(
    parts: &[Test],
    decisive: bool,
    asked: &MatchContext<'_>,
    protects: bool,
) -> Option<bool> {
    let mut answer = Some(!decisive);
    for part in parts {
        match part.holds(asked, protects) {
            Some(holds) if holds == decisive => return Some(decisive),
            Some(_) => {}
            None => answer = None,
        }
    }
    answer
}

impl Values {
    fn list(field: Field, values: &[&'static str]) -> Result<Values, RuleError> {
        if field.kind() == Kind::Address {
            return values
                .iter()
                .map(|value| Ok(parse_network(value)?))
                .collect::<Result<_, _>>()
                .map(Values::Networks);
        }
        Ok(Values::Texts(values.to_vec()))
    }

    fn pattern(expression: &str) -> Result<Values, RuleError> {
        Ok(Values::Pattern(compile_pattern(expression)?))
    }

    fn contain(&self, field: Field, value: &[u8]) -> bool {
        match self {
            Values::Texts(texts) => {
                let ignores_case = matches!(field, Field::Host | Field::Scheme | Field::Method);
                texts.iter().any(|text| {
                    if ignores_case {
                        text.as_bytes().eq_ignore_ascii_case(value)
                    } else {
                        text.as_bytes() == value
                    }
                })
            }
            Values::Pattern(pattern) => pattern.is_match(value),
            Values::Networks(_) => false,
        }
    }
}

/// A value of a field.
pub(super) type Value<'a> = Cow<'a, [u8]>;
