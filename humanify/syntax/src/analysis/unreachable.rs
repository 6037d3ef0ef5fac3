//! Finds statements that can never act: others shadow them, or no request fulfils their targets and
//! condition.

use super::block::{MatchScope, RuleBlock, TargetTexts};
use super::defect::Defect;
use super::print;
use super::reach::Reach;
use super::replaced;
use super::search::{Domain, Search, Searcher};
use super::sent;
use super::texts::TextSet;
use super::witness::{ExampleOutcome, Witness};
use crate::{Action, Statement, Target, listed};

/// The defect of an entry that never acts.
pub(super) fn check(block: &mut RuleBlock, position: usize) -> Option<Defect> {
    let entry = block.entries.get(position)?;
    let number = entry.number?;
    if let Some(defect) = replaced::check(block, position, number) {
        return Some(defect);
    }
    let entry = block.entries.get(position)?;
    let targets = entry.on.len();
    let mut dead: Vec<Reach> = Vec::new();
    let mut is_decided = true;
    for target in 0..targets.max(1) {
        match block.reach(position, (targets > 0).then_some(target)) {
            Reach::Acts => return None,
            Reach::Undecided => is_decided = false,
            reach => dead.push(reach),
        }
    }
    if !is_decided {
        block.undecided.push(position);
        return None;
    }
    let mut by: Vec<usize> = Vec::new();
    let mut request = None;
    for reach in dead {
        if let Reach::Shadowed(entries, shown) = reach {
            by.extend(entries);
            request.get_or_insert(shown);
        }
    }
    let Some(request) = request else {
        return unsatisfiable(block, position, number);
    };
    by.sort_unstable();
    by.dedup();
    let entry = block.entries.get(position)?;
    let first = block.entries.get(*by.first()?)?;
    let defect = if by.len() == 1 && first.number.is_none() {
        shadowed_by_default(&entry.statement.action, number)
    } else {
        let sources = by.iter().filter_map(|one| block.entries.get(*one));
        let sources: Vec<&str> = sources.map(|one| one.statement.source).collect();
        let (who, acts) = match sources.as_slice() {
            [one] => (format!("`{one}` always"), "acts"),
            _ => (format!("{} together always", listed(sources)), "act"),
        };
        let is_tried_first = by.iter().any(|one| {
            let shadowing = block.entries.get(*one);
            shadowing.is_some_and(|shadowing| {
                matches!(
                    shadowing.statement.action,
                    Action::AlwaysDeny | Action::Trap
                )
            })
        });
        let help = match (by.len(), is_tried_first) {
            (1, true) => under_a_refusal(&entry.statement, &first.statement),
            (_, true) => {
                "leave it out: refusals of everyone come first, wherever they stand".into()
            }
            (1, _) => {
                "move it before that one, or take its targets out of the other with `except`".into()
            }
            _ => "move it before them, or leave it out".into(),
        };
        Defect::new(
            number,
            format!("this statement can never act: {who} {acts} first"),
            help,
        )
    };
    let is_written = |one: &&usize| {
        let shadowing = block.entries.get(**one);
        shadowing.is_some_and(|shadowing| shadowing.number.is_some())
    };
    match by
        .iter()
        .find(is_written)
        .and_then(|one| block.entries.get(*one))
    {
        Some(shadowing) if by.len() == 1 => {
            Some(defect.with_witness(Witness::of(*request, &shadowing.statement)))
        }
        _ if by.len() == 1 => Some(defect.with_witness(Witness {
            outcome: ExampleOutcome::ExemptByDefault,
            ..Witness::of(*request, &first.statement)
        })),
        _ => Some(defect.with_witness(Witness::of(*request, &first.statement))),
    }
}

/// The advice on a statement whose requests a refusal of everyone decides. It never is to leave the
/// refusal of an exemption out, which would open its paths to everyone.
fn under_a_refusal(statement: &Statement, refusal: &Statement) -> String {
    const WHY: &str = "refusals of everyone come first, wherever they stand";
    let action = refusal.action.name();
    match (statement.action, &statement.when) {
        (Action::Exempt, Some(_)) if statement.when == refusal.when => {
            format!("leave it out: {WHY}")
        }
        (Action::Exempt, Some(when)) => {
            let others = print::negated(when);
            let joined = match &refusal.when {
                Some(own) => format!("{} && {others}", print::bracketed(own)),
                None => others,
            };
            if statement.on == refusal.on && statement.except == refusal.except {
                return format!(
                    "leave it out, and give the `{action}` the condition `when {joined}`: {WHY}"
                );
            }
            let targets = print::clauses(statement);
            format!(
                "leave it out, take its targets out of the `{action}` with `except`, and add \
                 `{action}{targets} when {joined}`: {WHY}"
            )
        }
        (Action::Exempt, None) => {
            format!("leave it out, or take its targets out of the `{action}` with `except`: {WHY}")
        }
        _ => format!(
            "leave one of them out, or take its targets out of the other with `except`: {WHY}"
        ),
    }
}

fn shadowed_by_default(action: &Action, number: usize) -> Defect {
    match action {
        Action::Exempt => Defect::new(
            number,
            "this statement does nothing: these paths are exempt by default",
            "leave it out, or add `no_default_exemptions;` and your own `exempt` statements",
        ),
        _ => Defect::new(
            number,
            "this statement can never act: these paths are exempt by default",
            "add `no_default_exemptions;` before it, and your own `exempt` statements",
        ),
    }
}

