//! `CompiledCondition`: the compiled condition of a statement (`when …`).

use humanify_syntax::{
    Comparison, Condition, Field, FieldKind, Sign, Test, compile_pattern, parse_network,
};
use ipnet::IpNet;
use regex::bytes::Regex;

use super::context::MatchContext;
use super::error::RuleError;
use crate::net::canonical_network;
use crate::truth::Truth;

/// A compiled condition. Negation is pushed down to the leaves.
pub(super) enum CompiledCondition {
    All(Vec<CompiledCondition>),
    Any(Vec<CompiledCondition>),
    Is(Sign, bool),
    Compare(Field, Operand, bool),
}

/// The operand of a comparison.
pub(super) enum Operand {
    Texts {
        texts: Vec<&'static str>,
        part: ValuePart,
        ignores_case: bool,
    },
    Networks(Vec<IpNet>),
    Pattern(Regex),
    /// Any value.
    Present,
}

/// The part of a value in which a text has to be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ValuePart {
    Whole,
    Start,
    End,
    Anywhere,
}

impl CompiledCondition {
    pub(super) fn compile(condition: &Condition) -> Result<CompiledCondition, RuleError> {
        CompiledCondition::compile_as(condition, true)
    }

    /// Compiles a condition or, if not `affirmed`, its negation.
    fn compile_as(condition: &Condition, affirmed: bool) -> Result<CompiledCondition, RuleError> {
        let parts = |parts: &[Condition]| {
            parts
                .iter()
                .map(|part| CompiledCondition::compile_as(part, affirmed))
                .collect::<Result<Vec<_>, _>>()
        };
        Ok(match condition {
            Condition::All(all) if affirmed => CompiledCondition::All(parts(all)?),
            Condition::Any(any) if affirmed => CompiledCondition::Any(parts(any)?),
            Condition::All(all) => CompiledCondition::Any(parts(all)?),
            Condition::Any(any) => CompiledCondition::All(parts(any)?),
            Condition::Not(part) => CompiledCondition::compile_as(part, !affirmed)?,
            Condition::Is(sign) => CompiledCondition::Is(*sign, affirmed),
            Condition::Compare(field, comparison) => {
                let values = Operand::compile(*field, comparison)?;
                CompiledCondition::Compare(*field, values, affirmed != comparison.negated)
            }
        })
    }

    /// Whether the condition depends on more than the method and the URI of a request.
    pub(super) fn depends_on_client(&self) -> bool {
        match self {
            CompiledCondition::All(parts) | CompiledCondition::Any(parts) => {
                parts.iter().any(CompiledCondition::depends_on_client)
            }
            CompiledCondition::Is(..) => true,
            CompiledCondition::Compare(field, ..) => !matches!(
                field,
                Field::Method | Field::Path | Field::Host | Field::Scheme | Field::Arg(_)
            ),
        }
    }

    /// Collects all texts that a field is compared with, anywhere in the condition.
    pub(super) fn texts(&self, field: Field, texts: &mut Vec<&'static str>) {
        match self {
            CompiledCondition::All(parts) | CompiledCondition::Any(parts) => {
                parts.iter().for_each(|part| part.texts(field, texts));
            }
            CompiledCondition::Compare(
                of,
                Operand::Texts {
                    texts: values,
                    part: ValuePart::Whole,
                    ..
                },
                _,
            ) if *of == field => {
                texts.extend(values);
            }
            CompiledCondition::Is(..) | CompiledCondition::Compare(..) => {}
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
            CompiledCondition::Is(sign, _) if unknown && sign.needs_address() => protects,
            CompiledCondition::Compare(Field::Ip | Field::VpnProvider, ..) if unknown => protects,
            CompiledCondition::Compare(Field::Crawler | Field::CrawlerKind, ..)
                if context.detection.may_be_signed() =>
            {
                return Truth::Pending;
            }
            CompiledCondition::All(parts) => {
                return Truth::all(parts.iter().map(|part| part.holds(context, protects)));
            }
            CompiledCondition::Any(parts) => {
                return Truth::any(parts.iter().map(|part| part.holds(context, protects)));
            }
            CompiledCondition::Is(sign, true) => return context.sign_holds(*sign),
            CompiledCondition::Is(sign, false) => return !context.sign_holds(*sign),
            CompiledCondition::Compare(Field::Ip, Operand::Networks(networks), affirmed) => {
                let inside = context
                    .client
                    .ip()
                    .is_some_and(|ip| networks.iter().any(|network| network.contains(&ip)));
                inside == *affirmed
            }
            CompiledCondition::Compare(field, values, affirmed) => {
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
            Test::OneOf(values) if field.kind() == FieldKind::Address => {
                let networks = values
                    .iter()
                    .map(|value| parse_network(value).map(canonical_network));
                Operand::Networks(networks.collect::<Result<_, _>>()?)
            }
            Test::OneOf(values) => texts(values, ValuePart::Whole),
            Test::StartsWith(values) => texts(values, ValuePart::Start),
            Test::EndsWith(values) => texts(values, ValuePart::End),
            Test::Contains(values) => texts(values, ValuePart::Anywhere),
            Test::Matches(expression) => Operand::Pattern(compile_pattern(expression)?),
            Test::Present => Operand::Present,
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

impl ValuePart {
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
            ValuePart::Whole => same(value),
            ValuePart::Start => value.get(..length).is_some_and(same),
            ValuePart::End => {
                let start = value.len().checked_sub(length);
                start.and_then(|start| value.get(start..)).is_some_and(same)
            }
            ValuePart::Anywhere => value.windows(length.max(1)).any(same),
        }
    }
}
