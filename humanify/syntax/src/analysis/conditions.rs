//! Finds conditions, and parts of conditions, that never or always hold.

use std::collections::HashSet;

use super::block::RuleBlock;
use super::defect::Defect;
use super::expression::Undecided;
use super::expression_shape::required_capitals;
use super::formula::{Fact, Formula, is_lower};
use super::print;
use super::search::{Budget, Domain, Search, Searcher};
use super::solve::Solver;
use super::texts::{TextMatches, TextSet};
use crate::{Comparison, Condition, Field, Test, names, nearest};

/// The largest number of parts of a condition that are compared pairwise.
const MAX_COMPARED_PARTS: usize = 24;

/// The largest number of steps of one question about paths.
const MAX_PATH_STEPS: usize = 5_000;

/// The defect of an entry's condition, regardless of the entry's targets.
pub(super) fn check(block: &mut RuleBlock, position: usize) -> Option<Defect> {
    let entry = block.entries.get(position)?;
    let (number, when) = (entry.number?, entry.statement.when?);
    let protects = entry.statement.action.protects();
    let mut found = None;
    if let Err(Undecided) = check_part(block, &when, protects, &mut found) {
        block.undecided.push(position);
        return None;
    }
    let (problem, help) = found?;
    Some(Defect::new(number, problem, help))
}

type ProblemAndHelp = Option<(String, String)>;

/// Checks a part of a condition; the parts inside it first.
fn check_part(
    block: &mut RuleBlock,
    condition: &Condition,
    protects: bool,
    found: &mut ProblemAndHelp,
) -> Result<(), Undecided> {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => {
            for inner in *parts {
                check_part(block, inner, protects, found)?;
                if found.is_some() {
                    return Ok(());
                }
            }
        }
        Condition::Not(inner) => return check_part(block, inner, protects, found),
        Condition::Is(_) => return Ok(()),
        Condition::Compare(field, comparison) => {
            *found = comparison_problem(block, *field, comparison)?;
            if found.is_some() {
                return Ok(());
            }
        }
    }
    // Other findings are about a single comparison of the path.
    let is_single = matches!(condition, Condition::Compare(..));
    if is_single && asks_path(&block.facts.condition(condition, true, protects)) {
        return Ok(());
    }
    // A part may be negated from outside, so both directions are asked.
    let is_possible = |block: &mut RuleBlock, affirmed| {
        let formula = block.facts.condition(condition, affirmed, protects);
        can_hold(block, &[&formula])
    };
    let shown = print::condition(condition);
    if !is_possible(block, true)? {
        let pair = excluding_pair(block, condition, protects)?;
        *found = Some(match pair {
            Some((one, other)) => (
                format!("this never holds: `{one}` and `{other}` exclude each other"),
                "leave one of the two out, or join them with `||`".to_owned(),
            ),
            None => (
                format!("this never holds: no request fulfils `{shown}`"),
                "compare with a value that the field can have, or leave it out".to_owned(),
            ),
        });
    } else if always(block, condition, protects)? {
        *found = Some((
            format!("this always holds: every request fulfils `{shown}`"),
            match condition {
                Condition::Any(_) => {
                    "join the comparisons with `&&`, or leave the condition out to match \
                     everything"
                }
                _ => "leave it out to match everything, or write a narrower comparison",
            }
            .to_owned(),
        ));
    }
    Ok(())
}

/// Whether a condition holds for every request.
fn always(block: &mut RuleBlock, condition: &Condition, protects: bool) -> Result<bool, Undecided> {
    let formula = block.facts.condition(condition, true, protects).not();
    Ok(!can_hold(block, &[&formula])?)
}

/// Whether formulas can hold together.
pub(super) fn can_hold(block: &mut RuleBlock, formulas: &[&Formula]) -> Result<bool, Undecided> {
    if formulas.iter().any(|formula| asks_path(formula)) {
        // Whether a question about paths takes too long decides nothing about the statement.
        let steps = block.path_budget.0.min(MAX_PATH_STEPS);
        let kept = std::mem::replace(&mut block.budget, Budget(steps));
        let found = can_hold_on_paths(block, formulas);
        let left = std::mem::replace(&mut block.budget, kept);
        block.path_budget.0 -= steps - left.0.min(steps);
        return Ok(found.unwrap_or(true));
    }
    let found = solver(block).request(formulas, &TextMatches::default())?;
    Ok(found.is_some())
}

