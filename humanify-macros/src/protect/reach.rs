//! Statements that can never act, because an earlier one always ends it first.
//!
//! An earlier statement is only believed to end it where it has neither `when` nor `except`
//! and does not merely observe.

use humanify_syntax::{DEFAULT_EXEMPTIONS, Glob, Target as Known};

use super::model::{Action, Matched, Rules, Statement, Target};
use crate::errors::{Errors, with_help};
use crate::literal::makes_useless;

/// Reports every statement that can never act.
pub(super) fn check(rules: &Rules, errors: &mut Errors) {
    let defaults = rules
        .no_default_exemptions
        .is_none()
        .then(default_exemptions);
    for (index, statement) in rules.statements.iter().enumerate() {
        let earlier = || rules.statements.iter().take(index);
        let message = earlier()
            .find_map(|earlier| repeated(earlier, statement))
            .or_else(|| exceptions(statement))
            .or_else(|| exempt_by_default(statement, defaults.as_deref()?))
            .or_else(|| earlier().find_map(|earlier| ended(earlier, statement)))
            .or_else(|| earlier().find_map(|earlier| useless_limit(earlier, statement)));
        if let Some(message) = message {
            errors.at(&statement.tokens, message);
        }
    }
}

/// The same statement, word for word.
fn repeated(earlier: &Statement, statement: &Statement) -> Option<String> {
    let (first, second) = (earlier.tokens.to_string(), statement.tokens.to_string());
    (first == second).then(|| {
        with_help(
            format_args!("the statement `{second}` is said twice"),
            "leave one of them out",
        )
    })
}

/// `except` takes away everything that `on` names.
fn exceptions(statement: &Statement) -> Option<String> {
    if statement.except.is_empty() || !covers_all(&statement.except, &statement.on) {
        return None;
    }
    Some(with_help(
        "this statement can never act: `except` takes away everything that it is about",
        "leave the statement out, or narrow `except`",
    ))
}

/// The default exemptions end it first.
fn exempt_by_default(statement: &Statement, defaults: &[Target]) -> Option<String> {
    if statement.on.is_empty()
        || !is_ended_by_exempt(&statement.action)
        || !covers_all(defaults, &statement.on)
    {
        return None;
    }
    Some(match statement.action {
        Action::Exempt => with_help(
            "this statement does nothing: these paths are exempt by default",
            "leave it out, or write `no_default_exemptions;` and exempt what you choose",
        ),
        _ => with_help(
            "this statement can never act: these paths are exempt by default",
            "write `no_default_exemptions;` before it, and exempt what you choose",
        ),
    })
}

/// An earlier statement ends it first.
fn ended(earlier: &Statement, statement: &Statement) -> Option<String> {
    let always = !earlier.observe && earlier.when.is_none() && earlier.except.is_empty();
    if !always || !ends(&earlier.action, statement) || !covers_all(&earlier.on, &statement.on) {
        return None;
    }
    Some(with_help(
        format_args!(
            "this statement can never act: `{}` always ends it first",
            earlier.tokens
        ),
        "move it before that one, or take its targets out of the other with `except`",
    ))
}

/// Whether the action of an earlier statement leaves nothing for a later one.
fn ends(earlier: &Action, later: &Statement) -> bool {
    let bots_only = later.when.as_ref().is_none_or(|when| !when.names_sign());
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

/// Two limits on the same targets, of which one is always met first.
fn useless_limit(earlier: &Statement, statement: &Statement) -> Option<String> {
    let (Action::Limit(first), Action::Limit(second)) = (&earlier.action, &statement.action) else {
        return None;
    };
    if earlier.observe || !first.counts_like(second) || !same_targets(&earlier.on, &statement.on) {
        return None;
    }
    let covered = |strict: &[_], loose: &[_]| {
        loose
            .iter()
            .all(|loose| strict.iter().any(|strict| makes_useless(*strict, *loose)))
    };
    let always = |statement: &Statement| statement.when.is_none() && statement.except.is_empty();
    if always(earlier) && covered(&first.rates, &second.rates) {
        return Some(with_help(
            format_args!(
                "this limit can never act: `{}` is always met first",
                earlier.tokens
            ),
            "leave it out, or lower its rate",
        ));
    }
    if always(statement) && !statement.observe && covered(&second.rates, &first.rates) {
        return Some(with_help(
            format_args!(
                "the limit `{}` can never act: this one is always met first",
                earlier.tokens
            ),
            "leave the earlier one out, or lower its rate",
        ));
    }
    None
}

fn same_targets(one: &[Target], other: &[Target]) -> bool {
    let within = |inner: &[Target], outer: &[Target]| {
        inner
            .iter()
            .all(|target| outer.iter().any(|known| same(known, target)))
    };
    within(one, other) && within(other, one)
}

fn same(one: &Target, other: &Target) -> bool {
    one.matched == other.matched && one.text == other.text
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
    target.matched == Matched::Path
        && glob(target)
            .and_then(|glob| glob.prefix())
            // Every path starts with a slash.
            .is_some_and(|prefix| prefix.is_empty() || prefix == "/")
}

fn covers(wide: &Target, narrow: &Target) -> bool {
    match (wide.matched, narrow.matched) {
        (Matched::Path, Matched::Path) | (Matched::Endpoint, Matched::Endpoint) => {
            match (glob(wide), glob(narrow)) {
                (Some(wide), Some(narrow)) => wide.covers(&narrow),
                _ => false,
            }
        }
        _ => same(wide, narrow),
    }
}

/// The glob of a target, as it is matched.
fn glob(target: &Target) -> Option<Glob> {
    match target.matched {
        Matched::Path => Glob::path(&target.text)
            .ok()
            .map(Glob::without_trailing_slash),
        Matched::Endpoint => Glob::name(&target.text).ok(),
        _ => None,
    }
}

fn default_exemptions() -> Vec<Target> {
    DEFAULT_EXEMPTIONS
        .iter()
        .filter_map(|target| match target {
            Known::Path(text) => Some(Target {
                matched: Matched::Path,
                text: (*text).to_owned(),
                tokens: proc_macro2::TokenStream::new(),
            }),
            _ => None,
        })
        .collect()
}
