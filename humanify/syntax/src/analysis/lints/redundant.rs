//! Targets and parts of conditions that change nothing.

use super::LintFindings;
use crate::analysis::block::{MatchScope, RuleBlock, TargetTexts};
use crate::analysis::conditions::{asks_path, can_hold};
use crate::analysis::formula::{Fact, Formula};
use crate::analysis::path::is_path;
use crate::analysis::print;
use crate::analysis::reach::Reach;
use crate::analysis::request::ExampleRequest;
use crate::analysis::search::{Domain, Search, Searcher};
use crate::analysis::texts::TextSet;
use crate::analysis::warnings::Warning;
use crate::analysis::witness::{ExampleOutcome, Witness};
use crate::{Action, Condition, Field, Sign, Subject, Target, Test, parse_network};

/// The largest number of targets, or parts of a condition, that are compared pairwise.
const MAX_COMPARED: usize = 16;

pub(super) fn check(block: &mut RuleBlock, position: usize, lints: &mut LintFindings) {
    targets(block, position, lints);
    defaults(block, position, lints);
    exceptions(block, position, lints);
    let Some(entry) = block.entries.get(position) else {
        return;
    };
    let statement = entry.statement;
    let Some(when) = statement.when else {
        return;
    };
    let protects = statement.action.protects();
    parts(block, &when, protects, lints);
    networks(&when, lints);
    contrary_signs(block, position, &when, lints);
    let takes_bots = matches!(statement.action, Action::Challenge(_) | Action::DenyAccess);
    if takes_bots && statement.subject == Subject::Unspecified && when == Condition::Is(Sign::Bot) {
        lints.add(
            Warning::REDUNDANT,
            format!(
                "`{}` applies only to detected bots anyway",
                statement.action.name()
            ),
            "leave `when client.is_bot` out",
        );
    }
}

/// Warns of a target that another target of the same list covers.
fn targets(block: &mut RuleBlock, position: usize, lints: &mut LintFindings) {
    let Some(entry) = block.entries.get(position) else {
        return;
    };
    let statement = entry.statement;
    for (targets, is_exception) in [(entry.on.clone(), false), (entry.except.clone(), true)] {
        if targets.len() < 2 || targets.len() > MAX_COMPARED {
            continue;
        }
        for (index, target_texts) in targets.iter().enumerate() {
            let others = targets
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != index);
            for (_, other) in others {
                if target_texts.scope() == MatchScope::Path
                    && other.scope() == MatchScope::Path
                    && is_within(block, target_texts, other, Domain::Paths) == Some(true)
                    && (!sees_sent(target_texts, other)
                        || is_within(block, target_texts, other, Domain::Sent) == Some(true))
                {
                    let path = a_path(block, &target_texts.set);
                    lints.add_shown(
                        Warning::REDUNDANT,
                        format!(
                            "`{}` is redundant: `{}` matches the same paths",
                            print::target(&target_texts.target),
                            print::target(&other.target)
                        ),
                        "leave it out",
                        |acts| {
                            let path = path.unwrap_or_else(|| acts.path.clone());
                            let request = ExampleRequest { path, ..acts };
                            match is_exception {
                                true => Witness::unaffected(request, &statement),
                                false => Witness::of(request, &statement),
                            }
                        },
                    );
                    return;
                }
            }
        }
    }
}

/// A path that a set contains.
fn a_path(block: &mut RuleBlock, set: &TextSet) -> Option<String> {
    let texts = &mut block.facts.texts;
    let sample = texts.sample(set);
    if let Some(sample) = sample.filter(|sample| is_path(sample.as_bytes())) {
        return Some(sample);
    }
    let mut searcher = Searcher::new(texts, vec![set.clone()], [], Domain::Paths).ok()?;
    match searcher.next(texts, &mut block.budget) {
        Search::Found(path, _) => String::from_utf8(path).ok(),
        Search::Nothing | Search::Undecided => None,
    }
}