/// Whether formulas can hold together on a path, normalised or as a client may send it.
fn can_hold_on_paths(block: &mut RuleBlock, formulas: &[&Formula]) -> Result<bool, Undecided> {
    let mut sets: Vec<TextSet> = Vec::new();
    for formula in formulas {
        formula.each_fact(&mut |fact| {
            if let Fact::Some(Field::Path, set) = fact {
                sets.extend(block.facts.sets.get(set).cloned());
            }
        });
    }
    for domain in [Domain::Paths, Domain::Sent] {
        let mut searcher = Searcher::new(&mut block.facts.texts, Vec::new(), &sets, domain)?;
        loop {
            match searcher.next(&mut block.facts.texts, &mut block.budget) {
                Search::Found(_, matched) => {
                    if solver(block).request(formulas, &matched)?.is_some() {
                        return Ok(true);
                    }
                }
                Search::Nothing => break,
                Search::Undecided => return Err(Undecided),
            }
        }
    }
    Ok(false)
}

/// A solver with the facts and the budget of a block.
pub(super) fn solver(block: &mut RuleBlock) -> Solver<'_> {
    Solver {
        facts: &mut block.facts,
        values: &mut block.values,
        budget: &mut block.budget,
    }
}

pub(super) fn asks_path(formula: &Formula) -> bool {
    let mut asks = false;
    formula.each_fact(&mut |fact| asks |= matches!(fact, Fact::Some(Field::Path, _)));
    asks
}

/// Two parts of a condition that exclude each other.
fn excluding_pair(
    block: &mut RuleBlock,
    condition: &Condition,
    protects: bool,
) -> Result<Option<(String, String)>, Undecided> {
    let Condition::All(parts) = condition else {
        return Ok(None);
    };
    let parts = parts.get(..MAX_COMPARED_PARTS).unwrap_or(parts);
    for (index, one) in parts.iter().enumerate() {
        let first = block.facts.condition(one, true, protects);
        for other in parts.iter().skip(index + 1) {
            let second = block.facts.condition(other, true, protects);
            if !can_hold(block, &[&first, &second])? {
                return Ok(Some((print::condition(one), print::condition(other))));
            }
        }
    }
    Ok(None)
}

/// The problem of one comparison, and the help for it.
fn comparison_problem(
    block: &mut RuleBlock,
    field: Field,
    asked: &Comparison,
) -> Result<ProblemAndHelp, Undecided> {
    match (field, asked.test) {
        (Field::VpnProvider, Test::OneOf(texts)) => Ok(unlisted(
            names::VPN_PROVIDERS.iter().copied(),
            texts,
            asked.ignores_case,
        )
        .map(|(text, near)| {
            let listed = crate::listed(names::VPN_PROVIDERS.iter().copied());
            (
                format!("unknown VPN provider `{text}`"),
                match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the providers are {listed}"),
                },
            )
        })),
        // Signed agents may have names that are not in our list.
        (Field::Crawler, Test::OneOf(texts))
            if texts.iter().any(|text| names::kinds_of(text).is_empty()) =>
        {
            let listed = names::crawlers().map(|(name, _)| name);
            let found = unlisted(listed, texts, asked.ignores_case);
            Ok(found.and_then(|(text, near)| {
                // The site's owner may have given an agent its name, so only near misses are
                // reported.
                let is_slip = |near: &&str| strsim::damerau_levenshtein(near, text) <= 2;
                let near = near.filter(|near| text.len() > 4 && is_slip(near))?;
                Some((
                    format!("unknown crawler `{text}`"),
                    format!("did you mean `{near}`?"),
                ))
            }))
        }
        // Conditions also compare the path as it was sent.
        (Field::Path, _)
            if !asked.negated
                && is_everywhere(block, asked, Domain::Paths)?
                && is_everywhere(block, asked, Domain::Sent)? =>
        {
            let shown = print::condition(&Condition::Compare(field, *asked));
            Ok(Some((
                format!("this always holds: every path fulfils `{shown}`"),
                "leave it out to match every path, or write a narrower comparison".to_owned(),
            )))
        }
        (field, Test::Matches(expression)) if is_lower(field) => {
            let is_possible = is_anywhere(block, asked, Domain::of(field))?;
            let problem = if !is_possible
                && !is_anywhere(block, asked, Domain::Lower)?
                && is_anywhere(block, asked, Domain::Any)?
            {
                format!("`{expression}` never matches")
            } else if let Some(capitals) = required_capitals(expression) {
                format!("the alternative with `{capitals}` never matches")
            } else if !is_possible {
                return Ok(Some(impossible(field, expression)));
            } else {
                return other_problem(block, field, asked);
            };
            Ok(Some((
                format!(
                    "{problem}: `{}` is always in lower case",
                    print::field_name(field)
                ),
                "write the expression in lower case, or begin it with `(?i)`".to_owned(),
            )))
        }
        (
            Field::Host | Field::ContentType,
            Test::OneOf(texts)
            | Test::StartsWith(texts)
            | Test::EndsWith(texts)
            | Test::Contains(texts),
        ) => {
            for (index, text) in texts.iter().enumerate() {
                let one = texts.get(index..=index).unwrap_or_default();
                let test = match asked.test {
                    Test::StartsWith(_) => Test::StartsWith(one),
                    Test::EndsWith(_) => Test::EndsWith(one),
                    Test::Contains(_) => Test::Contains(one),
                    _ => Test::OneOf(one),
                };
                let alone = Comparison { test, ..*asked };
                if is_parameter(field, text) || !is_anywhere(block, &alone, Domain::of(field))? {
                    return Ok(Some(impossible(field, text)));
                }
            }
            Ok(None)
        }
        _ => other_problem(block, field, asked),
    }
}

