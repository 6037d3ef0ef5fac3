//! Exemptions beneath the statements that they are meant to be exemptions from.

use super::Oddities;
use crate::analysis::block::{Block, Entry, World, world};
use crate::analysis::expression::TooMuch;
use crate::analysis::request::Request;
use crate::analysis::search::Budget;
use crate::analysis::warnings::Warning;
use crate::analysis::witness::Witness;
use crate::{Action, Target};

/// How many steps it may take to find out about one exemption.
const BUDGET: usize = 5_000;

/// How many statements above an exemption are looked at.
const MOST_ABOVE: usize = 4;

/// Warns of an exemption of what a statement above it decides, if no statement beneath it is left
/// anything that it could exempt.
pub(super) fn check(block: &mut Block, position: usize, odd: &mut Oddities) {
    let Some(entry) = block.entries.get(position) else {
        return;
    };
    // An exemption of everything has a warning of its own.
    if entry.statement.action != Action::Exempt
        || entry.statement.observe
        || !is_told(entry)
        || odd.has(Warning::OPEN)
    {
        return;
    }
    let kept = std::mem::replace(&mut block.budget, Budget(BUDGET));
    let found = decided_above(block, position);
    block.budget = kept;
    if let Ok(Some(witness)) = found {
        let by = witness.by;
        odd.add_with(
            Warning::LATE,
            format!("this exempts nobody: `{by}` decides before it, and no later rule acts on what is left"),
            "move it before that one: the first statement that acts ends the rules",
            witness,
        );
    }
}

/// A request that the exemption is about and a statement above it decides. None if the exemption
/// takes any request from a statement beneath it.
fn decided_above(block: &mut Block, position: usize) -> Result<Option<Witness>, TooMuch> {
    let above = above(block, position)?;
    if above.is_empty() {
        return Ok(None);
    }
    let beneath: Vec<usize> = {
        let entries = block.entries.iter().enumerate().skip(position + 1);
        let judging = entries.filter(|(_, entry)| judges(entry));
        let near = judging.filter(|(_, entry)| !are_apart(block.entries.get(position), entry));
        near.map(|(at, _)| at).collect()
    };
    for at in beneath {
        let is_open = !block.entries.get(at).is_some_and(is_told);
        if is_open || asked(block, position, at)?.is_some() {
            return Ok(None);
        }
    }
    for at in above {
        if let Some(request) = asked(block, at, position)?
            && let Some(entry) = block.entries.get(at)
        {
            return Ok(Some(Witness::of(request, &entry.statement)));
        }
    }
    Ok(None)
}

/// Asks for a request on which both act, as long as questions are left.
fn asked(block: &mut Block, position: usize, other: usize) -> Result<Option<Request>, TooMuch> {
    block.questions = block.questions.checked_sub(1).ok_or(TooMuch)?;
    block.acting_with(position, other)
}

const fn judges(entry: &Entry) -> bool {
    matches!(
        entry.statement.action,
        Action::Challenge(_) | Action::AlwaysChallenge(_) | Action::DenyAccess
    )
}

/// The statements above that aim at a text that the exemption aims at: only a few, of which one
/// is enough.
fn above(block: &mut Block, position: usize) -> Result<Vec<usize>, TooMuch> {
    let Some(entry) = block.entries.get(position) else {
        return Ok(Vec::new());
    };
    let patterns = &block.facts.texts.patterns;
    let aims = entry.on.iter().take(MOST_ABOVE);
    let mut samples: Vec<Vec<u8>> = aims
        .filter_map(|aim| aim.set.patterns.first())
        .map(|pattern| patterns.sample(*pattern, b"x"))
        .collect();
    if samples.is_empty() {
        samples.push(b"/x".to_vec());
    }
    let is_rival = |entry: &Entry| judges(entry) && !entry.statement.observe && is_told(entry);
    let candidates: Vec<usize> = {
        let entries = block.entries.iter().enumerate().take(position);
        let rivals = entries.filter(|(_, entry)| is_rival(entry));
        rivals.map(|(at, _)| at).collect()
    };
    let mut above = Vec::new();
    if candidates.is_empty() {
        return Ok(above);
    }
    for sample in samples {
        let matched = block.matched(&sample)?;
        above.extend(candidates.iter().copied().filter(|at| {
            let entry = block.entries.get(*at);
            entry.is_some_and(|entry| entry.aims_at(World::Path, &matched))
        }));
    }
    above.truncate(MOST_ABOVE);
    Ok(above)
}

/// Whether no path is what both aim at, as far as the starts of their targets tell.
fn are_apart(one: Option<&Entry>, other: &Entry) -> bool {
    let Some(one) = one else {
        return true;
    };
    let mut pairs = one
        .on
        .iter()
        .flat_map(|aim| other.on.iter().map(move |other| (aim, other)));
    !one.on.is_empty()
        && !other.on.is_empty()
        && pairs.all(|(aim, other)| {
            let (one, other) = (Start::of(&aim.target), Start::of(&other.target));
            one.excludes(&other) || other.excludes(&one)
        })
}

/// How all paths start that a target hits.
struct Start<'a> {
    text: &'a str,
    /// Whether what follows the start begins with `/`, or nothing follows.
    ends: bool,
}

impl Start<'_> {
    fn of(target: &Target) -> Start<'_> {
        let (text, ends) = match target {
            Target::Under(path) => (*path, true),
            Target::Path(glob) => match glob.find(['*', '?', '{', '<']) {
                Some(end) => (glob.get(..end).unwrap_or_default(), false),
                None => (*glob, true),
            },
            // Other targets are not told by a start.
            _ => ("", false),
        };
        Start { text, ends }
    }

    /// Whether no text that starts like the other starts like this one.
    fn excludes(&self, other: &Start<'_>) -> bool {
        match other.text.strip_prefix(self.text) {
            Some(behind) => self.ends && !behind.is_empty() && !behind.starts_with('/'),
            None => !self.text.starts_with(other.text),
        }
    }
}

/// Whether the path tells all that the targets depend on.
fn is_told(entry: &Entry) -> bool {
    let mut aims = entry.on.iter().chain(&entry.except);
    aims.all(|aim| world(&aim.target) == World::Path && !aim.set.unknown)
}
