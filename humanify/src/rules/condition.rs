//! `when`: compiled conditions.

use humanify_syntax::{
    Comparison, Condition, Field, FieldKind, Sign, Test as Asks, compile_pattern, parse_network,
};
use ipnet::IpNet;
use regex::bytes::Regex;

use super::context::MatchContext;
use super::error::RuleError;
use crate::net::canonical_network;
use crate::truth::Truth;

/// A compiled condition, in which negation stands only at the leaves.
pub(super) enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Is(Sign, bool),
    Compare(Field, Values, bool),
}

/// What a field is compared with.
pub(super) enum Values {
    Texts {
        texts: Vec<&'static str>,
        part: Part,
        ignores_case: bool,
    },
    Networks(Vec<IpNet>),
    Pattern(Regex),
    /// Any value.
    Present,
}

/// Where in a value a text is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Whole,
    Start,
    End,
    Anywhere,
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
                let values = Values::compile(*field, comparison)?;
                Test::Compare(*field, values, affirmed != comparison.negated)
            }
        })
    }

    /// Whether the condition looks at more than method and address of a request.
    pub(super) fn depends_on_client(&self) -> bool {
        match self {
            Test::All(parts) | Test::Any(parts) => parts.iter().any(Test::depends_on_client),
            Test::Is(..) => true,
            Test::Compare(field, ..) => !matches!(
                field,
                Field::Method | Field::Path | Field::Host | Field::Scheme | Field::Arg(_)
            ),
        }
    }

    /// The texts that a field is compared with, wherever in the condition.
    pub(super) fn texts(&self, field: Field, texts: &mut Vec<&'static str>) {
        match self {
            Test::All(parts) | Test::Any(parts) => {
                parts.iter().for_each(|part| part.texts(field, texts));
            }
            Test::Compare(
                of,
                Values::Texts {
                    texts: values,
                    part: Part::Whole,
                    ..
                },
                _,
            ) if *of == field => {
                texts.extend(values);
            }
            Test::Is(..) | Test::Compare(..) => {}
        }
    }

    /// Whether the request fits. The answer is pending while a check decides it: whether the
    /// client is the crawler that it claims to be, or whose signature it has. Where a field has
    /// several values, one that fits is enough for a statement that protects, and all must fit
    /// for one that exempts.
    pub(super) fn holds(&self, asked: &MatchContext<'_>, protects: bool) -> Truth {
        let unknown = asked.client.is_unknown();
        Truth::from(match self {
            // Of a client whose address is not known, nobody can say whether it is in a list
            // or a network: it might be, so what protects holds and what exempts does not.
            Test::Is(sign, _) if unknown && sign.needs_address() => protects,
            Test::Compare(Field::Ip | Field::VpnProvider, ..) if unknown => protects,
            Test::Compare(Field::Crawler | Field::CrawlerKind, ..)
                if asked.detection.may_be_signed() =>
            {
                return Truth::Pending;
            }
            Test::All(parts) => {
                return Truth::all(parts.iter().map(|part| part.holds(asked, protects)));
            }
            Test::Any(parts) => {
                return Truth::any(parts.iter().map(|part| part.holds(asked, protects)));
            }
            Test::Is(sign, true) => return asked.tell(*sign),
            Test::Is(sign, false) => return !asked.tell(*sign),
            Test::Compare(Field::Ip, Values::Networks(networks), affirmed) => {
                let inside = asked
                    .client
                    .ip()
                    .is_some_and(|ip| networks.iter().any(|network| network.contains(&ip)));
                inside == *affirmed
            }
            Test::Compare(field, values, affirmed) => {
                let fits = |value: &[u8]| values.contain(value) == *affirmed;
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

impl Values {
    fn compile(field: Field, comparison: &Comparison) -> Result<Values, RuleError> {
        let texts = |texts: &[&'static str], part| Values::Texts {
            texts: texts.to_vec(),
            part,
            ignores_case: comparison.ignores_case
                || matches!(
                    field,
                    Field::Host | Field::Scheme | Field::Method | Field::ContentType
                ),
        };
        Ok(match comparison.test {
            Asks::OneOf(values) if field.kind() == FieldKind::Address => {
                let networks = values
                    .iter()
                    .map(|value| parse_network(value).map(canonical_network));
                Values::Networks(networks.collect::<Result<_, _>>()?)
            }
            Asks::OneOf(values) => texts(values, Part::Whole),
            Asks::StartsWith(values) => texts(values, Part::Start),
            Asks::EndsWith(values) => texts(values, Part::End),
            Asks::Contains(values) => texts(values, Part::Anywhere),
            Asks::Matches(expression) => Values::Pattern(compile_pattern(expression)?),
            Asks::Present => Values::Present,
        })
    }

    fn contain(&self, value: &[u8]) -> bool {
        match self {
            Values::Texts {
                texts,
                part,
                ignores_case,
            } => {
                let mut texts = texts.iter().map(|text| text.as_bytes());
                texts.any(|text| part.is(text, value, *ignores_case))
            }
            Values::Pattern(pattern) => pattern.is_match(value),
            Values::Present => true,
            Values::Networks(_) => false,
        }
    }
}

impl Part {
    /// Whether a text is this part of a value. Time is linear in the value, for the texts of
    /// rules are short.
    fn is(self, text: &[u8], value: &[u8], ignores_case: bool) -> bool {
        let same = |part: &[u8]| {
            if ignores_case {
                part.eq_ignore_ascii_case(text)
            } else {
                part == text
            }
        };
        let length = text.len();
        match self {
            Part::Whole => same(value),
            Part::Start => value.get(..length).is_some_and(same),
            Part::End => {
                let start = value.len().checked_sub(length);
                start.and_then(|start| value.get(start..)).is_some_and(same)
            }
            Part::Anywhere => value.windows(length.max(1)).any(same),
        }
    }
}
