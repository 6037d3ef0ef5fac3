//! Exemptions beneath the statement that already decides their requests.

use super::LintFindings;
use crate::analysis::block::{BlockEntry, MatchScope, RuleBlock};
use crate::analysis::expression::Undecided;
use crate::analysis::request::ExampleRequest;
use crate::analysis::search::Budget;
use crate::analysis::warnings::Warning;
use crate::analysis::witness::Witness;
use crate::{Action, Target};

/// The maximum number of search steps for one exemption.
const BUDGET: usize = 5_000;

/// The maximum number of statements above an exemption that are examined.
const MAX_ABOVE: usize = 4;

/// Warns of an exemption whose requests a statement above it decides, if it exempts no request from
/// any statement beneath it.
pub(super) fn check(block: &mut RuleBlock, position: usize, lints: &mut LintFindings) {
    let Some(entry) = block.entries.get(position) else {
        return;
    };
    // An exemption of everything has a warning of its own.
    if entry.statement.action != Action::Exempt
        || entry.statement.observe
        || !depends_on_path_alone(entry)
        || lints.has(Warning::OPEN)
    {
        return;
    }
    let kept = std::mem::replace(&mut block.budget, Budget(BUDGET));
    let found = decided_above(block, position);
    block.budget = kept;
    if let Ok(Some(witness)) = found {
        let by = witness.by;
        lints.add_with(
            Warning::LATE,
            format!(
                "this exempts nobody: `{by}` decides first, and no later rule acts on the rest"
            ),
            "move it before that statement: the first statement that acts ends the rules",
            witness,
        );
    }
}

/// A request that the exemption matches and a statement above it decides. `None` if the exemption
/// exempts a request from a statement beneath it.
fn decided_above(block: &mut RuleBlock, position: usize) -> Result<Option<Witness>, Undecided> {
    let above = above(block, position)?;
    if above.is_empty() {
        return Ok(None);
    }
    let beneath: Vec<usize> = {
        let entries = block.entries.iter().enumerate().skip(position + 1);
        let judging = entries.filter(|(_, entry)| judges(entry));
        let near =
            judging.filter(|(_, entry)| !have_no_common_path(block.entries.get(position), entry));
        near.map(|(at, _)| at).collect()
    };
    for at in beneath {
        let is_open = !block.entries.get(at).is_some_and(depends_on_path_alone);
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

/// Searches for a request on which both act, unless the questions of the block are used up.
fn asked(
    block: &mut RuleBlock,
    position: usize,
    other: usize,
) -> Result<Option<ExampleRequest>, Undecided> {
    block.questions = block.questions.checked_sub(1).ok_or(Undecided)?;
    block.acting_with(position, other)
}

const fn judges(entry: &BlockEntry) -> bool {
    matches!(
        entry.statement.action,
        Action::Challenge(_) | Action::AlwaysChallenge(_) | Action::DenyAccess
    )
}

/// The statements above whose targets match a path of the exemption: only the first few, since one
/// is enough.
fn above(block: &mut RuleBlock, position: usize) -> Result<Vec<usize>, Undecided> {
    let Some(entry) = block.entries.get(position) else {
        return Ok(Vec::new());
    };
    let patterns = &block.facts.texts.patterns;
    let targets = entry.on.iter().take(MAX_ABOVE);
    let mut samples: Vec<Vec<u8>> = targets
        .filter_map(|target_texts| target_texts.set.patterns.first())
        .map(|pattern| patterns.sample(*pattern, b"x"))
        .collect();
    if samples.is_empty() {
        samples.push(b"/x".to_vec());
    }
    let is_rival = |entry: &BlockEntry| {
        judges(entry) && !entry.statement.observe && depends_on_path_alone(entry)
    };
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
            entry.is_some_and(|entry| entry.targets_match(MatchScope::Path, &matched))
        }));
    }
    above.truncate(MAX_ABOVE);
    Ok(above)
}

/// Whether the fixed prefixes of the targets show that no path matches both entries.
fn have_no_common_path(one: Option<&BlockEntry>, other: &BlockEntry) -> bool {
    let Some(one) = one else {
        return true;
    };
    let mut pairs = one
        .on
        .iter()
        .flat_map(|target_texts| other.on.iter().map(move |other| (target_texts, other)));
    !one.on.is_empty()
        && !other.on.is_empty()
        && pairs.all(|(target_texts, other)| {
            let (one, other) = (
                PathPrefix::of(&target_texts.target),
                PathPrefix::of(&other.target),
            );
            one.excludes(&other) || other.excludes(&one)
        })
}

/// The fixed prefix of all paths that match a target.
struct PathPrefix<'a> {
    text: &'a str,
    /// Whether what follows the start begins with `/`, or nothing follows.
    ends: bool,
}

impl PathPrefix<'_> {
    fn of(target: &Target) -> PathPrefix<'_> {
        let (text, ends) = match target {
            Target::Under(path) => (*path, true),
            Target::Path(glob) => match glob.find(['*', '?', '{', '<']) {
                Some(end) => (glob.get(..end).unwrap_or_default(), false),
                None => (*glob, true),
            },
            // Other targets have no fixed prefix.
            _ => ("", false),
        };
        PathPrefix { text, ends }
    }

    /// Whether no path with the other prefix has this prefix.
    fn excludes(&self, other: &PathPrefix<'_>) -> bool {
        match other.text.strip_prefix(self.text) {
            Some(behind) => self.ends && !behind.is_empty() && !behind.starts_with('/'),
            None => !self.text.starts_with(other.text),
        }
    }
}

/// Whether the path alone decides whether the targets match.
fn depends_on_path_alone(entry: &BlockEntry) -> bool {
    let mut targets = entry.on.iter().chain(&entry.except);
    targets.all(|target_texts| {
        matches!(target_texts.scope(), MatchScope::Path | MatchScope::Slash)
            && !target_texts.set.unknown
    })
}
