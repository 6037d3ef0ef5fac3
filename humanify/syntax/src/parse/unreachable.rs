//! Statements that can never act, because an earlier one always ends them first.
//!
//! An earlier statement is only believed to end another where it has neither `when` nor
//! `except` and does not merely observe. Earlier statements are found by the texts of their
//! targets up to the first wildcard, so that time stays linear in the number of statements.

use std::collections::{HashMap, HashSet};

use super::finding::Finding;
use super::gathered::{Gathered, Placed};
use super::quoted::makes_useless;
use crate::{Action, DEFAULT_EXEMPTIONS, Glob, Limit, Statement, Target, TargetKind};

/// Every statement that can never act, with the part of the block that it stands in.
pub(super) fn check(rules: &Gathered) -> Vec<(usize, Finding)> {
    let mut known = Known::default();
    let mut found = Vec::new();
    let defaults: Option<Index> = (!rules.no_default_exemptions).then(|| {
        let mut index = Index::default();
        index.add(0, DEFAULT_EXEMPTIONS);
        index
    });
    let statements = &rules.statements;
    for (position, placed) in statements.iter().enumerate() {
        if placed.doubtful {
            continue;
        }
        let statement = &placed.statement;
        let wrong = known
            .repeated(statement)
            .or_else(|| exceptions(statement))
            .or_else(|| exempt_by_default(statement, defaults.as_ref()?))
            .or_else(|| known.ended(statement, statements))
            .or_else(|| known.useless_limit(statement, statements));
        if let Some((problem, help)) = wrong {
            found.push((placed.part, Finding::new(placed.place, problem, help)));
        }
        known.add(position, statement);
    }
    found
}

/// A problem and its help.
type Wrong = (String, String);

fn wrong(problem: impl Into<String>, help: impl Into<String>) -> Option<Wrong> {
    Some((problem.into(), help.into()))
}

/// The statements before the one that is looked at.
#[derive(Default)]
struct Known {
    sources: HashSet<&'static str>,
    /// Those that always end others.
    ending: Index,
    /// Limits, by their targets.
    limits: HashMap<Vec<Target>, Vec<usize>>,
}

impl Known {
    fn add(&mut self, position: usize, statement: &Statement) {
        self.sources.insert(statement.source);
        if let Action::Limit(_) = statement.action {
            if !statement.observe {
                let same = self.limits.entry(sorted(statement.on)).or_default();
                same.push(position);
            }
        } else if is_unconditional(statement) && !statement.observe {
            self.ending.add(position, statement.on);
        }
    }

    /// The same statement, word for word.
    fn repeated(&self, statement: &Statement) -> Option<Wrong> {
        if !self.sources.contains(statement.source) {
            return None;
        }
        wrong(
            format!("the statement `{}` is said twice", statement.source),
            "leave one of them out",
        )
    }

    /// An earlier statement ends it first.
    fn ended(&self, statement: &Statement, statements: &[Placed]) -> Option<Wrong> {
        let ends = |position: &usize| {
            let earlier = &statements.get(*position)?.statement;
            let always = ends(&earlier.action, statement) && covers_all(earlier.on, statement.on);
            always.then_some(earlier)
        };
        let candidates = self.ending.candidates(statement.on);
        let earlier = candidates.iter().find_map(ends)?;
        wrong(
            format!(
                "this statement can never act: `{}` always ends it first",
                earlier.source
            ),
            "move it before that one, or take its targets out of the other with `except`",
        )
    }

    /// Two limits on the same targets, of which one is always met first.
    fn useless_limit(&self, statement: &Statement, statements: &[Placed]) -> Option<Wrong> {
        let Action::Limit(second) = &statement.action else {
            return None;
        };
        let same = self.limits.get(&sorted(statement.on))?;
        same.iter().find_map(|position| {
            let earlier = &statements.get(*position)?.statement;
            match &earlier.action {
                Action::Limit(first) if counts_like(first, second) => {
                    useless(earlier, first, statement, second)
                }
                _ => None,
            }
        })
    }
}

fn is_unconditional(statement: &Statement) -> bool {
    statement.when.is_none() && statement.except.is_empty()
}

fn sorted(targets: &[Target]) -> Vec<Target> {
    let mut sorted = targets.to_vec();
    sorted.sort_by_key(|target| format!("{}{}", text(target), kind_number(target)));
    sorted
}

fn kind_number(target: &Target) -> u8 {
    match target {
        Target::Path(_) => 0,
        Target::PathRegex(_) => 1,
        Target::Endpoint(_) => 2,
        Target::EndpointRegex(_) => 3,
        Target::Route(_) => 4,
        Target::Under(_) => 5,
    }
}

const fn text(target: &Target) -> &'static str {
    match target {
        Target::Path(text)
        | Target::PathRegex(text)
        | Target::Endpoint(text)
        | Target::EndpointRegex(text)
        | Target::Route(text)
        | Target::Under(text) => text,
    }
}

/// `except` takes away everything that `on` names.
fn exceptions(statement: &Statement) -> Option<Wrong> {
    if statement.except.is_empty() || !covers_all(statement.except, statement.on) {
        return None;
    }
    wrong(
        "this statement can never act: `except` takes away everything that it is about",
        "leave the statement out, or narrow `except`",
    )
}

/// The default exemptions end it first.
fn exempt_by_default(statement: &Statement, defaults: &Index) -> Option<Wrong> {
    if statement.on.is_empty()
        || !is_ended_by_exempt(&statement.action)
        || defaults.candidates(statement.on).is_empty()
        || !covers_all(DEFAULT_EXEMPTIONS, statement.on)
    {
        return None;
    }
    match statement.action {
        Action::Exempt => wrong(
            "this statement does nothing: these paths are exempt by default",
            "leave it out, or say `no_default_exemptions;` and exempt what you choose",
        ),
        _ => wrong(
            "this statement can never act: these paths are exempt by default",
            "say `no_default_exemptions;` before it, and exempt what you choose",
        ),
    }
}

