//! Limits that count other requests than they seem to.

use super::LintFindings;
use super::exemptions::{ControlledBy, Hosts, controlled_by};
use crate::analysis::block::{MatchScope, RuleBlock, TargetTexts};
use crate::analysis::expression_shape::is_one_text;
use crate::analysis::search::{Domain, Search, Searcher};
use crate::analysis::texts::TextSet;
use crate::analysis::warnings::Warning;
use crate::analysis::witness::Witness;
use crate::{Action, Field, Limit, Rate, Statement, Target};

pub(super) fn check(block: &mut RuleBlock, position: usize, lints: &mut LintFindings) {
    let Some(entry) = block.entries.get(position) else {
        return;
    };
    let statement = entry.statement;
    let Action::Limit(limit) = statement.action else {
        return;
    };
    if limit.key == Some(Field::Path) && matches!(statement.on, [target] if is_one_path(target)) {
        lints.add(
            Warning::ONE_KEY,
            "the path is the same for every request that this limit counts",
            "leave `key` out, or name a value that differs",
        );
    }
    let first = statement_set(block, position);
    let nearby = first.map_or_else(Vec::new, |set| block.entries_near(&set));
    // The order of limits means nothing. Of two that are alike, the later one is reported.
    for other in (0..block.entries.len()).filter(|other| *other != position) {
        let Some(known) = block.entries.get(other).map(|entry| entry.statement) else {
            continue;
        };
        let Action::Limit(first) = known.action else {
            continue;
        };
        let is_earlier = other < position;
        if is_earlier
            && first.scope.is_some()
            && first.scope == limit.scope
            && first.counts == limit.counts
            && known.observe == statement.observe
            && !has_same_targets(&known, &statement)
            && !first.rates.iter().any(|rate| limit.rates.contains(rate))
        {
            lints.add(
                Warning::SCOPE,
                format!(
                    "`{}` has the same scope and another rate, so they are two buckets",
                    known.source
                ),
                "give both the same rate, or each its own scope",
            );
        }
        if replaces_default(&known, &first, &statement, &limit) {
            lints.add_shown(
                Warning::ESCAPE,
                format!(
                    "any client can choose this limit, which replaces `{}`, although that is stricter",
                    known.source
                ),
                "add a condition that a client cannot choose, or lower the rate",
                |acts| Witness::of(acts, &statement),
            );
        }
        if nearby.contains(&other)
            && is_exhausted_first(&known, &first, &statement, &limit)
            && covers(block, other, position)
            && (is_earlier
                || !is_exhausted_first(&statement, &limit, &known, &first)
                || !covers(block, position, other))
        {
            lints.add(
                Warning::LOOSER,
                format!("this limit is never reached: `{}` counts the same requests and is always reached first", known.source),
                "limits add up, and none replaces another: leave this one out, or take its targets out of \
                 the other with `except`",
            );
        }
    }
}

fn statement_set(block: &RuleBlock, position: usize) -> Option<TextSet> {
    let entry = block.entries.get(position)?;
    Some(entry.on.first()?.set.clone())
}

fn is_one_path(target: &Target) -> bool {
    match target {
        Target::Path(text) | Target::Route(text) => !text.contains(['*', '?', '{', '<']),
        Target::PathRegex(expression) => is_one_text(expression),
        _ => false,
    }
}

/// Whether two statements have the same targets, in any order.
fn has_same_targets(one: &Statement, other: &Statement) -> bool {
    let is_same = |one: &[Target], other: &[Target]| {
        one.len() == other.len() && one.iter().all(|target| other.contains(target))
    };
    is_same(one.on, other.on) && is_same(one.except, other.except)
}

/// Whether `limit` replaces the stricter default limit `first` for clients that choose to fulfil
/// its condition.
fn replaces_default(
    known: &Statement,
    first: &Limit,
    statement: &Statement,
    limit: &Limit,
) -> bool {
    let looser = first
        .rates
        .iter()
        .all(|one| limit.rates.iter().all(|other| is_stricter(*one, *other)));
    known.on.is_empty()
        && known.when.is_none()
        && !known.observe
        && !statement.on.is_empty()
        && limit.replaces(first)
        && !statement.observe
        && looser
        && first.rates != limit.rates
        && statement
            .when
            .as_ref()
            .is_some_and(|when| controlled_by(when, true, Hosts::AreSent) == ControlledBy::OnClient)
}

/// Whether both limits count alike and `first` is always exhausted before `limit`.
fn is_exhausted_first(
    known: &Statement,
    first: &Limit,
    statement: &Statement,
    limit: &Limit,
) -> bool {
    let counts_alike = Limit {
        rates: limit.rates,
        ..*first
    } == *limit;
    counts_alike
        && first.scope.is_none()
        && !known.on.is_empty()
        && !statement.on.is_empty()
        && (known.when.is_none() || known.when == statement.when)
        && !known.observe
        && limit.rates.iter().all(|loose| {
            first
                .rates
                .iter()
                .any(|strict| is_stricter(*strict, *loose))
        })
}

/// Whether the rate `strict` is always exhausted before `loose`.
pub(super) fn is_stricter(strict: Rate, loose: Rate) -> bool {
    let interval = |rate: Rate, other: Rate| u64::from(rate.seconds()) * u64::from(other.count());
    strict.burst() <= loose.burst() && interval(strict, loose) >= interval(loose, strict)
}

/// Whether the targets of one entry match every path that those of another match.
fn covers(block: &mut RuleBlock, wide: usize, narrow: usize) -> bool {
    let entries = &block.entries;
    let (Some(wide), Some(narrow)) = (entries.get(wide), entries.get(narrow)) else {
        return false;
    };
    let is_path = |target_texts: &TargetTexts| target_texts.scope() == MatchScope::Path;
    // Every path that the router matches with a template matches the template as a glob.
    let has_paths = |target_texts: &TargetTexts| {
        matches!(
            target_texts.scope(),
            MatchScope::Path | MatchScope::Route(_)
        )
    };
    if !wide.on.iter().chain(&wide.except).all(is_path) || !narrow.on.iter().all(has_paths) {
        return false;
    }
    for target_texts in &narrow.on {
        let texts = &mut block.facts.texts;
        let must = vec![target_texts.set.clone()];
        let sets = wide.sets(MatchScope::Path);
        let Ok(mut searcher) = Searcher::new(texts, must, sets, Domain::Paths) else {
            return false;
        };
        loop {
            match searcher.next(texts, &mut block.budget) {
                Search::Found(_, matched) if wide.targets_match(MatchScope::Path, &matched) => {}
                Search::Nothing => break,
                _ => return false,
            }
        }
    }
    true
}