/// Whether a text names a parameter of a media type, which `content_type` leaves out.
fn is_parameter(field: Field, text: &str) -> bool {
    let mut names = ["charset", "boundary"].into_iter();
    field == Field::ContentType && names.any(|name| text.contains(name))
}

/// The problem of a text or an expression that no value of a field matches.
fn impossible(field: Field, text: &str) -> (String, String) {
    let problem = format!("no `{}` matches `{text}`", print::field_name(field));
    let help = match field {
        Field::Host => {
            "a host is compared in lower case, without port and without a dot at its end, and an IPv6 \
             address in brackets"
        }
        _ => "a media type is compared in lower case, without parameters such as `; charset=utf-8`",
    };
    (problem, help.to_owned())
}

/// The problem of a comparison that every value fulfils.
fn other_problem(
    block: &mut RuleBlock,
    field: Field,
    asked: &Comparison,
) -> Result<ProblemAndHelp, Undecided> {
    match (field, asked.test) {
        (Field::Method | Field::Scheme | Field::Path | Field::Host, _) => Ok(None),
        (_, Test::Matches(expression)) if is_everywhere(block, asked, Domain::Any)? => Ok(Some((
            format!(
                "`{expression}` matches every value, so this only tests whether `{}` is present",
                print::field_name(field)
            ),
            format!(
                "use `{} is {}`, or a narrower expression",
                print::field_name(field),
                if asked.negated { "missing" } else { "present" }
            ),
        ))),
        _ => Ok(None),
    }
}

/// The first text that is not in the list, and the listed name nearest to it.
fn unlisted(
    listed: impl Iterator<Item = &'static str>,
    texts: &[&'static str],
    ignores_case: bool,
) -> Option<(&'static str, Option<&'static str>)> {
    let listed: HashSet<&'static str> = listed.collect();
    let is_listed = |text: &str| {
        listed.contains(text)
            || (ignores_case && listed.iter().any(|known| known.eq_ignore_ascii_case(text)))
    };
    let text = *texts.iter().find(|text| !is_listed(text))?;
    let bare = |text: &str| -> String {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let same = listed
        .iter()
        .find(|known| bare(known) == bare(text))
        .copied();
    let mut listed: Vec<&'static str> = listed.into_iter().collect();
    listed.sort_unstable();
    Some((text, same.or_else(|| nearest(text, listed))))
}

/// Whether a comparison, without its negation, holds for any text.
fn is_anywhere(
    block: &mut RuleBlock,
    asked: &Comparison,
    domain: Domain,
) -> Result<bool, Undecided> {
    let set = block.facts.texts.comparison(asked, false);
    let texts = &mut block.facts.texts;
    let mut searcher = Searcher::new(texts, vec![set], [], domain)?;
    match searcher.next(texts, &mut block.budget) {
        Search::Found(..) => Ok(true),
        Search::Nothing => Ok(false),
        Search::Undecided => Err(Undecided),
    }
}

/// Whether a comparison holds for every text.
fn is_everywhere(
    block: &mut RuleBlock,
    asked: &Comparison,
    domain: Domain,
) -> Result<bool, Undecided> {
    let set = block.facts.texts.comparison(asked, false);
    let texts = &mut block.facts.texts;
    let mut searcher = Searcher::new(texts, Vec::new(), [&set], domain)?;
    loop {
        match searcher.next(texts, &mut block.budget) {
            Search::Found(_, matched) if set.holds(&matched) => {}
            Search::Found(..) => return Ok(false),
            Search::Nothing => return Ok(true),
            Search::Undecided => return Err(Undecided),
        }
    }
}
