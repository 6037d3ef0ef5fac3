//! Checks the attributes over one handler together.

use super::model::{Attribute, AttributeInput, AttributeKind, AttributeSetting};
use crate::finding::Finding;
use crate::quoted::useless_rate;
use humanify_syntax::{BotAction, Exempt, Limit};

/// Finds mistakes in the combination of attributes: repetitions, contradictions, and useless rates.
#[must_use]
pub fn check_together(inputs: &[&AttributeInput], attributes: &[Attribute]) -> Vec<Finding> {
    let mut found = repetitions(inputs);
    found.extend(contradictions(attributes));
    found.extend(rates(attributes));
    found
}

/// Reports attributes other than `#[rate_limit]` that occur more than once.
fn repetitions(inputs: &[&AttributeInput]) -> Vec<Finding> {
    let repeated = inputs.iter().enumerate().filter(|(index, input)| {
        input.kind != AttributeKind::RateLimit
            && inputs
                .iter()
                .take(*index)
                .any(|earlier| earlier.kind == input.kind)
    });
    repeated
        .map(|(_, input)| {
            Finding::new(
                input.place,
                format_args!(
                    "`#[{}]` is written above this handler twice",
                    input.kind.name()
                ),
                "leave one of them out",
            )
        })
        .collect()
}

/// Reports attributes of different kinds that contradict each other.
fn contradictions(attributes: &[Attribute]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (index, second) in attributes.iter().enumerate() {
        let contradicted = attributes
            .iter()
            .take(index)
            .filter(|first| first.kind != second.kind)
            .find_map(|first| {
                contradiction(first, second).or_else(|| contradiction(second, first))
            });
        // One `#[exempt]` is one mistake, whatever stands beside it.
        let lifts_all = |attribute: &&Attribute| {
            matches!(attribute.setting, AttributeSetting::Exempt(Exempt::All))
        };
        let is_reported =
            attributes.iter().take(index).any(|one| lifts_all(&one)) && !found.is_empty();
        if let Some((problem, help)) = contradicted.filter(|_| !is_reported) {
            found.push(Finding::new(second.place, problem, help));
        }
    }
    found
}

fn contradiction(one: &Attribute, other: &Attribute) -> Option<(String, String)> {
    let (a, b) = (one.kind.name(), other.kind.name());
    let (problem, help) = match (&one.setting, &other.setting) {
        (AttributeSetting::Exempt(Exempt::All), AttributeSetting::Endpoint(_)) => return None,
        (AttributeSetting::Exempt(Exempt::All), _) => (
            format!("`#[exempt]` removes all protection from a handler, so `#[{b}]` does nothing"),
            match other.setting {
                AttributeSetting::Limits(..) => "leave out one of the two".to_owned(),
                _ => format!(
                    "leave out one of the two; `#[exempt(rate_limit)]` lifts limits only, and \
                     goes with `#[{b}]`"
                ),
            },
        ),
        (AttributeSetting::Exempt(Exempt::Limits), AttributeSetting::Limits(..)) => (
            "`#[exempt(rate_limit)]` lifts every limit, and `#[rate_limit]` sets one".to_owned(),
            "leave out one of the two; `#[rate_limit]` alone already replaces the limits of \
             `protect!`"
                .to_owned(),
        ),
        (AttributeSetting::Bots(BotAction::Challenge(_)), AttributeSetting::Everyone(_)) => (
            "`#[always_challenge]` already challenges everyone, bots too, so `#[require_human]` \
             does nothing"
                .to_owned(),
            "leave out `#[require_human]`; `#[block_bots]` instead refuses bots and challenges \
             everyone else"
                .to_owned(),
        ),
        (AttributeSetting::Bots(BotAction::Deny), AttributeSetting::Bots(BotAction::Deny)) => (
            format!("`#[{a}]` and `#[{b}]` mean the same here"),
            "leave out `#[require_human]`".to_owned(),
        ),
        (
            AttributeSetting::Bots(BotAction::Challenge(_)),
            AttributeSetting::Bots(BotAction::Deny),
        ) => (
            format!("`#[{a}]` lets bots solve a challenge, and `#[{b}]` refuses them"),
            "leave out one of the two".to_owned(),
        ),
        _ => return None,
    };
    Some((problem, help))
}

/// Reports rates that the rates of another attribute make useless.
fn rates(attributes: &[Attribute]) -> Vec<Finding> {
    let limits: Vec<_> = attributes
        .iter()
        .filter_map(|attribute| match &attribute.setting {
            AttributeSetting::Limits(limit, place) => Some((limit, place)),
            _ => None,
        })
        .collect();
    let mut found = Vec::new();
    for (index, (second, place)) in limits.iter().enumerate() {
        let useless = limits
            .iter()
            .take(index)
            .filter(|(first, _)| {
                Limit {
                    rates: second.rates,
                    ..**first
                } == **second
            })
            .flat_map(|(first, _)| first.rates)
            .find_map(|first| {
                let mut rates = second.rates.iter();
                rates.find_map(|second| useless_rate(*first, *second))
            });
        if let Some(wrong) = useless {
            found.push(wrong.at(**place));
        }
    }
    found
}