/// Whether the action of an earlier statement leaves nothing for a later one.
fn ends(earlier: &Action, later: &Statement) -> bool {
    let bots_only = !later.means_more_than_bots();
    match (earlier, &later.action) {
        (Action::Exempt, action) => is_ended_by_exempt(action),
        (Action::AlwaysDeny, action) => !matches!(action, Action::Limit(_) | Action::Trap),
        (Action::Trap, action) => !matches!(action, Action::Limit(_)),
        (Action::DenyAccess, Action::DenyAccess | Action::Challenge(_)) => bots_only,
        (
            Action::AlwaysChallenge(one),
            Action::AlwaysChallenge(other) | Action::Challenge(other),
        ) => one == other,
        (Action::Challenge(one), Action::Challenge(other)) => one == other && bots_only,
        _ => false,
    }
}

fn is_ended_by_exempt(action: &Action) -> bool {
    !matches!(action, Action::Limit(_) | Action::AlwaysDeny | Action::Trap)
}

/// Whether requests count in the same buckets, but for the rates.
fn counts_like(one: &Limit, other: &Limit) -> bool {
    Limit {
        rates: other.rates,
        ..*one
    } == *other
}

fn useless(
    earlier: &Statement,
    first: &Limit,
    statement: &Statement,
    second: &Limit,
) -> Option<Wrong> {
    let covered = |strict: &[_], loose: &[_]| {
        loose
            .iter()
            .all(|loose| strict.iter().any(|strict| makes_useless(*strict, *loose)))
    };
    if is_unconditional(earlier) && covered(first.rates, second.rates) {
        return wrong(
            format!(
                "this limit can never act: `{}` is always met first",
                earlier.source
            ),
            "leave it out, or lower its rate",
        );
    }
    if is_unconditional(statement) && !statement.observe && covered(second.rates, first.rates) {
        return wrong(
            format!(
                "the limit `{}` can never act: this one is always met first",
                earlier.source
            ),
            "leave the earlier one out, or lower its rate",
        );
    }
    None
}

/// Whether everything that `narrow` names is named by `wide`; no target means everything.
fn covers_all(wide: &[Target], narrow: &[Target]) -> bool {
    if wide.is_empty() || wide.iter().any(is_everything) {
        return true;
    }
    !narrow.is_empty()
        && narrow
            .iter()
            .all(|target| wide.iter().any(|known| covers(known, target)))
}

fn is_everything(target: &Target) -> bool {
    // Every path starts with a slash.
    matches!(target, Target::Path("*" | "/*" | "**" | "/**"))
}

fn covers(wide: &Target, narrow: &Target) -> bool {
    if wide == narrow {
        return true;
    }
    let wide_globs = globs(wide);
    let all = globs(narrow);
    !all.is_empty()
        && kind_of_text(wide) == kind_of_text(narrow)
        && all
            .iter()
            .all(|narrow| wide_globs.iter().any(|wide| wide.covers(narrow)))
}

/// What the globs of a target are matched against.
fn kind_of_text(target: &Target) -> TargetKind {
    match target {
        Target::Endpoint(_) => TargetKind::Endpoint,
        _ => TargetKind::Path,
    }
}

/// The globs of a target, as they are matched; none, if it is matched in another way.
fn globs(target: &Target) -> Vec<Glob> {
    match target {
        Target::Path(text) => Glob::path(text)
            .map(Glob::without_trailing_slash)
            .into_iter()
            .collect(),
        Target::Under(text) => {
            let below = format!("{text}/*");
            [Glob::path(text), Glob::path(&below)]
                .into_iter()
                .flatten()
                .collect()
        }
        Target::Endpoint(text) => Glob::name(text).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Statements by the texts of their targets, up to the first wildcard.
#[derive(Default)]
struct Index {
    /// About everything.
    everywhere: Vec<usize>,
    by_start: HashMap<&'static str, Vec<usize>>,
}

impl Index {
    fn add(&mut self, position: usize, targets: &[Target]) {
        if targets.is_empty() {
            self.everywhere.push(position);
        }
        for target in targets {
            let of_start = self.by_start.entry(start(target)).or_default();
            if of_start.last() != Some(&position) {
                of_start.push(position);
            }
        }
    }

    /// The statements that may cover all of these targets, in order: those about everything,
    /// and those of which a target starts as the first of these does.
    fn candidates(&self, targets: &[Target]) -> Vec<usize> {
        let mut found = self.everywhere.clone();
        match targets.first() {
            // Statements about everything that name it.
            None => found.extend(self.by_start.get("").into_iter().flatten()),
            Some(target) => {
                let start = start(target);
                let ends = (0..=start.len()).filter(|end| start.is_char_boundary(*end));
                for start in ends.filter_map(|end| start.get(..end)) {
                    found.extend(self.by_start.get(start).into_iter().flatten());
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// The text of a target up to its first wildcard, or the slash at its end. For what is no glob
/// it is the whole text.
fn start(target: &Target) -> &'static str {
    let text = text(target);
    if is_everything(target) {
        return "";
    }
    match target {
        Target::Path(_) | Target::Endpoint(_) | Target::Under(_) => {
            let end = text.find(['*', '?', '{', '<']).unwrap_or(text.len());
            let start = text.get(..end).unwrap_or_default();
            match end == text.len() && start.len() > 1 {
                true => start.strip_suffix('/').unwrap_or(start),
                false => start,
            }
        }
        _ => text,
    }
}