/// The reason why no request fulfils a statement's targets and condition.
fn unsatisfiable(block: &mut RuleBlock, position: usize, number: usize) -> Option<Defect> {
    let entry = block.entries.get(position)?;
    let (on, except) = (entry.on.clone(), entry.except.clone());
    let protects = entry.statement.action.protects();
    let has_condition = entry.statement.when.is_some();
    let mut all_are_paths = true;
    for target_texts in &on {
        if target_texts.scope() == MatchScope::Path
            && !matches_any(block, target_texts, Domain::Paths)?
        {
            // Statements that protect also match paths that are not normalised.
            if protects && matches_any(block, target_texts, Domain::Sent)? {
                return None;
            }
            all_are_paths = false;
        }
    }
    if !all_are_paths {
        return Some(Defect::new(
            number,
            "this statement can never act: no path matches its target",
            "a path starts with `/`, is decoded, and contains neither a query nor a slash at its end",
        ));
    }
    if !except.is_empty() && excepts_all(block, &on, &except, Domain::Paths)? {
        // An expression can distinguish what clients send from the path that it stands for.
        let mut targets = on.iter().chain(&except);
        if protects
            && targets.any(|target_texts| matches!(target_texts.target, Target::PathRegex(_)))
            && !excepts_all(block, &on, &except, Domain::Sent)?
        {
            return None;
        }
        return Some(Defect::new(
            number,
            "this statement can never act: `except` covers everything that it matches",
            "leave the statement out, or narrow `except`",
        ));
    }
    // Undecided: no finding.
    if sent::acts(block, position).unwrap_or(true) {
        return None;
    }
    has_condition.then(|| {
        Defect::new(
            number,
            "this statement can never act: no request fulfils its targets and its condition",
            "compare its requirements on the path, the method and the client: they exclude each other",
        )
    })
}

/// Whether a target matches any text of a domain.
pub(super) fn matches_any(
    block: &mut RuleBlock,
    target_texts: &TargetTexts,
    domain: Domain,
) -> Option<bool> {
    let texts = &mut block.facts.texts;
    let mut searcher = Searcher::new(texts, vec![target_texts.set.clone()], [], domain).ok()?;
    match searcher.next(texts, &mut block.budget) {
        Search::Found(..) => Some(true),
        Search::Nothing => Some(false),
        Search::Undecided => None,
    }
}

/// Whether `except` matches every text that `on` matches: every path if `on` is empty. `paths` are
/// the paths to consider.
fn excepts_all(
    block: &mut RuleBlock,
    on: &[TargetTexts],
    except: &[TargetTexts],
    paths: Domain,
) -> Option<bool> {
    let every_path = [TargetTexts {
        target: Target::Path("*"),
        set: TextSet::everything(),
        exempts: false,
    }];
    let on = if on.is_empty() { &every_path } else { on };
    for target_texts in on {
        let known = target_texts.scope();
        let covered = |matched: &_| except.iter().any(|out| out.matches(known, matched));
        let domain = match known {
            MatchScope::Endpoint => Domain::Any,
            _ => paths,
        };
        let texts = &mut block.facts.texts;
        let sets: Vec<TextSet> = except
            .iter()
            .map(|target_texts| target_texts.set.clone())
            .collect();
        let mut searcher =
            Searcher::new(texts, vec![target_texts.set.clone()], &sets, domain).ok()?;
        loop {
            match searcher.next(texts, &mut block.budget) {
                Search::Found(_, matched) if covered(&matched) => {}
                Search::Found(..) => return Some(false),
                Search::Nothing => break,
                Search::Undecided => return None,
            }
        }
    }
    Some(true)
}

/// The defect of a target in `except` that no target in `on` overlaps.
pub(super) fn check_except(block: &mut RuleBlock, position: usize) -> Option<Defect> {
    let entry = block.entries.get(position)?;
    let number = entry.number?;
    let (on, except) = (entry.on.clone(), entry.except.clone());
    let is_about_paths = |target_texts: &TargetTexts| {
        matches!(
            target_texts.target,
            Target::Path(_) | Target::PathRegex(_) | Target::Under(_)
        )
    };
    if on.is_empty() || !on.iter().all(is_about_paths) {
        return None;
    }
    for out in except
        .iter()
        .filter(|target_texts| is_about_paths(target_texts))
    {
        let mut meets = false;
        for target_texts in &on {
            let texts = &mut block.facts.texts;
            let must = vec![target_texts.set.clone(), out.set.clone()];
            let mut searcher = Searcher::new(texts, must, [], Domain::Paths).ok()?;
            match searcher.next(texts, &mut block.budget) {
                Search::Found(..) => meets = true,
                Search::Nothing => {}
                Search::Undecided => return None,
            }
            if meets {
                break;
            }
        }
        if !meets {
            return Some(Defect::new(
                number,
                format!(
                    "`except {}` changes nothing: the statement matches no such path",
                    print::target(&out.target)
                ),
                "leave it out, or write a path that `on` matches, too",
            ));
        }
    }
    None
}