/// Whether an expression of two targets tells paths as they were sent apart, which statements that
/// protect match as well.
fn sees_sent(one: &TargetTexts, other: &TargetTexts) -> bool {
    let mut targets = [one, other].into_iter();
    targets.any(|target_texts| {
        !target_texts.exempts && matches!(target_texts.target, Target::PathRegex(_))
    })
}

/// Whether the target `wide` matches every text that `narrow` matches.
fn is_within(
    block: &mut RuleBlock,
    narrow: &TargetTexts,
    wide: &TargetTexts,
    domain: Domain,
) -> Option<bool> {
    if wide.set.everything {
        return Some(true);
    }
    let texts = &mut block.facts.texts;
    let must = vec![narrow.set.clone()];
    let mut searcher = Searcher::new(texts, must, [&wide.set], domain).ok()?;
    loop {
        match searcher.next(texts, &mut block.budget) {
            Search::Found(_, matched) if wide.set.holds(&matched) => {}
            Search::Found(..) => return Some(false),
            Search::Nothing => return Some(true),
            Search::Undecided => return None,
        }
    }
}

/// Warns of a target that is exempt by default, beside targets that are not.
fn defaults(block: &mut RuleBlock, position: usize, lints: &mut LintFindings) {
    let has_defaults = block
        .entries
        .first()
        .is_some_and(|entry| entry.number.is_none());
    let Some(entry) = block.entries.get(position) else {
        return;
    };
    if !has_defaults || entry.on.len() < 2 || entry.on.len() > 64 {
        return;
    }
    let shown: Vec<String> = entry
        .on
        .iter()
        .map(|target_texts| print::target(&target_texts.target))
        .collect();
    for (index, shown) in shown.iter().enumerate() {
        if let Reach::Shadowed(by, request) = block.reach(position, Some(index))
            && by == [0]
        {
            lints.add_shown(
                Warning::DEFAULTS,
                format!("`{shown}` is exempt by default, so this statement never acts there"),
                "leave it out, or add `no_default_exemptions;` and your own `exempt` statements",
                |_| Witness {
                    request: *request,
                    outcome: ExampleOutcome::ExemptByDefault,
                    by: "",
                },
            );
            return;
        }
    }
}

/// Warns of a target in `except` that an earlier statement exempts anyway.
fn exceptions(block: &mut RuleBlock, position: usize, lints: &mut LintFindings) {
    let Some(entry) = block.entries.get(position) else {
        return;
    };
    let is_judging = matches!(
        entry.statement.action,
        Action::Challenge(_) | Action::DenyAccess | Action::AlwaysChallenge(_)
    );
    if !is_judging || entry.except.len() > MAX_COMPARED {
        return;
    }
    for target_texts in entry.except.clone() {
        if target_texts.scope() != MatchScope::Path {
            continue;
        }
        let exempting: Vec<usize> = block
            .entries_near(&target_texts.set)
            .into_iter()
            .filter(|earlier| *earlier < position)
            .filter(|earlier| {
                block.entries.get(*earlier).is_some_and(|earlier| {
                    let statement = &earlier.statement;
                    statement.action == Action::Exempt
                        && !statement.observe
                        && earlier.acts == Formula::TRUE
                        && !earlier.may_be_excepted(MatchScope::Path)
                })
            })
            .collect();
        let entries: Vec<_> = exempting
            .iter()
            .filter_map(|one| block.entries.get(*one))
            .collect();
        let sets: Vec<_> = entries
            .iter()
            .flat_map(|one| one.sets(MatchScope::Path))
            .collect();
        let texts = &mut block.facts.texts;
        let Ok(mut searcher) =
            Searcher::new(texts, vec![target_texts.set.clone()], sets, Domain::Paths)
        else {
            return;
        };
        let is_exempt = loop {
            match searcher.next(texts, &mut block.budget) {
                Search::Found(_, matched)
                    if entries
                        .iter()
                        .any(|one| one.targets_match(MatchScope::Path, &matched)) => {}
                Search::Nothing => break true,
                _ => break false,
            }
        };
        if is_exempt {
            lints.add(
                Warning::REDUNDANT,
                format!(
                    "`except {}` changes nothing: an earlier statement exempts it",
                    print::target(&target_texts.target)
                ),
                "leave it out",
            );
            return;
        }
    }
}

