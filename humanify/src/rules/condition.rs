//! `Test`: the compiled condition of a statement (`when …`).

use humanify_syntax::{
    Comparison, Condition, Field, FieldKind, Sign, Test as Asks, compile_pattern, parse_network,
};
use ipnet::IpNet;
use regex::bytes::Regex;

use super::context::MatchContext;
use super::error::RuleError;
use crate::net::canonical_network;
use crate::truth::Truth;

/// A compiled condition. Negation is pushed down to the leaves.
pub(super) enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Is(Sign, bool),
    Compare(Field, Operand, bool),
}

/// The operand of a comparison.
pub(super) enum Operand {
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

/// The part of a value in which a text has to be.
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

    /// Compiles a condition or, if not `affirmed`, its negation.
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
                let values = Operand::compile(*field, comparison)?;
                Test::Compare(*field, values, affirmed != comparison.negated)
            }
        })
    }

    /// Whether the condition depends on more than the method and the URI of a request.
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

    /// Collects all texts that a field is compared with, anywhere in the condition.
    pub(super) fn texts(&self, field: Field, texts: &mut Vec<&'static str>) {
        match self {
            Test::All(parts) | Test::Any(parts) => {
                parts.iter().for_each(|part| part.texts(field, texts));
            }
            Test::Compare(
                of,
                Operand::Texts {
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

    /// Whether the condition holds for a request. Pending while it depends on a running check of a
    /// crawler or a signature. If a field has several values, one of them has to match for a
    /// statement that protects, and all of them for a statement that exempts.
    pub(super) fn holds(&self, context: &MatchContext<'_>, protects: bool) -> Truth {
        let unknown = context.client.is_unknown();
        Truth::from(match self {
            // A client without a known address might be in any list or network, so that protecting
            // statements hold for it and exempting ones do not.
            Test::Is(sign, _) if unknown && sign.needs_address() => protects,
            Test::Compare(Field::Ip | Field::VpnProvider, ..) if unknown => protects,
            Test::Compare(Field::Crawler | Field::CrawlerKind, ..)
                if context.detection.may_be_signed() =>
            {
                return Truth::Pending;
            }
            Test::All(parts) => {
                return Truth::all(parts.iter().map(|part| part.holds(context, protects)));
            }
            Test::Any(parts) => {
                return Truth::any(parts.iter().map(|part| part.holds(context, protects)));
            }
            Test::Is(sign, true) => return context.tell(*sign),
            Test::Is(sign, false) => return !context.tell(*sign),
            Test::Compare(Field::Ip, Operand::Networks(networks), affirmed) => {
                let inside = context
                    .client
                    .ip()
                    .is_some_and(|ip| networks.iter().any(|network| network.contains(&ip)));
                inside == *affirmed
            }
            Test::Compare(field, values, affirmed) => {
                let fits = |value: &[u8]| values.contain(value) == *affirmed;
                let (mut some, mut one, mut all) = (false, false, true);
                context.each_value(*field, &mut |value| {
                    some = true;
                    let fits = fits(&value);
                    one |= fits;
                    all &= fits;
                });
                match (some, protects) {
                    // A missing value equals nothing, so only a negated comparison holds.
                    (false, _) => !affirmed,
                    (true, true) => one,
                    (true, false) => all,
                }
            }
        })
    }
}

impl Operand {
    fn compile(field: Field, comparison: &Comparison) -> Result<Operand, RuleError> {
        let texts = |texts: &[&'static str], part| Operand::Texts {
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
                Operand::Networks(networks.collect::<Result<_, _>>()?)
            }
            Asks::OneOf(values) => texts(values, Part::Whole),
            Asks::StartsWith(values) => texts(values, Part::Start),
            Asks::EndsWith(values) => texts(values, Part::End),
            Asks::Contains(values) => texts(values, Part::Anywhere),
            Asks::Matches(expression) => Operand::Pattern(compile_pattern(expression)?),
            Asks::Present => Operand::Present,
        })
    }

    fn contain(&self, value: &[u8]) -> bool {
        match self {
            Operand::Texts {
                texts,
                part,
                ignores_case,
            } => {
                let mut texts = texts.iter().map(|text| text.as_bytes());
                texts.any(|text| part.is(text, value, *ignores_case))
            }
            Operand::Pattern(pattern) => pattern.is_match(value),
            Operand::Present => true,
            Operand::Networks(_) => false,
        }
    }
}

impl Part {
    /// Whether a text is in this part of a value. Takes time linear in the value's length, since
    /// the texts of rules are short.
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
