//! Conditions, and parts of them, that never or always hold.

use std::collections::HashSet;

use super::block::Block;
use super::defect::Defect;
use super::expression::TooMuch;
use super::formula::{Fact, Formula};
use super::search::{Domain, Search, Searcher};
use super::solve::Solver;
use super::texts::Matched;
use super::written;
use crate::{Comparison, Condition, Field, Test, names, nearest};

/// So many parts of a condition are held against each other.
const MOST_PARTS: usize = 24;

/// What is wrong with the condition of an entry, whatever it aims at.
pub(super) fn check(block: &mut Block, position: usize) -> Option<Defect> {
    let entry = block.entries.get(position)?;
    let (number, when) = (entry.number?, entry.statement.when?);
    let protects = entry.statement.action.protects();
    let mut found = None;
    if let Err(TooMuch) = part(block, &when, protects, &mut found) {
        block.undecided.push(position);
        return None;
    }
    let (problem, help) = found?;
    Some(Defect::new(number, problem, help))
}

type Said = Option<(String, String)>;

/// Looks at a part of a condition, those within it first.
fn part(
    block: &mut Block,
    condition: &Condition,
    protects: bool,
    found: &mut Said,
) -> Result<(), TooMuch> {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => {
            for inner in *parts {
                part(block, inner, protects, found)?;
                if found.is_some() {
                    return Ok(());
                }
            }
        }
        Condition::Not(inner) => return part(block, inner, protects, found),
        Condition::Is(_) => return Ok(()),
        Condition::Compare(field, comparison) => {
            *found = compared(block, *field, comparison)?;
            if found.is_some() {
                return Ok(());
            }
        }
    }
    if asks_path(&block.facts.condition(condition, true, protects)) {
        return Ok(());
    }
    // A part may stand behind a `!`, which turns it round.
    let says = |block: &mut Block, affirmed| {
        let formula = block.facts.condition(condition, affirmed, protects);
        holds(block, &[&formula])
    };
    let shown = written::condition(condition);
    if !says(block, true)? {
        let pair = excluding(block, condition, protects)?;
        *found = Some(match pair {
            Some((one, other)) => (
                format!("this never holds: `{one}` and `{other}` exclude each other"),
                "leave one of the two out, or join them with `||`".to_owned(),
            ),
            None => (
                format!("this never holds: no request is ever `{shown}`"),
                "compare with what the field can be, or leave it out".to_owned(),
            ),
        });
    } else if always(block, condition, protects)? {
        *found = Some((
            format!("this always holds: every request is `{shown}`"),
            match condition {
                Condition::Any(_) => {
                    "join the comparisons with `&&`, or leave the condition out to be about \
                     everything"
                }
                _ => "leave it out to be about everything, or compare with less",
            }
            .to_owned(),
        ));
    }
    Ok(())
}

/// Whether a condition holds of every request.
fn always(block: &mut Block, condition: &Condition, protects: bool) -> Result<bool, TooMuch> {
    let formula = block.facts.condition(condition, true, protects).not();
    Ok(!holds(block, &[&formula])?)
}

/// Whether formulas that are not about the path can hold together.
pub(super) fn holds(block: &mut Block, formulas: &[&Formula]) -> Result<bool, TooMuch> {
    let mut solver = Solver {
        facts: &mut block.facts,
        values: &mut block.values,
        budget: &mut block.budget,
    };
    let found = solver.request(formulas, &Matched::default())?;
    Ok(found.is_some())
}

pub(super) fn asks_path(formula: &Formula) -> bool {
    let mut asks = false;
    formula.each_fact(&mut |fact| asks |= matches!(fact, Fact::Some(Field::Path, _)));
    asks
}

/// Two parts of which one rules the other out.
fn excluding(
    block: &mut Block,
    condition: &Condition,
    protects: bool,
) -> Result<Option<(String, String)>, TooMuch> {
    let Condition::All(parts) = condition else {
        return Ok(None);
    };
    let parts = parts.get(..MOST_PARTS).unwrap_or(parts);
    for (index, one) in parts.iter().enumerate() {
        let first = block.facts.condition(one, true, protects);
        for other in parts.iter().skip(index + 1) {
            let second = block.facts.condition(other, true, protects);
            if !holds(block, &[&first, &second])? {
                return Ok(Some((written::condition(one), written::condition(other))));
            }
        }
    }
    Ok(None)
}

/// What is wrong with one comparison.
fn compared(block: &mut Block, field: Field, asked: &Comparison) -> Result<Said, TooMuch> {
    match (field, asked.test) {
        (Field::VpnProvider, Test::OneOf(texts)) => Ok(unlisted(
            names::VPN_PROVIDERS.iter().copied(),
            texts,
            asked.ignores_case,
        )
        .map(|(text, near)| {
            let listed = crate::listed(names::VPN_PROVIDERS.iter().copied());
            (
                format!("no provider of VPNs is called `{text}`"),
                match near {
                    Some(near) => format!("it is called `{near}`"),
                    None => format!("the providers are {listed}"),
                },
            )
        })),
        // Agents that sign their requests have other names, too.
        (Field::Crawler, Test::OneOf(texts))
            if texts.iter().any(|text| names::kinds_of(text).is_empty()) =>
        {
            let listed = names::crawlers().map(|(name, _)| name);
            let found = unlisted(listed, texts, asked.ignores_case);
            Ok(found.and_then(|(text, near)| {
                // The owner of a site may know an agent by a name of its own.
                let is_slip = |near: &&str| strsim::damerau_levenshtein(near, text) <= 2;
                let near = near.filter(|near| text.len() > 4 && is_slip(near))?;
                Some((
                    format!("no crawler is called `{text}`"),
                    format!("it is called `{near}`"),
                ))
            }))
        }
        (Field::Path, _) if !asked.negated && is_everywhere(block, asked, Domain::Paths)? => {
            let shown = written::condition(&Condition::Compare(field, *asked));
            Ok(Some((
                format!("this always holds: `{shown}` is so of every path"),
                "leave it out to be about every path, or ask for more of the path".to_owned(),
            )))
        }
        (Field::Method | Field::Scheme | Field::Path | Field::Host, _) => Ok(None),
        (_, Test::Matches(expression)) if is_everywhere(block, asked, Domain::Any)? => Ok(Some((
            format!(
                "`{expression}` is found in every value: this asks whether `{}` is there, and \
                 nothing of what it is",
                written::field_name(field)
            ),
            format!(
                "say `{} is {}`, or ask for more of the value",
                written::field_name(field),
                if asked.negated { "missing" } else { "present" }
            ),
        ))),
        _ => Ok(None),
    }
}

/// The first text that is in no list, and the name that is nearest to it.
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

/// Whether a comparison holds of every text.
fn is_everywhere(block: &mut Block, asked: &Comparison, domain: Domain) -> Result<bool, TooMuch> {
    let set = block.facts.texts.comparison(asked, false);
    let texts = &mut block.facts.texts;
    let mut searcher = Searcher::new(texts, Vec::new(), [&set], domain)?;
    loop {
        match searcher.next(texts, &mut block.budget) {
            Search::Found(_, matched) if set.holds(&matched) => {}
            Search::Found(..) => return Ok(false),
            Search::Nothing => return Ok(true),
            Search::Undecided => return Err(TooMuch),
        }
    }
}