/// Warns of a part of a condition that the other parts imply.
fn parts(block: &mut RuleBlock, condition: &Condition, protects: bool, lints: &mut LintFindings) {
    let (parts_of, all) = match condition {
        Condition::All(parts) => (*parts, true),
        Condition::Any(parts) => (*parts, false),
        Condition::Not(part) => return parts(block, part, protects, lints),
        _ => return,
    };
    if parts_of.len() > MAX_COMPARED {
        return;
    }
    for part in parts_of {
        parts(block, part, protects, lints);
    }
    // In `a && b`, `a` is redundant if `b` implies it; in `a || b`, if it implies `b`.
    for (index, part) in parts_of.iter().enumerate().rev() {
        let affirmed: Vec<Formula> = parts_of
            .iter()
            .enumerate()
            .map(|(other, one)| {
                let formula = block.facts.condition(one, true, protects);
                if (other == index) == all {
                    formula.not()
                } else {
                    formula
                }
            })
            .collect();
        let asked: Vec<&Formula> = affirmed.iter().collect();
        if let Ok(false) = can_hold(block, &asked) {
            lints.add(
                Warning::REDUNDANT,
                format!(
                    "`{}` changes nothing beside the rest of the condition",
                    print::condition(part)
                ),
                "leave it out",
            );
            return;
        }
    }
}

/// Warns of a network that lies within another network of the same list.
fn networks(condition: &Condition, lints: &mut LintFindings) {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => {
            parts.iter().for_each(|part| networks(part, lints));
        }
        Condition::Not(part) => networks(part, lints),
        Condition::Compare(Field::Ip, comparison) => {
            let Test::OneOf(texts) = comparison.test else {
                return;
            };
            let all: Vec<_> = texts
                .iter()
                .take(256)
                .filter_map(|text| parse_network(text).ok())
                .collect();
            for (index, one) in all.iter().enumerate() {
                let wider = all
                    .iter()
                    .enumerate()
                    .find(|(other, wide)| *other != index && wide.contains(one));
                if let Some((_, wide)) = wider {
                    lints.add(
                        Warning::REDUNDANT,
                        format!("`{one}` lies within `{wide}`, which is in the list, too"),
                        "leave it out",
                    );
                    return;
                }
            }
        }
        _ => {}
    }
}

/// Warns of conditions such as `client.is_vpn && !client.is_bot`: they hold only if `Signals` does
/// not count the sign.
fn contrary_signs(
    block: &mut RuleBlock,
    position: usize,
    condition: &Condition,
    lints: &mut LintFindings,
) {
    let Some(statement) = block.entries.get(position).map(|entry| entry.statement) else {
        return;
    };
    let protects = statement.action.protects();
    let formula = block.facts.condition(condition, true, protects);
    if asks_path(&formula) {
        return;
    }
    let counted = [
        Sign::Vpn,
        Sign::Proxy,
        Sign::Datacenter,
        Sign::Tor,
        Sign::ForumSpammer,
        Sign::Firehol,
        Sign::InvalidIp,
        Sign::Crawler,
    ];
    let is = |sign, holds| Formula::Is(Fact::Sign(sign), holds);
    let mut asked = vec![formula.clone()];
    asked.extend(counted.map(|sign| Formula::Any(vec![is(sign, false), is(Sign::Bot, true)])));
    let asked: Vec<&Formula> = asked.iter().collect();
    if let (Ok(true), Ok(false)) = (can_hold(block, &[&formula]), can_hold(block, &asked)) {
        lints.add_shown(
            Warning::SIGNS,
            "this never holds, unless `Signals` ignores the sign: a client with this sign is a bot",
            "leave `!client.is_bot` out, or use other signs",
            |mut acts| {
                let signs = acts.signs.iter_mut();
                let is_bot = signs.filter(|(sign, _)| *sign == Sign::Bot);
                is_bot.for_each(|(_, holds)| *holds = true);
                Witness::unaffected(acts, &statement)
            },
        );
    }
}
